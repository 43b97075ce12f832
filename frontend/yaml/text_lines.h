/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of a YAML text. */
#ifndef HPCC_FRONTEND_YAML_TEXT_LINES_H
#define HPCC_FRONTEND_YAML_TEXT_LINES_H

#include "ir/support/str.h"

bool is_line_end(char byte);
/* A blank, a tab, a line end, or the end of the text. */
bool is_blank_at(struct str text, size_t at);

/* Offsets of the line that `at` lies in, its end without the line break. */
size_t line_begin(struct str text, size_t at);
size_t line_end(struct str text, size_t at);

/* The first byte of the line that is neither blank nor tab, or its end. */
size_t line_content(struct str text, size_t at);

/* The beginning of the nearest line above that has content, or the line's own. */
size_t line_above(struct str text, size_t at);

/* Behind the indentation and all "- " of the line. */
size_t item_content(struct str text, size_t at);

/* Where the value of a "key: value" or "- value" line begins; the line's content without either. */
size_t line_value(struct str text, size_t at);

/* The ':' that ends a key between begin and end, or `end`. Quoted parts are skipped. */
size_t line_key_end(struct str text, size_t begin, size_t end);

#endif
