/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on its way into HTML and SVG. What would be markup there is escaped, and what would act upon a reader's eyes
 * (control characters, changes of direction) is spelled out as for terminals, so that XML, too, can hold it.
 *
 *	markup_line(&out, STR("</b>\x1b"))	&lt;/b&gt;\x1b, all of it letters
 */
#ifndef HPCC_DRIVER_TALE_MARKUP_H
#define HPCC_DRIVER_TALE_MARKUP_H

#include "ir/support/str.h"

/* One line; several. */
void markup_line(struct buf *out, struct str text);
void markup_block(struct buf *out, struct str text);

/* Writes a template, in which {{name}} is what the function writes for that name. */
typedef void markup_filler(struct buf *out, struct str name, void *context);
void markup_fill(struct buf *out, const char *text, markup_filler *fill, void *context);

/* The template of that name in driver/templates/report. */
const char *markup_template(const char *name);

#endif
