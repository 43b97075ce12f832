/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the table reader share: table.c (frame), table_keys.c and table_probes.c (one key each). */
#ifndef HPCC_RUNTIME_CORE_TABLE_READER_H
#define HPCC_RUNTIME_CORE_TABLE_READER_H

#include "runtime/core/table.h"
#include "runtime/core/words.h"

struct rt_table_reader {
	struct rt_table *table;
	struct rt_pool *pool;
	struct rt_words words;
	struct rt_table_error *first;
};

void rt_table_complain(struct rt_table_reader *r, unsigned line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Reads the current line as a key of `job`, or of the service. */
void rt_table_job_key(struct rt_table_reader *r);
/* A line with that key was there, good or refused: what follows from it is not complained of. */
bool rt_table_was_given(const struct rt_service_def *s, const char *key);
void rt_table_service_key(struct rt_table_reader *r, struct rt_service_def *s);

/* Word number `i` of the line, or an empty one. */
const char *rt_table_word(const struct rt_table_reader *r, unsigned i);
#define COMPLAIN(r, ...) rt_table_complain((r), (r)->words.line, __VA_ARGS__)
/* Each says what is wrong with the word, or the line, and returns false. */
bool rt_table_duration(struct rt_table_reader *r, unsigned i, int64_t *ns);
bool rt_table_number(struct rt_table_reader *r, unsigned i, uint64_t low, uint64_t high,
		     uint64_t *n);
bool rt_table_has_words(struct rt_table_reader *r, unsigned count, const char *form);

/* table_probes.c */
void rt_table_ready(struct rt_table_reader *r, struct rt_service_def *s);
void rt_table_live(struct rt_table_reader *r, struct rt_service_def *s);

#endif
