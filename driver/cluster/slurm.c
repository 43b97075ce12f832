/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of squeue, sacct and their like, and what their answers mean. */
#include "driver/cluster/slurm.h"

#include <stdlib.h>
#include <string.h>

#include "driver/jobs/indices.h"
#include "ir/grammar/grammar.h"

enum {
	DEFAULT_LIMIT = 20,
	MAX_ASKED = 500, /* ids in one call: an argument may have 128 KiB */
};

/* What the user's profile may say to Slurm's commands would leave jobs out of an answer, ask back
   where nobody can answer, or shorten a list of elements. A name alone is taken away. */
static const char *const plain_environment[] = {"SLURM_BITSTR_LEN=0",
						"SQUEUE_ACCOUNT",
						"SQUEUE_LICENSES",
						"SQUEUE_NAMES",
						"SQUEUE_PARTITION",
						"SQUEUE_QOS",
						"SQUEUE_USERS",
						"SCANCEL_ACCOUNT",
						"SCANCEL_BATCH",
						"SCANCEL_FULL",
						"SCANCEL_HURRY",
						"SCANCEL_INTERACTIVE",
						"SCANCEL_NAME",
						"SCANCEL_PARTITION",
						"SCANCEL_QOS",
						"SCANCEL_STATE",
						"SCANCEL_USER",
						"SCANCEL_VERBOSE",
						NULL};

bool slurm_call(struct invocation *inv, const char *const *argv, struct child_end *end,
		struct str *why)
{
	return slurm_call_with(inv, argv, STR(""), end, why);
}

bool slurm_call_with(struct invocation *inv, const char *const *argv, struct str input,
		     struct child_end *end, struct str *why)
{
	uint64_t asked = inv->options.timeout;
	struct child_call call = {
		.argv = argv, .env = plain_environment, .is_interruptible = true, .input = input};

	call.limit_s = asked > 0 && asked < 86400 ? (unsigned)asked : DEFAULT_LIMIT;
	if (child_run(inv->arena, &call, end))
		return true;
	*why = child_complaint(inv->arena, &call, end);
	return false;
}

const char *slurm_cluster_option(struct invocation *inv, struct str cluster)
{
	return cluster.len > 0 ? str_fmt(inv->arena, "--clusters=%.*s", STR_ARG(cluster)).ptr
			       : NULL;
}

/* "slurm-wlm 22.05.8", "slurm 23.02.7" */
bool slurm_version(struct invocation *inv, uint32_t *version)
{
	const char *argv[] = {"sinfo", "--version", NULL};
	struct child_end end;
	struct str why;

	if (!slurm_call(inv, argv, &end, &why))
		return false;
	struct str word;
	return grammar_release(str_split(str_trim(end.out), ' ', &word), version);
}

struct str slurm_config_value(struct str printed, const char *key)
{
	struct str line, name;

	while (printed.len > 0) {
		printed = str_split(printed, '\n', &line);
		struct str value = str_trim(str_split(line, '=', &name));
		if (str_eq_c(str_trim(name), key))
			return str_eq_c(value, "(null)") ? STR("") : value;
	}
	return STR("");
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

/* One line: id|number|state|reason|used|limit|nodes|start. False for headings and banners. */
static bool read_job(struct str line, struct slurm_job *job)
{
	struct str *const places[] = {&job->id,   &job->number, &job->state, &job->reason,
				      &job->used, &job->limit,  &job->nodes, &job->start};

	*job = (struct slurm_job){.is_known = true};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		line = str_split(line, '|', places[i]);
		*places[i] = str_trim(*places[i]);
	}
	struct str word;
	/* The first component of a heterogeneous job is what the job is known as. */
	if (str_has_suffix(job->id, "+0"))
		job->id = str_slice(job->id, 0, job->id.len - 2);
	str_split(job->state, ' ', &word); /* "CANCELLED by 1000" */
	job->state = word;
	job->is_over = is_final(job->state);
	return job->id.len > 0 && job->id.ptr[0] >= '0' && job->id.ptr[0] <= '9' &&
	       job->state.len > 0;
}

static int by_id(const void *x, const void *y)
{
	const struct slurm_job *a = x, *b = y;

	return str_cmp(a->id, b->id);
}

static void sort(struct slurm_jobs *jobs)
{
	if (jobs->list.n > 1)
		qsort(jobs->list.items, jobs->list.n, sizeof(*jobs->list.items), by_id);
}

const struct slurm_job *slurm_jobs_find(const struct slurm_jobs *jobs, struct str id)
{
	struct slurm_job key = {.id = id};

	return jobs->list.n == 0 ? NULL
				 : bsearch(&key, jobs->list.items, jobs->list.n,
					   sizeof(*jobs->list.items), by_id);
}

/* "--jobs=1,2,3" of the ids from `from` on; *next is the first that found no place. Of more than fit
   into one argument, all jobs of their users. */
static const char *jobs_option(struct invocation *inv, const struct slurm_question *q, size_t from,
			       size_t *next)
{
	if (q->n > MAX_ASKED && q->users.len > 0) {
		*next = q->n;
		return str_fmt(inv->arena, "--user=%.*s", STR_ARG(q->users)).ptr;
	}
	struct buf out;
	buf_init(&out, inv->arena);
	buf_add_c(&out, "--jobs=");
	for (*next = from; *next < q->n && *next < from + MAX_ASKED; ++*next)
		buf_add_fmt(&out, "%s%.*s", *next > from ? "," : "", STR_ARG(q->ids[*next]));
	return str_to_c(inv->arena, buf_str(&out));
}

