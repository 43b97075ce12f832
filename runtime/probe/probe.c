/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When a probe looks at its target: first at once, then after pauses that are a share of the time
 * waited so far, from 1 ms to 1 s, with a last look shortly before the clock runs out. So what is
 * ready late is found late by the same share, and whoever takes long is asked seldom.
 *
 *	nobody listens at an address of this node:   1/1000, and the service hears nothing of it
 *	a connection, a GET:                         1/50 of the time since somebody listens there
 *
 * However many probes there are, they look no more than 2,000 times a second together. One look at
 * a time, and no look outlives the clock. What a look is: probe_net.c and probe_log.c.
 */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/probe/listening.h"
#include "runtime/probe/pace.h"

#define LONGEST RT_SECOND
#define EACH    (RT_SECOND / 2000)
/* Descriptors that launches, marks and helpers may need at one time. */
#define RESERVE 16

struct rt_probe *rt_probe_of(const struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *proc = &sup->proc[service];

	return proc->live && proc->live->at != RT_AT_IDLE ? proc->live : &proc->probe;
}

bool rt_is_scarce(const struct rt_sup *sup, int fd)
{
	return fd >= sup->descriptor_limit;
}

void rt_probe_saw(struct rt_sup *sup, struct rt_probe *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char text[RT_SEEN_ROOM];
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (!strcmp(text, p->seen))
		return;
	memcpy(p->seen, text, sizeof(text));
	rt_state_changed(sup);
}

void rt_probe_saw_error(struct rt_sup *sup, struct rt_probe *p, int error)
{
	char text[RT_SEEN_ROOM];

	rt_probe_saw(sup, p, "%s", rt_error_words(error, text, sizeof(text)));
}

void rt_probe_setup(struct rt_sup *sup)
{
	struct rlimit limit = {.rlim_cur = RLIM_INFINITY};

	getrlimit(RLIMIT_NOFILE, &limit);
	sup->listening = -1;
	sup->watch = rt_pool_array(&sup->pool, sup->table.count, sizeof(*sup->watch));
	sup->descriptor_limit = INT32_MAX;
	if (limit.rlim_cur < INT32_MAX)
		sup->descriptor_limit = limit.rlim_cur > 2 * RESERVE ? (int)limit.rlim_cur - RESERVE
								     : (int)limit.rlim_cur / 2;
	for (uint32_t i = 0; i < sup->table.count; i++) {
		struct rt_probe *p = &sup->proc[i].probe;

		p->fd = sup->watch[i] = -1;
		p->source.service = i;
		p->target = &sup->table.service[i].ready;
		rt_shim_setup(sup, p);
		rt_live_setup(sup, i);
		switch (p->target->kind) {
		case RT_READY_TCP:
		case RT_READY_HTTP:
			if (sup->listening < 0)
				sup->listening = rt_listening_open();
			rt_net_setup(sup, p);
			break;
		case RT_READY_LOG:
			p->by_lines = p->target->is_of_all && sup->table.service[i].tasks > 1;
			if (!p->by_lines)
				rt_log_setup(sup, i);
			break;
		case RT_READY_NONE:
		case RT_READY_SLEEP:
		case RT_READY_EXEC:
			break;
		}
	}
}

void rt_probe_launch(struct rt_sup *sup, uint32_t service, int log)
{
	struct rt_probe *p = &sup->proc[service].probe;

	p->seen[0] = '\0';
	if (sup->proc[service].live)
		sup->proc[service].live->seen[0] = '\0';
	p->from = 0;
	p->inode = 0;
	struct stat st;
	if (log < 0 || fstat(log, &st) || !S_ISREG(st.st_mode))
		return;
	p->from = st.st_size;
	p->inode = st.st_ino;
}

int64_t rt_pace(int64_t waited, int64_t share, int64_t least)
{
	int64_t pause = waited / share;

	return pause < least ? least : pause > LONGEST ? LONGEST : pause;
}

int64_t rt_probe_pause(const struct rt_sup *sup, int64_t since, int64_t share, int64_t least)
{
	int64_t pause = rt_pace(sup->now - since, share, least), crowded = sup->probing * EACH;

	return pause < crowded ? crowded : pause;
}

static void pause_until(const struct rt_sup *sup, struct rt_probe *p, int64_t next)
{
	int64_t last = p->deadline - RT_PACE_LAST_LOOK;

	p->at = RT_AT_PAUSE;
	p->next = sup->now < last && next > last ? last : next;
}

static bool is_quiet(const struct rt_sup *sup, const struct rt_probe *p)
{
	return sup->now < p->attempt_at + RT_PACE_REAL_LOOK &&
	       sup->now < p->deadline - RT_PACE_LAST_LOOK && rt_net_is_quiet(sup, p);
}

static void look(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->by_lines) {
		rt_lines_look(sup, p);
		return;
	}
	if (p->target->kind == RT_READY_LOG) {
		rt_log_look(sup, p);
		return;
	}
	if (rt_shim_takes(sup, p))
		return;
	if (p->use == RT_LOOK_READY && is_quiet(sup, p)) {
		p->listening_at = 0;
		rt_probe_saw_error(sup, p, ECONNREFUSED);
		pause_until(sup, p,
			    sup->now +
				    rt_probe_pause(sup, p->begun_at, RT_PACE_QUIET, RT_PACE_LEAST));
		return;
	}
	if (!p->listening_at && sup->now < p->attempt_at + RT_PACE_REAL_LOOK)
		p->listening_at = sup->now;
	p->attempt_at = sup->now;
	rt_net_attempt(sup, p);
}

