/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `script`: runs the batch script below itself, hears the job's signals
 * for it, and is the last to go.
 *
 * bash runs a trap only when the command in front has ended, so a job that is
 * cancelled while a line of `setup` runs would go on to the end of that line.
 * Here every signal goes to the script, and in set-up a stop signal also ends
 * what the script has started. The script says by URG, which does nothing to
 * anybody else, that this is over: from then on it waits for nothing that it
 * couldn't leave at once.
 *
 *	set-up ──TERM, INT──► ending: TERM to each new child, KILL after 3 s
 *	   └────── URG ──────────┴──► rest: signals are passed on, and that is all
 *
 * If the script is killed, the supervisor stops the services, as its guard hears
 * of that; then all that is left is ended, and the job's record closed.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/processes.h"
#include "runtime/loop/spawn.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

#define STOP_GRACE_NS (3 * INT64_C(1000000000))

struct script {
	const char *root, *options;
	pid_t pid;
	sigset_t signals;
	bool is_set_up; /* the script has said so, or ends */
	bool ending;
	int64_t kill_at;
	struct rt_family told;
};

static const int passed_on[] = {SIGTERM, SIGINT,  SIGHUP,  SIGQUIT,
				SIGUSR1, SIGUSR2, SIGALRM, SIGCONT};

