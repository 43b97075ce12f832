/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of hosts files: "10.0.0.7 n7 n7.site", without comments. */
#ifndef HPCC_RUNTIME_HOSTS_HOSTS_H
#define HPCC_RUNTIME_HOSTS_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/pool.h"

struct rt_hosts_lines {
	const char **line;
	uint32_t n;
};

void rt_hosts_add(struct rt_hosts_lines *lines, struct rt_pool *pool, const char *line);
/* The lines of a file; none where it can't be read. */
void rt_hosts_read(struct rt_hosts_lines *lines, struct rt_pool *pool, const char *path);
/* Place of a line, which is likely at `hint` or behind it; UINT32_MAX where there is no such line. */
uint32_t rt_hosts_find(const struct rt_hosts_lines *lines, const char *line, uint32_t hint);

/* The next word, its length, and `at` behind it; NULL at the end. */
const char *rt_hosts_word(const char **at, size_t *len);
/* The line gives an address to the name, whatever its case. */
bool rt_hosts_names(const char *line, const char *name);

#endif
