/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every match of an ERE has to hold, read off the expression itself: of each alternative its
 * longest run of plain characters. What isn't understood for certain ends a run, so that the
 * answer may be too modest, but never wrong.
 */
#include "runtime/probe/pattern.h"

#include <ctype.h>
#include <string.h>

#include "runtime/out.h"

enum {
	RUN_ROOM = 64,
	DEPTH_MAX = 16
};

struct reader {
	struct rt_pool *pool;
	const char *at;
	unsigned depth;
	bool is_lost; /* nobody nests so deep: nothing is known of the whole */
};

/* Texts one of which is in every match; none: nothing is known. */
struct texts {
	unsigned count;
	size_t shortest;
	struct rt_literal literal[RT_LITERALS];
};

struct run {
	size_t len;
	char text[RUN_ROOM];
};

static void take_alternatives(struct reader *r, struct texts *found);

static bool may_be_left_out(const char *quantifier)
{
	return *quantifier == '*' || *quantifier == '?' || *quantifier == '{';
}

static void keep_better(struct texts *best, const struct texts *other)
{
	if (other->count && (!best->count || other->shortest > best->shortest))
		*best = *other;
}

static void end_run(struct reader *r, struct run *run, struct texts *best)
{
	struct texts one = {.count = run->len > 0, .shortest = run->len};

	if (run->len && (!best->count || run->len > best->shortest)) {
		one.literal[0].text = rt_pool_text(r->pool, run->text, run->len);
		one.literal[0].len = run->len;
		keep_better(best, &one);
	}
	run->len = 0;
}

static void add_character(struct reader *r, struct run *run, struct texts *best, size_t len)
{
	const char *c = r->at;

	r->at += len;
	if (may_be_left_out(r->at)) {
		end_run(r, run, best);
		return;
	}
	if (run->len + len > sizeof(run->text))
		end_run(r, run, best);
	memcpy(run->text + run->len, c, len);
	run->len += len;
	if (*r->at == '+')
		end_run(r, run, best);
}

/* Passes over [a-z], []x], [[:digit:]]. */
static void pass_bracket(struct reader *r)
{
	const char *at = r->at + 1;

	at += *at == '^';
	at += *at == ']';
	while (*at && *at != ']') {
		char kind = at[0] == '[' ? at[1] : '\0';

		at++;
		if (kind != ':' && kind != '.' && kind != '=')
			continue;
		for (at++; *at && !(at[0] == kind && at[1] == ']'); at++)
			;
		at += *at ? 2 : 0;
	}
	r->at = at + (*at == ']');
}

static void take_group(struct reader *r, struct texts *best)
{
	r->at++;
	r->depth++;
	struct texts inner;
	take_alternatives(r, &inner);
	r->depth--;
	r->at += *r->at == ')';
	if (!may_be_left_out(r->at))
		keep_better(best, &inner);
}

/* What has a meaning, or may have one in some library, ends a run. */
static bool is_plain(char c)
{
	return !strchr(".^$)*?+{}|( \n[\\", c);
}

static bool is_plain_escape(char c)
{
	return ispunct((unsigned char)c) && !strchr("<>`'?", c);
}

static void take_branch(struct reader *r, struct texts *best)
{
	struct run run = {0};

	best->count = 0;
	while (!r->is_lost && *r->at && *r->at != '|' && !(*r->at == ')' && r->depth)) {
		size_t len = rt_utf8_length((const unsigned char *)r->at);

		if (len > 1 || is_plain(*r->at)) {
			add_character(r, &run, best, len ? len : 1);
		} else if (*r->at == '\\' && is_plain_escape(r->at[1])) {
			r->at++;
			add_character(r, &run, best, 1);
		} else {
			end_run(r, &run, best);
			if (*r->at == '(')
				take_group(r, best);
			else if (*r->at == '[')
				pass_bracket(r);
			else if (*r->at == '{')
				r->at += strcspn(r->at, "}");
			else
				r->at += *r->at == '\\' && r->at[1] ? 2 : 1;
		}
	}
	end_run(r, &run, best);
}

static void take_alternatives(struct reader *r, struct texts *found)
{
	bool is_known = true;

	*found = (struct texts){.shortest = RUN_ROOM};
	r->is_lost = r->is_lost || r->depth > DEPTH_MAX;
	if (r->is_lost)
		return;
	for (;; r->at++) {
		struct texts one;

		take_branch(r, &one);
		is_known = is_known && one.count && found->count + one.count <= RT_LITERALS;
		for (unsigned i = 0; is_known && i < one.count; i++)
			found->literal[found->count++] = one.literal[i];
		if (one.count && one.shortest < found->shortest)
			found->shortest = one.shortest;
		if (*r->at != '|')
			break;
	}
	if (!is_known)
		found->count = 0;
}

bool rt_pattern_read(struct rt_pattern *pattern, struct rt_pool *pool, const char *ere)
{
	struct reader r = {.pool = pool, .at = ere};

	pattern->count = 0;
	if (regcomp(&pattern->regex, ere, REG_EXTENDED | REG_NOSUB))
		return false;
	struct texts texts;
	take_alternatives(&r, &texts);
	pattern->count = r.is_lost ? 0 : texts.count;
	memcpy(pattern->literal, texts.literal, sizeof(texts.literal));
	return true;
}

const char *rt_pattern_find(const struct rt_pattern *pattern, const char *text, size_t len)
{
	const char *first = NULL;

	if (!pattern->count)
		return text;
	for (unsigned i = 0; i < pattern->count; i++) {
		const struct rt_literal *l = &pattern->literal[i];
		/* Once one is found only what begins before it is of interest. */
		size_t some = first ? (size_t)(first - text) + l->len - 1 : len;
		const char *at = memmem(text, some < len ? some : len, l->text, l->len);

		first = at ? at : first;
	}
	return first;
}
