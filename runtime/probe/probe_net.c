/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One look at a TCP port or an HTTP address, without ever blocking. A host name
 * is looked up by `getent`, since resolvers block; https is curl's business.
 */
#include "runtime/loop/sup.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/probe/listening.h"
#include "runtime/probe/pace.h"
#include "runtime/probe/url.h"
#include "runtime/loop/spawn.h"

enum {
	REQUEST_MORE = 128 /* of a GET, beside path and host */
};

static const struct sockaddr *address_of(const struct rt_address *a)
{
	return (const struct sockaddr *)(const void *)a->bytes;
}

static void add_address(struct rt_probe *p, const void *address, size_t len)
{
	struct rt_address *a = &p->addresses[p->address_count];

	if (p->address_count == RT_ADDRESSES || len > sizeof(a->bytes))
		return;
	memcpy(a->bytes, address, len);
	a->len = (unsigned char)len;
	p->address_count++;
	if (!rt_address_is_here(address, (socklen_t)len))
		p->is_elsewhere = true;
}

static bool add_numeric(struct rt_probe *p, const char *host)
{
	struct sockaddr_storage address;
	socklen_t len = rt_address_read(host, (unsigned)strtoul(p->port, NULL, 10), &address);

	if (len)
		add_address(p, &address, len);
	return len > 0;
}

static bool is_https(const struct rt_ready *ready)
{
	return ready->kind == RT_READY_HTTP && !strncmp(ready->url, "https://", 8);
}

static void read_url(struct rt_sup *sup, struct rt_probe *p, const char *text)
{
	struct rt_url url;

	rt_url_read(&url, text);
	p->host = rt_pool_text(&sup->pool, url.host, (size_t)url.host_len);
	p->port = rt_pool_text(&sup->pool, url.port, (size_t)url.port_len);
	if (url.is_https)
		return; /* what is asked for is curl's business */
	size_t room = 2 * strlen(text) + REQUEST_MORE;
	p->request = rt_pool_take(&sup->pool, room);
	rt_url_request(&url, p->request, room);
	p->answer.line = rt_pool_take(&sup->pool, RT_LINE_ROOM + 1);
}

static bool has_program(const char *name)
{
	const char *at = getenv("PATH");
	char path[RT_MARK_PATH_ROOM];

	while (at && *at) {
		size_t len = strcspn(at, ":");

		if (snprintf(path, sizeof(path), "%.*s/%s", (int)len, at, name) <
			    (int)sizeof(path) &&
		    !access(path, X_OK))
			return true;
		at += len + (at[len] == ':');
	}
	return false;
}

void rt_net_setup(struct rt_sup *sup, struct rt_probe *p)
{
	const struct rt_ready *ready = p->target;

	if (is_https(ready) && !has_program("curl"))
		rt_say("service '%s': an https probe needs curl on this node, and there is none",
		       sup->table.service[p->source.service].name);
	if (ready->kind == RT_READY_HTTP) {
		read_url(sup, p, ready->url);
	} else {
		p->host = ready->host;
		p->port = ready->port;
	}
	if (!strcmp(p->host, "localhost")) {
		add_numeric(p, "127.0.0.1");
		add_numeric(p, "::1");
	} else {
		add_numeric(p, p->host);
	}
}

bool rt_net_is_own_node(const struct rt_probe *p)
{
	for (unsigned i = 0; i < p->address_count; i++)
		if (!rt_address_is_loopback(p->addresses[i].bytes))
			return false;
	return p->address_count > 0;
}

bool rt_net_is_quiet(const struct rt_sup *sup, const struct rt_probe *p)
{
	bool is_quiet = p->address_count && !p->is_elsewhere;

	for (unsigned i = 0; i < p->address_count && is_quiet; i++)
		is_quiet = rt_listening_ask(sup->listening, address_of(&p->addresses[i])) ==
			   RT_LISTENING_NOBODY;
	return is_quiet;
}

/* Host names. */

