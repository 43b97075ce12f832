/* SPDX-License-Identifier: Apache-2.0 */
/* The Language Server Protocol: messages on standard input and output, and what answers them. */
#ifndef HPCC_DRIVER_LSP_H
#define HPCC_DRIVER_LSP_H

#include <jansson.h>

#include "driver/compile.h"

/* The next message, or NULL at the end of input or after what is no message. */
json_t *lsp_read(FILE *in);

/* Writes a message and drops it. */
void lsp_write(FILE *out, json_t *message);

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
