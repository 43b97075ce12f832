/* SPDX-License-Identifier: Apache-2.0 */
/* Names: which characters they take, and what becomes of them in file and variable names. */
#include "ir/grammar/grammar.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* Not empty, and nothing but letters, digits and the bytes of `more`. */
static bool is_made_of(struct str name, const char *more)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_letter(name.ptr[i]) && !is_digit(name.ptr[i]) &&
		    !byte_is_in(name.ptr[i], more))
			return false;
	return name.len > 0;
}

bool name_is_variable(struct str name)
{
	return is_made_of(name, "_") && !is_digit(name.ptr[0]);
}

bool name_is_of_environment(struct str name)
{
	return is_made_of(name, "_.") && !is_digit(name.ptr[0]) && name.ptr[0] != '.';
}

bool name_is_bundle(struct str name)
{
	return is_made_of(name, "_-");
}

bool name_is_rendezvous(struct str name)
{
	return is_made_of(name, "._-") && !str_eq_c(name, ".") && !str_eq_c(name, "..");
}

bool name_is_protocol(struct str name)
{
	return is_made_of(name, "+.-");
}

bool name_is_module(struct str name)
{
	return !str_is_blank(name) && name.ptr[0] != '-' && str_find(name, '\n') == STR_NONE &&
	       str_find(name, '\r') == STR_NONE && str_find(name, '\0') == STR_NONE;
}

bool name_is_mpi_type(struct str name)
{
	return is_made_of(name, "_.+-") && name.ptr[0] != '-';
}

bool name_is_port(struct str name)
{
	return name.len && name.len <= NAME_TOKEN_MOST && is_made_of(name, "._-");
}

enum {
	HOST_MOST = 253,
	HOST_PART_MOST = 63
};

bool name_is_host(struct str name)
{
	bool has_letter = false;
	if (name.len > HOST_MOST || !is_made_of(name, "._-"))
		return false;
	for (struct str rest = name, part = {0}; rest.len || part.len;) {
		rest = str_split(rest, '.', &part);
		if (!part.len || part.len > HOST_PART_MOST || byte_is_in(part.ptr[0], "-_") ||
		    part.ptr[part.len - 1] == '-')
			return false;
		if (!rest.len)
			break;
	}
	for (size_t i = 0; i < name.len; i++)
		has_letter |= is_letter(name.ptr[i]);
	return has_letter && name.ptr[name.len - 1] != '.';
}

bool name_is_hf_repo(struct str name)
{
	struct str organisation;
	struct str rest = str_split(name, '/', &organisation);
	return is_made_of(name, "._/-") && organisation.len && rest.len &&
	       str_find(rest, '/') == STR_NONE;
}

static bool is_commit(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!is_digit(name.ptr[i]) && !byte_is_in(name.ptr[i], "abcdefABCDEF"))
			return false;
	return name.len >= 7;
}

/* v?, digits and dots beginning with a digit, then perhaps -suffix. */
static bool is_version(struct str name)
{
	if (str_has_prefix(name, "v"))
		name = str_from(name, 1);
	struct str number;
	struct str suffix = str_split(name, '-', &number);
	if (!number.len || !is_digit(number.ptr[0]))
		return false;
	for (size_t i = 0; i < number.len; i++)
		if (!is_digit(number.ptr[i]) && number.ptr[i] != '.')
			return false;
	return number.len == name.len || is_made_of(suffix, ".-");
}

bool name_is_hf_revision(struct str name)
{
	return is_commit(name) || is_version(name);
}

/* FNV-1a. */
static uint64_t hash_of(struct str text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < text.len; i++)
		hash = (hash ^ (unsigned char)text.ptr[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Files are named after it, with endings behind; NAME_MAX is 255. No whole token has `_h` and so many digits, so none
   looks like a shortened one. */
static struct str shorten(struct arena *a, struct str token, struct str name)
{
	if (token.len <= NAME_TOKEN_MOST)
		return token;
	token.len = NAME_TOKEN_MOST - (sizeof("_h0123456789abcdef_") - 1);
	return str_fmt(a, "%.*s_h%016llx_", STR_ARG(token), (unsigned long long)hash_of(name));
}

static bool is_hex(struct str text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i >= text.len || !byte_is_in(text.ptr[i], "0123456789abcdefABCDEF"))
			return false;
	return true;
}

/* Behind a '_' this would make an escape of it, or the end of a shortened name; case is no difference in some file
   systems. */
static bool reads_as_escape(struct str rest)
{
	if (!rest.len)
		return false;
	char kind = rest.ptr[0];
	return (byte_is_in(kind, "xX") && is_hex(str_from(rest, 1), 2)) ||
	       (byte_is_in(kind, "hH") && is_hex(str_from(rest, 1), 16));
}

static bool stays(struct str name, size_t i, enum name_use use)
{
	char c = name.ptr[i];

	if (is_digit(c) || (c >= 'a' && c <= 'z'))
		return true;
	if (is_letter(c))
		return use != NAME_OF_FILE_NO_CASE;
	if (use == NAME_OF_FUNCTION)
		return false;
	if (c == '_')
		return !reads_as_escape(str_from(name, i + 1));
	return i > 0 && byte_is_in(c, ".-");
}

struct str name_service_token(struct arena *a, struct str name, enum name_use use)
{
	static const char digits[] = "0123456789abcdef";
	enum {
		ESCAPE = sizeof("_x2d_") - 1
	};
	size_t length = 0;
	for (size_t i = 0; i < name.len; i++)
		length += stays(name, i, use) ? 1 : ESCAPE;
	char *token = arena_alloc(a, length + 1), *end = token;
	for (size_t i = 0; i < name.len; i++) {
		unsigned char c = (unsigned char)name.ptr[i];
		const char escape[ESCAPE] = {'_', 'x', digits[c >> 4], digits[c & 15], '_'};
		if (stays(name, i, use))
			*end++ = name.ptr[i];
		else
			end = mempcpy(end, escape, ESCAPE);
	}
	return shorten(a, (struct str){token, length}, name);
}

struct str name_rendezvous_token(struct arena *a, struct str name)
{
	char *out = arena_alloc(a, name.len + 1);
	struct str upper = str_upper(a, name);
	for (size_t i = 0; i < name.len; i++)
		out[i] = is_letter(upper.ptr[i]) || is_digit(upper.ptr[i]) ? upper.ptr[i] : '_';
	return (struct str){out, name.len};
}
