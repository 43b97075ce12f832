/* SPDX-License-Identifier: Apache-2.0 */
/* Between the words of a healthcheck command (probe.c) and its grammar (probe.y). */
#ifndef HPCC_FRONTEND_PROBE_SCAN_H
#define HPCC_FRONTEND_PROBE_SCAN_H

#include "frontend/probe.h"
#include "ir/grammar/scan.h"

enum {
	PROBE_NC = 258,
	PROBE_CURL,
	PROBE_WGET,
	PROBE_WORD,
	PROBE_URL,
	PROBE_OPTION,
	PROBE_OPTION_Z,
	PROBE_SPIDER,
};

struct probe_word {
	struct str text;
	size_t item;
};

struct probe_scan {
	const struct str *items;
	size_t n_items, item; /* next item */
	size_t at;            /* next byte, where items are split at blanks */
	bool is_split;
	struct probe *probe;
	struct problem *problem;
	struct probe_word operands[2]; /* of nc */
	size_t n_operands;
	struct probe_word url; /* empty: none */
	bool has_z, has_spider;
	bool is_good;
};

int probe_scan_word(struct probe_word *word, struct probe_scan *in);
void probe_add_operand(struct probe_scan *in, const struct probe_word *word);
void probe_take_nc(struct probe_scan *in);
void probe_take_http(struct probe_scan *in, bool is_probe);
void probe_take_nothing(struct probe_scan *in);
int probe_words_parse(struct probe_scan *in);

#endif
