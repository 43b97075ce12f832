/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs as rows: those that are past from one file, the others a few hundred at a time. */
#include "driver/jobs/listing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/jobs/elements.h"
#include "driver/jobs/status.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	READ_AT_ONCE = 256 /* records and states that are in memory together */
};

/* A listing that is being made. */
struct making {
	struct invocation *inv;
	struct listing *all;
	struct str folder; /* of the records */
	int fd;
	bool asks_queue;
	bool has_changed; /* the file of past jobs isn't what it should be */
};

static struct file_sign sign_at(int folder, const char *path, uid_t *owner)
{
	struct stat st;

	if (fstatat(folder, path, &st, 0) != 0)
		return (struct file_sign){0};
	if (owner)
		*owner = st.st_uid;
	return (struct file_sign){(uint64_t)st.st_ino, (uint64_t)st.st_size,
				  (uint64_t)st.st_mtim.tv_sec * 1000000000 +
					  (uint64_t)st.st_mtim.tv_nsec};
}

static bool is_same(struct file_sign a, struct file_sign b)
{
	return a.inode == b.inode && a.size == b.size && a.changed_ns == b.changed_ns;
}

static struct file_sign state_sign(struct arena *scratch, struct str root)
{
	if (root.len == 0)
		return (struct file_sign){0};
	arena_reset(scratch);
	return sign_at(AT_FDCWD, path_join(scratch, root, STR(JOB_FILE_STATE)).ptr, NULL);
}

static bool states_are_same(struct arena *scratch, const struct listing_job *job)
{
	for (uint32_t i = 0; i < job->rows.n; i++)
		if (!is_same(job->rows.items[i].state,
			     state_sign(scratch, job->rows.items[i].root)))
			return false;
	return true;
}

/* The records in the folder; of those that are past what the file says. */
static void list_records(struct making *m, const struct listing *past)
{
	DIR *dir = fdopendir(dup(m->fd));
	uint32_t n_kept = 0;

	struct arena scratch;
	arena_init(&scratch);
	struct dirent *entry;
	while (dir && (entry = readdir(dir)) != NULL) {
		struct listing_job job = {.file = str_c(entry->d_name)};
		const struct listing_job *old =
			past->jobs.n == 0 ? NULL
					  : bsearch(&job, past->jobs.items, past->jobs.n,
						    sizeof(job), listing_by_file);

		if (entry->d_name[0] == '.' || !str_has_suffix(job.file, ".json"))
			continue;
		struct file_sign record = sign_at(m->fd, entry->d_name, &job.owner);
		if (old && is_same(record, old->record) && states_are_same(&scratch, old)) {
			uid_t owner = job.owner;

			job = *old;
			job.owner = owner;
			n_kept++;
		}
		job.record = record;
		job.file = old ? old->file : str_dup(m->inv->arena, job.file);
		*LIST_PUSH(m->inv->arena, &m->all->jobs) = job;
	}
	m->has_changed = n_kept != past->jobs.n;
	arena_free(&scratch);
	if (dir)
		closedir(dir);
}

/* "0,1000": whose records the jobs of a cluster are. */
static struct str owners(struct arena *a, const struct listing *all)
{
	LIST(uid_t) seen = {0};
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0; i < all->jobs.n; i++) {
		uid_t owner = all->jobs.items[i].owner;
		bool is_new = true;

		for (uint32_t k = 0; k < seen.n && is_new; k++)
			is_new = seen.items[k] != owner;
		if (!is_new)
			continue;
		*LIST_PUSH(a, &seen) = owner;
		buf_add_fmt(&out, "%s%lu", out.len > 0 ? "," : "", (unsigned long)owner);
	}
	return buf_str(&out);
}

static struct listing_job *find_file(const struct listing *all, struct str id)
{
	char name[64];
	struct listing_job key = {.file = {name, 0}};

