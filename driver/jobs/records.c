/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The folder of records, .hpc-compose/jobs, and the records in it. What a record says is checked
 * before anybody goes by it: a record may be damaged, or made by somebody else.
 */
#include "driver/jobs/jobs.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/index/folders.h"
#include "driver/open.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/support/utf8.h"

enum {
	MAX_RECORD = 16 << 20
};

#define RECORDS ".hpc-compose/jobs"

enum found_file records_find(struct arena *a, struct str *folder, int *fd, struct str *why)
{
	return records_find_from(a, working_folder(a), folder, fd, why);
}

enum found_file records_find_from(struct arena *a, struct str here, struct str *folder, int *fd,
				  struct str *why)
{
	*folder = path_join(a, here, STR(RECORDS));
	for (;;) {
		enum found_file found = trust_open(a, here, RECORDS, fd, why);

		if (found != FOUND_NOTHING)
			*folder = path_join(a, here, STR(RECORDS));
		if (found != FOUND_NOTHING || here.len <= 1)
			return found;
		here = path_folder(a, here);
	}
}

bool is_job_id(const char *word)
{
	if (strncmp(word, "local-", 6) == 0)
		return strchr(word, '/') == NULL && strchr(word, '.') == NULL;
	if (!isdigit((unsigned char)*word))
		return false;
	return word[strspn(word, "0123456789_[]-,:")] == '\0';
}

static bool job_id_is_local(struct str id)
{
	struct str rest = str_from(id, 6);

	if (!str_has_prefix(id, "local-") || rest.len == 0 || rest.ptr[0] == '-')
		return false;
	for (size_t i = 0; i < rest.len; i++)
		if (!byte_is_in(rest.ptr[i], "0123456789-"))
			return false;
	return true;
}

static bool job_id_is_slurm(struct str id)
{
	struct str array, task = str_split(id, '_', &array);
	uint64_t number;

	if (!str_to_u64(array, &number) || number == 0)
		return false;
	return array.len == id.len || str_to_u64(task, &number);
}

/* It becomes part of an option of Slurm's commands. */
static bool is_cluster_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!isalnum((unsigned char)name.ptr[i]) && !byte_is_in(name.ptr[i], "_-."))
			return false;
	return true;
}

/* What is wrong with a record that was read; empty when nothing is. */
static struct str record_fault(struct arena *a, const struct job_files *job)
{
	struct str name = path_base(job->record_path);

	if (!json_is_object(job->record))
		return STR("it is no JSON object");
	if (!(job->is_local ? job_id_is_local(job->id) : job_id_is_slurm(job->id)))
		return str_fmt(a, "'%.*s' is no job id", STR_ARG(job->id));
	if (!str_eq(name, str_fmt(a, "%.*s.json", STR_ARG(job->id))))
		return str_fmt(a, "it is the record of job %.*s", STR_ARG(job->id));
	if (!str_has_prefix(job->root, "/") || !str_eq(path_base(job->root), job->id) ||
	    str_find(job->root, '\0') != STR_NONE ||
	    !str_eq(path_absolute(a, job->root), job->root))
		return str_fmt(a, "'%.*s' can't be the job's folder", STR_ARG(job->root));
	if (str_find(job->batch_log, '\0') != STR_NONE)
		return STR("its batch_log is no path");
	if (!is_cluster_name(job->cluster))
		return str_fmt(a, "'%.*s' is no name of a cluster", STR_ARG(job->cluster));
	return STR("");
}

bool record_load(struct invocation *inv, struct str folder, int fd, const char *name,
		 struct job_files *job)
{
	struct arena *a = inv->arena;

	*job = (struct job_files){.record_path = path_join(a, folder, str_c(name))};
	struct str text, why;

	switch (trust_read_at(a, fd, name, MAX_RECORD, &text, &why)) {
	case FOUND_NOTHING:
		return false;
	case FOUND_REFUSED:
		complain("a record is passed over: %.*s", STR_ARG(why));
		return false;
	case FOUND_FILE:
		break;
	}
	json_error_t error;
	job->record = json_loadb(text.ptr, text.len, 0, &error);
	job->id = json_str(job->record, "job_id");
	job->number = job->id;
	job->cluster = json_str(job->record, "cluster");
	job->root = json_str(job->record, "job_root");
	job->runtime_root = path_folder(a, job->root);
	job->batch_log = json_str(job->record, "batch_log");
	job->is_local = str_eq_c(json_str(job->record, "scheduler"), "local");
	job->is_array = json_is_true(json_object_get(job->record, "is_array"));
	why = record_fault(a, job);
	if (why.len == 0)
		return true;
	complain("the record '%.*s' can't be understood (%.*s); it is passed over",
		 STR_ARG(job->record_path), STR_ARG(why));
	json_decref(job->record);
	job->record = NULL;
	return false;
}

static int by_time(const void *x, const void *y)
{
	const struct job_files *a = x, *b = y;
	uint64_t ta = json_uint(a->record, "submitted_at"),
		 tb = json_uint(b->record, "submitted_at");

	if (ta != tb)
		return ta < tb ? -1 : 1;
	/* In the same second: numbers in ids count up. */
	return strverscmp(a->id.ptr, b->id.ptr);
}

