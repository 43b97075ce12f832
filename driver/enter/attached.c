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

#include "driver/interrupt.h"

enum {
	BLOCK = 1 << 16,
	HELD_MAX = 512, /* of a line that may be srun's word on the status */
	LOOK_MS = 200,
	NOT_FOUND = 127
};

/* Bytes of the program on their way to a descriptor of ours. */
struct stream {
	int from, to;
	bool is_filtered, is_inside; /* inside of a line that has been let through */
	size_t held;
	char line[HELD_MAX];
};

void put_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return;
		if (done > 0) {
			bytes += done;
			n -= (size_t)done;
		}
	}
}

/* "srun: error: n1: task 0: Exited with exit code 3\n" */
static bool is_of_status(const char *line, size_t n)
{
	static const char start[] = "srun: error: ", end[] = ": task 0: Exited with exit code ";
	const char *found = n > sizeof(start) && memcmp(line, start, strlen(start)) == 0
				    ? memmem(line, n, end, strlen(end))
				    : NULL;

	if (!found)
		return false;
	found += strlen(end);
	while (found < line + n && *found >= '0' && *found <= '9')
		found++;
	return *found == '\n' || *found == '\r'; /* in a terminal "\r\n" */
}

static bool may_be_of_srun(const char *line, size_t n)
{
	static const char start[] = "srun: error: ";

	return memcmp(line, start, n < strlen(start) ? n : strlen(start)) == 0;
}

static void filter_byte(struct stream *s, char byte)
{
	if (s->is_inside) {
		put_all(s->to, &byte, 1);
		s->is_inside = byte != '\n';
		return;
	}
	s->line[s->held++] = byte;
	if (byte == '\n') {
		if (!is_of_status(s->line, s->held))
			put_all(s->to, s->line, s->held);
		s->held = 0;
	} else if (s->held == HELD_MAX || !may_be_of_srun(s->line, s->held)) {
		put_all(s->to, s->line, s->held);
		s->held = 0;
		s->is_inside = true;
	}
}

/* Lines that nobody would take for srun's go as they come. */
static void filter(struct stream *s, const char *bytes, size_t n)
{
	while (n > 0) {
		const char *end = s->is_inside ? memchr(bytes, '\n', n) : NULL;
		size_t len = end ? (size_t)(end - bytes) : s->is_inside ? n : 0;

		put_all(s->to, bytes, len);
		bytes += len;
		n -= len;
		if (n > 0) {
			filter_byte(s, *bytes++);
			n--;
		}
	}
}

static void end_stream(struct stream *s)
{
	put_all(s->to, s->line, s->held);
	s->held = 0;
	close(s->from);
	s->from = -1;
}

static void take(struct stream *s)
{
	char block[BLOCK];
	ssize_t n = read(s->from, block, sizeof(block));

	if (n > 0 && s->is_filtered)
		filter(s, block, (size_t)n);
	else if (n > 0)
		put_all(s->to, block, (size_t)n);
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
	execvp(a->argv[0], (char *const *)(uintptr_t)a->argv);
	_exit(NOT_FOUND);
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
	return reap(pid);
}
