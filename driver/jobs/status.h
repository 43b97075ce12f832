/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a job: its record, its own state file, and the queue. */
#ifndef HPCC_DRIVER_JOBS_STATUS_H
#define HPCC_DRIVER_JOBS_STATUS_H

#include "driver/jobs/jobs.h"
#include "driver/cluster/slurm.h"

struct job_view {
	const struct job_files *job;
	struct slurm_job queue;       /* of Slurm jobs, when asked */
	struct slurm_jobs components; /* of a heterogeneous job, the first one first */
	struct str queue_error;       /* the queue didn't answer */
	json_t *state;                /* state.json, or NULL */
	struct str state_error;       /* why it is NULL */
	bool is_alive;                /* local jobs: its process is there */
	bool may_be_told;             /* by the accounting, which didn't answer: how it ended */
};

/* Reads the state files of jobs, or of the elements of an array; with asks_queue also asks Slurm for all
   at once, or looks at local processes. */
void job_views_read(struct invocation *inv, const struct job_list *jobs, bool asks_queue,
		    struct job_view *views);

/*
 * Reads again what changes, for views that are kept up to date for hours: `scratch` is emptied each
 * time. The queue's last answer stays until it gives another one.
 */
void job_views_reread(struct invocation *inv, struct arena *scratch, const struct job_list *jobs,
		      bool asks_queue, struct job_view *views);

/* What the queue says, for views that have their jobs and nothing else: the part of it that may take long. */
void job_views_ask(struct invocation *inv, const struct job_list *jobs, struct job_view *views);

/* Reads again, with what was asked so before; NULL: nothing was. */
void job_views_take(struct invocation *inv, struct arena *scratch, const struct job_list *jobs,
		    const struct job_view *asked, struct job_view *views);

/*
 * One word: PENDING, RUNNING, STOPPING, COMPLETED, FAILED, CANCELLED, TIMEOUT, … LOST: the job is
 * gone and nobody says how it ended. UNKNOWN: nothing is known, and Slurm couldn't be asked.
 */
struct str job_view_word(const struct job_view *view);

/* The word for all elements of an array together. */
struct str job_views_word(const struct job_view *views, size_t n);

/* What LOST means. */
#define JOB_LOST_TEXT "it is gone, and neither Slurm nor its own files say how it ended"

/* The job won't do anything any more. */
bool job_view_is_over(const struct job_view *view);
bool job_views_are_over(const struct job_view *views, size_t n);

/* The status that the job ended with; 1 when it failed without saying how. Of several that of the one that
   failed first. */
int job_view_exit(const struct job_view *view);
int job_views_exit(const struct job_view *views, size_t n);

/* Of those that have failed the one that ended first, as far as that is known; cancelled ones count where no
   other has failed. NULL: none has. */
const struct job_view *job_views_failed_first(const struct job_view *views, size_t n);

/* How long the job has run; below 0 when that isn't known. */
double job_view_seconds(const struct job_view *view);

/* The job has closed its own record. */
bool state_is_over(const json_t *state);

/* ", attempt 2" of a job that was put back into the queue and began anew; else nothing. */
struct str attempt_text(struct arena *a, const json_t *state);

/* Seconds since 1970 of a time in state.json; 0 without. */
double state_time(const json_t *object, const char *key);

/* " (last look: 404)" of a service in state.json, or an event, that has one; else nothing. */
struct str last_look_text(struct arena *a, const json_t *object);

/* "waits for store (healthy)", "restarting", "exit 3": the rest of a line about a service. */
struct str service_remark(struct arena *a, const json_t *service);

#endif
