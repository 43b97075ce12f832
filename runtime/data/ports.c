/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports that the job chooses. `busy` runs on every node and prints those candidates that somebody has;
 * `ports` prints as many as are wanted of the others:
 *
 *	hpcc-rt busy --job 4711 --count 2				10711 10712
 *	hpcc-rt ports --job 4711 --count 2 --busy '10711 10712'		10713 10714
 *	hpcc-rt ports --job 4711 --count 2 --range 15000-15099 …	15073 15074
 *
 * Candidates begin at a place that the job's number gives, so two jobs that meet on a node and choose
 * at one moment don't choose the same. They lie in the range that the site allows or, where it says
 * nothing, below the ports that kernels give to connections (32768 and up) and below those of
 * rendezvous (29500 and up).
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/verbs.h"

enum {
	STRIDE = 61, /* between the places of jobs whose numbers follow each other */
	SPARE = 256  /* candidates beyond those that are wanted */
};

static const char usual_range[] = "10000-29499";

struct ports {
	bool taken[UINT16_MAX + 1];
	uint32_t first, span, start, count;
};

/* "15000-15099" */
static bool read_range(struct ports *p, const char *range)
{
	char *end;
	unsigned long first = strtoul(range, &end, 10), last = 0;

	if (*end == '-')
		last = strtoul(end + 1, &end, 10);
	if (*end || first < 1 || last < first || last > UINT16_MAX)
		return false;
	p->first = (uint32_t)first;
	p->span = (uint32_t)(last - first) + 1;
	return true;
}

static bool read_place(struct ports *p, const char *verb, const char *job, const char *count,
		       const char *range)
{
	if (!read_range(p, range)) {
		rt_say("%s: '%s' is not a range of ports", verb, range);
		return false;
	}
	uint64_t wanted;
	if (!rt_word_number(count, p->span, &wanted) || !wanted) {
		rt_say("%s: '%s' is not a number of ports from 1 to %u", verb, count, p->span);
		return false;
	}
	p->start = rt_word_digits(job, p->span) * STRIDE % p->span;
	p->count = (uint32_t)wanted;
	return true;
}

static uint32_t candidate(const struct ports *p, uint32_t i)
{
	return p->first + (p->start + i) % p->span;
}

static uint32_t candidates(const struct ports *p)
{
	uint32_t n = 4 * p->count + SPARE;

	return n < p->span ? n : p->span;
}

/* Somebody has the port, or may have it again at once. */
static bool is_refused(int family, int type, uint32_t port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
	int only = 1, fd = socket(family, type | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return false; /* there is no such family */
	setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof(only));
	bool is_busy = family == AF_INET ? bind(fd, (struct sockaddr *)&v4, sizeof(v4))
					 : bind(fd, (struct sockaddr *)&v6, sizeof(v6));
	close(fd);
	return is_busy;
}

/* IPv6 may be switched off, and then refuses every port. */
static bool is_busy(bool has_v6, uint32_t port)
{
	return is_refused(AF_INET, SOCK_STREAM, port) || is_refused(AF_INET, SOCK_DGRAM, port) ||
	       (has_v6 && is_refused(AF_INET6, SOCK_STREAM, port));
}

int rt_verb_busy(int argc, char **argv)
{
	static struct ports p;
	const char *job = NULL, *count = NULL, *range = usual_range;
	const struct rt_option options[] = {
		{.name = "--job", .value = &job, .required = true},
		{.name = "--count", .value = &count, .required = true},
		{.name = "--range", .value = &range},
		{.name = NULL},
	};
	bool has_v6 = !is_refused(AF_INET6, SOCK_STREAM, 0);

	if (!rt_read_options(options, argc, argv) || !read_place(&p, argv[0], job, count, range))
		return RT_USAGE;
	for (uint32_t i = 0; i < candidates(&p); i++)
		if (is_busy(has_v6, candidate(&p, i)))
			printf("%u ", candidate(&p, i));
	puts("");
	return fflush(stdout) ? RT_ENVIRONMENT : 0;
}

/* "8000 9000-9010": blanks and line ends between. */
static bool take(struct ports *p, const char *list)
{
	while (*list) {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;
		if (end != list && *end == '-')
			last = strtoul(end + 1, &end, 10);
		if (end == list || last > UINT16_MAX) {
			rt_say("ports: not a list of ports: '%s'", list);
			return false;
		}
		for (; first <= last; first++)
			p->taken[first] = true;
		list = end + strspn(end, " \n");
	}
	return true;
}

int rt_verb_ports(int argc, char **argv)
{
	static struct ports p;
	const char *job = NULL, *count = NULL, *busy = "", *fixed = "", *range = usual_range;
	const struct rt_option options[] = {
		{.name = "--job", .value = &job, .required = true},
		{.name = "--count", .value = &count, .required = true},
		{.name = "--busy", .value = &busy},
		{.name = "--fixed", .value = &fixed},
		{.name = "--range", .value = &range},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv) || !read_place(&p, argv[0], job, count, range))
		return RT_USAGE;
	busy += strspn(busy, " \n");
	if (!take(&p, busy) || !take(&p, fixed))
		return RT_USAGE;
	uint32_t found = 0;
	for (uint32_t i = 0; i < candidates(&p) && found < p.count; i++) {
		if (p.taken[candidate(&p, i)])
			continue;
		printf("%s%u", found ? " " : "", candidate(&p, i));
		found++;
	}
	puts("");
	if (found == p.count)
		return fflush(stdout) ? RT_ENVIRONMENT : 0;
	rt_say("ports: of the ports %u to %u, fewer than %u are free on the job's nodes", p.first,
	       p.first + p.span - 1, p.count);
	return RT_ENVIRONMENT;
}