	if (id.len > sizeof(name) - sizeof(".json"))
		return NULL;
	memcpy(name, id.ptr, id.len);
	memcpy(name + id.len, ".json", sizeof(".json"));
	key.file.len = id.len + 5;
	return bsearch(&key, all->jobs.items, all->jobs.n, sizeof(key), listing_by_file);
}

static void ask_again(struct making *m, struct str cluster)
{
	struct arena *a = m->inv->arena;
	struct slurm_question q = {.cluster = cluster, .users = owners(a, m->all)};
	struct str *ids = ARENA_ARRAY(a, m->all->jobs.n, struct str);

	for (uint32_t i = 0; i < m->all->jobs.n; i++) {
		const struct listing_job *job = &m->all->jobs.items[i];

		if (job->is_past && !job->is_local && str_eq(job->cluster, cluster))
			ids[q.n++] = job->rows.items[0].id;
	}
	q.ids = ids;
	for (size_t i = 0; i < q.n; i++)
		array_tasks(ids[i], &ids[i]);
	struct slurm_jobs answers;
	struct str error;
	if (!slurm_ask_queue(m->inv, &q, &answers, &error))
		m->all->queue_error = error;
	for (uint32_t i = 0; i < answers.list.n; i++) {
		struct str base;
		array_tasks(answers.list.items[i].id, &base);
		struct listing_job *job = find_file(m->all, base);
		if (job && job->is_past && !answers.list.items[i].is_over &&
		    str_eq(job->cluster, cluster)) {
			job->is_past = false;
			m->has_changed = true;
		}
	}
}

/* Jobs that were over and that Slurm has again: requeued. */
static void find_requeued(struct making *m)
{
	LIST(struct str) seen = {0};

	for (uint32_t i = 0; i < m->all->jobs.n; i++) {
		const struct listing_job *job = &m->all->jobs.items[i];
		bool is_asked = !job->is_past || job->is_local;

		for (uint32_t k = 0; k < seen.n && !is_asked; k++)
			is_asked = str_eq(seen.items[k], job->cluster);
		if (is_asked)
			continue;
		*LIST_PUSH(m->inv->arena, &seen) = job->cluster;
		ask_again(m, job->cluster);
	}
}

static bool is_settled(const struct making *m, const struct job_view *view)
{
	struct str word = job_view_word(view);

	return job_view_is_over(view) && !view->may_be_told && view->queue_error.len == 0 &&
	       !str_eq_c(word, "LOST") && (m->asks_queue || view->job->is_local);
}

static void add_row(struct making *m, struct listing_job *job, struct str id, struct str root,
		    struct str word, double seconds)
{
	struct arena *a = m->inv->arena;
	struct listing_row *row = LIST_PUSH(a, &job->rows);

	row->id = str_dup(a, id);
	row->root = str_dup(a, root);
	row->word = str_dup(a, word);
	row->ms = seconds >= 0 ? (int64_t)(seconds * 1000) : -1;
}

/* A record that is being read, and what belongs to it. */
struct reading {
	struct listing_job *job;
	struct job_files files;
	uint32_t first, n; /* of the parts */
	LIST(struct file_sign) states;
};

static void make_rows(struct making *m, const struct reading *r, const struct job_list *parts,
		      const struct job_view *views)
{
	struct listing_job *job = r->job;

	job->rows.n = 0;
	job->name = str_dup(m->inv->arena, json_str(r->files.record, "name"));
	job->cluster = str_dup(m->inv->arena, r->files.cluster);
	job->submitted_at = json_uint(r->files.record, "submitted_at");
	job->is_local = r->files.is_local;
	job->is_past = true;
	if (r->files.is_array && r->n > 1)
		add_row(m, job, r->files.id, STR(""), job_views_word(views + r->first, r->n), -1);
	for (uint32_t i = r->first; i < r->first + r->n; i++) {
		add_row(m, job, parts->list.items[i].id, parts->list.items[i].root,
			job_view_word(&views[i]), job_view_seconds(&views[i]));
		job->rows.items[job->rows.n - 1].state = r->states.items[i - r->first];
		job->is_past = job->is_past && is_settled(m, &views[i]);
		if (views[i].queue_error.len > 0)
			m->all->queue_error = str_dup(m->inv->arena, views[i].queue_error);
	}
	m->has_changed = m->has_changed || job->is_past;
}

