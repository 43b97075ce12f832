/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the reader of IR texts: what scanner, grammar and tree building share. */
#ifndef HPCC_FRONTEND_IR_TEXT_H
#define HPCC_FRONTEND_IR_TEXT_H

#include "frontend/frontend.h"

struct ir_token {
	struct str text; /* of quoted ones: without quotes, escapes resolved */
	struct span at;
};

struct ir_step {
	struct ir_token key;
	uint32_t index;
	bool is_item;
};

enum ir_form {
	IR_TEXT,
	IR_WORD,
	IR_MAP,
	IR_LIST,
	IR_POISON
};

struct ir_value {
	enum ir_form form;
	struct ir_token token; /* of a list: its number of items */
};

struct ir_node;
struct ir_text {
	struct unit *u;
	const struct source *file;
	size_t offset; /* of the next token */
	struct ir_node *root;
	LIST(struct ir_step) path; /* of the line being read */
	LIST(struct ir_node *) lists;
};

void ir_text_key(struct ir_text *t, struct ir_token key);
void ir_text_item(struct ir_text *t, struct ir_token index);
/* The line is complete; comment is what stands behind `#`, trimmed. */
void ir_text_put(struct ir_text *t, const struct ir_value *value, struct str comment);
void ir_text_error(struct ir_text *t, struct span at, const char *what);
/* Resolves the escapes of a JSON string without its quotes. */
struct str ir_text_unquote(struct arena *a, struct str inner);

/* Made by flex and bison. */
void ir_text_scan(struct ir_text *t, struct str text);

#endif