static void load_all(struct invocation *inv, struct str folder, int fd, struct job_list *jobs)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		struct str name = str_c(entry->d_name);
		struct job_files job;

		if (name.ptr[0] == '.' || !str_has_suffix(name, ".json"))
			continue;
		if (record_load(inv, folder, fd, entry->d_name, &job))
			*LIST_PUSH(inv->arena, &jobs->list) = job;
	}
	if (dir)
		closedir(dir);
	else
		close(fd);
}

bool records_open(struct invocation *inv, struct str *folder, int *fd)
{
	struct str why;

	switch (records_find(inv->arena, folder, fd, &why)) {
	case FOUND_NOTHING:
		*fd = -1;
		return true;
	case FOUND_REFUSED:
		complain("records of jobs: %.*s", STR_ARG(why));
		advise("%s", trust_way_out);
		advise("to do without it, make a folder " RECORDS " of your own here");
		return false;
	case FOUND_FILE:
		break;
	}
	return true;
}

bool job_load(struct invocation *inv, struct str id, struct job_files *job, bool *is_found)
{
	struct arena *a = inv->arena;
	*is_found = false;
	struct str folder;
	int fd;
	if (!records_open(inv, &folder, &fd))
		return false;
	struct str name = str_fmt(a, "%.*s.json", STR_ARG(id));
	if (fd >= 0 && is_job_id(str_to_c(a, id)))
		*is_found = record_load(inv, folder, fd, name.ptr, job);
	if (fd >= 0)
		close(fd);
	return true;
}

bool jobs_load(struct invocation *inv, struct job_list *jobs)
{
	*jobs = (struct job_list){0};
	struct str folder;
	int fd;
	if (!records_open(inv, &folder, &fd))
		return false;
	if (fd < 0)
		return true;
	load_all(inv, folder, fd, jobs);
	if (jobs->list.n > 1)
		qsort(jobs->list.items, jobs->list.n, sizeof(*jobs->list.items), by_time);
	return true;
}

bool record_can_hold(const struct compilation *c, struct str runtime_root, struct str *why)
{
	struct arena *a = c->inv->arena;
	const struct str paths[] = {working_folder(a), runtime_root,
				    path_absolute(a, c->unit.path)};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct str rest = paths[i];
		size_t n = 1;

		while (rest.len > 0 && (n = utf8_valid_length(rest)) > 0)
			rest = str_from(rest, n);
		if (n > 0)
			continue;
		*why = str_fmt(
			a,
			"records of jobs are JSON, and the path '%.*s' isn't UTF-8: rename the "
			"folder, or work in another one",
			STR_ARG(paths[i]));
		return false;
	}
	return true;
}

bool record_make_folder(struct arena *a, struct str submit_dir, struct str *why)
{
	return trust_make_folder(a, path_join(a, submit_dir, STR(RECORDS)), 2, why);
}

bool record_write(struct arena *a, json_t *record, struct str *why)
{
	struct str folder = path_join(a, json_str(record, "submit_dir"), STR(RECORDS));
	struct str id = json_str(record, "job_id");
	char *text = json_dumps(record, JSON_INDENT(2));

	bool ok = record_make_folder(a, json_str(record, "submit_dir"), why) &&
		  file_put(a, str_fmt(a, "%.*s/%.*s.json", STR_ARG(folder), STR_ARG(id)).ptr,
			   str_fmt(a, "%s\n", text), 0600, why); /* paths may hold secrets */
	free(text);
	if (ok)
		folders_note(a, json_str(record, "submit_dir"));
	return ok;
}

bool record_update(struct arena *a, const struct job_files *job, struct str *why)
{
	struct str folder = path_folder(a, job->record_path);

	if (job->record_path.len == 0) /* it was started by this very call */
		return record_write(a, job->record, why);
	int fd;
	if (trust_open(a, path_folder(a, path_folder(a, folder)), RECORDS, &fd, why) != FOUND_FILE)
		return false;
	close(fd);
	char *text = json_dumps(job->record, JSON_INDENT(2));
	bool ok = file_put(a, job->record_path.ptr, str_fmt(a, "%s\n", text), 0600, why);
	free(text);
	return ok;
}

bool record_remove(struct arena *a, const struct job_files *job, struct str *why)
{
	struct str base = path_folder(a, path_folder(a, path_folder(a, job->record_path)));
	int fd;

	switch (trust_open(a, base, RECORDS, &fd, why)) {
	case FOUND_NOTHING:
		return true;
	case FOUND_REFUSED:
		return false;
	case FOUND_FILE:
		break;
	}
	if (unlinkat(fd, path_base(job->record_path).ptr, 0) == 0 || errno == ENOENT) {
		close(fd);
		return true;
	}
	*why = str_fmt(a, "can't remove '%.*s': %.*s", STR_ARG(job->record_path),
		       STR_ARG(error_text(a, errno)));
	close(fd);
	return false;
}
