/* SPDX-License-Identifier: Apache-2.0 */
/* The Language Server Protocol: messages on standard input and output, and what answers them. */
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

/* "file:///a%20b.yaml" as a path; empty for another scheme. */
struct str lsp_path(struct arena *a, const char *uri);

/* A document compiled as far as it goes. */
bool lsp_compile(struct compilation *c, struct invocation *inv, struct str path, struct str text);

json_t *lsp_diagnostics(struct compilation *c);
/* Items that may stand at the cursor. */
json_t *lsp_completion(struct compilation *c, json_int_t line, json_int_t column);

/* Lines of the document; the byte of a line at a column in UTF-16 units. */
json_int_t lsp_n_lines(const struct compilation *c);
size_t lsp_column(const struct compilation *c, json_int_t line, json_int_t column);

json_t *lsp_hover(struct compilation *c, json_int_t line, json_int_t column);
json_t *lsp_actions(struct compilation *c, const char *uri, json_int_t first, json_int_t last);

#endif
