/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim's end of the wire. HPCC_WIRE is "PORT KEY SERVICE" where the supervisor listens on the loopback
 * address alone, and "PORT KEY SERVICE HOST" where it listens for other nodes, too. On its own host that is the
 * loopback address again; from elsewhere it is the address that Slurm has started the step from, so it
 * is one that this node reaches.
 */
#include "runtime/step/step_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/probe/listening.h"
#include "runtime/wire/listen.h"

#define MS            INT64_C(1000000)
#define FIRST_PAUSE   (200 * MS)
#define LONGEST_PAUSE (60000 * MS)
/* A connection, and the proofs after it, take so long at most. */
#define ATTEMPT_LIMIT (5000 * MS)

enum {
	/* Where there was never a connection, a firewall is likely, and files do the work. */
	ATTEMPTS = 6
};

/* Attempts. */

static void attempt(struct rt_step_wire *w);

static void hang_up(struct rt_step_wire *w)
{
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

static void lose(struct rt_step_wire *w)
{
	hang_up(w);
	if (w->at == RT_STEP_WIRE_TALKING && w->wire.state == RT_WIRE_OPEN)
		w->failures = 0;
	else if (++w->address_now < w->address_count) {
		attempt(w);
		return;
	}
	w->address_now = 0;
	w->at = RT_STEP_WIRE_PAUSE;
	w->pause = w->failures ? 2 * w->pause : FIRST_PAUSE;
	w->pause = w->pause < LONGEST_PAUSE ? w->pause : LONGEST_PAUSE;
	w->next = rt_now() + w->pause;
	bool is_other_version = w->wire.version && w->wire.version != RT_WIRE_VERSION;
	if (!is_other_version && (++w->failures < ATTEMPTS || w->was_open))
		return;
	w->at = RT_STEP_WIRE_OFF;
	w->next = INT64_MAX;
}

static void talk(struct rt_step_wire *w)
{
	uint8_t nonce[RT_WIRE_NONCE];

	if (getrandom(nonce, sizeof(nonce), GRND_NONBLOCK) != sizeof(nonce)) {
		lose(w);
		return;
	}
	rt_wire_options(w->fd);
	w->look_len = 0;
	rt_wire_join(&w->wire, &w->launch, nonce);
	w->at = RT_STEP_WIRE_TALKING;
}

static void attempt(struct rt_step_wire *w)
{
	struct sockaddr_storage address;
	socklen_t len = rt_address_read(w->address[w->address_now], w->port, &address);

	w->at = RT_STEP_WIRE_CONNECTING;
	w->wire.state = RT_WIRE_BROKEN;
	w->next = rt_now() + ATTEMPT_LIMIT;
	w->fd = socket(len ? address.ss_family : AF_INET,
		       SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (w->fd < 0)
		lose(w);
	else if (!connect(w->fd, (struct sockaddr *)&address, len))
		talk(w);
	else if (errno != EINPROGRESS)
		lose(w);
}

/* What is said. */

static void send_all(struct rt_step_wire *w)
{
	ssize_t n;

	while (w->at == RT_STEP_WIRE_TALKING && w->wire.out_len) {
		n = send(w->fd, w->wire.out, w->wire.out_len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			lose(w);
		else
			rt_wire_sent(&w->wire, (size_t)n);
	}
}

bool rt_step_wire_say(struct rt_step_wire *w, enum rt_wire_type type, const char *text)
{
	if (w->at != RT_STEP_WIRE_TALKING || !text[0] || !rt_wire_put(&w->wire, type, text))
		return false;
	send_all(w);
	return true;
}

void rt_step_wire_tell(struct rt_step_wire *w, const struct rt_mark *mark, enum rt_mark_kind kind)
{
	rt_mark_line(mark, kind, w->said[kind]);
	rt_step_wire_say(w, rt_wire_of_mark[kind], w->said[kind]);
}

/* What comes. */

static void take_order(struct rt_step_wire *w, const struct rt_wire_message *m)
{
	char text[24], *end;
	unsigned long long order = strtoull(m->text, &end, 10);

	if (order > w->last_order) {
		w->last_order = order;
		w->order(w->arg, m->type, (int)(strtoul(end, NULL, 10) & INT32_MAX));
	}
	snprintf(text, sizeof(text), "%llu", order);
	rt_step_wire_say(w, RT_WIRE_TAKEN, text);
}

/* One that is too long in all is understood by nobody. */
static void take_look(struct rt_step_wire *w, const struct rt_wire_message *m)
{
	size_t len = strlen(m->text);

	if (w->look_len + len >= sizeof(w->look_text))
		w->look_len = 0;
	memcpy(w->look_text + w->look_len, m->text, len + 1);
	w->look_len += len;
	if (m->type == RT_WIRE_LOOK_MORE)
		return;
	w->look_len = 0;
	w->look(w->arg, m->type, w->look_text);
}

static void take_news(struct rt_step_wire *w)
{
	struct rt_wire_message m;
	enum rt_wire_news news;

	while (w->at == RT_STEP_WIRE_TALKING &&
	       (news = rt_wire_next(&w->wire, &m)) != RT_WIRE_NOTHING) {
		if (news == RT_WIRE_BAD) {
			lose(w);
		} else if (news == RT_WIRE_OPENED) {
			w->was_open = true;
			w->failures = 0;
			w->next = INT64_MAX;
			for (unsigned kind = 0; kind < RT_MARK_KINDS; kind++)
				rt_step_wire_say(w, rt_wire_of_mark[kind], w->said[kind]);
		} else if (m.type == RT_WIRE_LOOK || m.type == RT_WIRE_UNLOOK ||
			   m.type == RT_WIRE_LOOK_MORE) {
			take_look(w, &m);
		} else if (m.type == RT_WIRE_MEASURE) {
			w->measure(w->arg);
		} else if (m.type == RT_WIRE_STOP || m.type == RT_WIRE_SIGNAL) {
			take_order(w, &m);
		} else if (w->other) {
			w->other(w->arg, &m);
		}
	}
	send_all(w);
}

static void hear(struct rt_step_wire *w)
{
	uint8_t *to;
	size_t room;
	ssize_t n;

	while (w->at == RT_STEP_WIRE_TALKING) {
		to = rt_wire_space(&w->wire, &room);
		n = recv(w->fd, to, room, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0) {
			lose(w);
			return;
		}
		rt_wire_took(&w->wire, (size_t)n);
		take_news(w);
	}
}

void rt_step_wire_poll(const struct rt_step_wire *w, struct pollfd *p)
{
	*p = (struct pollfd){.fd = w->fd, .events = POLLIN};
	if (w->at == RT_STEP_WIRE_CONNECTING)
		p->events = POLLOUT;
	else if (w->at == RT_STEP_WIRE_TALKING && w->wire.out_len)
		p->events |= POLLOUT;
}

static void connected(struct rt_step_wire *w)
{
	socklen_t len = sizeof(int);
	int error = 0;

	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &error, &len) || error)
		lose(w);
	else
		talk(w);
}

void rt_step_wire_go_on(struct rt_step_wire *w, const struct pollfd *p)
{
	if (p->revents && p->fd == w->fd) {
		if (w->at == RT_STEP_WIRE_CONNECTING)
			connected(w);
		send_all(w);
		hear(w);
	}
	if (w->next > rt_now())
		return;
	if (w->at == RT_STEP_WIRE_PAUSE)
		attempt(w);
	else
		lose(w); /* it takes too long */
}

static const char *next_word(char **at)
{
	char *word = *at;

	word += strspn(word, " ");
	*at = word + strcspn(word, " ");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

static void add_address(struct rt_step_wire *w, const char *text)
{
	if (text && *text && w->address_count < RT_STEP_WIRE_ADDRESSES)
		snprintf(w->address[w->address_count++], sizeof(w->address[0]), "%s", text);
}

/* The command has no use for it, nor has who looks at our environment later. */
static void forget_variable(char *value)
{
	memset(value, 0, strlen(value));
	unsetenv("HPCC_WIRE");
}

void rt_step_wire_begin(struct rt_step_wire *w, const char *name, uint32_t task)
{
	char *value = getenv("HPCC_WIRE"), host[256] = "", *at = value;

	w->fd = -1;
	w->next = INT64_MAX;
	if (!value)
		return;
	snprintf(w->launch.name, sizeof(w->launch.name), "%s", name);
	w->launch.task = task;
	w->port = (uint16_t)strtoul(next_word(&at), NULL, 10);
	if (rt_wire_from_hex(next_word(&at), w->launch.key)) {
		w->launch.service = (uint32_t)strtoul(next_word(&at), NULL, 10);
		const char *there = next_word(&at);
		gethostname(host, sizeof(host) - 1);
		if (!*there || !strcmp(there, host))
			add_address(w, "127.0.0.1");
		if (*there)
			add_address(w, getenv("SLURM_LAUNCH_NODE_IPADDR"));
	}
	forget_variable(value);
	if (w->address_count)
		attempt(w);
}

/* What was said goes out before the connection ends; nobody waits for an answer. */
void rt_step_wire_end(struct rt_step_wire *w)
{
	send_all(w);
	hang_up(w);
	w->at = RT_STEP_WIRE_OFF;
}
