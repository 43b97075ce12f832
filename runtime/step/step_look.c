/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at a port again and again, and telling what is seen. */
#include "runtime/step/step_look.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/core/core.h"
#include "runtime/loop/processes.h"
#include "runtime/probe/listening.h"
#include "runtime/probe/pace.h"
#include "runtime/probe/url.h"

#define NEVER INT64_MAX
/* Who wakes up so much later than it wanted to was stopped. */
#define STOOD_STILL (RT_SECOND / 2)

/* Ends of looks. */

static void tell(struct rt_step_looks *all, struct rt_step_look *l)
{
	struct rt_looked looked = {
		.use = l->order.use, .number = l->order.number, .misses = l->misses};

	snprintf(looked.words, sizeof(looked.words), "%s", l->misses ? l->seen : "");
	snprintf(l->told, sizeof(l->told), "%s", l->seen);
	char text[RT_WIRE_TEXT_ROOM];
	rt_looked_write(&looked, text);
	all->tell(all->arg, text);
}

static void drop(struct rt_step_looks *all, struct rt_step_look *l)
{
	rt_step_run_end(all, l);
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
}

static void pause_until(struct rt_step_look *l, int64_t now, int64_t next)
{
	int64_t last = l->deadline - RT_PACE_LAST_LOOK;

	l->at = RT_STEP_LOOK_PAUSE;
	l->next = now < last && next > last ? last : next;
}

static int64_t pause_after(const struct rt_step_look *l, int64_t since, int64_t share, int64_t now)
{
	bool is_program = l->order.kind == RT_LOOK_EXEC;

	return l->order.every ? l->order.every
			      : rt_pace(now - since, share,
					is_program ? RT_PACE_LEAST_PROGRAM : RT_PACE_LEAST);
}

/* The first pass has to last, unless there is no time for that. */
static bool has_to_last(struct rt_step_look *l, int64_t now)
{
	if (!l->order.settle || l->settles_at)
		return now < l->settles_at;
	l->settles_at = now + l->order.settle;
	return l->settles_at < l->deadline - RT_PACE_LAST_LOOK;
}

static void passed(struct rt_step_looks *all, struct rt_step_look *l)
{
	int64_t now = rt_now();

	if (has_to_last(l, now)) {
		drop(all, l);
		pause_until(l, now, l->settles_at);
		return;
	}
	bool is_news = l->misses || !l->has_passed;

	drop(all, l);
	l->misses = 0;
	l->seen[0] = '\0';
	l->has_passed = true;
	pause_until(l, now, now + pause_after(l, l->begun_at, RT_PACE_REAL, now));
	if (l->order.use == RT_LOOK_READY) {
		l->at = RT_STEP_LOOK_NONE;
		l->next = NEVER;
	}
	if (is_news)
		tell(all, l);
}

/* Of somebody whom readiness waits for, it is told when something else is seen. */
static void missed(struct rt_step_looks *all, struct rt_step_look *l, int64_t share)
{
	int64_t now = rt_now();
	int64_t since = share == RT_PACE_REAL && l->listening_at ? l->listening_at : l->begun_at;

	drop(all, l);
	l->misses++;
	l->settles_at = 0;
	pause_until(l, now, now + pause_after(l, since, share, now));
	if (l->order.use != RT_LOOK_READY || strcmp(l->seen, l->told) != 0)
		tell(all, l);
}

static void saw(struct rt_step_look *l, const char *words)
{
	snprintf(l->seen, sizeof(l->seen), "%s", words);
}

static void saw_error(struct rt_step_look *l, int error)
{
	char text[RT_LOOK_WORDS_ROOM];

	/* Of several addresses the first one is told of. */
	if (l->address == 1)
		saw(l, rt_error_words(error, text, sizeof(text)));
}

/* Whose the port is. */

static bool is_held_by_family(uint32_t socket)
{
	struct rt_family family;
	bool is_held = false;

	rt_family_read(&family, getpid(), NULL, NULL);
	/* One that can't be looked into may be the one. */
	for (size_t i = 0; i < family.count && !is_held; i++)
		is_held = !family.member[i].is_dead &&
			  rt_process_holds_socket(family.member[i].pid, socket) != RT_HOLDS_NOT;
	rt_family_free(&family);
	return is_held;
}

static bool is_of_same_step(pid_t pid)
{
	static const char *const names[] = {"SLURM_JOB_ID", "SLURM_STEP_ID"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);
		char variable[64];

		snprintf(variable, sizeof(variable), "%s=%s", names[i], value ? value : "");
		if (!value || !rt_process_has_variable(pid, variable))
			return false;
	}
	return true;
}

struct search {
	uint32_t socket;
	bool is_found;
};

static void look_into(pid_t pid, void *arg)
{
	struct search *s = arg;

	s->is_found = s->is_found ||
		      (rt_process_holds_socket(pid, s->socket) == RT_HOLDS && is_of_same_step(pid));
}

