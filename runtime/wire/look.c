/* SPDX-License-Identifier: Apache-2.0 */
/* Looks and their answers as texts. */
#include "runtime/wire/look.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MS INT64_C(1000000)

static const char *const uses[RT_LOOK_USES] = {"ready", "live"};
static const char *const kinds[RT_LOOK_KINDS] = {"tcp", "http", "exec"};

bool rt_look_write(const struct rt_look *l, char text[RT_LOOK_TEXT_ROOM])
{
	int n = snprintf(text, RT_LOOK_TEXT_ROOM, "%s %lu %lld %lld %lld %s", uses[l->use],
			 l->number, (long long)(l->every / MS), (long long)(l->limit / MS),
			 (long long)(l->left / MS), kinds[l->kind]);

	if (l->kind == RT_LOOK_EXEC && l->settle)
		snprintf(text + n, RT_LOOK_TEXT_ROOM - (size_t)n, " %lld",
			 (long long)(l->settle / MS));
	if (l->kind == RT_LOOK_EXEC)
		return true;
	n += snprintf(text + n, RT_LOOK_TEXT_ROOM - (size_t)n, " %s %u ", l->is_own ? "own" : "any",
		      l->port);
	for (unsigned i = 0; i < l->address_count; i++)
		n += snprintf(text + n, RT_LOOK_TEXT_ROOM - (size_t)n, "%s%s", i ? "," : "",
			      l->address[i]);
	if (l->kind == RT_LOOK_HTTP)
		n += snprintf(text + n, RT_LOOK_TEXT_ROOM - (size_t)n, " %u %s", l->status, l->url);
	return n < RT_LOOK_TEXT_ROOM;
}

/* The next word, up to a blank or the end; empty if there is none, or it has no room. */
static const char *next_word(const char **at, char *word, size_t room)
{
	size_t len = strcspn(*at, " ");

	snprintf(word, room, "%.*s", len < room ? (int)len : 0, *at);
	*at += len + ((*at)[len] == ' ');
	return word;
}

static unsigned long next_number(const char **at, unsigned long most)
{
	char word[24];
	unsigned long number = strtoul(next_word(at, word, sizeof(word)), NULL, 10);

	return number < most ? number : most;
}

static bool next_of(const char **at, const char *const *names, unsigned count, unsigned *found)
{
	char word[16];

	next_word(at, word, sizeof(word));
	for (*found = 0; *found < count && strcmp(names[*found], word); ++*found)
		;
	return *found < count;
}

static bool read_addresses(struct rt_look *l, const char **at)
{
	char words[RT_LOOK_ADDRESSES * RT_LOOK_ADDRESS_ROOM];
	const char *word = next_word(at, words, sizeof(words));

	for (l->address_count = 0; *word && l->address_count < RT_LOOK_ADDRESSES;) {
		size_t len = strcspn(word, ",");

		if (!len || len >= RT_LOOK_ADDRESS_ROOM)
			return false;
		snprintf(l->address[l->address_count++], RT_LOOK_ADDRESS_ROOM, "%.*s", (int)len,
			 word);
		word += len + (word[len] == ',');
	}
	return l->address_count > 0;
}

bool rt_look_read(struct rt_look *l, const char *text)
{
	enum {
		MS_MAX = INT32_MAX
	};

	memset(l, 0, sizeof(*l));
	unsigned use;
	if (!next_of(&text, uses, RT_LOOK_USES, &use))
		return false;
	l->use = (enum rt_look_use)use;
	l->number = next_number(&text, UINT32_MAX);
	l->every = (int64_t)next_number(&text, MS_MAX) * MS;
	l->limit = (int64_t)next_number(&text, MS_MAX) * MS;
	l->left = (int64_t)next_number(&text, MS_MAX) * MS;
	unsigned kind;
	if (!next_of(&text, kinds, RT_LOOK_KINDS, &kind))
		return false;
	l->kind = (enum rt_look_kind)kind;
	if (l->kind == RT_LOOK_EXEC) {
		l->settle = (int64_t)next_number(&text, MS_MAX) * MS;
		return true;
	}
	char word[8];
	l->is_own = !strcmp(next_word(&text, word, sizeof(word)), "own");
	l->port = (unsigned)next_number(&text, UINT16_MAX);
	if (!read_addresses(l, &text))
		return false;
	l->status = (unsigned)next_number(&text, 999);
	if (snprintf(l->url, sizeof(l->url), "%s", text) >= (int)sizeof(l->url))
		return false;
	return l->port && (l->kind == RT_LOOK_TCP) == !l->status;
}

void rt_looked_write(const struct rt_looked *l, char text[RT_WIRE_TEXT_ROOM])
{
	snprintf(text, RT_WIRE_TEXT_ROOM, "%s %lu %lu%s%s", uses[l->use], l->number, l->misses,
		 l->words[0] ? " " : "", l->words);
}

bool rt_looked_read(struct rt_looked *l, const char *text)
{
	memset(l, 0, sizeof(*l));
	unsigned use;
	if (!next_of(&text, uses, RT_LOOK_USES, &use))
		return false;
	l->use = (enum rt_look_use)use;
	l->number = next_number(&text, UINT32_MAX);
	l->misses = next_number(&text, UINT32_MAX);
	snprintf(l->words, sizeof(l->words), "%s", text);
	return true;
}
