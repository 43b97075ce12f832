/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/array/csv.h"

#include <stdlib.h>

#include "ir/support/visible.h"

void csv_put(FILE *out, struct arena *a, struct str text, bool is_last)
{
	struct str shown = str_visible(a, text, VISIBLE_LINE);
	bool needs_quotes = str_find_any(shown, ",\"") != STR_NONE;

	if (needs_quotes)
		putc('"', out);
	for (size_t i = 0; i < shown.len; i++) {
		putc(shown.ptr[i], out);
		if (shown.ptr[i] == '"')
			putc('"', out);
	}
	if (needs_quotes)
		putc('"', out);
	putc(is_last ? '\n' : ',', out);
}

static bool is_number(struct arena *a, struct str text)
{
	char *end;
	struct str copy = str_dup(a, text);

	strtod(copy.ptr, &end);
	return copy.len > 0 && end == copy.ptr + copy.len;
}

void csv_put_safe(FILE *out, struct arena *a, struct str text, bool is_last)
{
	bool is_formula =
		text.len > 0 && byte_is_in(text.ptr[0], "=+-@\t\r") && !is_number(a, text);

	csv_put(out, a, is_formula ? str_cat(a, STR("'"), text) : text, is_last);
}
