/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The word layer of the tables: lines of blank-separated words, quoted like
 * shell words.
 *
 *     log 'logs/my run.log'   # two words: log, and a path with a blank
 */
#ifndef HPCC_RUNTIME_CORE_WORDS_H
#define HPCC_RUNTIME_CORE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runtime/core/pool.h"

enum {
	RT_WORDS_MAX = 64
};

struct rt_words {
	struct rt_pool *pool;
	const char *at, *end;
	unsigned next_line; /* number of the line at `at` */
	unsigned line;      /* where the current words begin */
	unsigned count;
	const char *word[RT_WORDS_MAX];
	const char *error; /* why the current line has no words, or NULL */
};

void rt_words_open(struct rt_words *w, struct rt_pool *pool, const char *text, size_t len);
/* The next line that has words (or an error); false at the end of the text. */
bool rt_words_next(struct rt_words *w);
/* Takes the first line, which has to be "KIND 1". */
bool rt_words_begin(struct rt_words *w, const char *kind);

/* Decimal digits only, at most `max`. */
bool rt_word_number(const char *word, uint64_t max, uint64_t *value);
/* All digits of a word, whatever is between them, as one number, modulo `span`. */
uint32_t rt_word_digits(const char *word, uint32_t span);
/*
 * A number and a unit, `500ms`, `10s`, `5m`, `2h`, in nanoseconds. What is
 * longer than a century counts as a century, so that sums cannot overflow.
 */
bool rt_word_duration(const char *word, int64_t *ns);
/* `TERM`, `INT`, `HUP`, `QUIT`, `USR1`, `USR2`, `KILL` and the rest kill(1) knows; 0 if none. */
int rt_word_signal(const char *word);
const char *rt_signal_name(int signal);
/* A set of zero-based node numbers: `0`, `0-3,6`, or `all`. */
bool rt_word_is_nodes(const char *word);
/* The first numbers of such a set, of `count` nodes, and what is behind them; NULL where the set goes beyond. */
const char *rt_word_span(const char *set, uint32_t count, uint32_t *first, uint32_t *last);

#endif
