/* SPDX-License-Identifier: Apache-2.0 */
/* Finds known secrets in texts, quoted or not. */
#include "ir/support/secret.h"

#include <stdlib.h>
#include <string.h>

enum {
	SHORT_SECRET = 4, /* shorter ones are taken for one only when they stand alone */
	SHORT_LINE = 6    /* of a value of several lines; shorter ones say nothing */
};

void secrets_init(struct secret_set *set, struct arena *a)
{
	*set = (struct secret_set){.arena = a};
}

/* Quotes and escapes of any kind, and repetitions of `%` and `$`, are left out. */
struct bare {
	char *text;
	uint32_t *at; /* where each byte stood */
	size_t len;
};

static struct bare bare_of(struct arena *a, struct str text)
{
	struct bare bare = {.text = arena_alloc(a, text.len + 1),
			    .at = ARENA_ARRAY(a, text.len + 1, uint32_t)};
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];
		if (byte_is_in(byte, "'\"\\"))
			continue;
		if (bare.len && byte_is_in(byte, "%$") && bare.text[bare.len - 1] == byte)
			continue;
		bare.at[bare.len] = (uint32_t)i;
		bare.text[bare.len++] = byte;
	}
	return bare;
}

static void add_text(struct secret_set *set, struct str text)
{
	if (!text.len || map_get(&set->known, text) != MAP_NONE)
		return;
	map_put(&set->known, set->arena, text, set->list.n);
	struct bare bare = bare_of(set->arena, text);
	struct hidden_text *secret = LIST_PUSH(set->arena, &set->list);
	*secret = (struct hidden_text){.text = text, .bare = {bare.text, bare.len}};
	char *letters = (char *)str_dup(set->arena, secret->bare).ptr;
	for (size_t i = 0; i < bare.len; i++)
		letters[i] = letters[i] == '\n'   ? 'n'
			     : letters[i] == '\t' ? 't'
			     : letters[i] == '\r' ? 'r'
						  : letters[i];
	secret->escaped = (struct str){letters, bare.len};
}

void secrets_add(struct secret_set *set, struct str value)
{
	if (str_is_blank(value))
		return;
	map_put(&set->whole, set->arena, value, 1);
	value = str_trim(value);
	map_put(&set->whole, set->arena, value, 1);
	add_text(set, value);
	if (str_find(value, '\n') == STR_NONE)
		return;
	struct str line;
	for (struct str rest = value; rest.len;) {
		rest = str_split(rest, '\n', &line);
		line = str_trim(line);
		if (line.len >= SHORT_LINE)
			add_text(set, line);
	}
}

static bool is_word(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || byte == '_';
}

/* A short secret that is no part of a word, nor a word among others. */
static bool is_alone(struct str text, size_t begin, size_t end)
{
	char before = begin ? text.ptr[begin - 1] : '\0';
	char after = end < text.len ? text.ptr[end] : '\0';
	return !is_word(before) && !is_word(after) && !(before == ' ' && after == ' ');
}

/* The next place of the secret at or behind `from`, or text.len. */
static size_t find_next(struct str text, struct str secret, size_t from, unsigned search)
{
	bool is_short = secret.len < SHORT_SECRET;
	if (!secret.len || (is_short && !(search & SECRETS_SHORT)))
		return text.len;
	while (from + secret.len <= text.len) {
		const char *p = memmem(text.ptr + from, text.len - from, secret.ptr, secret.len);
		if (!p)
			break;
		size_t begin = (size_t)(p - text.ptr);
		if (!is_short || is_alone(text, begin, begin + secret.len))
			return begin;
		from = begin + 1;
	}
	return text.len;
}

bool secrets_hold(const struct secret_set *set, struct str text)
{
	if (!set->list.n)
		return false;
	if (map_get(&set->whole, text) != MAP_NONE)
		return true;
	for (uint32_t i = 0; i < set->list.n; i++)
		if (find_next(text, set->list.items[i].text, 0, 0) < text.len)
			return true;
	return false;
}

static void find_plain(struct arena *a, struct str text, struct str secret, unsigned search,
		       struct hidden_list *list)
{
	for (size_t at = find_next(text, secret, 0, search); at < text.len;
	     at = find_next(text, secret, at + secret.len, search))
		*LIST_PUSH(a, list) = (struct hidden){at, at + secret.len};
}

static void find_bare(struct arena *a, const struct bare *bare, struct str secret,
		      struct hidden_list *list)
{
	struct str text = {bare->text, bare->len};
	for (size_t at = find_next(text, secret, 0, 0); at < text.len;
	     at = find_next(text, secret, at + secret.len, 0))
		*LIST_PUSH(a, list) =
			(struct hidden){bare->at[at], bare->at[at + secret.len - 1] + 1};
}

void secrets_find(struct arena *a, const struct secret_set *set, struct str text, unsigned search,
		  struct hidden_list *list)
{
	struct bare bare = {0};
	if (!set->list.n || !text.len)
		return;
	if (search & SECRETS_QUOTED)
		bare = bare_of(a, text);
	for (uint32_t i = 0; i < set->list.n; i++) {
		const struct hidden_text *secret = &set->list.items[i];
		find_plain(a, text, secret->text, search, list);
		find_bare(a, &bare, secret->bare, list);
		if (!str_eq(secret->bare, secret->escaped))
			find_bare(a, &bare, secret->escaped, list);
	}
}

static int compare(const void *left, const void *right)
{
	const struct hidden *a = left, *b = right;
	return (a->begin > b->begin) - (a->begin < b->begin);
}

void hidden_tidy(struct hidden_list *list)
{
	if (list->n)
		qsort(list->items, list->n, sizeof(list->items[0]), compare);
	uint32_t n = 0;
	for (uint32_t i = 0; i < list->n; i++) {
		struct hidden next = list->items[i];
		if (n && next.begin <= list->items[n - 1].end) {
			if (next.end > list->items[n - 1].end)
				list->items[n - 1].end = next.end;
		} else {
			list->items[n++] = next;
		}
	}
	list->n = n;
}

struct str hidden_redact(struct arena *a, const struct hidden_list *list, struct str text)
{
	size_t done = 0;
	if (!list->n)
		return text;
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < list->n; i++) {
		buf_add(&b, str_slice(text, done, list->items[i].begin));
		buf_add_c(&b, REDACTED);
		done = list->items[i].end;
	}
	buf_add(&b, str_from(text, done));
	return buf_str(&b);
}

struct str secrets_redact(struct arena *a, const struct secret_set *set, struct str text,
			  unsigned search)
{
	struct hidden_list list = {0};
	secrets_find(a, set, text, search, &list);
	hidden_tidy(&list);
	return hidden_redact(a, &list, text);
}
