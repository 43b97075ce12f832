/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `step`: the first process inside a task, and the parent of the
 * command. It leaves a start mark and an exit mark, tells the supervisor of both by the wire, passes
 * signals on, and is the last to go: whatever the command leaves behind ends before it does.
 *
 * Slurm gives a signal to the direct child of its step daemon only, so somebody
 * has to be there who listens and passes it to the command's whole group. At a few
 * sites it gives it to every process; there it is not passed on, for once is enough.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/data/signalled.h"
#include "runtime/files.h"
#include "runtime/step/marks.h"
#include "runtime/loop/processes.h"
#include "runtime/loop/spawn.h"
#include "runtime/step/step.h"
#include "runtime/step/step_lines.h"
#include "runtime/step/step_look.h"
#include "runtime/step/step_tree.h"
#include "runtime/step/step_wire.h"
#include "runtime/step/step_words.h"
#include "runtime/verbs.h"

/* What the command leaves behind has this long to follow a TERM. */
#define LEFTOVER_GRACE_MS 3000
/* The same when nobody is above us any more to decide. */
#define ORPHAN_GRACE_MS 3000
#define JUST_BEGUN_NS   (100 * INT64_C(1000000))
/* A stop that has come by the wire and comes again as a signal is still the same one. */
#define SAME_STOP_NS (30 * INT64_C(1000000000))
/* The other way round: the wire's word was on its way when Slurm's was asked for. */
#define LATE_ORDER_NS (5 * INT64_C(1000000000))

struct step {
	struct rt_step_words words;
	const char *job_dir;
	bool all_signalled; /* Slurm signals the command's processes itself */
	char prefix[300];
	struct rt_mark mark;
	pid_t parent;
	int signals;
	int64_t started_at;
	int stop;        /* the stop signal that came, or 0 */
	bool orphaned;   /* the parent died */
	int64_t kill_at; /* what still lives then is killed; INT64_MAX */
	bool killing;    /* that time has come */
	struct rt_step_tree tree;
	struct rt_step_wire wire;
	struct rt_step_looks looks;
	struct rt_step_lines lines;
	int wired_stop;       /* the signal of the stop that the wire has told of, or 0 */
	int64_t wired_at;     /* when */
	int64_t heard_at[32]; /* when a signal has last come as a signal, or 0 */
};

/* Comes when the parent's thread ends; real-time, so nobody else uses it on us. */
static int parent_signal(void)
{
	return SIGRTMAX - 1;
}

static void never_called(int number)
{
	(void)number;
}

static bool listen_for_signals(struct step *s)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, parent_signal());
	for (int number = 1; number < 32; number++) {
		if (!rt_step_passes_on(number))
			continue;
		/* Blocked and read by signalfd; a handler makes /proc show that we catch it. */
		signal(number, never_called);
		sigaddset(&set, number);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, &set, NULL);
	s->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_PDEATHSIG, parent_signal());
	return s->signals >= 0;
}

/* The command, or a hook. */

static void become(const struct step *s, char *const *argv, int report, pid_t parent)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
	rt_reset_signals();
	rt_step_lines_become(&s->lines);
	execvp(argv[0], argv);
	int error = errno;
	(void)!write(report, &error, sizeof(error));
	_exit(error == ENOENT ? 127 : 126);
}

/* 0, or the errno that kept it from starting. */
static int start(struct step *s, char *const *argv)
{
	pid_t parent = getpid();
	int report[2], error = 0;

	if (pipe2(report, O_CLOEXEC))
		return errno;
	s->started_at = rt_now();
	s->tree.group = fork();
	if (!s->tree.group)
		become(s, argv, report[1], parent);
	error = s->tree.group < 0 ? errno : 0;
	rt_step_lines_started(&s->lines);
	close(report[1]);
	/* The end of the pipe closes when exec succeeds. */
	while (!error && read(report[0], &error, sizeof(error)) < 0 && errno == EINTR)
		;
	close(report[0]);
	return error;
}

static void parent_died(struct step *s)
{
	/* Also sent when the thread that started us ends and its process lives on. */
	if (getppid() == s->parent)
		return;
	s->orphaned = true;
	s->stop = s->stop ? s->stop : SIGTERM;
	s->kill_at = rt_now() + ORPHAN_GRACE_MS * INT64_C(1000000);
	rt_step_tree_term(&s->tree, rt_now());
}