/* Runs a tool whose answer comes through a pipe. */
static void ask(struct rt_sup *sup, struct rt_probe *p, const char *const *argv, enum rt_attempt at)
{
	struct rt_spawn s = {.argv = argv, .output = -1};
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		rt_probe_saw_error(sup, p, errno);
		rt_probe_put_off(sup, p);
		return;
	}
	s.only_out = ends[1];
	p->fd = ends[0];
	if (rt_is_scarce(sup, ends[1])) {
		close(ends[1]);
		rt_probe_saw_error(sup, p, EMFILE);
		rt_probe_put_off(sup, p);
		return;
	}
	p->helper = rt_spawn(&s);
	int saved = errno;
	close(ends[1]);
	errno = saved;
	if (p->helper < 0) {
		rt_probe_saw_error(sup, p, errno);
		p->helper = 0;
		rt_probe_put_off(sup, p);
		return;
	}
	p->at = at;
	rt_child_add(sup, p->helper, RT_CHILD_PROBE, p->source.service, 0,
		     sup->now + p->target->attempt);
}

/* getent knows all of the node's name services, which a static program does not. */
static void resolve(struct rt_sup *sup, struct rt_probe *p)
{
	const char *const argv[] = {"getent", "ahosts", p->host, NULL};

	ask(sup, p, argv, RT_AT_RESOLVE);
}

static void curl(struct rt_sup *sup, struct rt_probe *p)
{
	char limit[32];

	snprintf(limit, sizeof(limit), "%lld.%03lld", (long long)(p->target->attempt / RT_SECOND),
		 (long long)(p->target->attempt % RT_SECOND / 1000000));
	/* Readiness authenticates nobody, so a certificate of the service's own making will do. */
	const char *const argv[] = {"curl",       "-sk",       "--noproxy",    "*",
				    "-o",         "/dev/null", "-w",           "%{http_code}",
				    "--max-time", limit,       p->target->url, NULL};

	ask(sup, p, argv, RT_AT_CURL);
}

static void next_address(struct rt_sup *sup, struct rt_probe *p);

/* Connections. */

/* Of a name's addresses the first one is told of: a machine without IPv6 refuses the second anyway.
 */
static void saw_no_connection(struct rt_sup *sup, struct rt_probe *p, int error)
{
	if (p->address == 1)
		rt_probe_saw_error(sup, p, error);
}

static void connected(struct rt_sup *sup, struct rt_probe *p)
{
	struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP, .data.ptr = &p->source};
	socklen_t error_len = sizeof(int);
	int error = 0;

	if (!rt_is_connected_to_other(p->fd)) {
		getsockopt(p->fd, SOL_SOCKET, SO_ERROR, &error, &error_len);
		saw_no_connection(sup, p, error ? error : ECONNREFUSED);
		next_address(sup, p);
	} else if (p->target->kind == RT_READY_TCP) {
		rt_probe_passed(sup, p);
	} else if (!rt_write_all(p->fd, p->request, strlen(p->request)) ||
		   epoll_ctl(sup->epoll, EPOLL_CTL_MOD, p->fd, &e)) {
		rt_probe_saw_error(sup, p, errno);
		rt_probe_missed(sup, p);
	} else {
		p->at = RT_AT_ANSWER;
		rt_http_begin(&p->answer);
	}
}

static void judge_status(struct rt_sup *sup, struct rt_probe *p, unsigned status)
{
	if (status == p->target->status) {
		rt_probe_passed(sup, p);
		return;
	}
	rt_probe_saw(sup, p, "%u", status);
	rt_probe_missed(sup, p);
}

static void read_answer(struct rt_sup *sup, struct rt_probe *p)
{
	unsigned status = 0;
	enum rt_http answer = rt_http_read(&p->answer, p->fd, p->target->status, &status);

	if (answer == RT_HTTP_ANSWERED) {
		judge_status(sup, p, status);
	} else if (answer == RT_HTTP_GARBAGE) {
		rt_probe_saw(sup, p, "%s", rt_http_garbage(&p->answer));
		rt_probe_missed(sup, p);
	}
}

static void socket_ready(struct rt_sup *sup, struct rt_source *source, uint32_t events)
{
	struct rt_probe *p = (struct rt_probe *)source;

	(void)events;
	if (p->at == RT_AT_CONNECT)
		connected(sup, p);
	else if (p->at == RT_AT_ANSWER)
		read_answer(sup, p);
	rt_probe_plan(sup, p);
}

