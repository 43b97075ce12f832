/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on its way to a terminal. What a terminal would act upon (escape sequences, control
 * characters), what turns the direction of writing, and what is no UTF-8 is spelled out. All text
 * of users, files and other programs takes this way.
 *
 *	str_visible(a, STR("a\x1b[2J\tb\xff"), VISIBLE_LINE)	a\x1b[2J\tb\xff, all of it letters
 */
#ifndef HPCC_IR_SUPPORT_VISIBLE_H
#define HPCC_IR_SUPPORT_VISIBLE_H

#include "ir/support/str.h"

enum visible_form {
	VISIBLE_LINE,   /* a single line: line feeds and tabs are spelled out, too */
	VISIBLE_TEXT,   /* lines; the carriage return before a line feed is left out */
	VISIBLE_COLORS, /* the same; colours stay, and end with their line */
};

void buf_add_visible(struct buf *b, struct str text, enum visible_form form);
/* The text itself when nothing in it has to be spelled out. */
struct str str_visible(struct arena *a, struct str text, enum visible_form form);

#endif
