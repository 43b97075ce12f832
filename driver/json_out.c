/* SPDX-License-Identifier: Apache-2.0 */
/* JSON as hpcc prints it. */
#include "driver/json_out.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "ir/support/visible.h"

void json_print(json_t *value)
{
	/* With 15 digits a number reads as it was meant; the two behind them are noise. */
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));

	puts(text);
	free(text);
	json_decref(value);
}

json_t *json_text(struct str s)
{
	return s.len > 0 ? json_stringn(s.ptr, s.len) : json_null();
}

json_t *json_visible(struct arena *a, struct str s)
{
	json_t *value = json_stringn(s.ptr ? s.ptr : "", s.len);

	if (value)
		return value;
	s = str_visible(a, s, VISIBLE_LINE);
	return json_stringn(s.ptr, s.len);
}

json_t *json_seconds(double seconds)
{
	return json_real(round(seconds * 1000) / 1000);
}
