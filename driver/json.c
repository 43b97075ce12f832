/* SPDX-License-Identifier: Apache-2.0 */
/* JSON values: as hpcc prints them, and what is read of members. */
#include "driver/json.h"

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

json_t *json_visible(struct arena *a, struct str s)
{
	json_t *value = json_stringn(s.ptr ? s.ptr : "", s.len);

	if (value)
		return value;
	s = str_visible(a, s, VISIBLE_LINE);
	return json_stringn(s.ptr, s.len);
}

json_t *json_text(struct arena *a, struct str s)
{
	return s.len > 0 ? json_visible(a, s) : json_null();
}

json_t *json_seconds(double seconds)
{
	return json_real(round(seconds * 1000) / 1000);
}

json_t *json_from(struct str s)
{
	json_t *text = json_stringn(s.ptr ? s.ptr : "", s.len);

	return text ? text : json_string("");
}

struct str json_str(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_string(value))
		return STR("");
	return (struct str){json_string_value(value), json_string_length(value)};
}

uint64_t json_uint(const json_t *object, const char *key)
{
	json_int_t value = json_integer_value(json_object_get(object, key));

	return value > 0 ? (uint64_t)value : 0;
}

const json_t *json_named(const json_t *list, struct str name)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (str_eq(json_str(json_array_get(list, i), "name"), name))
			return json_array_get(list, i);
	return json_object_get(list, name.ptr);
}
