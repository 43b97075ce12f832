/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The logs of a job, and which of their lines are wanted: the last ones, those of some time, those that match. They
 * are told log after log, or in the order of their times, and as they come.
 */
#ifndef HPCC_DRIVER_STORY_JOB_LOGS_H
#define HPCC_DRIVER_STORY_JOB_LOGS_H

#include <regex.h>

#include "driver/jobs/jobs.h"
#include "driver/screen/log_lines.h"
#include "driver/story/log_reader.h"
#include "driver/story/log_times.h"

struct log_choice {
	double since, until; /* seconds since 1970; 0: not asked for */
	uint64_t last;       /* so many lines of each; UINT64_MAX: all */
	const char *grep;    /* a POSIX ERE, or NULL */
	regex_t pattern;
	bool shows_times, is_merged;
	bool has_earlier; /* attempts before the newest one, too */
};

enum {
	LOG_FILES_BEFORE =
		4 /* so many that were renamed are read on, beside the one that has the name */
};

/* The file beside a log whose name has a .1 behind it, where one is. */
struct log_copy {
	uint64_t inode;
	int64_t written; /* ns */
};

/* The only lines that are wanted, before what comes: where they begin. */
struct log_picks {
	LIST(uint64_t) list;
	uint32_t first, n; /* the oldest in the list; so many were told */
	uint64_t go_on_at; /* then */
};

struct job_log {
	struct str name; /* of the service, or "batch" */
	const struct job_files *part;
	struct str folder; /* of an earlier attempt, or empty */
	struct str token;  /* of the service, or empty */
	struct str path;   /* below the job's root; the batch log's is absolute */
	bool is_located;   /* an element of an array has no folder before it begins */
	bool is_refused;   /* what is there is no file; that was said */
	bool is_live;      /* it is read as it grows: what isn't noted came just now */
	struct log_reader reader;
	bool is_old; /* the file has another name by now; it may still be written to */
	struct job_log *before[LOG_FILES_BEFORE]; /* such files */
	uint32_t n_before;
	struct log_copy copy;
	const struct log_times *times;
	uint32_t times_at;
	double last_write; /* to the file */
	uint64_t limit;    /* no line behind it is wanted */
	struct log_line *line;
	struct log_picks picks;
	bool has_item;  /* the next one to be told */
	bool is_wanted; /* the line that has begun */
	double time;    /* of the line; 0: not known */
	struct log_item item;
};

struct job_logs {
	struct invocation *inv;
	const struct job_files *job;
	const struct job_list *parts;
	struct log_choice choice;
	struct log_writer out;
	LIST(struct job_log *) list;
};

/* The logs that the command line wants, with the names in front of their lines. */
void job_logs_list(struct job_logs *logs);

/* Opens those that are there, and goes to the first line of each that is wanted. */
void job_logs_open(struct job_logs *logs);

/* Tells the lines that are there. What has no end yet is told when nothing more `comes`. */
void job_logs_pour(struct job_logs *logs, bool comes);

/* Looks for logs that have come, grown, been cut off or replaced (log_rotation.c). */
void job_logs_look(struct job_logs *logs);

/* The file of a log, or one with something behind its name; -1 with *why and errno. */
int job_log_file(const struct job_logs *logs, const struct job_log *log, const char *behind,
		 struct str *why);
/* Opens the file of a log, if there is one. */
bool job_log_open(const struct job_logs *logs, struct job_log *log);
void job_log_locate(const struct job_logs *logs, struct job_log *log);
/* Tells what is left of a log below `limit`, as if nothing more came. */
void job_log_finish(struct job_logs *logs, struct job_log *log, uint64_t limit);
/* When the file was written last, in seconds since 1970. */
double file_written(int fd);

#endif
