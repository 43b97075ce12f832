/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Jobs that hpcc started: one record each in <submit dir>/.hpc-compose/jobs/ID.json, and what the
 * job itself writes below its root. Jobs may be gone, half-written, or from a newer version.
 */
#ifndef HPCC_DRIVER_JOBS_JOBS_H
#define HPCC_DRIVER_JOBS_JOBS_H

#include "driver/compile.h"
#include "driver/json.h"

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

/* The record of a job about to be started from the compilation. */
json_t *record_new(const struct compilation *c, struct str id, struct str root, bool is_local);
bool record_write(struct arena *a, json_t *record, struct str *why);
/* Writes the record of a job anew, where it was found. */
bool record_update(struct arena *a, const struct job_files *job, struct str *why);
bool record_remove(struct arena *a, const struct job_files *job, struct str *why);

/* Whether the paths that a record names can stand in it: those that are UTF-8. False with *why. */
bool record_can_hold(const struct compilation *c, struct str runtime_root, struct str *why);

/* Makes the folder of records; false with *why when it isn't the user's to rely on. */
bool record_make_folder(struct arena *a, struct str submit_dir, struct str *why);

/* The nearest folder of records, from the working folder upward, open in *fd when it is found. */
enum found_file records_find(struct arena *a, struct str *folder, int *fd, struct str *why);
/* The same from another folder upward. */
enum found_file records_find_from(struct arena *a, struct str here, struct str *folder, int *fd,
				  struct str *why);

/* The same for a command: *fd is -1 when there is none. False after a message. */
bool records_open(struct invocation *inv, struct str *folder, int *fd);

/* One of the records; false, after a message unless it is gone, when it can't be used. */
bool record_load(struct invocation *inv, struct str folder, int fd, const char *name,
		 struct job_files *job);

/*
 * The job that the command line names (--job or a word that looks like a job id), wherever it was started, else
 * the newest here. False after a message.
 */
bool job_find(struct invocation *inv, struct job_files *job);

/* All jobs recorded here, oldest first. False after a message when the records aren't the user's
   to rely on. */
struct job_list {
	LIST(struct job_files) list;
};
bool jobs_load(struct invocation *inv, struct job_list *jobs);
/* The job of that id alone, however many there are. False after a message of that kind. */
bool job_load(struct invocation *inv, struct str id, struct job_files *job, bool *is_found);

/* A word like 123, 123_4, 123_[1-4,8] or local-… */
bool is_job_id(const char *word);

/* A first word, no job id, names a spec: of commands that take services only one that looks like a file. */
bool word_is_spec(const struct invocation *inv, const char *word);

/* "3/worker", the service of element 3 of an array, is worker, with *index; other words are as they are. */
const char *word_in_element(const char *word, struct str *index);

/* state.json as an object, or NULL with *why when there is none yet, or it can't be understood. */
json_t *job_state(struct invocation *inv, const struct job_files *job, struct str *why);

/* Opens a regular file of the job by its path below the root, in which links may lead to the newest
   attempt. -1 with *why and errno: ENOENT is none there, EPERM a root that is somebody else's. */
int job_open(struct arena *a, const struct job_files *job, const char *path, struct str *why);
bool job_read(struct arena *a, const struct job_files *job, const char *path, size_t limit,
	      struct str *bytes, struct str *why);

/* The root itself; one that is somebody else's is FOUND_REFUSED. */
enum found_file job_open_root(struct arena *a, const struct job_files *job, int *fd,
			      struct str *why);

/* The path of a service's log below the root; the batch log, absolute. */
struct str job_log_path(struct arena *a, struct str token);
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
