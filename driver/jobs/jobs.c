/* SPDX-License-Identifier: Apache-2.0 */
/* Finding a job, and where it keeps its files. */
#include "driver/jobs/jobs.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/index/elsewhere.h"
#include "driver/jobs/elements.h"
#include "driver/open.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/files.gen.h"

enum {
	MAX_STATE = 256 << 20
};

const char *word_in_element(const char *word, struct str *index)
{
	size_t digits = strspn(word, "0123456789");

	if (digits == 0 || word[digits] != '/' || strchr(word + digits + 1, '/'))
		return word;
	*index = (struct str){word, digits};
	return word + digits + 1;
}

bool word_is_spec(const struct invocation *inv, const char *word)
{
	struct str name = str_c(word), index;

	return inv->command->max_words == 1 ||
	       (strchr(word, '/') && word_in_element(word, &index) == word) ||
	       str_has_suffix(name, ".yaml") || str_has_suffix(name, ".yml");
}

/* The job or the spec that the command line names. */
static const char *wanted_job(const struct invocation *inv, struct str *spec)
{
	const char *file = FIRST_TEXT(inv->options.files);
	const char *word = inv->words.n > 0 ? inv->words.items[0] : NULL;

	*spec = STR("");
	if (inv->options.job)
		return inv->options.job;
	if (word && is_job_id(word))
		return word;
	if (!file && word && word_is_spec(inv, word))
		file = word;
	if (file)
		*spec = path_absolute(inv->arena, str_c(file));
	return NULL;
}

/* A script that somebody gave to sbatch has files, but no record. */
static bool advise_of_files(struct arena *a, struct str records, const char *id)
{
	struct job_files job = {
		.root = str_fmt(a, "%.*s/%s", STR_ARG(path_folder(a, records)), id)};
	struct str why;
	int fd;

	if (!is_job_id(id) || job_open_root(a, &job, &fd, &why) != FOUND_FILE)
		return false;
	close(fd);
	advise("its files are in %.*s; records are of what 'hpcc submit' and 'hpcc up' start",
	       STR_ARG(path_shown(a, job.root)));
	return true;
}

static bool complain_no_job(struct invocation *inv, const char *id, struct str spec)
{
	struct str folder, why;
	int fd;

	if (records_find(inv->arena, &folder, &fd, &why) == FOUND_FILE)
		close(fd);
	if (id)
		complain("no job '%s' is known: there is no record of it in %.*s, nor where you "
			 "started others",
			 id, STR_ARG(folder));
	else if (spec.len > 0)
		complain("no job of '%.*s' was started from here", STR_ARG(spec));
	else
		complain("no job was started from this folder");
	if (!id || !advise_of_files(inv->arena, folder, id))
		advise("'hpcc jobs' lists what was; 'hpcc submit' and 'hpcc up' start one");
	return false;
}

bool job_find(struct invocation *inv, struct job_files *job)
{
	struct str spec;
	const char *id = wanted_job(inv, &spec);
	struct str base;
	struct str task = array_tasks(str_c(id), &base);
	struct job_list jobs = {0};
	bool is_found = false;
	if (id ? !job_load(inv, base, job, &is_found) : !jobs_load(inv, &jobs))
		return false;
	if (id && !is_found && !job_load_elsewhere(inv, base, job, &is_found))
		return false;
	/* What `hpcc run` has started is meant where there is nothing else, or where it is named. */
	for (int one_offs = 0; one_offs < 2; one_offs++)
		for (uint32_t i = jobs.list.n; i-- > 0 && !is_found;) {
			*job = jobs.list.items[i];
			is_found = (spec.len == 0 || str_eq(json_str(job->record, "spec"), spec)) &&
				   (one_offs || json_str(job->record, "one_off").len == 0);
		}
	job->task = task;
	if (is_found)
		return true;
	return complain_no_job(inv, id, spec);
}

enum found_file job_open_root(struct arena *a, const struct job_files *job, int *fd,
			      struct str *why)
{
	return trust_open(a, path_folder(a, job->root), path_base(job->root).ptr, fd, why);
}