/* A job, or for elements that go by one line each of them. */
static void add_job(struct invocation *inv, struct slurm_job job, const struct slurm_jobs *known,
		    struct slurm_jobs *jobs)
{
	struct str base, tasks = array_tasks(job.id, &base);
	struct indices indices;

	if (!str_has_suffix(job.id, "]") || !indices_read(inv->arena, tasks, &indices)) {
		if (!slurm_jobs_find(known, job.id))
			*LIST_PUSH(inv->arena, &jobs->list) = job;
		return;
	}
	for (uint32_t i = 0; i < indices.list.n; i++) {
		job.id = str_fmt(inv->arena, "%.*s_%u", STR_ARG(base), indices.list.items[i]);
		if (!slurm_jobs_find(known, job.id))
			*LIST_PUSH(inv->arena, &jobs->list) = job;
	}
}

/* What one line after another says of jobs that aren't there yet. */
static void add_jobs(struct invocation *inv, struct str printed, struct slurm_jobs *jobs,
		     bool is_remembered)
{
	struct slurm_jobs known = *jobs;
	struct slurm_job job;
	struct str line;

	while (printed.len > 0) {
		printed = str_split(printed, '\n', &line);
		if (!read_job(line, &job))
			continue;
		if (is_remembered) {
			/* The queue is right: it is over, whatever the accounting missed. */
			if (!job.is_over)
				job.state = STR("");
			job.is_over = job.is_forgotten = true;
			job.is_known = job.state.len > 0;
		}
		add_job(inv, job, &known, jobs);
	}
	sort(jobs);
}

static bool is_about_ids(const struct child_end *end)
{
	return end->is_found && !end->is_late && !end->is_interrupted &&
	       str_contains(end->err, "nvalid job id");
}

bool slurm_ask_queue(struct invocation *inv, const struct slurm_question *q,
		     struct slurm_jobs *jobs, struct str *why)
{
	*jobs = (struct slurm_jobs){0};
	*why = STR("");
	for (size_t from = 0, next = 0; from < q->n; from = next) {
		const char *argv[] = {"squeue",
				      "--noheader",
				      "--states=all",
				      "--array",
				      jobs_option(inv, q, from, &next),
				      "--format=%i|%A|%T|%r|%M|%l|%N|%S",
				      slurm_cluster_option(inv, q->cluster),
				      NULL};
		struct child_end end;
		struct str complaint;

		/* Of one job alone that left the queue long ago squeue says that its id is wrong.
		   That is an answer. */
		if (slurm_call(inv, argv, &end, &complaint) || is_about_ids(&end)) {
			add_jobs(inv, end.out, jobs, false);
			continue;
		}
		*why = complaint;
		return false;
	}
	return true;
}

/* A cluster without accounting has answered, too. */
static bool has_no_accounting(const struct child_end *end)
{
	return !end->is_found || str_contains(end->err, "accounting storage is disabled");
}

bool slurm_ask_accounting(struct invocation *inv, const struct slurm_question *q,
			  struct slurm_jobs *jobs)
{
	for (size_t from = 0, next = 0; from < q->n; from = next) {
		const char *argv[] = {
			"sacct",
			"--noheader",
			"--parsable2",
			"--allocations",
			jobs_option(inv, q, from, &next),
			"--format=JobID,JobIDRaw,State,Reason,Elapsed,Timelimit,NodeList",
			slurm_cluster_option(inv, q->cluster),
			NULL};
		struct child_end end;
		struct str why;

		if (!slurm_call(inv, argv, &end, &why))
			return has_no_accounting(&end);
		add_jobs(inv, end.out, jobs, true);
	}
	return true;
}

void slurm_jobs_of_script(struct invocation *inv, struct str script, struct slurm_jobs *jobs)
{
	const char *argv[] = {"squeue", "--noheader", "--states=all", "--format=%A|%A|%o", NULL};

	*jobs = (struct slurm_jobs){0};
	struct child_end end;
	struct str why;
	if (!slurm_call(inv, argv, &end, &why))
		return;
	struct slurm_job job;
	struct str line;
	while (end.out.len > 0) {
		end.out = str_split(end.out, '\n', &line);
		/* The command stands where the state does. */
		if (str_contains(line, str_to_c(inv->arena, script)) && read_job(line, &job) &&
		    !slurm_jobs_find(jobs, job.id))
			*LIST_PUSH(inv->arena, &jobs->list) = job;
		sort(jobs);
	}
}

bool slurm_read_id(struct arena *a, struct str printed, struct str *id, struct str *cluster)
{
	bool is_found = false;
	struct str line, word;
	uint64_t number;

	while (printed.len > 0) {
		printed = str_split(printed, '\n', &line);
		struct str rest = str_split(str_trim(line), ';', &word);
		if (!str_to_u64(word, &number) || number == 0 ||
		    rest.len + word.len + (rest.len > 0) != str_trim(line).len)
			continue;
		*id = str_dup(a, word);
		*cluster = str_dup(a, rest);
		is_found = true;
	}
	return is_found;
}
