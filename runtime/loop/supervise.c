/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `supervise`: reads the table and the functions, then turns what
 * happens into events until the core says that the job has ended.
 *
 * What comes together is handled in this order: sockets and logs (a probe is
 * looked at before its clock), signals, exits, timers.
 */
#include "runtime/loop/sup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "runtime/data/signalled.h"
#include "runtime/files.h"
#include "runtime/loop/guard.h"
#include "runtime/loop/events.h"
#include "runtime/loop/peers.h"
#include "runtime/loop/times.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

enum {
	EVENTS = 64,
	CHILDREN_PER_SERVICE = 6,
	CHILDREN_MORE = 16
};

bool rt_sup_watch(struct rt_sup *sup, int fd, uint32_t events, struct rt_source *source)
{
	struct epoll_event e = {.events = events, .data.ptr = source};

	return !epoll_ctl(sup->epoll, EPOLL_CTL_ADD, fd, &e);
}

void rt_sup_event(struct rt_sup *sup, const struct rt_event *event)
{
	sup->queue[(sup->queue_head + sup->queue_len++) % sup->queue_room] = *event;
	rt_sup_answers(sup);
}

void rt_sup_answers(struct rt_sup *sup)
{
	/* Called while actions are carried out: the event waits for its turn. */
	if (sup->stepping)
		return;
	sup->stepping = true;
	while (sup->queue_len) {
		struct rt_event e = sup->queue[sup->queue_head];

		sup->queue_head = (sup->queue_head + 1) % sup->queue_room;
		sup->queue_len--;
		rt_core_step(&sup->core, &e, sup->now);
		for (uint32_t i = 0; i < sup->core.action_count; i++)
			rt_perform(sup, &sup->core.action[i]);
		rt_launch_settled(sup, e.service);
	}
	sup->stepping = false;
}

/* Signals. */

static void on_signal(struct rt_sup *sup, int number, bool *children)
{
	struct rt_event e = {.kind = RT_EV_SHUTDOWN, .signal = number};

	if (number == SIGCHLD) {
		*children = true;
	} else if (number == rt_guard_signal() && !rt_guard_is_gone()) {
		rt_say("the batch script was killed: the job ends");
		e.signal = SIGKILL;
		rt_sup_event(sup, &e);
	} else if (number == rt_guard_signal()) {
		rt_say("the parent of the supervisor was killed: the job ends at once");
		sup->core.shutdown = SIGKILL;
		sup->status = 128 + SIGKILL;
		sup->ended = true;
	} else if (number == SIGCONT) {
		sup->continued = true; /* since the clock was looked at: the next look counts it */
	} else if (number == SIGURG) {
		rt_measure_all(sup);
		rt_orders_look(sup);
	} else if (number == SIGTSTP) {
		rt_clock_stop_is_near(sup);
	} else if (number == SIGTERM || number == SIGINT) {
		rt_limit_ask(sup);
		rt_sup_event(sup, &e);
	} else if (number < 65 && sup->table.relay[number]) {
		e.kind = RT_EV_RELAY;
		rt_say("signal %s: passed to every running service", rt_signal_name(number));
		rt_sup_event(sup, &e);
	}
}

static void read_signals(struct rt_sup *sup)
{
	bool children = false;
	ssize_t n;
	struct signalfd_siginfo info[16];
	while ((n = read(sup->signals, info, sizeof(info))) > 0)
		for (size_t i = 0; i < (size_t)n / sizeof(info[0]); i++)
			on_signal(sup, (int)info[i].ssi_signo, &children);
	/* However many ended, SIGCHLD may have come once. */
	if (children)
		rt_children_reap(sup);
}

static void signals_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	(void)source;
	(void)events;
	sup->signals_ready = true;
}

static void timer_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	(void)source;
	(void)events;
	uint64_t count;
	(void)!read(sup->timer, &count, sizeof(count));
	sup->timer_set = RT_NEVER;
}