/* Slurm lists the processes, then signals them. A command that has just begun may not have been on the
   list: better twice than never. */
static bool has_been_told(const struct step *s, const struct signalfd_siginfo *info)
{
	return s->all_signalled && rt_now() - s->started_at > JUST_BEGUN_NS &&
	       rt_step_is_from_slurm(info);
}

/* `has_been_told`: the command's processes know of it already. */
static void pass_on(struct step *s, int number, bool has_been_told)
{
	if (number == parent_signal()) {
		parent_died(s);
		return;
	}
	if (number == SIGTERM || number == SIGINT || number == SIGHUP)
		s->stop = number;
	if (!s->tree.group)
		return;
	if (has_been_told) {
		s->tree.term_at = number == SIGTERM ? rt_now() : s->tree.term_at;
		return;
	}
	switch (number) {
	case SIGTERM:
		rt_step_tree_term(&s->tree, rt_now());
		break;
	case SIGINT:
	case SIGHUP:
	case SIGQUIT:
		rt_step_tree_signal(&s->tree, number);
		break;
	case SIGUSR1:
	case SIGUSR2:
		/* By default they kill, and a shell round the command would die of them. */
		rt_signal_catchers(s->tree.group, number);
		break;
	default:
		kill(-s->tree.group, number);
	}
}

static void take_order(void *arg, enum rt_wire_type type, int number)
{
	struct step *s = arg;
	int stop = s->stop;

	if (number < 1 || !rt_step_passes_on(number))
		return;
	if (type == RT_WIRE_STOP) {
		s->wired_stop = number;
		s->wired_at = rt_now();
		if (s->heard_at[number] && s->wired_at - s->heard_at[number] < LATE_ORDER_NS)
			return;
	}
	pass_on(s, number, false);
	s->stop = type == RT_WIRE_SIGNAL ? stop : s->stop; /* HUP may mean: read it again */
}

static void measure(void *arg)
{
	struct step *s = arg;
	char text[RT_MEASURE_ROOM];

	rt_step_measure(&s->tree, text);
	rt_step_wire_say(&s->wire, RT_WIRE_MEASURED, text);
}

static void take_look(void *arg, enum rt_wire_type type, const char *text)
{
	struct step *s = arg;

	if (type == RT_WIRE_LOOK)
		rt_step_look_order(&s->looks, text);
	else
		rt_step_look_end(&s->looks, text);
}

static void tell_look(void *arg, const char *text)
{
	struct step *s = arg;

	rt_step_wire_say(&s->wire, RT_WIRE_LOOKED, text);
}

static void take_signal(struct step *s, const struct signalfd_siginfo *info)
{
	int number = (int)info->ssi_signo;
	int64_t now = rt_now();

	if (number == SIGCHLD)
		return;
	if (number < 32)
		s->heard_at[number] = now;
	/* Slurm says what the wire has said: the supervisor wasn't sure, or the time limit has come. */
	if (s->wired_stop != number || now - s->wired_at >= SAME_STOP_NS)
		pass_on(s, number, has_been_told(s, info));
}

static int milliseconds_until(int64_t when)
{
	int64_t left = (when - rt_now()) / 1000000;

	return when == INT64_MAX      ? -1
	       : left < 0             ? 0
	       : left < INT32_MAX - 1 ? (int)left + 1
				      : INT32_MAX;
}

