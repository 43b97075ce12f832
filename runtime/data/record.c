/* SPDX-License-Identifier: Apache-2.0 */
/* A reader of small JSON objects; nested values are skipped. */
#include "runtime/data/record.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "runtime/data/json_text.h"
#include "runtime/files.h"

/* One "key": value; *end gets the byte behind it, which is put back by nobody. */
static char *take_member(struct rt_record *r, char *p, char *end)
{
	const char *key, *value = NULL;

	p = rt_json_take_key(p, &key);
	if (!p)
		return NULL;
	if (*p == '"') {
		value = p + 1;
		p = rt_json_take_text(p + 1);
	} else if (*p == '{' || *p == '[') {
		p = rt_json_skip_nested(p);
	} else {
		value = p;
		p += strcspn(p, ",} \t\r\n");
	}
	if (!p)
		return NULL;
	*end = *rt_json_skip_blanks(p);
	if (value && r->n < sizeof(r->key) / sizeof(r->key[0])) {
		r->key[r->n] = key;
		r->value[r->n++] = value;
	}
	char *next = rt_json_skip_blanks(p);
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
	char *p = rt_json_skip_blanks(r->text);
	if (*p++ != '{')
		return false;
	while (p && end == ',')
		p = take_member(r, rt_json_skip_blanks(p), &end);
	return p && end == '}';
}

const char *rt_record_get(const struct rt_record *r, const char *key)
{
	for (size_t i = 0; i < r->n; i++)
		if (!strcmp(r->key[i], key))
			return r->value[i];
	return NULL;
}
