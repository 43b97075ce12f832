/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the table reader share: table.c (frame) and table_keys.c (one key each). */
#ifndef HPCC_RUNTIME_CORE_TABLE_READER_H
#define HPCC_RUNTIME_CORE_TABLE_READER_H

#include "runtime/core/table.h"
#include "runtime/core/words.h"

struct rt_table_reader {
	struct rt_table *table;
	struct rt_pool *pool;
	struct rt_words words;
	struct rt_table_error *first;
	uint32_t room; /* services that fit before the array has to move */
};

void rt_table_complain(struct rt_table_reader *r, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Reads the current line as a key of `job`, or of the service. */
void rt_table_job_key(struct rt_table_reader *r);
/* A line with that key was there, good or refused: what follows from it is not complained of. */
bool rt_table_was_given(const struct rt_service_def *s, const char *key);
void rt_table_service_key(struct rt_table_reader *r, struct rt_service_def *s);

#endif
