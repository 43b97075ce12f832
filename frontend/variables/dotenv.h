/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dotenv files: one NAME=value a line, no escapes, no trailing comments, no variables.
 *
 *	# comment
 *	export A="two words"
 */
#ifndef HPCC_FRONTEND_VARIABLES_DOTENV_H
#define HPCC_FRONTEND_VARIABLES_DOTENV_H

#include "ir/unit.h"

struct dotenv_entry {
	struct str name, value;
	struct span name_at, value_at;
};

struct dotenv {
	LIST(struct dotenv_entry) entries; /* in the order of the file, repeats included */
};

/* Parses file number `file` of unit->sources. Each bad line is R029; the others are kept. False
   when there was a bad one. */
bool dotenv_parse(struct unit *u, uint32_t file, struct dotenv *out);

enum dotenv_outcome {
	DOTENV_READ,
	DOTENV_MISSING,
	DOTENV_BROKEN
};

/* Reads and parses the file at path; is_given: the command line names it. DOTENV_MISSING sets *why
   and reports nothing: what a missing file means is the caller's to say. */
enum dotenv_outcome dotenv_read(struct unit *u, struct str path, bool is_given, struct dotenv *out,
				struct str *why);

#endif
