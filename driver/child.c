/* SPDX-License-Identifier: Apache-2.0 */
/* Running other programs: a pipe each for input, output and errors, and one clock. */
#include "driver/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/interrupt.h"
#include "driver/system.h"

enum {
	NOT_FOUND = 127,
	NO_FOLDER = 126,
	LOOK_MS = 200, /* for a signal that came just before we wait */
	MAX_OUTPUT = 64 << 20
};

static void set_environment(const char *const *env)
{
	for (; env && *env; env++)
		putenv((char *)*env);
}

static void become(const struct child_call *call)
{
	signal(SIGPIPE, SIG_DFL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL); /* what is held back from us isn't from others */
	if (call->folder && chdir(call->folder) != 0)
		_exit(NO_FOLDER);
	set_environment(call->env);
	program_exec(call->argv);
	_exit(NOT_FOUND);
}

struct pipes {
	int in[2], out[2], err[2];
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static bool open_pipes(const struct child_call *call, struct pipes *p)
{
	*p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
	if (call->input.ptr ? pipe2(p->in, O_CLOEXEC) != 0
			    : (p->in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	if (call->shows_output)
		return true;
	return pipe2(p->out, O_CLOEXEC) == 0 && pipe2(p->err, O_CLOEXEC) == 0;
}

static pid_t start(const struct child_call *call, struct pipes *p)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	if (!call->shows_output)
		setpgid(0, 0); /* so that a time limit ends its children too */
	dup2(p->in[0], STDIN_FILENO);
	dup2(p->out[1] >= 0 ? p->out[1] : STDERR_FILENO, STDOUT_FILENO);
	if (p->err[1] >= 0)
		dup2(p->err[1], STDERR_FILENO);
	become(call);
	return -1;
}

/* Takes what is there; closes at the end. */
static void take_output(int *fd, struct buf *text)
{
	char block[1 << 16];
	ssize_t n = read(*fd, block, sizeof(block));

	if (n > 0 && text->len < MAX_OUTPUT)
		buf_add(text, (struct str){block, (size_t)n});
	else if (n == 0 || (n < 0 && errno != EINTR))
		close_fd(fd);
}

static void give_input(int *fd, struct str *rest)
{
	ssize_t n = write(*fd, rest->ptr, rest->len);

	if (n >= 0)
		*rest = str_from(*rest, (size_t)n);
	if (rest->len == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		close_fd(fd);
}

/* Milliseconds to wait for data; 0 when it's too late. */
static int wait_ms(const struct child_call *call, uint64_t until)
{
	uint64_t now = clock_ns();
	int ms = call->is_interruptible ? LOOK_MS : -1;

	if (until && now >= until)
		return 0;
	if (until && (ms < 0 || (until - now) / 1000000 < (uint64_t)ms))
		ms = (int)((until - now) / 1000000) + 1;
	return ms;
}

/* Passes data until both outputs are closed. False when it has to be ended before. */
static bool pump(struct pipes *p, const struct child_call *call, struct buf *out, struct buf *err,
		 uint64_t until)
{
	struct str input = call->input;

	while (p->out[0] >= 0 || p->err[0] >= 0) {
		struct pollfd fds[3] = {
			{p->out[0], POLLIN, 0}, {p->err[0], POLLIN, 0}, {p->in[1], POLLOUT, 0}};
		int ms = wait_ms(call, until);

		if (ms == 0 || (call->is_interruptible && interrupt_is_noted()))
			return false;
		if (poll(fds, 3, ms) <= 0)
			continue;
		if (fds[0].revents)
			take_output(&p->out[0], out);
		if (fds[1].revents)
			take_output(&p->err[0], err);
		if (fds[2].revents)
			give_input(&p->in[1], &input);
	}
	return true;
}

static int reap(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

bool child_run(struct arena *a, const struct child_call *call, struct child_end *end)
{
	uint64_t until = call->limit_s ? clock_ns() + call->limit_s * UINT64_C(1000000000) : 0;

	*end = (struct child_end){.status = NOT_FOUND};
	end->is_found = program_find(a, call->argv[0]).len > 0;
	struct pipes p;
	if (!end->is_found || !open_pipes(call, &p))
		return false;
	struct buf out;
	buf_init(&out, a);
	struct buf err;
	buf_init(&err, a);
	fflush(stdout);
	pid_t pid = start(call, &p);
	close_fd(&p.in[0]);
	close_fd(&p.out[1]);
	close_fd(&p.err[1]);
	if (p.in[1] >= 0)
		fcntl(p.in[1], F_SETFL, O_NONBLOCK);
	if (!pump(&p, call, &out, &err, until)) {
		end->is_interrupted = call->is_interruptible && interrupt_is_noted();
		end->is_late = !end->is_interrupted;
		kill(-pid, SIGKILL);
	}
	close_fd(&p.in[1]);
	close_fd(&p.out[0]);
	close_fd(&p.err[0]);
	end->status = reap(pid);
	end->out = str_dup(a, buf_str(&out));
	end->err = str_dup(a, buf_str(&err));
	return end->status == 0 && !end->is_late && !end->is_interrupted;
}

struct str child_complaint(struct arena *a, const struct child_call *call,
			   const struct child_end *end)
{
	struct str said = str_trim(end->err);

	if (!end->is_found)
		return str_fmt(a, "'%s' isn't installed here (it is not on PATH)", call->argv[0]);
	if (end->is_interrupted)
		return str_fmt(a, "'%s' was ended by a signal to hpcc", call->argv[0]);
	if (end->is_late)
		return str_fmt(a, "'%s' didn't answer within %u s", call->argv[0], call->limit_s);
	if (said.len == 0)
		said = str_trim(end->out);
	if (said.len > 0)
		return said;
	return str_fmt(a, "'%s' ended with status %d", call->argv[0], end->status);
}

pid_t child_start(const struct child_call *call, const char *log, bool dies_with_us)
{
	pid_t parent = getpid(), pid = fork();

	if (pid != 0)
		return pid;
	setsid();
	if (dies_with_us) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(NOT_FOUND);
	}
	int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (fd < 0)
		_exit(NOT_FOUND);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		dup2(fd, STDIN_FILENO);
	become(call);
	return -1;
}
