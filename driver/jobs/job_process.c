/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The process of a local job. Its number stands in the record, and may belong to another process by
 * the time it is used: so owner, start and environment have to be those of the job.
 */
#include "driver/jobs/job_process.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <signal.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/system.h"

enum {
	MAX_ENVIRONMENT = 1 << 22,
	STAT_STATE = 3,  /* the field of /proc/PID/stat with the state, a letter */
	STAT_START = 22, /* that with the start, in ticks since the boot */
	EXEC_S = 2       /* for a process to become another program */
};

/* /proc/PID, which stays that of one process however numbers are used again. */
static int open_process(struct arena *a, pid_t pid)
{
	struct str path = str_fmt(a, "/proc/%ld", (long)pid);

	return pid > 0 ? open(path.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
}

/* A field of its stat, counted behind the name, which may hold blanks and brackets; empty without. */
static struct str read_stat(struct arena *a, int process, unsigned wanted)
{
	struct str text, why, word = STR("");

	if (!file_read_at(a, process, "stat", 1 << 16, &text, &why))
		return word;
	ptrdiff_t end = str_find_last(text, ')');
	text = end == STR_NONE ? STR("") : str_trim(str_from(text, (size_t)end + 1));
	for (unsigned field = STAT_STATE; field <= wanted; field++)
		text = str_split(text, ' ', &word);
	return word;
}

static uint64_t read_start(struct arena *a, int process)
{
	uint64_t start;

	return str_to_u64(read_stat(a, process, STAT_START), &start) ? start : 0;
}

uint64_t process_start(pid_t pid)
{
	uint64_t start = 0;
	struct arena a;
	arena_init(&a);
	int process = open_process(&a, pid);
	if (process >= 0) {
		start = read_start(&a, process);
		close(process);
	}
	arena_free(&a);
	return start;
}

/* One that has ended has no environment for good. */
static bool is_running(struct arena *a, int process)
{
	struct str state = read_stat(a, process, STAT_STATE);

	return state.len > 0 && !str_eq_c(state, "Z") && !str_eq_c(state, "X");
}

static bool has_variable(struct arena *a, int process, struct str wanted)
{
	uint64_t until = clock_ns() + EXEC_S * UINT64_C(1000000000);
	struct str text, why;

	for (;;) {
		if (!file_read_at(a, process, "environ", MAX_ENVIRONMENT, &text, &why))
			return false;
		/* While it becomes another program there is none, or the end of it is missing. */
		bool is_whole = text.len > 0 && text.ptr[text.len - 1] == '\0';
		if (is_whole || clock_ns() >= until || !is_running(a, process))
			break;
		poll(NULL, 0, 1);
	}
	struct str one;
	while (text.len > 0) {
		text = str_split(text, '\0', &one);
		if (str_eq(one, wanted))
			return true;
	}
	return false;
}

static bool is_process_of(struct arena *a, int process, const struct job_files *job)
{
	uint64_t start = json_uint(job->record, "pid_start");
	struct stat st;

	if (fstat(process, &st) != 0 || st.st_uid != geteuid())
		return false;
	/* Records of earlier versions have no start. */
	if (start > 0 && start != read_start(a, process))
		return false;
	return has_variable(a, process, str_fmt(a, "HPCC_JOB_ID=%.*s", STR_ARG(job->id)));
}

/* The process of the job, as a descriptor of /proc/PID; -1 when it is none or another one. */
static int open_job(struct arena *a, const struct job_files *job, pid_t pid)
{
	int process = open_process(a, pid);

	if (process >= 0 && !is_process_of(a, process, job)) {
		close(process);
		return -1;
	}
	return process;
}

static pid_t pid_of(const struct job_files *job)
{
	uint64_t pid = json_uint(job->record, "pid");

	return pid <= INT32_MAX ? (pid_t)pid : 0;
}

bool local_job_is_alive(const struct job_files *job)
{
	struct arena a;

	arena_init(&a);
	int process = open_job(&a, job, pid_of(job));
	arena_free(&a);
	if (process >= 0)
		close(process);
	return process >= 0;
}

bool local_job_signal(const struct job_files *job, int number)
{
	pid_t pid = pid_of(job);
	bool ok = false;

	/* The handle comes first: what is looked at while it holds a living process is that one. */
	int handle = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	struct arena a;
	arena_init(&a);
	int process = open_job(&a, job, pid);
	if (process >= 0)
		ok = (handle >= 0 ? (int)syscall(SYS_pidfd_send_signal, handle, number, NULL, 0)
				  : kill(pid, number)) == 0; /* Linux before 5.3 has no handles */
	arena_free(&a);
	if (process >= 0)
		close(process);
	if (handle >= 0)
		close(handle);
	return ok;
}
