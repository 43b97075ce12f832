/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Language Server Protocol: messages on standard input and output, and what answers them. Answers look at
 * a view: one document, compiled as far as it goes, in memory of its own.
 */
#ifndef HPCC_DRIVER_EDITOR_LSP_H
#define HPCC_DRIVER_EDITOR_LSP_H

#include <jansson.h>

#include "driver/compile.h"

struct lsp_stream {
	FILE *in;
	bool is_lost; /* the end of the last message isn't known */
};

enum lsp_input {
	LSP_MESSAGE,
	LSP_NO_JSON,
	LSP_NO_LENGTH, /* no header said how long the message is, or it said nonsense */
	LSP_TOO_LONG,
	LSP_END,
};

/* The next message; after one that is no message the stream goes on with the one behind it. */
enum lsp_input lsp_read(struct lsp_stream *stream, json_t **message);

/* Writes a message and drops it. */
void lsp_write(FILE *out, json_t *message);

/* Answers messages until the client says that it is done; an exit code. */
int lsp_serve(struct invocation *inv, FILE *in, FILE *out);

/* What the client has said of itself. */
struct lsp_client {
	bool counts_bytes;   /* columns are bytes, not UTF-16 units */
	bool takes_versions; /* edits may say of which version of a document they are */
	bool takes_trees;    /* symbols may have children */
};

/* A document that is open in the editor. */
struct lsp_document {
	json_t *uri, *text;
	json_t *version; /* an integer, or null */
	struct lsp_document *next;
};

struct lsp_view {
	struct compilation c;
	const struct lsp_client *client;
	const struct lsp_document *documents, *document;
	const struct node *written; /* its tree before `extends`; NULL: it isn't YAML */
	const char *refusal; /* why a request can't be carried out; the answer is an error then */
};

/* "file:///a%20b.yaml" as a path; empty for another scheme. */
struct str lsp_path(struct arena *a, const char *uri);
/* The other way round, as the editor spells it where the document is open. */
json_t *lsp_uri(const struct lsp_view *v, struct str path);

/* The document compiled as far as it goes; the settings of `v` stay. */
bool lsp_open(struct lsp_view *v, struct invocation *inv, struct str path, struct str text);
/* The same, by the longest part of the text that is YAML: `written` has what stands before a fault. */
bool lsp_open_readable(struct lsp_view *v, struct invocation *inv, struct str path,
		       struct str text);

/* Places: lines count from 0, columns as the client counts them. */
json_int_t lsp_n_lines(const struct lsp_view *v);
/* The byte of a line of the document at a column. */
size_t lsp_column(const struct lsp_view *v, json_int_t line, json_int_t column);
/* The byte in the sources; false when the document has no such line. */
bool lsp_offset(const struct lsp_view *v, json_int_t line, json_int_t column, uint32_t *offset);
json_t *lsp_range(const struct lsp_view *v, struct span at);
json_t *lsp_location(const struct lsp_view *v, struct span at);
bool lsp_is_inside(const struct lsp_view *v, struct span at); /* it lies in the document itself */

/* Changes to files, as the client takes them. */
struct lsp_edit {
	struct span at;
	struct str text;
};
struct lsp_edits {
	struct lsp_edit *items;
	uint32_t n, cap;
};
json_t *lsp_text_edits(const struct lsp_view *v, const struct lsp_edits *edits,
		       const struct source *file);
json_t *lsp_workspace_edit(const struct lsp_view *v, const struct lsp_edits *edits);

/* Answers, by the parameters of the request. */
typedef json_t *lsp_answer(struct lsp_view *v, const json_t *params);
lsp_answer lsp_diagnostics;
lsp_answer lsp_actions;
lsp_answer lsp_hover;
lsp_answer lsp_completion;
lsp_answer lsp_definition;
lsp_answer lsp_references;
lsp_answer lsp_highlights;
lsp_answer lsp_prepare_rename;
lsp_answer lsp_rename;
lsp_answer lsp_outline;
lsp_answer lsp_folding;
lsp_answer lsp_formatting;

/* An integer of an object within the parameters, as "position" "line"; 0 without one. */
json_int_t lsp_number(const json_t *params, const char *object, const char *name);

#endif