static void listen(struct script *s)
{
	sigemptyset(&s->signals);
	sigaddset(&s->signals, SIGCHLD);
	sigaddset(&s->signals, SIGURG);
	/* Blocked, with their handlers left alone: what nohup ignores stays ignored. */
	for (size_t i = 0; i < sizeof(passed_on) / sizeof(passed_on[0]); i++)
		sigaddset(&s->signals, passed_on[i]);
	signal(SIGURG, SIG_DFL);
	sigprocmask(SIG_BLOCK, &s->signals, NULL);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The same words for a shell that reads the profile, as this one's did. */
static char **login_words(char **argv)
{
	static char login[] = "-l";
	size_t n = 0;

	while (argv[n])
		n++;
	char **words = calloc(n + 2, sizeof(*words));
	if (!words)
		return argv;
	words[0] = argv[0];
	words[1] = login;
	memcpy(words + 2, argv + 1, (n - 1) * sizeof(*words));
	return words;
}

static void become(const struct script *s, char **argv, pid_t parent)
{
	const char *slash = strrchr(s->root, '/');

	sigprocmask(SIG_UNBLOCK, &s->signals, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(128 + SIGKILL);
	/* By this the script knows who its parent is, and without Slurm which job it is. */
	char number[24];
	snprintf(number, sizeof(number), "%ld", (long)parent);
	setenv("HPCC_SCRIPT", number, 1);
	setenv("HPCC_JOB_ID", slash ? slash + 1 : s->root, 1);
	if (s->options && strstr(s->options, "login_shell"))
		argv = login_words(argv);
	execvp(argv[0], argv);
	rt_say("script: cannot start %s: %s", argv[0], strerror(errno));
	_exit(errno == ENOENT ? 127 : 126);
}

/* `hpcc stats` wants to know what the services use. */
static void ask_supervisor(void)
{
	struct rt_family family;

	rt_family_read(&family, getpid(), NULL, NULL);
	for (size_t i = 0; i < family.count; i++)
		if (rt_process_has_word(family.member[i].pid, 1, "supervise"))
			rt_process_signal(&family.member[i], SIGURG);
	rt_family_free(&family);
}

static void on_signal(struct script *s, int number, const siginfo_t *info)
{
	if (number == SIGCHLD)
		return;
	if (number == SIGURG) {
		if (info->si_pid == s->pid)
			s->is_set_up = true;
		else
			ask_supervisor();
		return;
	}
	kill(s->pid, number);
	if ((number == SIGTERM || number == SIGINT) && !s->is_set_up && !s->ending) {
		s->ending = true;
		s->kill_at = rt_now() + STOP_GRACE_NS;
	}
}

/* Each process once, also those that the script starts before it notices. None that it has started
   after it said that set-up is over: whatever is seen before a signal is taken was there before it. */
static void end_children(struct script *s, int64_t now)
{
	const struct timespec none = {0};
	struct rt_family family;

	/* From here on down: what lost its parent is our child, and may hold a pipe that bash reads. */
	rt_family_read(&family, getpid(), NULL, NULL);
	siginfo_t info;
	int number;
	while ((number = sigtimedwait(&s->signals, &info, &none)) > 0)
		on_signal(s, number, &info);
	for (size_t i = 0; !s->is_set_up && i < family.count; i++)
		if (family.member[i].pid == s->pid)
			continue;
		else if (now >= s->kill_at)
			rt_process_signal(&family.member[i], SIGKILL);
		else if (!rt_family_has(&s->told, &family.member[i]))
			rt_process_signal(&family.member[i], SIGTERM);
	rt_family_free(&s->told);
	s->told = family;
}

/* Its wait status. What has lost its parent is reaped, too. */
static int wait_for_script(struct script *s)
{
	const struct timespec pause = {.tv_nsec = 50000000};
	int status;
	pid_t pid;

	for (;;) {
		bool busy = s->ending && !s->is_set_up;

		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == s->pid)
				return status;
		if (busy)
			end_children(s, rt_now());
		siginfo_t info;
		int number = busy ? sigtimedwait(&s->signals, &info, &pause)
				  : sigwaitinfo(&s->signals, &info);
		if (number > 0)
			on_signal(s, number, &info);
	}
}

static void find_supervisor(pid_t pid, void *arg)
{
	if (rt_process_has_word(pid, 1, "supervise"))
		*(bool *)arg = true;
}

/* It has heard that the script is gone, and ends in its own time. */
static void wait_for_supervisor(const struct script *s)
{
	for (bool lives = true; lives;) {
		lives = false;
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		rt_each_child(find_supervisor, &lives);
		siginfo_t info;
		if (lives)
			sigwaitinfo(&s->signals, &info);
	}
}

/* The words that name this job, or this element of an array: the array's last element bears the
   number of the whole. NULL when the script runs in the allocation of a job that isn't its own. */
static const char *own_job(struct rt_pool *pool, const char *root)
{
	const char *id = getenv("SLURM_JOB_ID"), *array = getenv("SLURM_ARRAY_JOB_ID");
	const char *task = getenv("SLURM_ARRAY_TASK_ID"), *slash = strrchr(root, '/');

	if (!id || !*id || strcmp(slash ? slash + 1 : root, id) != 0)
		return NULL;
	return array && task ? rt_pool_format(pool, "%s_%s", array, task) : id;
}

/*
 * `hpcc cancel` tells the batch script alone, so that services are stopped in their order, and leaves
 * a file. For Slurm such a job failed; all being done, it is cancelled in Slurm's books, too. A TERM
 * from anybody else may come before a requeue, which this would prevent.
 */
static void cancel_for_slurm(const struct script *s, int status)
{
	struct rt_pool pool = {0};
	const char *id = own_job(&pool, s->root);
	const char *const argv[] = {"scancel", "--quiet", id, NULL};
	struct rt_spawn spawn = {.argv = argv, .output = -1, .only_out = -1};
	const struct timespec limit = {.tv_sec = 10};

	if (!status || !id ||
	    access(rt_pool_format(&pool, "%s/" JOB_FILE_CANCELLED, s->root), F_OK))
		return;
	pid_t pid = rt_spawn(&spawn);
	sigset_t child;
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	while (pid > 0 && !waitpid(pid, NULL, WNOHANG) &&
	       sigtimedwait(&child, NULL, &limit) == SIGCHLD)
		;
}

static int finish(const struct script *s, int wait_status)
{
	int status = WEXITSTATUS(wait_status);

	if (WIFSIGNALED(wait_status)) {
		status = 128 + WTERMSIG(wait_status);
		rt_say("the batch script was ended by signal %s; ending what it had started",
		       rt_signal_name(WTERMSIG(wait_status)));
		wait_for_supervisor(s);
	}
	rt_guard_kill_all(5);
	rt_end_record(s->root, status);
	cancel_for_slurm(s, status);
	return status;
}

int rt_verb_script(int argc, char **argv)
{
	static struct script s;
	const struct rt_option options[] = {
		{.name = "--root", .value = &s.root, .required = true},
		{.name = "--options", .value = &s.options},
		{.name = NULL},
	};
	struct rt_pool pool = {0};
	pid_t own = getpid();

	char **command = rt_read_command(options, false, argc, argv);
	if (!command)
		return RT_USAGE;
	unlink(rt_pool_format(&pool, "%s/" JOB_FILE_CANCELLED,
			      s.root)); /* of a run before a requeue */
	listen(&s);
	s.pid = fork();
	if (!s.pid)
		become(&s, command, own);
	if (s.pid < 0) {
		rt_say("script: cannot fork: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	return finish(&s, wait_for_script(&s));
}
