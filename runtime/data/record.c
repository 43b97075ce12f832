/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of small JSON objects; nested values are skipped. */
#include "runtime/data/record.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"

static char *skip_blanks(char *p)
{
	return p + strspn(p, " \t\r\n");
}

static char *put_utf8(char *out, unsigned long c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	return out;
}

/* Behind the opening quote: decodes in place and returns what follows the closing one, or NULL. */
static char *take_text(char *p)
{
	static const char from[] = "nrtbf", to[] = "\n\r\t\b\f";
	char *out = p;

	for (; *p && *p != '"'; p++) {
		if (*p != '\\') {
			*out++ = *p;
			continue;
		}
		p++;
		if (!*p)
			return NULL;
		const char *known = strchr(from, *p);
		if (*p == 'u') {
			char digits[5] = {0};

			strncpy(digits, p + 1, 4);
			if (strspn(digits, "0123456789abcdefABCDEF") != 4)
				return NULL;
			out = put_utf8(out, strtoul(digits, NULL, 16));
			p += 4;
		} else {
			*out++ = known ? to[known - from] : *p;
		}
	}
	if (*p != '"')
		return NULL;
	*out = '\0';
	return p + 1;
}

/* Over a nested object or array, texts in it included. */
static char *skip_nested(char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		if (*p == '"') {
			for (p++; *p && *p != '"'; p++)
				if (*p == '\\' && p[1])
					p++;
			if (!*p)
				return NULL;
		} else if (*p == '{' || *p == '[') {
			depth++;
		} else if ((*p == '}' || *p == ']') && !--depth) {
			return p + 1;
		}
	}
	return NULL;
}

/* One "key": value; *end gets the byte behind it, which is put back by nobody. */
static char *take_member(struct rt_record *r, char *p, char *end)
{
	const char *value = NULL;

	if (*p != '"')
		return NULL;
	const char *key = p + 1;
	p = take_text(p + 1);
	if (!p)
		return NULL;
	p = skip_blanks(p);
	if (*p != ':')
		return NULL;
	p = skip_blanks(p + 1);
	if (*p == '"') {
		value = p + 1;
		p = take_text(p + 1);
	} else if (*p == '{' || *p == '[') {
		p = skip_nested(p);
	} else {
		value = p;
		p += strcspn(p, ",} \t\r\n");
	}
	if (!p)
		return NULL;
	*end = *skip_blanks(p);
	if (value && r->n < sizeof(r->key) / sizeof(r->key[0])) {
		r->key[r->n] = key;
		r->value[r->n++] = value;
	}
	char *next = skip_blanks(p);
	*p = '\0';
	return *end ? next + 1 : NULL;
}

bool rt_record_read(struct rt_record *r, const char *path)
{
	int fd = rt_open_plain(AT_FDCWD, path, O_RDONLY, 0);
	ssize_t n = 0;
	char end = ',';

	r->n = 0;
	if (fd < 0)
		return false;
	ssize_t part;
	while ((part = read(fd, r->text + n, sizeof(r->text) - 1 - (size_t)n)) > 0)
		n += part;
	close(fd);
	if (part < 0 || (size_t)n == sizeof(r->text) - 1)
		return false;
	r->text[n] = '\0';
	char *p = skip_blanks(r->text);
	if (*p++ != '{')
		return false;
	while (p && end == ',')
		p = take_member(r, skip_blanks(p), &end);
	return p && end == '}';
}

const char *rt_record_get(const struct rt_record *r, const char *key)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->key[i], key))
			return r->value[i];
	return NULL;
}
