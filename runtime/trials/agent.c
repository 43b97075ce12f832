/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `trials-agent`. */
#include "runtime/trials/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/processes.h"
#include "runtime/trials/runner.h"
#include "runtime/verbs.h"

#define SECOND INT64_C(1000000000)
/* What an attempt before has left is killed within seconds wherever its agent still lives. */
#define LOCK_LIMIT  (60 * SECOND)
#define REPORT_BEAT (SECOND / 4)
#define LOCK_BEAT   (SECOND / 20)

enum {
	KILL_S = 10
};

/* Trials. */

static void end_slot(struct rt_agent *a, struct rt_agent_slot *s, int status)
{
	s->state = RT_SLOT_ENDED;
	s->status = status;
	s->keeper = 0;
	rt_agent_give_back(a, (uint32_t)(s - a->slot));
}

static int open_lock(const struct rt_agent_slot *s)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/" RT_TRIAL_LOCK, s->def->folder);
	if (!rt_make_folders(s->def->folder, 0755))
		return -1;
	return rt_open_plain(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600);
}

/* Under the lock: what has ended well by then is not begun again. */
static void begin_locked(struct rt_agent *a, struct rt_agent_slot *s, int lock)
{
	struct rt_trial_mark mark;

	if (rt_trial_mark_read(s->def->folder, &mark) && !mark.status) {
		end_slot(a, s, 0);
		return;
	}
	rt_agent_forget_reports(a, s);
	s->keeper = rt_keeper_start(a, (uint32_t)(s - a->slot), lock);
	s->state = RT_SLOT_RUNS;
	if (s->keeper > 0)
		return;
	rt_say("trial '%s' can't begin on %s: %s", s->def->id, a->name, strerror(errno));
	end_slot(a, s, -1);
}

static void try_to_begin(struct rt_agent *a, struct rt_agent_slot *s)
{
	int lock = s->is_asked ? -1 : open_lock(s);

	if (s->is_asked) {
		end_slot(a, s, 128 + SIGTERM);
	} else if (lock < 0) {
		rt_say("trial '%s' can't begin on %s: %s: %s", s->def->id, a->name, s->def->folder,
		       strerror(errno));
		end_slot(a, s, -1);
	} else if (!flock(lock, LOCK_EX | LOCK_NB) || errno != EWOULDBLOCK) {
		begin_locked(a, s, lock);
	} else if (rt_now() > s->until) {
		rt_say("trial '%s' can't begin on %s: an attempt before still lives", s->def->id,
		       a->name);
		end_slot(a, s, -1);
	}
	if (lock >= 0)
		close(lock);
}

static void take_start(struct rt_agent *a, uint32_t trial, uint32_t attempt)
{
	uint32_t i = 0;

	while (i < a->share.cpus && a->slot[i].state != RT_SLOT_FREE)
		i++;
	if (i == a->share.cpus || trial >= a->table.count)
		return; /* the runner's ledger lets this not happen */
	struct rt_agent_slot *s = &a->slot[i];
	*s = (struct rt_agent_slot){.state = RT_SLOT_LOCKED,
				    .trial = trial,
				    .attempt = attempt,
				    .def = &a->table.trial[trial],
				    .until = rt_now() + LOCK_LIMIT};
	rt_agent_take_share(a, i);
	try_to_begin(a, s);
}

static void signal_slot(struct rt_agent_slot *s, int number)
{
	s->is_asked = true;
	if (s->state == RT_SLOT_RUNS)
		kill(s->keeper, number == SIGKILL ? SIGQUIT : number);
}

/* What the runner says. */
static void take_message(void *arg, const struct rt_wire_message *m)
{
	struct rt_agent *a = arg;
	char *at;
	uint32_t trial = (uint32_t)strtoul(m->text, &at, 10);
	uint32_t attempt = (uint32_t)strtoul(at, &at, 10);
	int number = (int)strtol(at, NULL, 10);

	if (m->type == RT_WIRE_TRIAL_START)
		take_start(a, trial, attempt);
	for (uint32_t i = 0; i < a->share.cpus && m->type == RT_WIRE_TRIAL_SIGNAL; i++) {
		struct rt_agent_slot *s = &a->slot[i];

		if (s->state != RT_SLOT_FREE && s->trial == trial && s->attempt == attempt)
			signal_slot(s, number);
	}
}

/* What is said. */

static void say_news(struct rt_agent *a)
{
	if (a->wire.at != RT_STEP_WIRE_TALKING || a->wire.wire.state != RT_WIRE_OPEN)
		return;
	char text[400];
	snprintf(text, sizeof(text), "%u %u %llu %s", a->share.cpus, a->share.gpus,
		 (unsigned long long)a->share.memory, a->name);
	if (!a->has_said_hello)
		a->has_said_hello = rt_step_wire_say(&a->wire, RT_WIRE_HELLO, text);
	if (a->is_stopping && !a->has_said_stopping)
		a->has_said_stopping = rt_step_wire_say(&a->wire, RT_WIRE_STOPPING, "stop");
	for (uint32_t i = 0; i < a->share.cpus; i++) {
		struct rt_agent_slot *s = &a->slot[i];

		if (s->state != RT_SLOT_ENDED)
			continue;
		rt_agent_report(a, s);
		snprintf(text, sizeof(text), "%u %u %d", s->trial, s->attempt, s->status);
		if (!rt_step_wire_say(&a->wire, RT_WIRE_TRIAL_ENDED, text))
			return;
		s->state = RT_SLOT_FREE;
	}
}

/* What happens. */

