/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `enter`: a command where a service runs, in its container, with its environment and in its folder.
 *
 *	hpcc-rt enter --job 4711 --program JOB_DIR/bin/hpcc-rt --service worker [--task 3] -- ls -l
 *
 * The service's shim stands in all of this itself, so it is what is looked for: a process of this user that
 * is `hpcc-rt step`, started for this job, this service and this task. Which job that is its environment says under
 * Slurm; each job has a copy of the program, too, and what runs that copy belongs to it. The shim's environment is made anew from what the
 * shim was given, in the same way; the command's own may be written over (redis, postgres and nginx put their
 * titles there). The command ends with the service, as in Docker.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/processes.h"
#include "runtime/loop/spawn.h"
#include "runtime/step/enter.h"
#include "runtime/step/step_look.h"
#include "runtime/step/step_tree.h"
#include "runtime/step/step_words.h"
#include "runtime/verbs.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

enum {
	LOOK_MS = 500,   /* at a shim of which the kernel doesn't tell when it ends */
	GRACE_MS = 3000, /* for the command, once the service has ended */
	PATH_ROOM = 64
};

/* Of the shim alone, or of the launcher that has started it: the command isn't one of its tasks. */
static const char *const not_passed[] = {"HPCC_MARK", "HPCC_SIGNALLED", "HPCC_WIRE",
					 "PMI_FD",    "PMIX_RANK",      "PMIX_NAMESPACE"};

struct enter {
	const char *job, *service, *task;
	const char *program;           /* the job's own copy, or NULL */
	struct stat copy;              /* what that is */
	char of_job[128], of_task[64]; /* variables that the shim has */
	struct rt_pool pool;
	struct rt_process shim; /* the best that was found; pid 0: none */
	unsigned long launch;
	int process; /* the shim's folder of /proc */
	int ends;    /* becomes readable when it ends; -1: the kernel has no such thing */
	bool has_tty; /* the command shares our terminal and our group: keys reach it by themselves */
};

static char *read_of(struct enter *e, const char *name, size_t *len)
{
	int fd = openat(e->process, name, O_RDONLY | O_CLOEXEC);
	char *text = fd < 0 ? NULL : rt_read_fd(&e->pool, fd, len);

	if (fd >= 0)
		close(fd);
	return text;
}

/* The launch of which a process with this environment is a shim: HPCC_MARK=worker.3. -1: of none of ours. */
static long launch_in(const struct enter *e, const char *text, size_t len)
{
	static const char name[] = "HPCC_MARK=";
	size_t service = strlen(e->service);

	for (const char *at = text; at < text + len; at += strlen(at) + 1) {
		const char *mark = at + strlen(name);

		if (strncmp(at, name, strlen(name)) != 0)
			continue;
		if (strncmp(mark, e->service, service) || mark[service] != '.')
			return -1;
		char *end;
		long launch = strtol(mark + service + 1, &end, 10);
		return *end ? -1 : launch; /* service worker.3 has worker.3.0 */
	}
	return -1;
}

static bool is_of_job(const struct enter *e, pid_t pid)
{
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "/proc/%ld/exe", (long)pid);
	struct stat st;
	return rt_process_has_variable(pid, e->of_job) ||
	       (e->copy.st_ino && !stat(path, &st) && st.st_ino == e->copy.st_ino &&
		st.st_dev == e->copy.st_dev);
}

static bool is_of_task(const struct enter *e, pid_t pid)
{
	return rt_process_has_variable(pid, e->of_task) ||
	       (!strcmp(e->task, "0") && !rt_process_has_variable(pid, "SLURM_PROCID="));
}

static void look_at(pid_t pid, void *arg)
{
	struct enter *e = arg;
	char path[PATH_ROOM];

	snprintf(path, sizeof(path), "/proc/%ld", (long)pid);
	struct stat st;
	if (stat(path, &st) || st.st_uid != geteuid() || !rt_process_has_word(pid, 1, "step") ||
	    !is_of_job(e, pid) || !is_of_task(e, pid))
		return;
	struct rt_process p;
	size_t len;
	e->process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char *text = e->process < 0 ? NULL : read_of(e, "environ", &len);
	long launch = text ? launch_in(e, text, len) : -1;
	if (e->process >= 0)
		close(e->process);
	/* What the shim has forked is the same for a moment, and younger. */
	if (launch < 0 || !rt_process_read(pid, &p) || p.is_dead ||
	    (e->shim.pid && ((unsigned long)launch < e->launch ||
			     ((unsigned long)launch == e->launch && p.start >= e->shim.start))))
		return;
	e->shim = p;
	e->launch = (unsigned long)launch;
}