int job_open(struct arena *a, const struct job_files *job, const char *path, struct str *why)
{
	int root;

	switch (job_open_root(a, job, &root, why)) {
	case FOUND_NOTHING:
		*why = str_fmt(a, "its folder %.*s doesn't exist", STR_ARG(job->root));
		errno = ENOENT;
		return -1;
	case FOUND_REFUSED:
		errno = EPERM;
		return -1;
	case FOUND_FILE:
		break;
	}
	int fd = open_to_read(a, root, path, OPEN_FILE, why);
	close(root);
	return fd;
}

bool job_read(struct arena *a, const struct job_files *job, const char *path, size_t limit,
	      struct str *bytes, struct str *why)
{
	int fd = job_open(a, job, path, why);

	if (fd < 0)
		return false;
	bool ok = read_to_end(a, fd, limit, bytes, why);
	close(fd);
	return ok;
}

json_t *job_state(struct invocation *inv, const struct job_files *job, struct str *why)
{
	struct arena *a = inv->arena;
	struct str text;

	if (!job_read(a, job, JOB_FILE_STATE, MAX_STATE, &text, why)) {
		int root;
		if (errno == ENOENT && job_open_root(a, job, &root, why) == FOUND_FILE) {
			close(root);
			*why = STR("it hasn't written its state yet");
		}
		return NULL;
	}
	json_error_t error;
	json_t *state = json_loadb(text.ptr, text.len, 0, &error);
	if (json_is_object(state))
		return state;
	*why = str_fmt(a, "%.*s/state.json isn't a state file (line %d: %s)", STR_ARG(job->root),
		       error.line, error.text);
	json_decref(state);
	return NULL;
}

struct str job_log_path(struct arena *a, struct str token)
{
	return str_fmt(a, JOB_FILE_LOG("%.*s"), STR_ARG(token));
}

/* What stands for one of Slurm's patterns in the name of the batch script's output; empty where
   only the job knows. */
static struct str pattern_value(const struct job_files *job, char letter)
{
	struct str base;

	array_tasks(job->id, &base);
	switch (letter) {
	case '%':
		return STR("%");
	case 'j':
	case 'J':
		return job->number;
	case 'A':
		return base;
	case 'a':
		return job->task;
	case 'x':
		return json_str(job->record, "name");
	case 'u':
		return str_c(env_or("USER", ""));
	case 's':
		return STR("batch");
	case 'n':
	case 't':
		return STR("0");
	}
	return STR("");
}

struct str job_batch_log(struct arena *a, const struct job_files *job)
{
	struct str rest = job->batch_log;
	struct buf out;

	buf_init(&out, a);
	while (rest.len > 0) {
		size_t at = 1, width = 0;

		for (; rest.ptr[0] == '%' && at < rest.len && isdigit((unsigned char)rest.ptr[at]);
		     at++)
			width = width < 10 ? width * 10 + (size_t)(rest.ptr[at] - '0') : width;
		struct str value = rest.ptr[0] == '%' && at < rest.len
					   ? pattern_value(job, rest.ptr[at])
					   : STR("");
		if (value.len == 0) {
			buf_add_byte(&out, rest.ptr[0]);
			rest = str_from(rest, 1);
			continue;
		}
		/* Slurm pads numbers, to at most ten digits. */
		width = width > 10 ? 10 : width;
		if (width > value.len && isdigit((unsigned char)value.ptr[0]))
			buf_add_repeat(&out, '0', width - value.len);
		buf_add(&out, value);
		rest = str_from(rest, at + 1);
	}
	return str_dup(a, buf_str(&out));
}

/* What the record says it holds secrets in. */
static void hide_members(json_t *record)
{
	const json_t *names = json_object_get(record, "secret_members");

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));

		if (name && json_object_get(record, name))
			json_object_set_new(record, name, json_string(REDACTED));
	}
	json_object_del(record, "secret_members");
}

json_t *job_record_shown(struct arena *a, const struct job_files *job)
{
	json_t *shown = json_copy(job->record);
	struct str batch = job_batch_log(a, job);

	json_object_set_new(shown, "batch_log", json_visible(a, batch));
	hide_members(shown);
	return shown;
}
