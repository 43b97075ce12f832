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

bool field_reads_scalar(const struct field *f)
{
	return f->kind == KIND_UINT || f->kind == KIND_GPUS || f->kind == KIND_PORT ||
	       f->kind == KIND_BOOL || f->kind == KIND_ENUM;
}

bool field_has_variables(const struct field *f)
{
	return f->bits & FIELD_INTERP || field_reads_scalar(f);
}

bool field_is_for(const struct field *f, const char *type)
{
	if (!(f->bits & FIELD_WHEN))
		return true;
	size_t n = strlen(type);
	for (const char *at = f->when; (at = strstr(at, type)); at += n)
		if ((at == f->when || at[-1] == '|') && (at[n] == '|' || !at[n]))
			return true;
	return false;
}

const struct field *record_field(const struct record *r, struct str key)
{
	if (!key.len || !key.ptr[0])
		return NULL;
	for (const char *at = r->first_letters; (at = strchr(at, key.ptr[0])); at++) {
		const struct field *f = &r->fields[at - r->first_letters];
		if (f->key_length == key.len && memcmp(f->key, key.ptr, key.len) == 0)
			return f;
	}
	return NULL;
}

const struct field *record_shorthand(const struct record *r, const char *form)
{
	size_t length;
	const char *key = find_word(r->shorthand, form, &length);
	return key ? record_field(r, (struct str){key, length}) : NULL;
}

struct str record_word(const struct record *r)
{
	size_t length;
	const char *word = *r->shorthand ? find_word(r->shorthand, "word", &length) : NULL;
	return word ? (struct str){word, length} : STR("");
}

bool record_has(const struct record *r, const char *form)
{
	size_t length;
	return *r->shorthand && find_word(r->shorthand, form, &length);
}

static bool is_field_below(const struct record *record, struct str key, unsigned levels)
{
	if (record_field(record, key))
		return true;
	for (size_t i = 0; levels && i < record->n_fields; i++) {
		const struct record *sub = record->fields[i].sub;
		if (sub && is_field_below(sub, key, levels - 1))
			return true;
	}
	return false;
}

bool schema_has_key(struct str key)
{
	enum {
		DEEPEST = 8
	};
	return is_field_below(&record_job, key, DEEPEST);
}