/* By another task of the step, on the same node. */
static bool is_held_by_step(uint32_t socket)
{
	const char *tasks = getenv("SLURM_STEP_NUM_TASKS");
	struct search s = {.socket = socket};

	if (tasks && strcmp(tasks, "1") != 0)
		rt_each_process(look_into, &s);
	return s.is_found;
}

/* What the kernel says of one address; a stranger there is told of. */
static enum rt_listening who_listens(struct rt_step_looks *all, struct rt_step_look *l,
				     const struct sockaddr *address, bool *is_strange)
{
	uint32_t socket = 0;

	if (!all->listening)
		all->listening = rt_listening_open();
	enum rt_listening who = rt_listening_whose(all->listening, address, &socket);
	*is_strange = who == RT_LISTENING_SOMEBODY && l->order.is_own &&
		      !is_held_by_family(socket) && !is_held_by_step(socket);
	if (*is_strange)
		snprintf(l->seen, sizeof(l->seen), "port %u is held by another process",
			 l->order.port);
	return who;
}

/* Connections. */

static void connected(struct rt_step_looks *all, struct rt_step_look *l)
{
	static char line[RT_LOOK_USES][RT_LINE_ROOM + 1];
	char request[2 * RT_LOOK_URL_ROOM + 512];
	struct rt_url url;

	if (l->order.kind == RT_LOOK_TCP) {
		passed(all, l);
		return;
	}
	l->at = RT_STEP_LOOK_HEARS;
	l->answer.line = line[l->order.use];
	rt_http_begin(&l->answer);
	rt_url_read(&url, l->order.url);
	/* It is shorter than any buffer of a connection that has just begun. */
	if (rt_url_request(&url, request, sizeof(request)) &&
	    send(l->fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request))
		return;
	saw(l, "closed without an answer");
	missed(all, l, RT_PACE_REAL);
}

/* True if there is a connection, or there may be one soon. */
static bool try_address(struct rt_step_looks *all, struct rt_step_look *l, int64_t now)
{
	struct sockaddr_storage a;
	const struct sockaddr *to = (const struct sockaddr *)&a;
	socklen_t len = rt_address_read(l->order.address[l->address++], l->order.port, &a);
	bool is_strange = false;

	if (!len)
		return false;
	if (rt_address_is_here(to, len)) {
		enum rt_listening who = who_listens(all, l, to, &is_strange);

		if (is_strange)
			l->listening_at = l->listening_at ? l->listening_at : now;
		if (who == RT_LISTENING_NOBODY)
			saw_error(l, ECONNREFUSED);
		if (is_strange ||
		    (who == RT_LISTENING_NOBODY && now < l->attempt_at + RT_PACE_REAL_LOOK &&
		     now < l->deadline - RT_PACE_LAST_LOOK))
			return false;
		if (who != RT_LISTENING_NOBODY && !l->listening_at)
			l->listening_at = now;
	}
	l->attempt_at = now;
	l->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	l->at = RT_STEP_LOOK_CONNECTS;
	errno = l->fd < 0 ? errno : 0;
	if (l->fd >= 0 && connect(l->fd, to, len) && errno == EINPROGRESS)
		return true;
	if (l->fd >= 0 && rt_is_connected_to_other(l->fd)) {
		connected(all, l);
		return true;
	}
	saw_error(l, errno ? errno : ECONNREFUSED);
	drop(all, l);
	return false;
}

/* Where only the kernel was asked, it may be asked again soon. */
static void next_address(struct rt_step_looks *all, struct rt_step_look *l)
{
	int64_t now = rt_now();

	while (l->address < l->order.address_count)
		if (try_address(all, l, now))
			return;
	missed(all, l, l->attempt_at == now || l->listening_at ? RT_PACE_REAL : RT_PACE_QUIET);
}

static void take_answer(struct rt_step_looks *all, struct rt_step_look *l)
{
	unsigned status = 0;
	enum rt_http answer = rt_http_read(&l->answer, l->fd, l->order.status, &status);

	if (answer == RT_HTTP_MORE)
		return;
	if (answer == RT_HTTP_ANSWERED && status == l->order.status) {
		passed(all, l);
		return;
	}
	char text[16];
	snprintf(text, sizeof(text), "%u", status);
	saw(l, answer == RT_HTTP_ANSWERED ? text : rt_http_garbage(&l->answer));
	missed(all, l, RT_PACE_REAL);
}

static void take_connection(struct rt_step_looks *all, struct rt_step_look *l)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (rt_is_connected_to_other(l->fd)) {
		connected(all, l);
		return;
	}
	getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len);
	saw_error(l, error ? error : ECONNREFUSED);
	drop(all, l);
	next_address(all, l);
}

static void saw_no_end(struct rt_step_look *l)
{
	long long ms = (rt_now() - l->attempt_at) / (RT_SECOND / 1000);

	snprintf(l->seen, sizeof(l->seen), "hadn't ended after %lld.%llds", ms / 1000,
		 ms % 1000 / 100);
}

