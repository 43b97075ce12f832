/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/markup.h"

#include <string.h>

#include "driver/report_templates.gen.h"
#include "ir/support/bug.h"
#include "ir/support/visible.h"

static void escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		switch (text.ptr[i]) {
		case '&':
			buf_add_c(out, "&amp;");
			break;
		case '<':
			buf_add_c(out, "&lt;");
			break;
		case '>':
			buf_add_c(out, "&gt;");
			break;
		case '"':
			buf_add_c(out, "&quot;");
			break;
		case '\'':
			buf_add_c(out, "&#39;");
			break;
		default:
			buf_add_byte(out, text.ptr[i]);
			break;
		}
	}
}

/* The two characters of UTF-8 that no XML may have: U+FFFE and U+FFFF. */
static struct str without_strangers(struct arena *a, struct str text)
{
	if (!str_contains(text, "\xef\xbf\xbe") && !str_contains(text, "\xef\xbf\xbf"))
		return text;
	struct buf out;
	buf_init(&out, a);
	for (size_t i = 0; i < text.len; i++) {
		struct str rest = str_from(text, i);
		bool is_first = str_has_prefix(rest, "\xef\xbf\xbe");

		if (is_first || str_has_prefix(rest, "\xef\xbf\xbf")) {
			buf_add_c(&out, is_first ? "\\ufffe" : "\\uffff");
			i += 2;
		} else {
			buf_add_byte(&out, text.ptr[i]);
		}
	}
	return str_dup(a, buf_str(&out));
}

void markup_line(struct buf *out, struct str text)
{
	escape(out, without_strangers(out->arena, str_visible(out->arena, text, VISIBLE_LINE)));
}

void markup_block(struct buf *out, struct str text)
{
	escape(out, without_strangers(out->arena, str_visible(out->arena, text, VISIBLE_TEXT)));
}

void markup_fill(struct buf *out, const char *text, markup_filler *fill, void *context)
{
	const char *hole, *end;

	while ((hole = strstr(text, "{{")) != NULL && (end = strstr(hole, "}}")) != NULL) {
		buf_add(out, (struct str){text, (size_t)(hole - text)});
		fill(out, (struct str){hole + 2, (size_t)(end - hole) - 2}, context);
		text = end + 2;
	}
	buf_add_c(out, text);
}

const char *markup_template(const char *name)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++)
		if (strcmp(templates[i].name, name) == 0)
			return templates[i].text;
	BUG("a report's template is missing");
}
