/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fork, put everything in order, exec.
 *
 * A script is started by vfork: to copy what describes our memory, for a child that drops it at once,
 * costs more than all the rest when there are thousands of services. Everything that takes memory is
 * done before; the child works on the stack. bash is never far, but a program that is looked for on
 * PATH may be on a file system that hangs, and a vfork waits for it; so programs are started by fork.
 */
#include "runtime/loop/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"

enum {
	SECONDS_TO_ANSWER = 5
};

static struct rlimit childrens_limit; /* of descriptors; set once, before anything is started */

void rt_raise_descriptors(uint64_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	struct rlimit more = limit;
	more.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
	if (!setrlimit(RLIMIT_NOFILE, &more))
		childrens_limit = limit;
}

void rt_reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	/* bash starts background jobs with INT and QUIT ignored, and that is inherited. */
	for (int number = 1; number < 65; number++)
		sigaction(number, &action, NULL);
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* A file without a name, readable by its owner alone. */
static int nameless_file(void)
{
	char path[] = "/tmp/hpcc-XXXXXX";
	int fd = memfd_create("hpcc", MFD_CLOEXEC);

	/* Old kernels have none, hardened ones may refuse it. */
	if (fd >= 0)
		return fd;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

/*
 * The text of a script, as a file that bash can open by /proc/self/fd. Its first
 * line closes the descriptor, so that what the script becomes does not inherit it.
 */
static int script_file(const struct rt_spawn *s)
{
	int fd = nameless_file();

	if (fd < 0)
		return -1;
	struct rt_out out;
	rt_out_open(&out, fd);
	rt_out_format(&out, "exec %d<&-\nset -euo pipefail\n", fd);
	for (int i = 0; i < RT_SCRIPT_PARTS && s->script[i]; i++) {
		rt_out_text(&out, s->script[i]);
		rt_out_text(&out, "\n");
	}
	if (rt_out_flush(&out))
		return fd;
	close(fd);
	errno = out.error;
	return -1;
}

static void connect_streams(const struct rt_spawn *s)
{
	int null = open("/dev/null", O_RDONLY);

	if (null >= 0 && null != 0) {
		dup2(null, 0);
		close(null);
	}
	if (s->output >= 0) {
		dup2(s->output, 1);
		dup2(s->output, 2);
	}
	if (s->only_out >= 0)
		dup2(s->only_out, 1);
}

extern char **environ;

static bool make_room(struct rt_variables *v)
{
	if (v->count + 1 < v->room)
		return true;
	size_t room = v->room ? 2 * v->room : 256;
	char **list = realloc(v->list, room * sizeof(*list));
	if (!list) {
		v->failed = true;
		return false;
	}
	v->list = list;
	v->room = room;
	return true;
}

static void variables_begin(struct rt_variables *v)
{
	memset(v, 0, sizeof(*v));
	for (char **at = environ; *at && make_room(v); at++)
		v->list[v->count++] = *at;
	v->ours = v->count;
}

/* Those that were set own their text; they stand behind ours. */
static void variables_end(struct rt_variables *v)
{
	for (size_t i = v->ours; i < v->count; i++)
		free(v->list[i]);
	free(v->list);
}

void rt_variable_remove(struct rt_variables *v, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < v->count;) {
		size_t hole = i;

		if (strncmp(v->list[i], name, len) != 0 || v->list[i][len] != '=') {
			i++;
			continue;
		}
		if (i < v->ours) {
			hole = --v->ours;
			v->list[i] = v->list[hole];
		} else {
			free(v->list[i]);
		}
		v->list[hole] = v->list[--v->count];
	}
}

void rt_variable_set(struct rt_variables *v, const char *name, const char *value)
{
	size_t len = strlen(name), size = len + strlen(value) + 2;

	rt_variable_remove(v, name);
	char *text = make_room(v) ? malloc(size) : NULL;
	if (!text) {
		v->failed = true;
		return;
	}
	snprintf(text, size, "%s=%s", name, value);
	v->list[v->count++] = text;
}

static void become(const struct rt_spawn *s, int script, pid_t parent, char **variables)
{
	if (s->session)
		setsid();
	else
		setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
	rt_reset_signals();
	if (childrens_limit.rlim_max)
		setrlimit(RLIMIT_NOFILE, &childrens_limit);
	connect_streams(s);
	char path[40], shell[] = "bash", *const words[] = {shell, path, NULL};
	if (s->argv) {
		execvpe(s->argv[0], (char *const *)s->argv, variables);
	} else {
		fcntl(script, F_SETFD, 0);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", script);
		execve("/bin/bash", words, variables);
	}
	rt_say("cannot start %s: %s", s->argv ? s->argv[0] : "/bin/bash", strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

static pid_t start(const struct rt_spawn *s, int script, char **variables)
{
	pid_t parent = getpid();
	pid_t pid = s->argv ? fork() : vfork();

	if (!pid)
		become(s, script, parent, variables);
	return pid;
}

pid_t rt_spawn(const struct rt_spawn *s)
{
	int script = -1;
	pid_t pid = -1;

	if (!s->argv) {
		script = script_file(s);
		if (script < 0)
			return -1;
	}
	struct rt_variables variables;
	variables_begin(&variables);
	if (s->set_variables)
		s->set_variables(&variables, s->arg);
	errno = ENOMEM;
	if (!variables.failed) {
		variables.list[variables.count] = NULL;
		pid = start(s, script, variables.list);
	}
	int saved = errno;
	variables_end(&variables);
	if (script >= 0)
		close(script);
	errno = saved;
	return pid;
}

char *rt_output_of(struct rt_pool *pool, const char *const *argv, size_t *len)
{
	struct rt_spawn s = {.argv = argv, .output = -1};
	int ends[2], status = -1;

	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	s.only_out = ends[1];
	pid_t pid = rt_spawn(&s);
	close(ends[1]);
	char *text = pid > 0 ? rt_read_fd(pool, ends[0], len) : NULL;
	close(ends[0]);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status == 0 ? text : NULL;
}

pid_t rt_ask_apart(rt_question *question, const char *about)
{
	pid_t pid = fork();

	if (pid)
		return pid;
	rt_reset_signals();
	alarm(SECONDS_TO_ANSWER); /* what it has started dies with it */
	_exit(!freopen("/dev/null", "w", stderr) || !question(about));
}

bool rt_ask(rt_question *question, const char *about)
{
	pid_t pid = rt_ask_apart(question, about);
	int status = 1;

	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return pid > 0 && !status;
}