void rt_probe_begin(struct rt_sup *sup, uint32_t service, uint32_t run)
{
	struct rt_probe *p = &sup->proc[service].probe;

	rt_probe_end(sup, service);
	p->run = run;
	sup->probing++;
	p->begun_at = sup->now;
	rt_shim_begin(sup, p);
	p->listening_at = 0;
	p->attempt_at = sup->now;
	p->deadline = sup->core.service[service].probe_deadline;
	if (p->by_lines)
		rt_lines_begin(sup, p);
	else if (p->target->kind == RT_READY_LOG)
		rt_log_begin(sup, p);
	else if (sup->proc[service].pid)
		look(sup, p);
	else
		rt_probe_missed(sup, p); /* it has ended: whoever answers is somebody else */
	rt_probe_plan(sup, p);
}

static void drop_socket(struct rt_probe *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
}

static void end_probe(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->target->kind == RT_READY_LOG)
		rt_log_end(sup, p);
	else
		drop_socket(p);
	rt_shim_end(sup, p);
	if (p->helper)
		rt_signal_group(p->helper, 9);
	p->helper = 0;
	p->at = RT_AT_IDLE;
	rt_probe_plan(sup, p);
}

void rt_probe_end(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = &sup->proc[service].probe;

	if (p->at == RT_AT_IDLE)
		return;
	end_probe(sup, p);
	sup->probing--;
}

void rt_live_end(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = sup->proc[service].live;

	if (p && p->at != RT_AT_IDLE)
		end_probe(sup, p);
}

void rt_probe_passed(struct rt_sup *sup, struct rt_probe *p)
{
	struct rt_event e = {.kind = RT_EV_READY, .service = p->source.service, .run = p->run};

	if (p->use == RT_LOOK_LIVE) {
		rt_live_looked(sup, p, true);
		return;
	}
	p->seen[0] = '\0';
	/* The core answers with RT_ACT_UNPROBE, which closes everything. */
	rt_sup_event(sup, &e);
}

void rt_probe_missed(struct rt_sup *sup, struct rt_probe *p)
{
	bool by_helper = p->at == RT_AT_CURL || p->at == RT_AT_RESOLVE;
	int64_t since = p->listening_at ? p->listening_at : p->begun_at;

	int64_t every = p->target->every;

	if (p->use == RT_LOOK_LIVE) {
		rt_live_looked(sup, p, false);
		return;
	}
	drop_socket(p);
	pause_until(sup, p,
		    sup->now + (every ? every
				      : rt_probe_pause(sup, since, RT_PACE_REAL,
						       by_helper ? RT_PACE_LEAST_PROGRAM
								 : RT_PACE_LEAST)));
}

void rt_probe_put_off(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->use == RT_LOOK_READY) {
		rt_probe_missed(sup, p);
		return;
	}
	drop_socket(p);
	pause_until(sup, p, sup->now + p->target->every);
}

void rt_probe_helper_ended(struct rt_sup *sup, uint32_t service, pid_t pid, int status)
{
	struct rt_probe *p = rt_probe_of(sup, service);

	if (p->helper == pid && (p->at == RT_AT_CURL || p->at == RT_AT_RESOLVE))
		rt_net_helper_ended(sup, p, status);
	rt_probe_plan(sup, p);
}

void rt_probe_last_look(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = &sup->proc[service].probe;

	if (p->at != RT_AT_LOG)
		return;
	do
		rt_log_look(sup, p);
	while (p->at == RT_AT_LOG && p->behind && rt_now() - sup->seen < RT_PACE_LAST_LOOK);
}

void rt_probe_plan(struct rt_sup *sup, const struct rt_probe *probe)
{
	/* One that has ended may have made the other one begin. */
	const struct rt_probe *p = rt_probe_of(sup, probe->source.service);
	int64_t when = RT_NEVER;

	if (p->at == RT_AT_PAUSE || p->at == RT_AT_SHIM ||
	    ((p->at == RT_AT_LOG || p->at == RT_AT_LINES) && p->polled))
		when = p->next;
	else if (p->at == RT_AT_CONNECT || p->at == RT_AT_ANSWER)
		when = p->attempt_until;
	rt_due_at(sup, p->source.service, RT_DUE_PROBE, when);
}

void rt_probe_due(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = rt_probe_of(sup, service);

	if (p->at == RT_AT_PAUSE || p->at == RT_AT_LOG || p->at == RT_AT_LINES ||
	    (p->at == RT_AT_SHIM && p->next <= sup->now)) {
		look(sup, p);
	} else if (p->attempt_until <= sup->now &&
		   (p->at == RT_AT_CONNECT || p->at == RT_AT_ANSWER)) {
		/* The last one may be cut off before it can tell: what was seen before counts. */
		bool is_cut = p->at == RT_AT_CONNECT && p->seen[0] &&
			      sup->now - p->attempt_at < RT_PACE_LAST_LOOK;
		if (!is_cut)
			rt_probe_saw(sup, p,
				     p->at == RT_AT_CONNECT ? "no connection" : "no answer");
		rt_probe_missed(sup, p);
	}
	rt_probe_plan(sup, p);
}