static bool open_signals(struct rt_sup *sup)
{
	static const int wanted[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP,  SIGQUIT,
				     SIGUSR1, SIGUSR2, SIGURG, SIGTSTP, SIGCONT};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, rt_guard_signal());
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		/* An ignored signal, as bash leaves INT for background jobs, would never come. */
		signal(wanted[i], SIG_DFL);
		sigaddset(&set, wanted[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sup->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return sup->signals >= 0;
}

/* Set-up. */

static bool open_loop(struct rt_sup *sup)
{
	sup->epoll = epoll_create1(EPOLL_CLOEXEC);
	sup->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (sup->epoll < 0 || sup->timer < 0 || !open_signals(sup))
		return false;
	sup->timer_set = RT_NEVER;
	sup->signal_source.ready = signals_ready;
	sup->timer_source.ready = timer_ready;
	sup->inotify_source.ready = rt_inotify_ready;
	sup->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (sup->inotify < 0)
		rt_say("cannot watch files: %s; they are looked at by the clock instead",
		       strerror(errno));
	sup->marks_watch = -1;
	if (sup->inotify >= 0 && !rt_sup_watch(sup, sup->inotify, EPOLLIN, &sup->inotify_source)) {
		close(sup->inotify);
		sup->inotify = -1;
	}
	sup->on_network = rt_is_network_file_system(sup->dir);
	sup->marks_polled = sup->inotify < 0 || sup->on_network;
	return rt_sup_watch(sup, sup->signals, EPOLLIN, &sup->signal_source) &&
	       rt_sup_watch(sup, sup->timer, EPOLLIN, &sup->timer_source);
}

/* Marks and orders of an earlier run of this job, before it was requeued, say nothing about this one. */
static void empty_folder(const char *folder)
{
	DIR *dir = opendir(folder);
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			unlinkat(dirfd(dir), e->d_name, 0);
	if (dir)
		closedir(dir);
}

static bool prepare_folder(struct rt_sup *sup, const char *dir)
{
	static const char *const folders[] = {JOB_FOLDER_LOGS, JOB_FOLDER_MARKS};
	char *full = realpath(dir, NULL);

	if (!full) {
		rt_say("job folder %s: %s", dir, strerror(errno));
		return false;
	}
	sup->dir = rt_pool_text(&sup->pool, full, strlen(full));
	free(full);
	const char *path;
	for (size_t i = 0; i < 2; i++) {
		path = rt_pool_format(&sup->pool, "%s/%s", sup->dir, folders[i]);
		if (!rt_make_folders(path, 0755))
			rt_say("cannot make %s: %s; the job goes on", path, strerror(errno));
	}
	empty_folder(rt_pool_format(&sup->pool, "%s/" JOB_FOLDER_MARKS, sup->dir));
	empty_folder(rt_pool_format(&sup->pool, "%s/" JOB_FOLDER_ORDERS, sup->dir));
	rt_events_open(sup);
	rt_orders_open(sup);
	return true;
}

static void take_memory(struct rt_sup *sup)
{
	uint32_t n = sup->table.count;

	sup->proc = rt_pool_array(&sup->pool, n, sizeof(*sup->proc));
	sup->claims = rt_pool_array(&sup->pool, n, sizeof(*sup->claims));
	sup->child_room = CHILDREN_PER_SERVICE * n + CHILDREN_MORE;
	sup->child_slots = 2;
	while (sup->child_slots < 2 * sup->child_room)
		sup->child_slots *= 2;
	sup->child = rt_pool_array(&sup->pool, sup->child_slots, sizeof(*sup->child));
	sup->child_first = RT_NEVER;
	sup->exits = rt_pool_array(&sup->pool, sup->child_room, sizeof(*sup->exits));
	sup->held_until = RT_NEVER;
	rt_dues_init(&sup->dues, &sup->pool, RT_DUE_KINDS * n);
	sup->queue_room = 4 * n + 16;
	sup->queue = rt_pool_array(&sup->pool, sup->queue_room, sizeof(*sup->queue));
	rt_pacing_setup(sup);
	rt_core_init(&sup->core, &sup->table, &sup->pool);
	sup->token_hash = rt_pool_array(&sup->pool, n, sizeof(*sup->token_hash));
	for (uint32_t i = 0; i < n; i++) {
		const struct rt_service_def *d = &sup->table.service[i];

		sup->token_hash[i] = rt_text_hash(d->token, strlen(d->token));
		sup->proc[i].peers = RT_NO_PEER;
		sup->proc[i].told_tasks = rt_pool_take(&sup->pool, rt_told_size(d->tasks));
		sup->claims[i].status =
			d->has_assert_exit || d->has_assert_duration || d->assert_artifact
				? "pending"
				: "none";
	}
}

/* The loop. */

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void set_timer(struct rt_sup *sup)
{
	int64_t next = rt_core_deadline(&sup->core);
	struct itimerspec spec = {0};

	next = earlier(next, rt_dues_first(&sup->dues));
	next = earlier(next, rt_children_next(sup));
	next = earlier(next, rt_peers_next(sup));
	next = earlier(next, rt_state_next(sup));
	next = earlier(next, rt_times_next(sup));
	next = earlier(next, rt_clock_beat(sup));
	if (next != RT_NEVER)
		next += sup->stood_still;
	if (next == sup->timer_set)
		return;
	sup->timer_set = next;
	if (next != RT_NEVER) {
		next = next < 1 ? 1 : next; /* zero would mean: no timer */
		spec.it_value.tv_sec = (time_t)(next / RT_SECOND);
		spec.it_value.tv_nsec = (long)(next % RT_SECOND);
	}
	timerfd_settime(sup->timer, TFD_TIMER_ABSTIME, &spec, NULL);
}

void rt_due_at(struct rt_sup *sup, uint32_t service, enum rt_due kind, int64_t when)
{
	rt_dues_set(&sup->dues, RT_DUE_KINDS * service + kind, when);
}

/* Each once a turn, so that a probe that has much to read keeps nobody waiting. */
static void handle_services(struct rt_sup *sup)
{
	const struct rt_dues *d = &sup->dues;

	for (uint32_t i = rt_dues_next(d, 0, sup->now); i < d->count;
	     i = rt_dues_next(d, i + 1, sup->now)) {
		uint32_t service = i / RT_DUE_KINDS;
		enum rt_due kind = i % RT_DUE_KINDS;

		rt_due_at(sup, service, kind, RT_NEVER);
		if (kind == RT_DUE_PROBE)
			rt_probe_due(sup, service);
		else if (kind == RT_DUE_LATE)
			rt_look_for_late_marks(sup, service);
		else if (kind == RT_DUE_AGAIN)
			rt_try_step_again(sup, service);
		else if (!sup->proc[service].pid)
			continue;
		else if (kind == RT_DUE_KILL)
			rt_kill_launcher(sup, service);
		else if (kind == RT_DUE_ORDER)
			rt_signal_otherwise(sup, service);
		else
			rt_look_for_marks(sup, service);
	}
}

static void handle_due(struct rt_sup *sup)
{
	struct rt_event tick = {.kind = RT_EV_TICK};

	handle_services(sup);
	if (rt_core_deadline(&sup->core) <= sup->now)
		rt_sup_event(sup, &tick);
	rt_peers_due(sup);
	rt_children_due(sup);
	rt_state_due(sup);
	rt_times_due(sup);
}

static void follow_status(struct rt_sup *sup)
{
	if (sup->core.phase == RT_JOB_RUNNING || strcmp(sup->status_word, "RUNNING"))
		return;
	sup->status_word = "STOPPING";
	rt_state_changed(sup); /* what was written with this event says RUNNING */
}

static bool run_once(struct rt_sup *sup)
{
	set_timer(sup);
	sup->waited_at = rt_now();
	struct epoll_event events[EVENTS];
	int n = epoll_wait(sup->epoll, events, EVENTS, -1);
	if (n < 0 && errno != EINTR)
		return false;
	rt_clock_look(sup, n < 0);
	sup->signals_ready = false;
	for (int i = 0; i < n; i++) {
		struct rt_source *source = events[i].data.ptr;

		source->ready(sup, source, events[i].events);
	}
	if (sup->signals_ready)
		read_signals(sup);
	handle_due(sup);
	rt_launches_go_on(sup);
	follow_status(sup);
	return true;
}

static int finish(struct rt_sup *sup)
{
	rt_limit_wait(sup);
	rt_children_end(sup);
	rt_times_end(sup);
	rt_core_abandon(&sup->core);
	sup->now = rt_now() - sup->stood_still;
	if (!rt_claims_check(sup) && !sup->status)
		sup->status = 1;
	sup->ended_wall = sup->wall = rt_wall();
	/* KILL is nobody's wish to cancel: it stands for a guard that was killed. */
	bool is_cancelled = sup->core.shutdown && sup->core.shutdown != SIGKILL;
	sup->status_word = is_cancelled  ? (sup->is_timeout ? "TIMEOUT" : "CANCELLED")
			   : sup->status ? "FAILED"
					 : "COMPLETED";
	rt_orders_look(sup);
	rt_report_job(sup, "end");
	rt_state_final(sup);
	if (sup->status)
		rt_say("job %s with status %d",
		       !is_cancelled     ? "failed"
		       : sup->is_timeout ? "timed out"
					 : "cancelled",
		       sup->status);
	else
		rt_say("job completed");
	return sup->status;
}

static int run(struct rt_sup *sup)
{
	struct rt_event begin = {.kind = RT_EV_BEGIN};

	rt_clock_open(sup);
	sup->seen = sup->waited_at = rt_now();
	rt_clock_look(sup, false);
	sup->started_wall = sup->wall;
	sup->status_word = "RUNNING";
	rt_report_job(sup, "begin");
	rt_state_changed(sup);
	rt_sup_event(sup, &begin);
	while (!sup->ended)
		if (!run_once(sup)) {
			rt_say("the event loop failed: %s", strerror(errno));
			sup->status = 1;
			break;
		}
	return finish(sup);
}

static bool is_wire_off(const struct rt_sup *sup)
{
	const char *word = getenv("HPCC_WIRE");

	return sup->table.wire_off || (word && !strcmp(word, "off"));
}

int rt_verb_supervise(int argc, char **argv)
{
	static struct rt_sup sup;
	const char *dir = NULL, *functions = NULL;
	const struct rt_option options[] = {
		{.name = "--dir", .value = &dir, .required = true},
		{.name = "--functions", .value = &functions, .required = true},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	rt_close_on_exec_all();
	/* Patterns are written in UTF-8, and so are most logs. */
	setlocale(LC_CTYPE, "C.UTF-8");
	if (!rt_guard_fork())
		rt_say("the supervisor runs without a guard: %s", strerror(errno));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (!rt_read_table(&sup))
		return RT_USAGE;
	take_memory(&sup);
	if (!rt_read_functions(&sup, functions))
		return RT_USAGE;
	if (!prepare_folder(&sup, dir) || !rt_facts_read(&sup))
		return RT_ENVIRONMENT;
	if (!open_loop(&sup)) {
		rt_say("cannot set up the event loop: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	sup.slurm_signals_all = rt_all_are_signalled();
	rt_times_open(&sup);
	if (is_wire_off(&sup) || !rt_peers_open(&sup))
		rt_marks_watch(&sup);
	rt_probe_setup(&sup);
	return run(&sup);
}
