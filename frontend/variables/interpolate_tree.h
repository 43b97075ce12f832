/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parsed form of a text with variables. Operands are parsed with the text but looked up only
 * when used, so a mistake inside one is a part of its own, reported when somebody gets there.
 */
#ifndef HPCC_FRONTEND_VARIABLES_INTERPOLATE_TREE_H
#define HPCC_FRONTEND_VARIABLES_INTERPOLATE_TREE_H

#include "frontend/variables/interpolate.h"
#include "ir/grammar/scan.h"

enum part_kind {
	PART_TEXT,
	PART_DOLLAR, /* `$$` */
	PART_RUN,    /* `${run:WORD}` */
	PART_VARIABLE,
	PART_BAD_NAME,   /* R026 */
	PART_BAD_SYNTAX, /* R027 */
};

enum part_op {
	OP_NONE,
	OP_DEFAULT,
	OP_DEFAULT_EMPTY,
	OP_REQUIRED,
	OP_REQUIRED_FULL,
	OP_INSTEAD, /* the operand, if set */
	OP_INSTEAD_FULL
};

struct part {
	enum part_kind kind;
	struct loc at; /* all of it */
	struct loc name_at;
	enum part_op op;
	struct part_list *operand;
	struct part *next;
};

struct part_list {
	struct part *first, *last;
	struct loc at;
};

struct template_token {
	enum part_op op;
	struct part *part;
	struct part_list *list;
};

struct template_scan {
	struct arena *arena;
	struct str text;
	size_t at;
	void *scanner;
	unsigned depth;
	size_t opened[INTERPOLATE_MAX_DEPTH]; /* offsets of the open `${` */
	struct part_list *result;
	struct problem problem; /* with a rule: the text has no form at all */
};

/* False: out->problem says why. */
bool template_read(struct template_scan *out, struct arena *a, struct str text);

int template_scan_token(struct template_token *token, struct loc *at, struct template_scan *in);
void template_scan_begin(struct template_scan *in);
int template_parse(struct template_scan *in);

#endif
