/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of a sweep: made once, then read, and added to. */
#include "driver/sweep/sweep.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/jobs/jobs.h"
#include "driver/sweep/sweep_file.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "passes/pass.h"

enum {
	MAX_FILE = 64 << 20,
	MOST_SWEEPS = 100000
};

static struct str folder_of(struct arena *a, struct str id)
{
	return path_join(a, path_join(a, working_folder(a), STR(SWEEP_FOLDER)), id);
}

bool sweep_name(struct compilation *c)
{
	struct arena *a = c->inv->arena;
	struct plan *plan = c->unit.plan;

	if (!plan->sweep) {
		complain("'%.*s' has no sweep", STR_ARG(c->unit.path));
		advise("'hpcc explain sweep' says what one looks like");
		return false;
	}
	struct str first = plan->sweep->id.v;
	for (unsigned k = 2; k < MOST_SWEEPS; k++) {
		if (!path_exists(folder_of(a, plan->sweep->id.v).ptr))
			break;
		plan->sweep->id.v = str_fmt(a, "%.*s-%u", (int)first.len - 2, first.ptr, k);
	}
	c->unit.sweep_id = plan->sweep->id.v;
	list_trials(a, plan->sweep, plan);
	if (plan->trials.n > 0)
		return true;
	complain("the sweep has more than %d trials", SWEEP_MOST);
	advise("draw some of them: matrix: {random: N}");
	return false;
}

void sweep_take_trials(struct arena *a, const struct plan *plan, struct sweep_run *s)
{
	*s = (struct sweep_run){.id = plan->sweep->id.v};
	for (uint32_t i = 0; i < plan->trials.n; i++) {
		const struct plan_trial *from = &plan->trials.items[i];
		struct sweep_trial *t = LIST_PUSH(a, &s->trials);

		*t = (struct sweep_trial){.id = from->id.v,
					  .config = from->config.v,
					  .seed = from->seed.v,
					  .index = from->index.v,
					  .replicate = from->replicate.v};
		for (uint32_t k = 0; k < from->variables.n; k++)
			*LIST_PUSH(a, &t->variables) =
				(struct assignment){.name = from->variables.items[k].key,
						    .value = from->variables.items[k].value.v};
	}
}

bool sweep_make(struct compilation *c, enum sweep_form form, struct sweep_run *s)
{
	struct arena *a = c->inv->arena;

	sweep_take_trials(a, c->unit.plan, s);
	s->form = form;
	s->folder = folder_of(a, s->id);
	s->file = sweep_file_new(c, s);
	struct str why;
	if (!trust_make_folder(a, path_folder(a, s->folder), 2, &why)) {
		complain("can't run sweeps from here: %.*s", STR_ARG(why));
		advise("%s", trust_way_out);
		return false;
	}
	if (mkdir(s->folder.ptr, 0700) != 0) {
		complain("can't make '%.*s': %s", STR_ARG(s->folder), strerror(errno));
		if (errno == EEXIST)
			advise("another hpcc submits a sweep from here: try again");
		return false;
	}
	char *text = json_dumps(s->file, JSON_INDENT(2));
	bool is_written = text && file_put(a, path_join(a, s->folder, STR("sweep.json")).ptr,
					   str_c(text), 0600, &why);
	free(text);
	if (!is_written)
		complain("can't write '%.*s/sweep.json': %.*s", STR_ARG(s->folder), STR_ARG(why));
	return is_written && sweep_lock(c->inv, s);
}

