/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8: lengths and display widths. */
#ifndef HPCC_IR_SUPPORT_UTF8_H
#define HPCC_IR_SUPPORT_UTF8_H

#include "ir/support/str.h"

/* Bytes of the well-formed character at the start of s (1 to 4), or 0. */
size_t utf8_valid_length(struct str s);

/* Bytes at the start of s that are printable ASCII or line feeds; may stop short of the last ones. */
size_t utf8_plain_length(struct str s);

/* The code point at the start of s; *length gets its bytes. Malformed bytes count one each. */
uint32_t utf8_decode(struct str s, size_t *length);

/* Terminal columns of a code point: 0, 1 or 2, without regard to the locale. */
unsigned utf8_width(uint32_t code_point);
/* Those of a text. */
unsigned utf8_columns(struct str s);

/* True for what a terminal shows as itself: no control character, none that turns directions. */
bool code_is_visible(uint32_t code_point);

#endif
