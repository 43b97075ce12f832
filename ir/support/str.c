/* SPDX-License-Identifier: Apache-2.0 */
/* Strings and growing texts in an arena. */
#include "ir/support/str.h"

#include <stdio.h>
#include <string.h>

#include "ir/support/arena.h"
#include "ir/support/bug.h"
#include "ir/support/utf8.h"
#include "ir/support/visible.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_c(const char *text)
{
	return text ? (struct str){text, strlen(text)} : STR("");
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;
	return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_has_suffix(struct str s, const char *suffix)
{
	size_t n = strlen(suffix);
	return s.len >= n && memcmp(s.ptr + s.len - n, suffix, n) == 0;
}

bool str_contains(struct str s, const char *part)
{
	return s.len && memmem(s.ptr, s.len, part, strlen(part)) != NULL;
}

bool str_is_blank(struct str s)
{
	return str_trim(s).len == 0;
}

struct str str_trim(struct str s)
{
	while (s.len && is_blank(s.ptr[0]))
		s = (struct str){s.ptr + 1, s.len - 1};
	while (s.len && is_blank(s.ptr[s.len - 1]))
		s.len--;
	return s;
}

struct str str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.len)
		to = s.len;
	if (from > to)
		from = to;
	return (struct str){s.ptr + from, to - from};
}

struct str str_from(struct str s, size_t from)
{
	return str_slice(s, from, s.len);
}

ptrdiff_t str_find(struct str s, char byte)
{
	const char *p = s.len ? memchr(s.ptr, byte, s.len) : NULL;
	return p ? p - s.ptr : STR_NONE;
}

ptrdiff_t str_find_last(struct str s, char byte)
{
	const char *p = s.len ? memrchr(s.ptr, byte, s.len) : NULL;
	return p ? p - s.ptr : STR_NONE;
}

ptrdiff_t str_find_any(struct str s, const char *set)
{
	uint64_t bits[4] = {0};
	for (; *set; set++)
		bits[(unsigned char)*set >> 6] |= UINT64_C(1) << (*set & 63);
	for (size_t i = 0; i < s.len; i++)
		if (bits[(unsigned char)s.ptr[i] >> 6] >> (s.ptr[i] & 63) & 1)
			return (ptrdiff_t)i;
	return STR_NONE;
}

struct str str_split(struct str s, char byte, struct str *head)
{
	ptrdiff_t at = str_find(s, byte);
	if (at == STR_NONE) {
		*head = s;
		return str_slice(s, s.len, s.len);
	}
	*head = str_slice(s, 0, (size_t)at);
	return str_from(s, (size_t)at + 1);
}

const char *str_to_c(struct arena *a, struct str s)
{
	return str_dup(a, s).ptr;
}

struct str str_dup(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);
	if (s.len)
		memcpy(copy, s.ptr, s.len);
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

struct str str_cat(struct arena *a, struct str x, struct str y)
{
	char *copy = arena_alloc(a, x.len + y.len + 1);
	if (x.len)
		memcpy(copy, x.ptr, x.len);
	if (y.len)
		memcpy(copy + x.len, y.ptr, y.len);
	copy[x.len + y.len] = '\0';
	return (struct str){copy, x.len + y.len};
}

struct str str_vfmt(struct arena *a, const char *format, va_list args)
{
	char small[256]; /* nearly all fit, and are formatted once */
	va_list again;
	va_copy(again, args);
	int len = vsnprintf(small, sizeof(small), format, again);
	va_end(again);
	if (len < 0)
		BUG("bad format");
	if ((size_t)len < sizeof(small))
		return str_dup(a, (struct str){small, (size_t)len});
	char *text = arena_alloc(a, (size_t)len + 1);
	vsnprintf(text, (size_t)len + 1, format, args);
	return (struct str){text, (size_t)len};
}

struct str str_fmt(struct arena *a, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str s = str_vfmt(a, format, args);
	va_end(args);
	return s;
}

struct str str_upper(struct arena *a, struct str s)
{
	char *copy = arena_alloc(a, s.len + 1);
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];
		copy[i] = c >= 'a' && c <= 'z' ? (char)(c + 'A' - 'a') : c;
	}
	copy[s.len] = '\0';
	return (struct str){copy, s.len};
}

bool str_to_u64(struct str s, uint64_t *value)
{
	uint64_t sum = 0;
	if (!s.len)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
		uint64_t digit = (uint64_t)(s.ptr[i] - '0');
		if (sum > (UINT64_MAX - digit) / 10)
			return false;
		sum = sum * 10 + digit;
	}
	*value = sum;
	return true;
}

enum {
	DISTANCE_MAX_LEN = 64
};

