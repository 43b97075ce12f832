/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/enter/run_follow.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/enter/srun_lines.h"
#include "driver/interrupt.h"
#include "driver/jobs/cancel.h"
#include "driver/jobs/status.h"
#include "driver/screen/follow.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	LOOK_MS = 50,
	BATCH_LINES = 12
};
/* Between two questions to the queue: once the job says that it has ended, and before. */
#define SOON_NS  UINT64_C(1000000000)
#define LATER_NS UINT64_C(15000000000)
#define SAME_NS  UINT64_C(1000000000)

struct run {
	struct invocation *inv;
	struct job_files job;
	struct job_list one;
	struct job_view view;
	struct arena scratch;
	int log; /* -1: not there yet */
	struct srun_lines lines;
	bool has_said;
	unsigned asked; /* to end */
	uint64_t asked_at;
	int signal; /* the first one that asked */
	uint64_t next_query;
};

static void drain(struct run *r)
{
	const json_t *services = json_object_get(r->job.record, "services");
	struct str why;

	if (r->log < 0)
		r->log = job_open(
			&r->scratch, &r->job,
			job_log_path(&r->scratch, json_str(json_array_get(services, 0), "token"))
				.ptr,
			&why);
	char block[1 << 16];
	ssize_t n;
	while (r->log >= 0 && (n = read(r->log, block, sizeof(block))) > 0) {
		if (r->job.is_local)
			put_all(STDOUT_FILENO, block, (size_t)n);
		else
			srun_lines_put(&r->lines, STDOUT_FILENO, block, (size_t)n);
		r->has_said = true;
	}
}

/* A second signal ends a process at once, and leaves a job of Slurm's to itself: false then. */
static bool pass_signal(struct run *r, pid_t pid, bool is_inside)
{
	int number = interrupt_take();
	uint64_t now = clock_ns();

	/* timeout(1) sends it to us, and then to all of its group: that is one. */
	if (number == 0 || (r->asked && now - r->asked_at < SAME_NS))
		return true;
	r->asked_at = now;
	r->signal = r->signal ? r->signal : number;
	r->asked++;
	uint32_t n;
	/* srun kills its step at a TERM, and hands an INT on. */
	if (pid > 0)
		kill(r->asked < 3 ? pid : -pid, r->asked >= 3 ? SIGKILL
						: is_inside   ? SIGINT
							      : SIGTERM);
	else if (r->asked == 1)
		jobs_cancel(r->inv, &r->one, &n);
	else
		complain("job %.*s is left running; 'hpcc logs -f %.*s' shows it",
			 STR_ARG(r->job.id), STR_ARG(r->job.id));
	return pid > 0 || r->asked == 1;
}

/* Where the command never began, the script's own words say why. */
static void say_end(struct run *r, int status)
{
	if (!r->has_said && status != 0 && r->log < 0 && !r->signal) {
		struct str why;
		int fd = r->job.is_local ? job_open(&r->scratch, &r->job, JOB_FILE_BATCH_LOG, &why)
					 : -1;

		complain("the command hasn't run: job %.*s ended before", STR_ARG(r->job.id));
		print_log_tail(stderr, &r->scratch, fd, BATCH_LINES, "  | ", "");
	}
}

static int finish(struct run *r, int status)
{
	drain(r);
	srun_lines_end(&r->lines, STDOUT_FILENO);
	if (r->signal && status == 0)
		status = 128 + r->signal;
	say_end(r, status);
	if (r->log >= 0)
		close(r->log);
	arena_free(&r->scratch);
	return status;
}

static int follow_process(struct run *r, pid_t pid, bool is_inside)
{
	int status = 0;
	pid_t ended;

	while (!(ended = waitpid(pid, &status, WNOHANG)) || (ended < 0 && errno == EINTR)) {
		poll(NULL, 0, LOOK_MS);
		drain(r);
		pass_signal(r, pid, is_inside);
	}
	return finish(r, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

static bool is_over(struct run *r)
{
	uint64_t now = clock_ns();
	bool asks_queue = now >= r->next_query;

	job_views_reread(r->inv, &r->scratch, &r->one, asks_queue, &r->view);
	bool says_end = state_is_over(r->view.state);
	if (asks_queue)
		r->next_query = now + (says_end ? SOON_NS : LATER_NS);
	else if (says_end && r->next_query > now + SOON_NS)
		r->next_query = now;
	return asks_queue && job_view_is_over(&r->view);
}

static int follow_job(struct run *r)
{
	uint64_t look = 0;

	for (;;) {
		poll(NULL, 0, LOOK_MS);
		drain(r);
		if (!pass_signal(r, 0, false))
			return finish(r, 128 + r->signal);
		if (look++ % 8 != 0)
			continue;
		if (is_over(r))
			return finish(r, job_view_exit(&r->view));
	}
}

int run_follow(struct invocation *inv, const struct job_files *job, pid_t pid, bool is_inside)
{
	struct run r = {.inv = inv, .job = *job, .log = -1};

	r.one = (struct job_list){{&r.job, 1, 1}};
	arena_init(&r.scratch);
	interrupts_catch();
	if (pid > 0)
		return follow_process(&r, pid, is_inside);
	job_views_read(inv, &r.one, false, &r.view);
	return follow_job(&r);
}