/* The last look may be cut off before it can tell: what was seen before counts. */
static bool is_cut(const struct rt_step_look *l)
{
	int64_t took = rt_now() - l->attempt_at;

	return l->seen[0] && ((l->at == RT_STEP_LOOK_CONNECTS && took < RT_PACE_LAST_LOOK) ||
			      (l->at == RT_STEP_LOOK_RUNS && took < l->order.limit));
}

static void take_too_long(struct rt_step_looks *all, struct rt_step_look *l)
{
	if (!is_cut(l) && l->at == RT_STEP_LOOK_RUNS)
		saw_no_end(l);
	else if (!is_cut(l))
		saw(l, l->at == RT_STEP_LOOK_CONNECTS ? "no connection" : "no answer");
	missed(all, l, RT_PACE_REAL);
}

static void look(struct rt_step_looks *all, struct rt_step_look *l)
{
	int64_t now = rt_now();

	l->next = now + l->order.limit;
	if (now < l->deadline && l->next > l->deadline)
		l->next = l->deadline;
	l->address = 0;
	if (l->order.kind != RT_LOOK_EXEC) {
		next_address(all, l);
		return;
	}
	l->attempt_at = now;
	if (!rt_step_run_begin(all, l))
		missed(all, l, RT_PACE_REAL);
}

/* The whole job was stopped meanwhile, the service, too: its time to answer begins anew. */
static void look_again(struct rt_step_looks *all, struct rt_step_look *l)
{
	drop(all, l);
	look(all, l);
}

static void run_on(struct rt_step_looks *all, struct rt_step_look *l)
{
	if (rt_step_run_go_on(all, l)) {
		if (l->seen[0])
			missed(all, l, RT_PACE_REAL);
		else
			passed(all, l);
	} else if (l->next <= rt_now() - STOOD_STILL) {
		look_again(all, l);
	} else if (l->next <= rt_now()) {
		take_too_long(all, l);
	}
}

/* What comes. */

void rt_step_looks_begin(struct rt_step_looks *all)
{
	for (int i = 0; i < RT_LOOK_USES; i++) {
		all->look[i].fd = -1;
		all->look[i].next = NEVER;
	}
}

int64_t rt_step_looks_poll(const struct rt_step_looks *all, struct pollfd *p)
{
	int64_t next = NEVER;

	for (int i = 0; i < RT_LOOK_USES; i++) {
		const struct rt_step_look *l = &all->look[i];

		p[i] = (struct pollfd){.fd = l->fd,
				       .events = l->at == RT_STEP_LOOK_CONNECTS ? POLLOUT : POLLIN};
		next = l->next < next ? l->next : next;
	}
	return next;
}

void rt_step_looks_go_on(struct rt_step_looks *all, const struct pollfd *p)
{
	for (int i = 0; i < RT_LOOK_USES; i++) {
		struct rt_step_look *l = &all->look[i];
		bool has_news = p[i].revents && p[i].fd == l->fd;

		if (l->at == RT_STEP_LOOK_RUNS)
			run_on(all, l);
		else if (has_news && l->at == RT_STEP_LOOK_CONNECTS)
			take_connection(all, l);
		else if (has_news && l->at == RT_STEP_LOOK_HEARS)
			take_answer(all, l);
		else if (l->next <= rt_now() && l->at == RT_STEP_LOOK_PAUSE)
			look(all, l);
		else if (l->next <= rt_now() - STOOD_STILL)
			look_again(all, l);
		else if (l->next <= rt_now())
			take_too_long(all, l);
	}
}

static void stop(struct rt_step_looks *all, struct rt_step_look *l)
{
	drop(all, l);
	l->at = RT_STEP_LOOK_NONE;
	l->next = NEVER;
}

void rt_step_look_order(struct rt_step_looks *all, const char *text)
{
	struct rt_look order;

	if (!rt_look_read(&order, text))
		return;
	struct rt_step_look *l = &all->look[order.use];
	/* The supervisor has heard nothing since the wire was lost. */
	if (l->order.number == order.number && (l->at != RT_STEP_LOOK_NONE || l->has_passed)) {
		if (l->has_passed || l->misses)
			tell(all, l);
		return;
	}
	stop(all, l);
	*l = (struct rt_step_look){.fd = -1, .order = order};
	l->begun_at = l->attempt_at = rt_now();
	l->deadline = order.left ? l->begun_at + order.left : NEVER;
	if (order.use == RT_LOOK_LIVE) /* it was ready a moment ago */
		pause_until(l, l->begun_at, l->begun_at + order.every);
	else
		look(all, l);
}

void rt_step_look_end(struct rt_step_looks *all, const char *text)
{
	struct rt_looked which;

	if (rt_looked_read(&which, text) && all->look[which.use].order.number == which.number)
		stop(all, &all->look[which.use]);
}

void rt_step_looks_end(struct rt_step_looks *all)
{
	for (int i = 0; i < RT_LOOK_USES; i++)
		stop(all, &all->look[i]);
}
