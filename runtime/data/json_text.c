/* SPDX-License-Identifier: Apache-2.0 */
/* Parts of a JSON text, each cut out where it stands. */
#include "runtime/data/json_text.h"

#include <stdlib.h>
#include <string.h>

char *rt_json_skip_blanks(char *p)
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

char *rt_json_take_text(char *p)
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

char *rt_json_skip_nested(char *p)
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

char *rt_json_take_key(char *p, const char **key)
{
	if (*p != '"')
		return NULL;
	*key = p + 1;
	p = rt_json_take_text(p + 1);
	if (!p)
		return NULL;
	p = rt_json_skip_blanks(p);
	return *p == ':' ? rt_json_skip_blanks(p + 1) : NULL;
}
