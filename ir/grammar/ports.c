/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports as Compose writes them, with the published port in front and the protocol behind:
 *
 *	8000		8000-8010	6060/udp	8080:80		127.0.0.1:5000-5010:5000-5010/tcp
 */
#include "ir/grammar/scan.h"

#include <arpa/inet.h>
#include <string.h>

/* The text, and the part of it that is being read. */
struct port_scan {
	struct arena *arena;
	struct str text;
	struct problem *problem;
};

static bool fail(struct port_scan *in, struct str part, struct str what)
{
	size_t begin = (size_t)(part.ptr - in->text.ptr);
	problem_set(in->problem, RULE_R097, begin, begin + part.len, what);
	return false;
}

static bool read_port(struct port_scan *in, struct str part, uint32_t *port)
{
	if (!part.len)
		return fail(in, part, STR("a port is missing here"));
	uint64_t n;
	if (!str_to_u64(part, &n)) {
		fail(in, part,
		     str_fmt(in->arena, "%.*s is no port",
			     STR_ARG(problem_quote(in->arena, part))));
		in->problem->help = STR("a port is a number from 1 to 65535");
		return false;
	}
	if (!n || n > UINT16_MAX)
		return fail(
			in, part,
			str_fmt(in->arena, "ports go from 1 to 65535, not %.*s", STR_ARG(part)));
	*port = (uint32_t)n;
	return true;
}

static bool read_range(struct port_scan *in, struct str part, struct port_range *range)
{
	struct str first, last = str_split(part, '-', &first);
	if (!read_port(in, first, &range->first))
		return false;
	range->last = range->first;
	if (first.len == part.len)
		return true;
	if (!read_port(in, last, &range->last))
		return false;
	if (range->last >= range->first)
		return true;
	fail(in, part, STR("the range goes down"));
	in->problem->help =
		str_fmt(in->arena, "write %u-%u", (unsigned)range->last, (unsigned)range->first);
	return false;
}

static bool read_protocol(struct port_scan *in, struct str word, enum port_protocol *protocol)
{
	static const char *const words[] = {"tcp", "udp", "sctp"};
	_Static_assert(sizeof(words) / sizeof(words[0]) == PORT_PROTOCOL_N, "each has its word");
	for (unsigned i = 0; i < PORT_PROTOCOL_N; i++) {
		if (!str_eq_nocase(word, str_c(words[i])))
			continue;
		*protocol = (enum port_protocol)i;
		return true;
	}
	return fail(in, word,
		    str_fmt(in->arena, "a port's protocol is tcp, udp or sctp, not %.*s",
			    STR_ARG(problem_quote(in->arena, word))));
}

static bool read_address(struct port_scan *in, struct str address)
{
	struct str bare = address;
	if (bare.len > 1 && bare.ptr[0] == '[' && bare.ptr[bare.len - 1] == ']')
		bare = str_slice(bare, 1, bare.len - 1);
	const char *text = str_dup(in->arena, bare).ptr;
	struct in6_addr bytes;
	if (strlen(text) == bare.len &&
	    (inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1))
		return true;
	return fail(in, address,
		    str_fmt(in->arena, "%.*s is no IP address",
			    STR_ARG(problem_quote(in->arena, address))));
}

/* "127.0.0.1:8080", "8080", or an address and nothing: a port of Docker's choice. */
static bool read_published(struct port_scan *in, struct str part, struct port_range *published)
{
	ptrdiff_t colon = str_find_last(part, ':');
	if (colon == STR_NONE)
		return read_range(in, part, published);
	struct str port = str_from(part, (size_t)colon + 1);
	return read_address(in, str_slice(part, 0, (size_t)colon)) &&
	       (!port.len || read_range(in, port, published));
}

static bool check_sizes(struct port_scan *in, const struct port_text *p)
{
	unsigned inside = p->port.last - p->port.first + 1;
	unsigned outside = p->published.last - p->published.first + 1;
	if (!p->published.first || inside == 1 || inside == outside)
		return true;
	return fail(in, in->text,
		    str_fmt(in->arena, "%u published port%s can't stand for %u ports", outside,
			    plural(outside), inside));
}

bool grammar_port_range(struct arena *a, struct str text, struct port_range *range,
			struct problem *p)
{
	struct port_scan in = {a, text, p};
	*range = (struct port_range){0};
	return !problem_nul(text, p) && read_range(&in, str_trim(text), range);
}

bool grammar_ports(struct arena *a, struct str text, struct port_text *ports, struct problem *p)
{
	struct port_scan in = {a, text, p};
	struct str rest = str_trim(text);
	*ports = (struct port_text){0};
	if (problem_nul(text, p))
		return false;
	ptrdiff_t slash = str_find_last(rest, '/');
	if (slash != STR_NONE) {
		if (!read_protocol(&in, str_from(rest, (size_t)slash + 1), &ports->protocol))
			return false;
		ports->has_protocol = true;
		rest = str_slice(rest, 0, (size_t)slash);
	}
	ptrdiff_t colon = str_find_last(rest, ':');
	if (colon != STR_NONE &&
	    !read_published(&in, str_slice(rest, 0, (size_t)colon), &ports->published))
		return false;
	ports->is_mapped = colon != STR_NONE;
	return read_range(&in, str_from(rest, (size_t)(colon + 1)), &ports->port) &&
	       check_sizes(&in, ports);
}