static void next_address(struct rt_sup *sup, struct rt_probe *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	if (p->address == p->address_count) {
		rt_probe_missed(sup, p);
		return;
	}
	const struct rt_address *a = &p->addresses[p->address++];
	const struct sockaddr *address = (const struct sockaddr *)a->bytes;
	p->fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	p->source.ready = socket_ready;
	p->at = RT_AT_CONNECT;
	if (p->fd >= 0 && rt_is_scarce(sup, p->fd)) {
		rt_probe_saw_error(sup, p, EMFILE);
		rt_probe_put_off(sup, p);
	} else if (p->fd < 0 || !rt_sup_watch(sup, p->fd, EPOLLOUT, &p->source)) {
		saw_no_connection(sup, p, errno);
		next_address(sup, p);
	} else if (!connect(p->fd, address, a->len)) {
		connected(sup, p);
	} else if (errno != EINPROGRESS) {
		saw_no_connection(sup, p, errno);
		next_address(sup, p);
	}
}

/* On a loopback address a connection succeeds or fails at once, so this waits next to nothing. */
void rt_net_look_for_listener(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = &sup->proc[service].probe;

	for (unsigned i = 0; i < p->address_count && rt_net_is_here(sup, service); i++) {
		const struct rt_address *a = &p->addresses[i];
		const struct sockaddr *address = address_of(a);
		struct pollfd wanted = {.events = POLLOUT};

		if (!rt_address_is_loopback(a->bytes) ||
		    rt_listening_ask(sup->listening, address) == RT_LISTENING_NOBODY)
			continue;
		int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0)
			continue;
		wanted.fd = fd;
		if (connect(fd, address, a->len) && errno == EINPROGRESS)
			poll(&wanted, 1, 20);
		if (rt_is_connected_to_other(fd))
			rt_say("service '%s': something answers at %s:%s before the service has "
			       "started; it may be a stranger that the probe meets",
			       sup->table.service[service].name, p->host, p->port);
		close(fd);
	}
}

void rt_net_attempt(struct rt_sup *sup, struct rt_probe *p)
{
	int64_t limit = sup->now + p->target->attempt;

	p->attempt_until = limit < p->deadline ? limit : p->deadline;
	p->address = 0;
	if (is_https(p->target))
		curl(sup, p);
	else if (!p->address_count)
		resolve(sup, p);
	else
		next_address(sup, p);
}

/* Lines of `getent ahosts`: an address, its kind, and on the first line a name. */
static void read_addresses(struct rt_probe *p, char *text)
{
	char *save;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "STREAM"))
			continue;
		line[strcspn(line, " \t")] = '\0';
		add_numeric(p, line);
	}
}

static void curl_ended(struct rt_sup *sup, struct rt_probe *p, int status, const char *text)
{
	static const struct {
		int status;
		const char *words;
	} ends[] = {{6, "host name not found"},
		    {7, "connection refused"},
		    {28, "no answer"},
		    {35, "no TLS connection"},
		    {52, "closed without an answer"}};
	size_t i = 0;

	if (!status && text[0]) {
		judge_status(sup, p, (unsigned)strtoul(text, NULL, 10));
		return;
	}
	while (i < sizeof(ends) / sizeof(ends[0]) && ends[i].status != status)
		i++;
	if (i < sizeof(ends) / sizeof(ends[0]))
		rt_probe_saw(sup, p, "%s", ends[i].words);
	else
		rt_probe_saw(sup, p, "curl ended with status %d", status);
	rt_probe_missed(sup, p);
}

void rt_net_helper_ended(struct rt_sup *sup, struct rt_probe *p, int status)
{
	char text[4096] = "";
	ssize_t n = read(p->fd, text, sizeof(text) - 1);

	p->helper = 0;
	if (p->at == RT_AT_CURL) {
		curl_ended(sup, p, status, n > 0 ? text : "");
		return;
	}
	if (!status && n > 0)
		read_addresses(p, text);
	if (p->address_count) {
		if (!rt_shim_takes(sup, p))
			next_address(sup, p);
		return;
	}
	rt_probe_saw(sup, p, "host name '%s' not found", p->host);
	rt_probe_missed(sup, p);
}
