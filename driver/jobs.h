/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs that hpcc started: one record each in <submit dir>/.hpc-compose/jobs/ID.json, and what the
 * job itself writes below its root. Jobs may be gone, half-written, or from a newer version.
 */
#ifndef HPCC_DRIVER_JOBS_H
#define HPCC_DRIVER_JOBS_H

#include <jansson.h>

#include "driver/compile.h"

struct job_files {
	struct str id;
	struct str number;  /* Slurm's own; of an array's element: empty until it has begun */
	struct str task;    /* index of an element; of an array: which elements are meant, or all */
	struct str cluster; /* of several, where sbatch named one */
	json_t *record;
	struct str record_path;
	struct str runtime_root; /* absolute */
	struct str root;         /* <runtime root>/<number> */
	struct str batch_log;    /* with Slurm's patterns; see job_batch_log */
	bool is_local;
	bool is_array;
};

/* Text of a member, or "" */
struct str json_str(const json_t *object, const char *key);
uint64_t json_uint(const json_t *object, const char *key);

/* The record of a job about to be started from the compilation. */
json_t *record_new(const struct compilation *c, struct str id, struct str root, bool is_local);
bool record_write(struct arena *a, json_t *record, struct str *why);

/*
 * The job that the command line names (--job or a word that looks like a job id), else the newest
 * here. False after a message.
 */
bool job_find(struct invocation *inv, struct job_files *job);

/* All jobs recorded here, oldest first. */
struct job_list {
	LIST(struct job_files) list;
};
void jobs_load(struct invocation *inv, struct job_list *jobs);

/* A word like 123, 123_4, 123_[1-4,8] or local-… */
bool is_job_id(const char *word);

/* state.json as an object, or NULL with *why when there is none yet, or it can't be understood. */
json_t *job_state(struct invocation *inv, const struct job_files *job, struct str *why);

/* The folder that holds state.json and logs/: the root, or links in it to the newest attempt. */
struct str job_log_path(struct arena *a, const struct job_files *job, struct str log);
struct str job_batch_log(struct arena *a, const struct job_files *job);

/* The record for programs: with the batch log's real name. */
json_t *job_record_shown(struct arena *a, const struct job_files *job);

/* A path of a plan on this machine, absolute. */
struct str plan_path_here(struct arena *a, const struct compilation *c,
			  const struct plan_path *path);
/* The same for people: <redacted> where a secret is part of it. */
struct str plan_path_shown(struct arena *a, const struct compilation *c,
			   const struct plan_path *path);

#endif