static void wait_for_news(struct step *s)
{
	struct pollfd p[2 + RT_LOOK_USES + RT_STEP_STREAMS] = {
		{.fd = s->signals, .events = POLLIN}};

	rt_step_wire_poll(&s->wire, &p[1]);
	int64_t next = rt_step_looks_poll(&s->looks, p + 2);
	rt_step_lines_poll(&s->lines, p + 2 + RT_LOOK_USES);
	next = s->kill_at < next ? s->kill_at : next;
	next = s->tree.rest_at < next ? s->tree.rest_at : next;
	poll(p, 2 + RT_LOOK_USES + RT_STEP_STREAMS,
	     milliseconds_until(s->wire.next < next ? s->wire.next : next));
	struct signalfd_siginfo info;
	while (read(s->signals, &info, sizeof(info)) == sizeof(info))
		take_signal(s, &info);
	rt_step_lines_go_on(&s->lines, p + 2 + RT_LOOK_USES);
	rt_step_looks_go_on(&s->looks, p + 2);
	rt_step_wire_go_on(&s->wire, &p[1]);
	rt_step_tree_rest(&s->tree, rt_now());
	if (s->kill_at <= rt_now()) {
		s->kill_at = INT64_MAX;
		s->killing = true;
	}
	/* Every round: the children of what was killed become ours only then. */
	if (s->killing)
		rt_step_tree_signal(&s->tree, SIGKILL);
}

static bool has_ended(pid_t pid, siginfo_t *info)
{
	info->si_pid = 0;
	return waitid(P_PID, (id_t)pid, info, WEXITED | WNOHANG | WNOWAIT) || info->si_pid == pid;
}

/*
 * Waits for the leader, then for everything it left behind. After a stop signal
 * the rest may take the time it needs, since it may be saving its work and
 * whoever asked for the stop also ends it; otherwise it is told to end.
 */
static void wait_for_end(struct step *s, siginfo_t *info)
{
	bool told = false;

	while (!has_ended(s->tree.group, info)) {
		rt_step_tree_count(&s->tree);
		wait_for_news(s);
	}
	rt_step_tree_rest(&s->tree, INT64_MAX - 1);
	/* A subreaper: whatever the leader left is a child of ours, or below one. */
	while (rt_step_tree_count(&s->tree)) {
		if (!s->stop && !told) {
			told = true;
			rt_step_tree_signal(&s->tree, SIGTERM);
			s->kill_at = rt_now() + LEFTOVER_GRACE_MS * INT64_C(1000000);
		}
		wait_for_news(s);
	}
	while (!s->killing && !rt_step_lines_are_through(&s->lines))
		wait_for_news(s);
	if (!s->orphaned) {
		s->kill_at = INT64_MAX;
		s->killing = false;
	}
	waitpid(s->tree.group, NULL, 0);
	s->tree.group = 0;
}

