/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TOML 1.0: the result is a tree with places, like that of a YAML file. Dates and times become
 * strings as they are written, integers decimal ones. Tables and arrays in braces and brackets may
 * have line ends anywhere.
 */
#ifndef HPCC_FRONTEND_TOML_H
#define HPCC_FRONTEND_TOML_H

#include "ir/grammar/scan.h"
#include "ir/unit.h"

enum {
	TOML_MAX_FILE = 1 << 20
}; /* bytes */

/* The root mapping of file number `file` of unit->sources. Every mistake is reported (R001,
   R002) and the rest kept; *is_good is false after one. */
struct node *toml_parse(struct unit *u, uint32_t file, bool *is_good);

struct toml_key {
	struct str text;
	struct span at;
	struct toml_key *next;
};

struct toml_token {
	struct str text;
	struct node *node;
	struct toml_key *key, *last_key;
};

struct toml_scan {
	struct unit *u;
	struct str text; /* the whole file */
	size_t at;
	uint32_t base;
	void *scanner;
	LIST(char) open; /* brackets and braces of the present value, innermost last */
	struct node *root, *table;
	bool has_failed;
};

int toml_scan_token(struct toml_token *token, struct loc *at, struct toml_scan *in);
void toml_scan_begin(struct toml_scan *in);
int toml_file_parse(struct toml_scan *in);

struct span toml_span(const struct toml_scan *in, struct loc at);
struct node *toml_node(struct toml_scan *in, enum node_kind kind, struct loc at, struct str text);
void toml_append(struct toml_scan *in, struct node *list, struct node *item);
/* A header: [path], or one more table of the array [[path]]. */
void toml_open_table(struct toml_scan *in, const struct toml_key *path, bool is_array);
void toml_set(struct toml_scan *in, struct node *table, const struct toml_key *path,
	      struct node *value);
void toml_refuse(struct toml_scan *in, struct loc at, const char *what);

/* The text of a string, quotes included, with its escapes resolved. */
struct str toml_unescape(struct toml_scan *in, struct loc at, struct str quoted);
/* An integer of any base as a decimal one; a number too large stays as it is. */
struct str toml_decimal(struct toml_scan *in, struct str text);

#endif