static bool find_shim(struct enter *e)
{
	rt_each_process(look_at, e);
	if (!e->shim.pid) {
		rt_say("enter: service '%s' has no task %s of yours that runs on this node",
		       e->service, e->task);
		return false;
	}
	char path[PATH_ROOM];
	snprintf(path, sizeof(path), "/proc/%ld", (long)e->shim.pid);
	e->process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	e->ends = (int)syscall(SYS_pidfd_open, e->shim.pid, 0);
	struct rt_process again;
	if (e->process >= 0 && rt_process_read(e->shim.pid, &again) &&
	    rt_process_is_same(&e->shim, &again))
		return true;
	rt_say("enter: service '%s' has just ended", e->service);
	return false;
}

/* The words of the shim, which begin with its program. */
static bool read_words(struct enter *e, struct rt_step_words *words)
{
	static struct rt_step_looks looks;
	size_t len, n = 0;
	char *text = read_of(e, "cmdline", &len);
	char **argv = text ? rt_pool_array(&e->pool, len + 2, sizeof(*argv)) : NULL;

	for (size_t i = 0; argv && i < len; i += strlen(text + i) + 1)
		argv[n++] = text + i;
	return n > 1 && rt_step_words_read(words, &looks, (int)n - 1, argv + 1);
}

/* As the shim makes its command's; a terminal is ours, not the job's. */
static void take_environment(char *text, size_t len, const struct rt_step_words *words)
{
	const char *own = isatty(STDOUT_FILENO) ? getenv("TERM") : NULL;
	char *term = own ? strdup(own) : NULL;

	clearenv();
	for (char *at = text; at < text + len; at += strlen(at) + 1)
		if (strchr(at, '='))
			putenv(at);
	rt_step_take_variables();
	for (size_t i = 0; i < sizeof(not_passed) / sizeof(*not_passed); i++)
		unsetenv(not_passed[i]);
	rt_step_words_environment(words);
	if (term)
		setenv("TERM", term, 1);
	free(term);
}

/* An image's own command under Apptainer: the tool is the shim's command, and the shim stands outside. */
static bool is_outside(const struct rt_step_words *words)
{
	char **w = words->command;
	const char *slash = *w ? strrchr(*w, '/') : NULL, *name = slash ? slash + 1 : *w;

	return name && (!strcmp(name, "apptainer") || !strcmp(name, "singularity")) && w[1] &&
	       !strcmp(w[1], "--quiet") && w[2] && !strcmp(w[2], "run");
}

/* The first process below the shim that has mounts of its own, and isn't the tool's any more; false: none yet. */
static bool find_inside(struct enter *e)
{
	struct rt_family family;

	rt_family_read(&family, e->shim.pid, NULL, NULL);
	const struct rt_process *first = NULL;
	char path[PATH_ROOM];
	struct stat own, its;
	bool ok = !fstatat(e->process, "ns/mnt", &own, 0);
	for (size_t i = 0; ok && i < family.count; i++) {
		const struct rt_process *p = &family.member[i];

		snprintf(path, sizeof(path), "/proc/%ld/ns/mnt", (long)p->pid);
		if ((first && p->start >= first->start) || stat(path, &its) ||
		    its.st_ino == own.st_ino || rt_process_is_called(p->pid, "starter") ||
		    rt_process_is_called(p->pid, "appinit"))
			continue;
		first = p;
	}
	if (first) {
		close(e->process);
		snprintf(path, sizeof(path), "/proc/%ld", (long)first->pid);
		e->process = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	rt_family_free(&family);
	return first && e->process >= 0;
}

/* Into the service's container, environment and folder. 0, or the status to end with. */
static int go(struct enter *e)
{
	struct rt_step_words words = {0};

	if (!read_words(e, &words) || (is_outside(&words) && !find_inside(e))) {
		rt_say("enter: the container of service '%s' isn't up", e->service);
		return RT_ENVIRONMENT;
	}
	size_t len;
	char *environment = read_of(e, "environ", &len);
	struct rt_place place;
	if (!environment || !rt_place_open(&place, e->process)) {
		rt_say("enter: service '%s' can't be looked into: %s", e->service, strerror(errno));
		return RT_ENVIRONMENT;
	}
	const char *what = "";
	if (!rt_place_join(&place, &what)) {
		if (errno == EPERM)
			rt_say("enter: the container of service '%s' was made with root's rights, and "
			       "can't be joined; 'hpcc run' starts one like it: its image, mounts and "
			       "environment",
			       e->service);
		else
			rt_say("enter: the container of service '%s' can't be joined (%s: %s)",
			       e->service, what, strerror(errno));
		return RT_ENVIRONMENT;
	}
	/* The shim may have just begun, and not be there yet. */
	if (words.chdir && words.chdir[0] == '/')
		(void)!chdir(words.chdir);
	take_environment(environment, len, &words);
	return 0;
}

/* The command. */

static int become(const struct enter *e, char **command)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (!e->has_tty)
		setpgid(0, 0);
	rt_reset_signals();
	execvp(*command, command);
	int status = errno == ENOENT ? 127 : 126;
	rt_say("cannot start %s: %s", *command, strerror(errno));
	return status;
}

