/* SPDX-License-Identifier: Apache-2.0 */
/* Runs container tools in process groups of their own, and passes on what they say. */
#include "driver/images/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/system.h"

enum {
	LOOK_MS = 100,
	LONGEST_LINE = 1 << 16
};

#define GRACE_NS UINT64_C(10000000000) /* from TERM to KILL */

static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
static volatile sig_atomic_t last_signal;

static void note_signal(int number)
{
	last_signal = number;
}

void tool_signals_catch(struct tool_signals *signals)
{
	struct sigaction action = {.sa_handler = note_signal};

	last_signal = 0;
	sigset_t set;
	sigemptyset(&set);
	for (size_t i = 0; i < 3; i++) {
		sigaction(numbers[i], NULL, &signals->old[i]);
		/* What is ignored (by nohup, or in the background) stays so. */
		if (signals->old[i].sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
		sigaddset(&set, numbers[i]);
	}
	sigprocmask(SIG_UNBLOCK, &set, &signals->mask);
}

bool tool_is_interrupted(void)
{
	return last_signal != 0;
}

void tool_signals_release(const struct tool_signals *signals)
{
	sigprocmask(SIG_SETMASK, &signals->mask, NULL);
	for (size_t i = 0; i < 3; i++)
		sigaction(numbers[i], &signals->old[i], NULL);
	if (last_signal)
		raise(last_signal);
}

/* One tool that runs. */
struct child {
	const struct tool_run *run;
	const struct secret_set *hide;
	struct arena *arena;
	pid_t pid;
	int in, out;
	struct str input; /* not written yet */
	struct buf line;
	uint64_t killed_at; /* 0: it hasn't been told to end */
	int status;
	bool has_ended;
};

static void become(const struct tool_run *run, int in, int out)
{
	setpgid(0, 0);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < 3; i++)
		signal(numbers[i], SIG_DFL);
	signal(SIGPIPE, SIG_DFL);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	for (const char *const *e = run->env; e && *e; e++)
		putenv((char *)*e);
	execvp(run->argv[0], (char *const *)run->argv);
	_exit(127);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool start(struct child *c)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};

	if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || (c->pid = fork()) < 0) {
		complain("can't start '%s': %s", c->run->argv[0], strerror(errno));
		for (size_t i = 0; i < 2; i++) {
			close_fd(&in[i]);
			close_fd(&out[i]);
		}
		return false;
	}
	if (c->pid == 0)
		become(c->run, in[0], out[1]);
	setpgid(c->pid, c->pid); /* whichever of us is first */
	close(in[0]);
	close(out[1]);
	c->in = in[1];
	c->out = out[0];
	fcntl(c->in, F_SETFL, O_NONBLOCK);
	fcntl(c->out, F_SETFL, O_NONBLOCK);
	if (c->input.len == 0)
		close_fd(&c->in);
	return true;
}

static void say_line(struct child *c)
{
	if (!c->run->is_cleaning) {
		buf_add_byte(&c->line, '\n');
		print_visible(stderr,
			      secrets_redact(c->arena, c->hide, buf_str(&c->line), SECRETS_QUOTED),
			      VISIBLE_TEXT);
	}
	c->line.len = 0;
}

static void take_output(struct child *c)
{
	char block[1 << 14];
	ssize_t n;

	while (c->out >= 0 && (n = read(c->out, block, sizeof(block))) != 0) {
		if (n < 0 && errno != EINTR)
			return;
		for (ssize_t i = 0; i < n; i++) {
			if (block[i] == '\n' || c->line.len >= LONGEST_LINE)
				say_line(c);
			if (block[i] != '\n')
				buf_add_byte(&c->line, block[i]);
		}
	}
	close_fd(&c->out);
}

static void give_input(struct child *c)
{
	ssize_t n = write(c->in, c->input.ptr, c->input.len);

	if (n > 0)
		c->input = str_from(c->input, (size_t)n);
	if (c->input.len == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		close_fd(&c->in);
}

/* A tool is told once, and killed when it takes too long. */
static void end_early(struct child *c)
{
	if (c->run->is_cleaning || !tool_is_interrupted())
		return;
	if (c->killed_at == 0) {
		c->killed_at = clock_ns();
		kill(-c->pid, SIGTERM);
	} else if (clock_ns() - c->killed_at > GRACE_NS) {
		kill(-c->pid, SIGKILL);
	}
}

/* Until it has ended; what outlives it in the background may hold the pipe. */
static void attend(struct child *c)
{
	while (!c->has_ended) {
		struct pollfd fds[2] = {{c->out, POLLIN, 0}, {c->in, POLLOUT, 0}};

		end_early(c);
		if (poll(fds, 2, LOOK_MS) > 0) {
			if (fds[0].revents)
				take_output(c);
			if (fds[1].revents)
				give_input(c);
		}
		/* With its output closed there is nothing left but its end to wait for. */
		c->has_ended = waitpid(c->pid, &c->status, WNOHANG) == c->pid;
	}
	take_output(c);
	if (c->line.len > 0)
		say_line(c);
	close_fd(&c->in);
	close_fd(&c->out);
	if (c->killed_at)
		kill(-c->pid, SIGKILL); /* those of its group that didn't listen */
}

bool tool_run(struct arena *a, const struct secret_set *hide, const struct tool_run *run,
	      const char *what)
{
	struct child c = {.run = run, .hide = hide, .arena = a, .input = run->input};

	if (tool_is_interrupted() && !run->is_cleaning)
		return false;
	if (program_find(a, run->argv[0]).len == 0) {
		if (!run->is_cleaning)
			complain("%s: '%s' isn't installed here", what, run->argv[0]);
		return false;
	}
	buf_init(&c.line, a);
	fflush(stdout);
	if (!start(&c))
		return false;
	attend(&c);
	int status = WIFSIGNALED(c.status) ? 128 + WTERMSIG(c.status) : WEXITSTATUS(c.status);
	if (status != 0 && !run->is_cleaning && !tool_is_interrupted())
		complain("%s: '%s' ended with status %d", what, run->argv[0], status);
	return status == 0;
}
