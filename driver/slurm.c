/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of squeue, sacct and their like, and what their answers mean. */
#include "driver/slurm.h"

#include <string.h>

enum {
	DEFAULT_LIMIT = 20
};

bool slurm_call(struct invocation *inv, const char *const *argv, struct child_end *end,
		struct str *why)
{
	uint64_t asked = inv->options.timeout;
	struct child_call call = {.argv = argv};

	call.limit_s = asked > 0 && asked < 86400 ? (unsigned)asked : DEFAULT_LIMIT;
	if (child_run(inv->arena, &call, end))
		return true;
	*why = child_complaint(inv->arena, &call, end);
	return false;
}

/* "slurm-wlm 22.05.8", "slurm 23.02.7" */
bool slurm_version(struct invocation *inv, uint32_t *version)
{
	const char *argv[] = {"sinfo", "--version", NULL};
	struct child_end end;
	struct str why, rest, word;
	uint64_t major, minor;

	if (!slurm_call(inv, argv, &end, &why))
		return false;
	rest = str_split(str_trim(end.out), ' ', &word);
	rest = str_split(rest, '.', &word);
	if (!str_to_u64(word, &major) || major > 1000)
		return false;
	str_split(rest, '.', &word);
	if (!str_to_u64(word, &minor) || minor > 99)
		return false;
	*version = (uint32_t)(major * 100 + minor);
	return true;
}

static bool is_final(struct str state)
{
	static const char *const going[] = {
		"PENDING",   "RUNNING",   "SUSPENDED",    "COMPLETING",    "CONFIGURING",
		"STAGE_OUT", "SIGNALING", "REQUEUED",     "REQUEUE_HOLD",  "REQUEUE_FED",
		"RESIZING",  "STOPPED",   "SPECIAL_EXIT", "RESV_DEL_HOLD", ""};

	for (size_t i = 0; i < sizeof(going) / sizeof(*going); i++)
		if (str_eq_c(state, going[i]))
			return false;
	return true;
}

/* One line of squeue: id|state|reason|used|limit|nodes */
static void read_job(struct str line, struct slurm_job *job)
{
	struct str *const places[] = {&job->id,   &job->state, &job->reason,
				      &job->used, &job->limit, &job->nodes};

	*job = (struct slurm_job){.is_known = true};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		line = str_split(line, '|', places[i]);
		*places[i] = str_trim(*places[i]);
	}
	job->is_over = is_final(job->state);
}

bool slurm_jobs_query(struct invocation *inv, struct str ids, struct slurm_job *jobs, size_t max,
		      size_t *n, struct str *why)
{
	const char *jobs_option = str_fmt(inv->arena, "--jobs=%.*s", STR_ARG(ids)).ptr;
	const char *argv[] = {
		"squeue", "--noheader", "--states=all", jobs_option, "--format=%i|%T|%r|%M|%l|%N",
		NULL};
	struct child_end end;
	struct str rest, line;

	*n = 0;
	if (!slurm_call(inv, argv, &end, why)) {
		/* A job that left the queue long enough ago is an error to squeue. */
		return end.is_found && !end.is_late && str_contains(end.err, "nvalid job id");
	}
	for (rest = end.out; rest.len > 0 && *n < max;) {
		rest = str_split(rest, '\n', &line);
		if (line.len > 0)
			read_job(line, &jobs[(*n)++]);
	}
	return true;
}

/* Accounting remembers; where there is none, that is no error. */
static bool query_accounting(struct invocation *inv, struct str id, struct slurm_job *job)
{
	const char *jobs_option = str_fmt(inv->arena, "--jobs=%.*s", STR_ARG(id)).ptr;
	const char *argv[] = {
		"sacct",       "--noheader",
		"--parsable2", "--allocations",
		jobs_option,   "--format=JobID,State,Reason,Elapsed,Timelimit,NodeList",
		NULL};
	struct child_end end;
	struct str why, line, word;

	if (!slurm_call(inv, argv, &end, &why) || str_trim(end.out).len == 0)
		return false;
	str_split(end.out, '\n', &line);
	read_job(line, job);
	str_split(job->state, ' ', &word); /* "CANCELLED by 1000" */
	job->state = word;
	job->is_over = is_final(job->state);
	return true;
}

bool slurm_job_query(struct invocation *inv, struct str id, struct slurm_job *job, struct str *why)
{
	size_t n;

	*job = (struct slurm_job){.id = id};
	if (!slurm_jobs_query(inv, id, job, 1, &n, why))
		return false;
	if (n == 0 && !query_accounting(inv, id, job))
		*job = (struct slurm_job){.id = id};
	return true;
}
