/* SPDX-License-Identifier: Apache-2.0 */
/* The schema: look-up in the generated tables. */
#include "ir/schema.h"

#include <string.h>

/* The text behind `name=` in a list of words, or NULL; a bare word has an empty text. */
static const char *find_word(const char *words, const char *name, size_t *length)
{
	size_t n = strlen(name);
	for (const char *p = words; *p;) {
		size_t len = strcspn(p, " ");
		if (len >= n && strncmp(p, name, n) == 0 && (len == n || p[n] == '=')) {
			*length = len == n ? 0 : len - n - 1;
			return len == n ? p + n : p + n + 1;
		}
		p += len;
		p += strspn(p, " ");
	}
	return NULL;
}

bool field_has(const struct field *f, const char *flag)
{
	size_t length;
	return find_word(f->flags, flag, &length) != NULL;
}

bool field_is_for(const struct field *f, const char *type)
{
	size_t length;
	const char *types = find_word(f->flags, "when", &length);
	if (!types)
		return true;
	for (struct str rest = {types, length}, one; rest.len;) {
		rest = str_split(rest, '|', &one);
		if (str_eq_c(one, type))
			return true;
	}
	return false;
}

const struct field *record_field(const struct record *r, struct str key)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (str_eq_c(key, r->fields[i].key))
			return &r->fields[i];
	return NULL;
}

const struct field *record_shorthand(const struct record *r, const char *form)
{
	size_t length;
	const char *key = find_word(r->shorthand, form, &length);
	return key ? record_field(r, (struct str){key, length}) : NULL;
}