unsigned str_distance(struct str a, struct str b, unsigned limit)
{
	if (a.len > DISTANCE_MAX_LEN || b.len > DISTANCE_MAX_LEN)
		return str_eq_nocase(a, b) ? 0 : limit + 1;
	unsigned rows[3][DISTANCE_MAX_LEN + 1];
	unsigned *before = rows[0], *previous = rows[1], *current = rows[2];
	for (size_t j = 0; j <= b.len; j++)
		before[j] = previous[j] = (unsigned)j;
	for (size_t i = 1; i <= a.len; i++) {
		current[0] = (unsigned)i;
		for (size_t j = 1; j <= b.len; j++) {
			char x = lower(a.ptr[i - 1]), y = lower(b.ptr[j - 1]);
			unsigned best = previous[j - 1] + (x != y);
			if (previous[j] + 1 < best)
				best = previous[j] + 1;
			if (current[j - 1] + 1 < best)
				best = current[j - 1] + 1;
			bool is_swapped = i > 1 && j > 1 && x == lower(b.ptr[j - 2]) &&
					  lower(a.ptr[i - 2]) == y;
			if (is_swapped && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			current[j] = best;
		}
		unsigned *oldest = before;
		before = previous;
		previous = current;
		current = oldest;
	}
	return previous[b.len] > limit ? limit + 1 : previous[b.len];
}

unsigned slips_allowed(struct str name)
{
	return name.len / 3 > 2 ? (unsigned)(name.len / 3) : 2;
}

struct nearest nearest_within(struct str name, unsigned limit)
{
	return (struct nearest){.name = name, .limit = limit, .best = limit + 1};
}

struct nearest nearest_to(struct str name)
{
	return nearest_within(name, slips_allowed(name));
}

bool is_nearest(struct nearest *near, struct str candidate)
{
	unsigned distance = str_distance(near->name, candidate, near->limit);
	if (distance >= near->best)
		return false;
	near->best = distance;
	return true;
}

void buf_init(struct buf *b, struct arena *a)
{
	*b = (struct buf){.arena = a};
}

static __attribute__((noinline)) void grow(struct buf *b, size_t more)
{
	size_t cap = b->cap ? b->cap * 2 : 256;
	while (cap < b->len + more + 1)
		cap *= 2;
	b->ptr = arena_grow(b->arena, b->ptr, b->cap, cap);
	b->cap = cap;
}

static inline char *reserve(struct buf *b, size_t more)
{
	if (b->cap - b->len < more + 1)
		grow(b, more);
	return b->ptr + b->len;
}

void buf_reserve(struct buf *b, size_t size)
{
	if (size > b->cap) {
		b->ptr = arena_grow(b->arena, b->ptr, b->cap, size);
		b->cap = size;
	}
}

void buf_add(struct buf *b, struct str s)
{
	char *room = reserve(b, s.len);
	if (s.len)
		memcpy(room, s.ptr, s.len);
	room[s.len] = '\0';
	b->len += s.len;
}

void buf_add_c(struct buf *b, const char *text)
{
	buf_add(b, str_c(text));
}

void buf_add_byte(struct buf *b, char byte)
{
	*reserve(b, 1) = byte;
	b->ptr[++b->len] = '\0';
}

void buf_add_uint(struct buf *b, uint64_t n)
{
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + n % 10);
	} while (n /= 10);
	buf_add(b, (struct str){digits + at, sizeof(digits) - at});
}

void buf_add_repeat(struct buf *b, char byte, size_t n)
{
	memset(reserve(b, n), byte, n);
	b->len += n;
	b->ptr[b->len] = '\0';
}

void buf_add_fmt(struct buf *b, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	va_list again;
	va_copy(again, args);
	size_t room = b->cap - b->len;
	int len = vsnprintf(room ? b->ptr + b->len : NULL, room, format, again);
	va_end(again);
	if (len < 0)
		BUG("bad format");
	if ((size_t)len >= room)
		vsnprintf(reserve(b, (size_t)len), (size_t)len + 1, format, args);
	va_end(args);
	b->len += (size_t)len;
}

struct str buf_str(const struct buf *b)
{
	return b->ptr ? (struct str){b->ptr, b->len} : STR("");
}

static void add_json_character(struct buf *b, struct str one)
{
	unsigned char c = (unsigned char)one.ptr[0];
	size_t n;
	uint32_t code = utf8_decode(one, &n);
	if (c == '"' || c == '\\')
		buf_add_fmt(b, "\\%c", c);
	else if (c == '\n')
		buf_add(b, STR("\\n"));
	else if (c == '\t')
		buf_add(b, STR("\\t"));
	else if (!code_is_visible(code))
		buf_add_fmt(b, "\\u%04x", (unsigned)code);
	else
		buf_add(b, one);
}

void buf_add_json(struct buf *b, struct str s)
{
	buf_add_byte(b, '"');
	for (size_t i = 0; i < s.len;) {
		size_t n = utf8_valid_length(str_from(s, i));
		if (n)
			add_json_character(b, str_slice(s, i, i + n));
		else
			buf_add(b, STR("\xef\xbf\xbd"));
		i += n ? n : 1;
	}
	buf_add_byte(b, '"');
}