static int listen_for_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	for (int number = 1; number < 32; number++)
		if (rt_step_passes_on(number))
			sigaddset(&set, number);
	sigprocmask(SIG_SETMASK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static bool shim_has_ended(const struct enter *e, const struct pollfd *p)
{
	return e->ends >= 0 ? p->revents != 0 : faccessat(e->process, "stat", F_OK, 0) != 0;
}

static void signal_command(const struct enter *e, pid_t pid, int number)
{
	kill(e->has_tty ? pid : -pid, number);
}

static void pass_signals(const struct enter *e, pid_t pid, int signals)
{
	struct signalfd_siginfo info;

	while (read(signals, &info, sizeof(info)) == sizeof(info))
		/* Those of a terminal's keys have gone to all of its group. */
		if (info.ssi_signo != SIGCHLD && !(e->has_tty && info.ssi_code == SI_KERNEL))
			signal_command(e, pid, (int)info.ssi_signo);
}

static int milliseconds_until(int64_t when)
{
	int64_t left = (when - rt_now()) / 1000000 + 1;

	return left < 0 ? 0 : left > GRACE_MS ? GRACE_MS : (int)left;
}

/* What the service's end does to the command: HUP, and after a while KILL. */
struct ending {
	bool has_begun;
	int64_t kill_at;
};

static void end_with_service(const struct enter *e, struct ending *ending, pid_t pid)
{
	if (!ending->has_begun) {
		ending->has_begun = true;
		ending->kill_at = rt_now() + GRACE_MS * INT64_C(1000000);
		rt_say("service '%s' has ended, and the command with it", e->service);
		signal_command(e, pid, SIGHUP);
		signal_command(e, pid, SIGCONT);
	} else if (ending->kill_at <= rt_now()) {
		signal_command(e, pid, SIGKILL);
	}
}

static int wait_for_end(const struct enter *e, pid_t pid, int signals)
{
	struct ending ending = {0};
	int status;
	pid_t ended;

	while (!(ended = waitpid(pid, &status, WNOHANG)) || (ended < 0 && errno == EINTR)) {
		struct pollfd p[2] = {{.fd = signals, .events = POLLIN},
				      {.fd = ending.has_begun ? -1 : e->ends, .events = POLLIN}};
		int pause = ending.has_begun ? milliseconds_until(ending.kill_at) + 1
			    : e->ends >= 0   ? -1
					     : LOOK_MS;

		poll(p, 2, pause);
		pass_signals(e, pid, signals);
		if (ending.has_begun || shim_has_ended(e, &p[1]))
			end_with_service(e, &ending, pid);
	}
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int rt_verb_enter(int argc, char **argv)
{
	static struct enter e = {.task = "0"};
	const struct rt_option options[] = {
		{.name = "--job", .value = &e.job, .required = true},
		{.name = "--service", .value = &e.service, .required = true},
		{.name = "--program", .value = &e.program},
		{.name = "--task", .value = &e.task},
		{.name = NULL},
	};
	char **command = rt_read_command(options, false, argc, argv);

	if (!command)
		return RT_USAGE;
	snprintf(e.of_job, sizeof(e.of_job), "SLURM_JOB_ID=%s", e.job);
	if (e.program && stat(e.program, &e.copy))
		e.copy.st_ino = 0;
	snprintf(e.of_task, sizeof(e.of_task), "SLURM_PROCID=%s", e.task);
	if (!find_shim(&e))
		return RT_ENVIRONMENT;
	int status = go(&e);
	if (status)
		return status;
	e.has_tty = isatty(STDIN_FILENO);
	int signals = listen_for_signals();
	pid_t pid = signals < 0 ? -1 : fork();
	if (!pid)
		_exit(become(&e, command));
	if (pid < 0) {
		rt_say("enter: no process for the command: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	if (!e.has_tty)
		setpgid(pid, pid);
	return wait_for_end(&e, pid, signals);
}
