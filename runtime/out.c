/* SPDX-License-Identifier: Apache-2.0 */
/* Buffered output, JSON and shell words. */
#include "runtime/out.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool rt_write_all(int fd, const char *bytes, size_t len)
{
	while (len) {
		ssize_t n = write(fd, bytes, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes += n;
		len -= (size_t)n;
	}
	return true;
}

void rt_out_open(struct rt_out *out, int fd)
{
	out->fd = fd;
	out->error = 0;
	out->len = 0;
	out->comma = false;
}

bool rt_out_flush(struct rt_out *out)
{
	if (out->len && !out->error && !rt_write_all(out->fd, out->data, out->len))
		out->error = errno ? errno : EIO;
	out->len = 0;
	return !out->error;
}

void rt_out_bytes(struct rt_out *out, const char *bytes, size_t len)
{
	while (len) {
		size_t room = sizeof(out->data) - out->len, n = len < room ? len : room;

		memcpy(out->data + out->len, bytes, n);
		out->len += n;
		bytes += n;
		len -= n;
		if (out->len == sizeof(out->data))
			rt_out_flush(out);
	}
}

void rt_out_text(struct rt_out *out, const char *text)
{
	rt_out_bytes(out, text, strlen(text));
}

void rt_out_format(struct rt_out *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	char text[256];
	int len = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (len > 0)
		rt_out_bytes(out, text,
			     (size_t)len < sizeof(text) ? (size_t)len : sizeof(text) - 1);
}

size_t rt_utf8_length(const unsigned char *p)
{
	static const struct {
		unsigned char mask, bits, low;
	} forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0xc2}, {0xf0, 0xe0, 0xe0}, {0xf8, 0xf0, 0xf0}};

	for (size_t n = 0; n < 4; n++) {
		if ((p[0] & forms[n].mask) != forms[n].bits)
			continue;
		if (p[0] < forms[n].low || p[0] > 0xf4)
			return 0;
		for (size_t i = 1; i <= n; i++)
			if ((p[i] & 0xc0) != 0x80)
				return 0;
		if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
		    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
			return 0;
		return n + 1;
	}
	return 0;
}

static void json_string(struct rt_out *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	rt_out_text(out, "\"");
	while (*p) {
		size_t len = rt_utf8_length(p);

		if (!len)
			rt_out_text(out, "\\ufffd");
		else if (*p == '"' || *p == '\\')
			rt_out_format(out, "\\%c", *p);
		else if (*p < 0x20 || *p == 0x7f)
			rt_out_format(out, "\\u%04x", *p);
		else
			rt_out_bytes(out, (const char *)p, len);
		p += len ? len : 1;
	}
	rt_out_text(out, "\"");
}

static void json_key(struct rt_out *out, const char *key)
{
	if (out->comma)
		rt_out_text(out, ",");
	out->comma = true;
	if (!key)
		return;
	json_string(out, key);
	rt_out_text(out, ":");
}

void rt_json_open(struct rt_out *out, const char *key, char bracket)
{
	json_key(out, key);
	rt_out_bytes(out, &bracket, 1);
	out->comma = false;
}

void rt_json_close(struct rt_out *out, char bracket)
{
	rt_out_bytes(out, &bracket, 1);
	out->comma = true;
}

void rt_json_text(struct rt_out *out, const char *key, const char *text)
{
	json_key(out, key);
	if (text)
		json_string(out, text);
	else
		rt_out_text(out, "null");
}

void rt_json_number(struct rt_out *out, const char *key, int64_t number)
{
	json_key(out, key);
	rt_out_format(out, "%lld", (long long)number);
}

void rt_json_bool(struct rt_out *out, const char *key, bool value)
{
	json_key(out, key);
	rt_out_text(out, value ? "true" : "false");
}

void rt_json_null(struct rt_out *out, const char *key)
{
	rt_json_text(out, key, NULL);
}

void rt_json_seconds(struct rt_out *out, const char *key, int64_t ns)
{
	int64_t ms = ns / 1000000;

	json_key(out, key);
	if (ms % 1000)
		rt_out_format(out, "%lld.%03d", (long long)(ms / 1000), (int)(ms % 1000));
	else
		rt_out_format(out, "%lld", (long long)(ms / 1000));
}

void rt_json_time(struct rt_out *out, const char *key, int64_t wall_ns)
{
	int64_t ms = wall_ns / 1000000, days = ms / 86400000;
	/* Days since 1 March of year 0, in eras of 400 years, each of 146,097 days. */
	int64_t z = days + 719468, era = z / 146097, day = z % 146097;
	int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
	int64_t of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;
	int of_month = (int)(of_year - (153 * month + 2) / 5 + 1);

	if (!wall_ns) {
		rt_json_null(out, key);
		return;
	}
	year += era * 400 + (month >= 10);
	month = month < 10 ? month + 3 : month - 9;
	json_key(out, key);
	rt_out_format(out, "\"%04d-%02d-%02dT%02d:%02d:%02d.%03dZ\"", (int)year, (int)month,
		      of_month, (int)(ms / 3600000 % 24), (int)(ms / 60000 % 60),
		      (int)(ms / 1000 % 60), (int)(ms % 1000));
}

void rt_out_shell_word(struct rt_out *out, const char *word)
{
	rt_out_text(out, "'");
	for (; *word; word++) {
		if (*word == '\'')
			rt_out_text(out, "'\\''");
		else
			rt_out_bytes(out, word, 1);
	}
	rt_out_text(out, "'");
}
