/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of hosts files. */
#include "runtime/hosts/hosts.h"

#include <string.h>
#include <strings.h>

#include "runtime/files.h"

#define BLANKS " \t\r\v\f"

void rt_hosts_add(struct rt_hosts_lines *lines, struct rt_pool *pool, const char *line)
{
	lines->line = rt_pool_more(pool, lines->line, lines->n, sizeof(*lines->line));
	lines->line[lines->n++] = line;
}

static const char *without_comment(struct rt_pool *pool, const char *line, size_t len)
{
	const char *comment = memchr(line, '#', len);

	if (comment)
		len = (size_t)(comment - line);
	while (len && strchr(BLANKS, line[len - 1]))
		len--;
	while (len && strchr(BLANKS, *line)) {
		line++;
		len--;
	}
	return len ? rt_pool_text(pool, line, len) : NULL;
}

void rt_hosts_read(struct rt_hosts_lines *lines, struct rt_pool *pool, const char *path)
{
	size_t len;
	const char *text = rt_read_file(pool, path, &len);

	*lines = (struct rt_hosts_lines){0};
	while (text && *text) {
		size_t n = strcspn(text, "\n");
		const char *line = without_comment(pool, text, n);

		if (line)
			rt_hosts_add(lines, pool, line);
		text += n + (text[n] == '\n');
	}
}

uint32_t rt_hosts_find(const struct rt_hosts_lines *lines, const char *line, uint32_t hint)
{
	for (uint32_t i = 0; i < lines->n; i++) {
		uint32_t k = (hint + i) % lines->n;

		if (!strcmp(lines->line[k], line))
			return k;
	}
	return UINT32_MAX;
}

const char *rt_hosts_word(const char **at, size_t *len)
{
	const char *word = *at + strspn(*at, BLANKS);

	*len = strcspn(word, BLANKS);
	*at = word + *len;
	return *len ? word : NULL;
}

bool rt_hosts_names(const char *line, const char *name)
{
	size_t len;
	const char *at = line, *word = rt_hosts_word(&at, &len);

	while (word && (word = rt_hosts_word(&at, &len)))
		if (strlen(name) == len && !strncasecmp(word, name, len))
			return true;
	return false;
}
