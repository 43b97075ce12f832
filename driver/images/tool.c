/* SPDX-License-Identifier: Apache-2.0 */
/* Runs container tools in process groups of their own, and passes on what they say. */
#include "driver/images/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "driver/images/progress.h"
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
	bool goes_back; /* the last byte was a carriage return: what comes next takes the line's place */
	struct progress progress;
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
	program_exec(run->argv);
	_exit(127);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Where the tool's output is shown on a terminal, it gets one, since many tell how far they are to a terminal alone;
   else, or where there is none to be had, a pipe. */
static bool open_output(const struct child *c, int out[2])
{
	out[0] = c->progress.is_screen ? posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	if (out[0] < 0)
		return pipe2(out, O_CLOEXEC) == 0;
	char name[64];
	if (grantpt(out[0]) != 0 || unlockpt(out[0]) != 0 ||
	    ptsname_r(out[0], name, sizeof(name)) != 0 ||
	    (out[1] = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0) {
		close(out[0]);
		return pipe2(out, O_CLOEXEC) == 0;
	}
	struct termios raw;
	if (tcgetattr(out[1], &raw) == 0) {
		cfmakeraw(&raw);
		tcsetattr(out[1], TCSANOW, &raw);
	}
	struct winsize size;
	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0)
		ioctl(out[1], TIOCSWINSZ, &size);
	return true;
}

static bool start(struct child *c)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1};

	if (pipe2(in, O_CLOEXEC) != 0 || !open_output(c, out) || (c->pid = fork()) < 0) {
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
	c->goes_back = false;
	if (c->progress.is_screen)
		drop_escapes(&c->line);
	if (!c->run->is_cleaning && !progress_take(&c->progress, buf_str(&c->line))) {
		progress_clear(&c->progress);
		buf_add_byte(&c->line, '\n');
		print_visible(stderr,
			      secrets_redact(c->arena, c->hide, buf_str(&c->line), SECRETS_QUOTED),
			      VISIBLE_TEXT);
	}
	c->line.len = 0;
}

static void take_byte(struct child *c, char byte)
{
	/* What a program goes back over was never meant to stay. */
	if (c->goes_back && byte != '\n' && byte != '\r') {
		progress_take(&c->progress, buf_str(&c->line));
		c->line.len = 0;
	}
	c->goes_back = byte == '\r';
	if (byte == '\n' || c->line.len >= LONGEST_LINE)
		say_line(c);
	if (byte != '\n' && byte != '\r')
		buf_add_byte(&c->line, byte);
}

static void take_output(struct child *c)
{
	char block[1 << 14];
	ssize_t n;

	while (c->out >= 0 && (n = read(c->out, block, sizeof(block))) != 0) {
		if (n < 0 && errno == EIO) /* a terminal whose other side nobody holds */
			break;
		if (n < 0 && errno != EINTR)
			return;
		for (ssize_t i = 0; i < n; i++)
			take_byte(c, block[i]);
		/* Nothing may follow for a while. */
		if (c->goes_back)
			progress_take(&c->progress, buf_str(&c->line));
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
	progress_clear(&c->progress);
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
	if (!run->is_cleaning)
		progress_begin(&c.progress, stderr);
	fflush(stdout);
	if (!start(&c))
		return false;
	attend(&c);
	int status = WIFSIGNALED(c.status) ? 128 + WTERMSIG(c.status) : WEXITSTATUS(c.status);
	if (status != 0 && !run->is_cleaning && !tool_is_interrupted())
		complain("%s: '%s' ended with status %d", what, run->argv[0], status);
	return status == 0;
}