bool sweep_lock(struct invocation *inv, const struct sweep_run *s)
{
	int fd = open(str_to_c(inv->arena, s->folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	/* It stays open until hpcc ends. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	if (fd >= 0 && (errno == ENOLCK || errno == EOPNOTSUPP || errno == ENOSYS))
		return true; /* the file system has no locks */
	if (errno == EWOULDBLOCK)
		complain("another hpcc is submitting trials of sweep %.*s", STR_ARG(s->id));
	else
		complain("can't use '%.*s': %s", STR_ARG(s->folder), strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

/* A line more in submissions.jsonl: of the trial, with one member of that name. */
static bool add_line(struct arena *a, const struct sweep_run *s, const struct sweep_trial *t,
		     const char *name, struct str value, struct str *why)
{
	struct str path = path_join(a, s->folder, STR("submissions.jsonl"));
	json_t *one = json_pack("{s:o, s:o, s:I}", "trial", json_from(t->id), name,
				json_from(value), "time", (json_int_t)time(NULL));
	char *text = one ? json_dumps(one, JSON_COMPACT) : NULL;

	json_decref(one);
	if (!text) {
		*why = STR("it isn't UTF-8");
		return false;
	}
	struct str line = str_fmt(a, "%s\n", text);
	free(text);
	int fd = open(path.ptr, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	bool is_written = fd >= 0 && write(fd, line.ptr, line.len) == (ssize_t)line.len;
	if (!is_written)
		*why = str_fmt(a, "'%.*s': %s", STR_ARG(path), strerror(errno));
	if (fd >= 0)
		close(fd);
	return is_written;
}

bool sweep_note_start(struct invocation *inv, const struct sweep_run *s,
		      const struct sweep_trial *t, struct str script)
{
	struct str why;

	if (add_line(inv->arena, s, t, "script", script, &why))
		return true;
	complain("trial %.*s isn't submitted, for that can't be noted: %.*s", STR_ARG(t->id),
		 STR_ARG(why));
	return false;
}

bool sweep_note_job(struct invocation *inv, struct sweep_run *s, struct sweep_trial *t,
		    struct str job)
{
	struct str why;
	bool is_written = add_line(inv->arena, s, t, "job", job, &why);

	if (!is_written)
		complain("job %.*s runs trial %.*s, but that can't be noted: %.*s", STR_ARG(job),
			 STR_ARG(t->id), STR_ARG(why));
	t->job = job;
	return is_written;
}

bool sweep_write_script(struct invocation *inv, const struct sweep_run *s,
			const struct sweep_trial *t, struct str script, struct str *path)
{
	struct arena *a = inv->arena;
	struct str trials = path_join(a, s->folder, STR("trials"));
	struct str folder = path_join(a, trials, t->id), why = STR("");

	*path = path_join(a, folder, STR("job.sbatch"));
	if (trust_make_folder(a, folder, 2, &why) && file_put(a, path->ptr, script, 0600, &why))
		return true;
	complain("can't write '%.*s': %.*s", STR_ARG(*path), STR_ARG(why));
	return false;
}

static void read_submissions(struct invocation *inv, struct sweep_run *s)
{
	struct arena *a = inv->arena;
	struct str text, why;
	struct map places = {0};

	if (trust_read(a, s->folder, "submissions.jsonl", MAX_FILE, &text, &why) != FOUND_FILE)
		return;
	map_reserve(&places, a, s->trials.n);
	for (uint32_t i = 0; i < s->trials.n; i++)
		map_put(&places, a, s->trials.items[i].id, i);
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		json_t *one = json_loadb(line.ptr, line.len, 0, NULL);
		uint32_t place = map_get(&places, json_str(one, "trial"));
		if (place == MAP_NONE)
			continue;
		struct sweep_trial *t = &s->trials.items[place];
		t->script = json_str(one, "script");
		t->since = json_uint(one, "time");
		if (is_job_id(json_str(one, "job").ptr))
			t->job = json_str(one, "job");
	}
}

static bool is_sweep_id(struct str id)
{
	for (size_t i = 0; i < id.len; i++)
		if (!byte_is_in(id.ptr[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789._-"))
			return false;
	return id.len > 0 && id.len < 200 && !byte_is_in(id.ptr[0], ".-");
}

/* The folder of sweeps here or above; empty without one. */
static struct str sweeps_found(struct arena *a)
{
	struct str here = working_folder(a);

	for (;;) {
		struct str path = path_join(a, here, STR(SWEEP_FOLDER));

		if (path_is_folder(path.ptr))
			return path;
		struct str above = path_folder(a, here);
		if (str_eq(above, here) || str_eq_c(here, "/"))
			return STR("");
		here = above;
	}
}

static bool read_sweep(struct invocation *inv, struct str folder, struct str id,
		       struct sweep_run *s, struct str *why)
{
	struct arena *a = inv->arena;

	*s = (struct sweep_run){.id = id, .folder = path_join(a, folder, id)};
	struct str base = path_folder(a, path_folder(a, folder));
	struct str below = str_fmt(a, SWEEP_FOLDER "/%.*s/sweep.json", STR_ARG(id));
	struct str text;
	enum found_file found = trust_read(a, base, below.ptr, MAX_FILE, &text, why);
	if (found == FOUND_NOTHING)
		*why = STR("there is none of that name");
	if (found != FOUND_FILE)
		return false;
	s->file = json_loadb(text.ptr, text.len, 0, NULL);
	if (sweep_file_take(a, s))
		return true;
	*why = STR("its sweep.json can't be understood");
	return false;
}

/* The newest of all; empty without any. */
static struct str newest(struct invocation *inv, struct str folder)
{
	struct str best = STR(""), why;
	uint64_t best_time = 0;
	DIR *dir = opendir(folder.ptr);

	for (struct dirent *e; dir && (e = readdir(dir));) {
		struct sweep_run s;
		struct str name = str_dup(inv->arena, str_c(e->d_name));
		if (!is_sweep_id(name) || !read_sweep(inv, folder, name, &s, &why))
			continue;
		uint64_t created = json_uint(s.file, "created_ns");
		if (created >= best_time) {
			best_time = created;
			best = name;
		}
	}
	if (dir)
		closedir(dir);
	return best;
}

const char *sweep_named(struct invocation *inv)
{
	const char *word = inv->words.n > 0 ? inv->words.items[0] : NULL;

	inv->words.n = 0;
	return word;
}

bool sweep_load(struct invocation *inv, const char *id, struct sweep_run *s)
{
	struct str folder = sweeps_found(inv->arena), name = id ? str_c(id) : STR("");

	if (!id && folder.len > 0)
		name = newest(inv, folder);
	if (name.len == 0) {
		complain("no sweep was submitted from here");
		advise("'hpcc sweep submit' starts one; 'hpcc sweep plan' shows what it would run");
		return false;
	}
	if (!is_sweep_id(name)) {
		complain("'%.*s' is no name of a sweep", STR_ARG(name));
		return false;
	}
	struct str why;
	if (folder.len == 0 || !read_sweep(inv, folder, name, s, &why)) {
		complain("sweep '%.*s': %.*s", STR_ARG(name),
			 STR_ARG(folder.len ? why : STR("no sweep was submitted from here")));
		return false;
	}
	read_submissions(inv, s);
	return true;
}
