/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/array/csv.h"

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
