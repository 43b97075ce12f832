/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a small JSON object: the texts and numbers of its top level. */
#ifndef HPCC_RUNTIME_DATA_RECORD_H
#define HPCC_RUNTIME_DATA_RECORD_H

#include <stdbool.h>
#include <stddef.h>

struct rt_record {
	char text[64 << 10]; /* the file; keys and values are cut out in place */
	const char *key[64], *value[64];
	size_t n;
};

/* False when the file isn't there, too large, or no such object. */
bool rt_record_read(struct rt_record *r, const char *path);
/* NULL when there is no such member, or it is neither text nor number. */
const char *rt_record_get(const struct rt_record *r, const char *key);

#endif
