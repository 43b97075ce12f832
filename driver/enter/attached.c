/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/enter/attached.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/enter/srun_lines.h"
#include "driver/interrupt.h"
#include "driver/system.h"

enum {
	BLOCK = 1 << 16,
	LOOK_MS = 200,
	NOT_FOUND = 127
};

/* Bytes of the program on their way to a descriptor of ours. */
struct stream {
	int from, to;
	bool is_filtered;
	bool is_unread; /* nobody reads what we write any more */
	struct srun_lines lines;
};

static void end_stream(struct stream *s)
{
	srun_lines_end(&s->lines, s->to);
	close(s->from);
	s->from = -1;
}

static void take(struct stream *s)
{
	char block[BLOCK];
	ssize_t n = read(s->from, block, sizeof(block));

	if (n > 0 && s->is_filtered)
		srun_lines_put(&s->lines, s->to, block, (size_t)n);
	else if (n > 0)
		s->is_unread = !put_all(s->to, block, (size_t)n);
	else if (n == 0 || errno != EINTR)
		end_stream(s);
}

static void become(const struct attached *a, const struct stream *streams, const int *ends)
{
	static const int reset[] = {SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGPIPE};
	sigset_t none;

	for (size_t i = 0; i < sizeof(reset) / sizeof(*reset); i++)
		signal(reset[i], SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			dup2(ends[i], streams[i].to);
	for (const char *const *env = a->env; env && *env; env++)
		putenv((char *)(uintptr_t)*env);
	program_exec(a->argv);
	_exit(NOT_FOUND);
}

/* srun doesn't care for a reader that has gone: what a command has by SIGPIPE elsewhere is done to it. */
static void leave(struct stream streams[2], pid_t pid)
{
	for (int i = 0; i < 2; i++)
		if (streams[i].from >= 0)
			close(streams[i].from);
	streams[0].from = streams[1].from = -1;
	kill(pid, SIGTERM);
}

/* Passes output until there is no more of it; what asks us to end is asked of the program. */
static void pump(struct stream streams[2], pid_t pid)
{
	while (streams[0].from >= 0 || streams[1].from >= 0) {
		struct pollfd p[2] = {{streams[0].from, POLLIN, 0}, {streams[1].from, POLLIN, 0}};

		poll(p, 2, LOOK_MS);
		int number = interrupt_take();
		if (number == SIGTERM || number == SIGHUP)
			kill(pid, number);
		for (int i = 0; i < 2; i++)
			if (streams[i].from >= 0 && p[i].revents)
				take(&streams[i]);
		if (streams[0].is_unread)
			leave(streams, pid);
	}
}

static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
		int number = interrupt_take();

		if (number == SIGTERM || number == SIGHUP)
			kill(pid, number);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int attached_run(const struct attached *a)
{
	struct stream streams[2] = {{.from = -1, .to = STDOUT_FILENO},
				    {.from = -1, .to = STDERR_FILENO, .is_filtered = a->is_step}};
	int ends[2] = {-1, -1}, pair[2];

	for (int i = 0; i < 2; i++)
		if (a->is_piped || (a->is_step && i == 1)) {
			if (pipe2(pair, O_CLOEXEC) != 0)
				return -1;
			streams[i].from = pair[0];
			ends[i] = pair[1];
		}
	interrupts_catch(); /* a key's signal is the program's own affair */
	signal(SIGQUIT, SIG_IGN);
	pid_t pid = fork();
	if (pid == 0)
		become(a, streams, ends);
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
	if (pid < 0)
		return -1;
	pump(streams, pid);
	int status = reap(pid);
	return streams[0].is_unread ? 128 + SIGPIPE : status;
}