static void kill_orphan(pid_t pid, void *arg)
{
	const struct rt_agent *a = arg;

	for (uint32_t i = 0; i < a->share.cpus; i++)
		if (a->slot[i].state == RT_SLOT_RUNS && a->slot[i].keeper == pid)
			return;
	kill(pid, SIGKILL);
}

static void reap(struct rt_agent *a)
{
	bool has_orphans = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		struct rt_agent_slot *s = a->slot;

		while (s < a->slot + a->share.cpus &&
		       (s->state != RT_SLOT_RUNS || s->keeper != pid))
			s++;
		/* A keeper that was killed leaves its trial to us; one that lost its parent is such. */
		has_orphans = has_orphans || WIFSIGNALED(status) || s == a->slot + a->share.cpus;
		if (s < a->slot + a->share.cpus)
			end_slot(a, s,
				 WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	}
	if (has_orphans)
		rt_each_child(kill_orphan, a);
}

static void take_signals(struct rt_agent *a)
{
	struct signalfd_siginfo info;

	while (read(a->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			reap(a);
		} else if ((int)info.ssi_signo == rt_guard_signal()) {
			a->is_leaving = true;
		} else if (!a->is_stopping) {
			a->is_stopping = true;
			for (uint32_t i = 0; i < a->share.cpus; i++)
				signal_slot(&a->slot[i], SIGTERM);
		}
	}
}

/* Time, and the slots that something is looked after for. */
static int64_t tend(struct rt_agent *a)
{
	int64_t next = a->wire.next;
	int64_t now = rt_now();

	for (uint32_t i = 0; i < a->share.cpus; i++) {
		struct rt_agent_slot *s = &a->slot[i];
		int64_t beat = INT64_MAX;

		if (s->state == RT_SLOT_LOCKED) {
			try_to_begin(a, s);
			beat = now + LOCK_BEAT;
		} else if (s->state == RT_SLOT_RUNS && a->table.reports) {
			rt_agent_report(a, s);
			beat = now + REPORT_BEAT;
		}
		next = beat < next ? beat : next;
	}
	return next;
}

/* Ends when the runner is gone, was never there, or lets it go. */
static bool is_over(const struct rt_agent *a)
{
	return a->is_leaving || a->wire.at == RT_STEP_WIRE_OFF || rt_guard_is_gone() ||
	       (a->wire.was_open && a->wire.at != RT_STEP_WIRE_TALKING);
}

static void run(struct rt_agent *a)
{
	int64_t next = 0;

	while (!is_over(a)) {
		struct pollfd p[2] = {{.fd = a->signals, .events = POLLIN}};
		int64_t left = next == INT64_MAX ? INT64_MAX : next - rt_now();

		left = left < 0 ? 0 : left / 1000000 + 1;
		rt_step_wire_poll(&a->wire, &p[1]);
		poll(p, 2, left < 60000 ? (int)left : 60000);
		rt_step_wire_go_on(&a->wire, &p[1]);
		take_signals(a);
		next = tend(a);
		say_news(a);
	}
}

/* Set-up. */

static uint32_t own_number(const struct rt_agent *a)
{
	const char *word = a->node ? a->node : getenv("SLURM_PROCID");
	uint64_t n = 0;

	return word && rt_word_number(word, UINT32_MAX, &n) ? (uint32_t)n : 0;
}

static void find_name(struct rt_agent *a)
{
	const char *name = getenv("SLURMD_NODENAME");

	gethostname(a->name, sizeof(a->name) - 20);
	if (name && *name)
		snprintf(a->name, sizeof(a->name), "%s", name);
	size_t len = strlen(a->name);
	if (a->node)
		snprintf(a->name + len, sizeof(a->name) - len, "+%s", a->node);
}

static bool read_table(struct rt_agent *a)
{
	size_t len;
	const char *text = rt_read_file(&a->pool, a->table_path, &len), *error = NULL;
	unsigned line;

	if (text && rt_trials_read(&a->table, &a->pool, text, len, &line, &error))
		return rt_agent_read_pattern(a);
	rt_say("trials-agent: %s: %s", a->table_path, error ? error : strerror(errno));
	return false;
}

static void listen_to_signals(struct rt_agent *a)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGQUIT);
	sigaddset(&set, rt_guard_signal());
	sigprocmask(SIG_BLOCK, &set, NULL);
	a->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int rt_verb_trials_agent(int argc, char **argv)
{
	static struct rt_agent a;
	const struct rt_option options[] = {
		{.name = "--table", .value = &a.table_path, .required = true},
		{.name = "--node", .value = &a.node},
		{.name = "--cpus", .value = &a.cpus},
		{.name = "--gpus", .value = &a.gpus},
		{.name = "--memory", .value = &a.memory},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	if (!read_table(&a) || !rt_agent_find_share(&a))
		return RT_ENVIRONMENT;
	if (!rt_guard_fork()) {
		rt_say("trials-agent: cannot fork: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	a.slot = rt_pool_array(&a.pool, a.share.cpus, sizeof(*a.slot));
	find_name(&a);
	a.program = rt_own_program(&a.pool);
	listen_to_signals(&a);
	a.wire.other = take_message;
	a.wire.arg = &a;
	rt_step_wire_begin(&a.wire, RT_TRIALS_LAUNCH, own_number(&a));
	run(&a);
	if (!a.has_said_hello)
		rt_say("trials-agent: %s can't reach the runner", a.name);
	rt_guard_kill_all(KILL_S);
	return a.has_said_hello ? 0 : RT_ENVIRONMENT;
}