/* Reads a few of the records with all that belongs to them; what they came to stays. */
static void read_some(struct making *m, struct listing_job *const *jobs, uint32_t n)
{
	struct arena *lasting = m->inv->arena;
	struct job_list parts = {0};

	struct arena scratch;
	arena_init(&scratch);
	struct arena names;
	arena_init(&names);
	m->inv->arena = &scratch;
	struct reading *all = ARENA_ARRAY(&scratch, n, struct reading);
	for (uint32_t i = 0; i < n; i++) {
		struct reading *r = &all[i];
		struct job_list own;

		if (!record_load(m->inv, m->folder, m->fd, str_to_c(&scratch, jobs[i]->file),
				 &r->files))
			continue;
		r->job = jobs[i];
		job_parts(m->inv, &r->files, &own);
		r->first = parts.list.n;
		r->n = own.list.n;
		/* The sign before the content: a state that changes meanwhile is read again. */
		for (uint32_t k = 0; k < own.list.n; k++) {
			*LIST_PUSH(&scratch, &parts.list) = own.list.items[k];
			*LIST_PUSH(&scratch, &r->states) =
				state_sign(&names, own.list.items[k].root);
		}
	}
	struct job_view *views = ARENA_ARRAY(&scratch, parts.list.n, struct job_view);
	job_views_read(m->inv, &parts, m->asks_queue, views);
	m->inv->arena = lasting;
	for (uint32_t i = 0; i < n; i++) {
		if (all[i].job)
			make_rows(m, &all[i], &parts, views);
		json_decref(all[i].files.record);
	}
	for (uint32_t i = 0; i < parts.list.n; i++)
		json_decref(views[i].state);
	arena_free(&names);
	arena_free(&scratch);
}

static void read_others(struct making *m)
{
	struct listing_job *some[READ_AT_ONCE];
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->all->jobs.n; i++) {
		if (!m->all->jobs.items[i].is_past)
			some[n++] = &m->all->jobs.items[i];
		if (n == READ_AT_ONCE || (n > 0 && i + 1 == m->all->jobs.n)) {
			read_some(m, some, n);
			n = 0;
		}
	}
}

static int by_time(const void *x, const void *y)
{
	const struct listing_job *a = x, *b = y;

	if (a->submitted_at != b->submitted_at)
		return a->submitted_at < b->submitted_at ? -1 : 1;
	/* In the same second: numbers in ids count up. */
	return strverscmp(a->rows.items[0].id.ptr, b->rows.items[0].id.ptr);
}

/* Records that were passed over have no row. */
static void drop_empty(struct listing *all)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < all->jobs.n; i++)
		if (all->jobs.items[i].rows.n > 0)
			all->jobs.items[n++] = all->jobs.items[i];
	all->jobs.n = n;
}

bool listing_read(struct invocation *inv, bool asks_queue, struct listing *all)
{
	struct making m = {.inv = inv, .all = all, .asks_queue = asks_queue};
	size_t size = sizeof(*all->jobs.items);

	*all = (struct listing){0};
	if (!records_open(inv, &m.folder, &m.fd))
		return false;
	if (m.fd < 0)
		return true;
	struct listing past;
	past_read(inv, m.fd, &past);
	list_records(&m, &past);
	if (all->jobs.n > 1)
		qsort(all->jobs.items, all->jobs.n, size, listing_by_file);
	if (asks_queue)
		find_requeued(&m);
	read_others(&m);
	drop_empty(all);
	struct stat st;
	if (m.has_changed && fstat(m.fd, &st) == 0 && st.st_uid == geteuid())
		past_write(inv, m.folder, all);
	if (all->jobs.n > 1)
		qsort(all->jobs.items, all->jobs.n, size, by_time);
	close(m.fd);
	return true;
}
