/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the lines of a job's logs were written, by the job's log-times (runtime/loop/times.h): the sizes that
 * each log had, and when. A line came at the first of these times at which the log was longer than where the line
 * begins; one that nobody has noted yet at the last time at which the file was written.
 */
#ifndef HPCC_DRIVER_STORY_LOG_TIMES_H
#define HPCC_DRIVER_STORY_LOG_TIMES_H

#include "driver/jobs/jobs.h"

struct log_time {
	int64_t ms; /* since 1970 */
	uint64_t size;
};

/* Of one log. */
struct log_times {
	struct str token; /* of the service, "-" of the batch log */
	LIST(struct log_time) list;
};

/* Of the logs of a job, or of one attempt. */
struct times_of_logs {
	LIST(struct log_times) list;
};

/* `folder`: of an earlier attempt, "attempts/0/", or empty. Without a file there are no times. */
void times_of_logs_read(struct arena *a, const struct job_files *job, struct str folder,
			struct times_of_logs *times);

/* NULL when nothing was noted of that log. */
const struct log_times *log_times_find(const struct times_of_logs *times, struct str token);

/* Of the line that begins at `offset`, in seconds since 1970; `last_write` of the file is for what isn't
   noted. *at goes along with offsets that grow; it begins with 0. */
double log_times_at(const struct log_times *times, uint64_t offset, double last_write,
		    uint32_t *at);

/* Where lines begin that came at that time or later, or that came later. */
uint64_t log_times_from(const struct log_times *times, double moment);
uint64_t log_times_behind(const struct log_times *times, double moment);

#endif
