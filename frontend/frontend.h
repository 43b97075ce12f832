/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frontend: text to tree to job. Everything wrong goes to unit->diags; a value that could not
 * be understood is poison in the job, and whoever meets it stays quiet.
 */
#ifndef HPCC_FRONTEND_FRONTEND_H
#define HPCC_FRONTEND_FRONTEND_H

#include "ir/unit.h"

/* Limits on input; what lies beyond gets a diagnostic that names the limit. */
enum {
	FRONTEND_MAX_FILE = 64 << 20, /* bytes */
	FRONTEND_MAX_DEPTH = 64,
	FRONTEND_MAX_NODES = 4 << 20,  /* after expansion of aliases and merges */
	FRONTEND_MAX_EXTENDS = 64,     /* files in one chain */
	FRONTEND_MAX_TEXT = 128 << 20, /* bytes of all texts of a job; one file has fewer */
};

/* Reads unit->path, composes YAML, resolves `extends`, renames `steps`: fills unit->tree. */
void frontend_read(struct unit *u);

/* The same from a text that stands for the leaf file. */
void frontend_read_text(struct unit *u, struct str text);

/* YAML text to a tree; NULL when it isn't well formed. `file` is a number of unit->sources. */
struct node *frontend_compose(struct unit *u, uint32_t file);

/* How a YAML text is written: its tokens in order, as bytes of the file. */
enum lexeme_kind {
	LEX_ANCHOR, /* with its & */
	LEX_ALIAS,  /* with its * */
	LEX_SCALAR, /* plain or quoted; also a key */
	LEX_BLOCK_SCALAR,
	LEX_OPEN, /* [ or { */
	LEX_CLOSE,
	LEX_ITEM,  /* the - of an item */
	LEX_VALUE, /* the : behind a key */
	LEX_OTHER, /* tags, directives, --- */
};

struct lexeme {
	enum lexeme_kind kind;
	uint32_t begin, end;
};

struct lexemes {
	struct lexeme *items;
	uint32_t n, cap;
};

/* The tokens up to the end of the first document, or up to a fault: false. */
bool frontend_lexemes(struct unit *u, uint32_t file, struct lexemes *list);

/*
 * Builds the variable map, binds the tree to unit->job, interpolates, applies normal forms.
 * Reports R005 to R009, R011 to R017, R024 to R043, R047 to R050, R060, R086, R090, R093 to R096,
 * R105, R106, R111, R112, R131, R152, R154, R156 and R157, and missing keys as R070, R073, R114.
 *
 * After normal forms `script`, `modules`, `env_file`, `x-enroot` and `healthcheck` still say what
 * was written; `command`, `x-env`, `environment`, `x-runtime` and `readiness` say what holds, with
 * ORIGIN_DERIVED where they came from the former.
 */
void frontend_bind(struct unit *u);

/* Adds to every diagnostic how the value it speaks of came to its place: variables, extends,
   aliases, merge keys; drops what only follows from a base that could not be read. Once, before
   diagnostics are shown. */
void frontend_explain(struct unit *u);

/* The text form of the IR (ir/text/print.h) back into unit->job. */
void frontend_read_ir(struct unit *u, struct str name, struct str text);

/* The effective spec after extends and interpolation as YAML, after frontend_bind without errors.
   With hide_secrets secrets are <redacted>; without it compiles to the same plan. */
struct str frontend_config(struct unit *u, bool hide_secrets, bool is_json);

#endif