static int run(struct step *s, char *const *argv, bool *ran)
{
	int error = start(s, argv);
	siginfo_t info;
	if (s->tree.group > 0)
		wait_for_end(s, &info);
	if (error) {
		fprintf(stderr, "hpcc-rt step: cannot start %s: %s\n", argv[0], strerror(error));
		s->tree.group = 0;
		return error == ENOENT ? 127 : 126;
	}
	*ran = true;
	s->mark.signal = info.si_code == CLD_EXITED ? 0 : info.si_status;
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

/* A container hook: /bin/sh, `set -eu`, one file of the job folder. */
static int run_hook(struct step *s, const char *phase, const char *file, const char *status)
{
	char shell[] = "/bin/sh", flags[] = "-eu";
	char path[RT_MARK_PATH_ROOM];
	char *const argv[] = {shell, flags, path, NULL};
	bool ran = false;

	snprintf(path, sizeof(path), "%s%s%s", file[0] == '/' ? "" : s->job_dir,
		 file[0] == '/' ? "" : "/", file);
	setenv("HPC_COMPOSE_HOOK_PHASE", phase, 1);
	setenv("HPC_COMPOSE_SERVICE_EXIT_CODE", status, 1);
	int result = run(s, argv, &ran);
	unsetenv("HPC_COMPOSE_HOOK_PHASE");
	unsetenv("HPC_COMPOSE_SERVICE_EXIT_CODE");
	return result;
}

static int run_all(struct step *s, char *const *argv)
{
	if (s->words.chdir && chdir(s->words.chdir)) {
		fprintf(stderr, "hpcc-rt step: cannot change to %s: %s\n", s->words.chdir,
			strerror(errno));
		return 1;
	}
	int status;
	if (s->words.prologue) {
		status = run_hook(s, "prologue", s->words.prologue, "");
		if (status) {
			fprintf(stderr, "hpcc-rt step: prologue failed with status %d\n", status);
			return status;
		}
	}
	if (s->stop)
		return 128 + s->stop;
	long kills = rt_step_oom_kills();
	if (!rt_step_lines_begin(&s->lines))
		rt_say("step: its lines can't be looked at: %s", strerror(errno));
	status = run(s, argv, &s->mark.ran);
	rt_step_lines_end(&s->lines);
	s->mark.oom = rt_step_oom_kills() > kills;
	rt_step_looks_end(&s->looks);
	if (!s->words.epilogue)
		return status;
	char text[16];
	snprintf(text, sizeof(text), "%d", status);
	int after = run_hook(s, "epilogue", s->words.epilogue, text);
	if (after)
		fprintf(stderr, "hpcc-rt step: epilogue failed with status %d\n", after);
	if (!status && after)
		return after;
	s->mark.signal = status > 128 ? s->mark.signal : 0;
	return status;
}

static void begin_mark(struct step *s)
{
	const char *job_dir = getenv("HPC_COMPOSE_JOB_DIR"), *mark = getenv("HPCC_MARK");
	const char *step = getenv("SLURM_STEP_ID"), *task = getenv("SLURM_PROCID");
	const char *node = getenv("SLURMD_NODENAME"), *service = getenv("HPC_COMPOSE_SERVICE_NAME");

	if (!s->job_dir)
		s->job_dir = job_dir && *job_dir ? job_dir : ".";
	if (mark && *mark)
		snprintf(s->prefix, sizeof(s->prefix), "%s", mark);
	else
		snprintf(s->prefix, sizeof(s->prefix), "%s.0", service && *service ? service : "x");
	snprintf(s->mark.step, sizeof(s->mark.step), "%s", step ? step : "");
	if (node && *node)
		snprintf(s->mark.host, sizeof(s->mark.host), "%s", node);
	else
		gethostname(s->mark.host, sizeof(s->mark.host) - 1);
	s->mark.task = task ? (uint32_t)strtoul(task, NULL, 10) : 0;
	s->mark.pid = getpid();
	unsetenv("HPCC_MARK");
	s->all_signalled = rt_all_are_signalled();
	unsetenv("HPCC_SIGNALLED");
}

static void leave_mark(struct step *s, enum rt_mark_kind kind)
{
	s->mark.mono = rt_now();
	s->mark.wall = rt_wall();
	if (kind == RT_MARK_EXIT)
		rt_step_usage(&s->mark.usage);
	/* A full disk must not keep the command from running, nor change its status. */
	rt_mark_write(s->job_dir, s->prefix, kind, &s->mark);
	rt_step_wire_tell(&s->wire, &s->mark, kind);
}

static void tell_ready(void *arg)
{
	leave_mark(arg, RT_MARK_READY);
}

int rt_verb_step(int argc, char **argv)
{
	static struct step s;

	if (!rt_step_words_read(&s.words, &s.looks, argc, argv))
		return RT_USAGE;
	s.job_dir = s.words.job_dir;
	s.lines.ere = s.words.lines;
	if (!rt_step_lines_setup(&s.lines))
		return RT_USAGE;
	rt_step_take_variables();
	s.parent = getppid();
	s.kill_at = INT64_MAX;
	if (!listen_for_signals(&s)) {
		rt_say("step: no signalfd: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	if (s.parent != getppid())
		return 128 + SIGKILL;
	rt_step_tree_begin(&s.tree);
	begin_mark(&s);
	s.wire.order = take_order;
	s.wire.look = take_look;
	s.wire.measure = measure;
	s.looks.tell = tell_look;
	s.lines.tell = tell_ready;
	s.wire.arg = s.looks.arg = s.lines.arg = &s;
	s.looks.tree = &s.tree;
	rt_step_looks_begin(&s.looks);
	rt_step_wire_begin(&s.wire, s.prefix, s.mark.task);
	leave_mark(&s, RT_MARK_START);
	rt_step_words_environment(&s.words);
	s.mark.status = rt_step_entrypoint(&s.words.entrypoint, &s.words.command)
				? run_all(&s, s.words.command)
				: 127;
	leave_mark(&s, RT_MARK_EXIT);
	rt_step_wire_end(&s.wire);
	return s.mark.status;
}
