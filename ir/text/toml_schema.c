/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema of a TOML file, made from its rows. Keys that hpcc has no use for are let through, as the
 * compiler does; in a resource profile they are mistakes.
 */
#include "ir/text/toml_text.h"

#include <string.h>

#include "ir/support/emit.h"

struct schema {
	struct buf out;
	const struct toml_keys *keys;
};

static void indent(struct schema *s, unsigned depth)
{
	buf_add_byte(&s->out, '\n');
	buf_add_repeat(&s->out, '\t', depth);
}

/* What a value of the kind is; of tables only that they are. */
static const char *type_of(enum toml_kind kind)
{
	switch (kind) {
	case TOML_VERSION:
		return "\"const\": 1";
	case TOML_TEXT:
	case TOML_NAME:
	case TOML_WORD:
		return "\"type\": \"string\"";
	case TOML_TEXTS:
	case TOML_MOUNTS:
		return "\"type\": \"array\", \"items\": {\"type\": \"string\"}";
	case TOML_RELEASE:
		return "\"type\": \"string\", \"pattern\": \"^[0-9]+(\\\\.[0-9]{1,2}(\\\\..*)?)?$\"";
	case TOML_BOOL:
		return "\"type\": \"boolean\"";
	case TOML_COUNT:
		return "\"type\": \"integer\", \"minimum\": 1, \"maximum\": 4294967295";
	case TOML_PORT:
		return "\"type\": \"integer\", \"minimum\": 1, \"maximum\": 65535";
	case TOML_MEMORY:
	case TOML_TIME:
		return "\"type\": [\"string\", \"integer\"]";
	case TOML_SCALAR:
		return "\"type\": [\"string\", \"integer\", \"number\", \"boolean\"]";
	case TOML_VARIABLES:
		return "\"type\": \"object\", \"additionalProperties\": {\"type\": [\"string\", "
		       "\"integer\", \"number\", \"boolean\"]}";
	case TOML_LISTS:
		return "\"type\": \"object\", \"additionalProperties\": {\"type\": \"array\", "
		       "\"items\": {\"type\": \"string\"}}";
	case TOML_TABLE:
	case TOML_TABLES:
		return "\"type\": \"object\"";
	case TOML_ROWS:
		return "\"type\": \"array\"";
	}
	return "";
}

static void add_group(struct schema *s, const char *group, unsigned depth);

static void add_words(struct schema *s, const char *words)
{
	buf_add_c(&s->out, ", \"enum\": [");
	struct str word;
	for (struct str rest = str_c(words); rest.len;) {
		rest = str_split(rest, ' ', &word);
		buf_add_json(&s->out, word);
		buf_add_c(&s->out, rest.len ? ", " : "]");
	}
}

static void add_row(struct schema *s, const struct toml_row *row, unsigned depth)
{
	buf_add_fmt(&s->out, "{%s, \"description\": ", type_of(row->kind));
	buf_add_json(&s->out, str_c(row->help));
	if (row->kind == TOML_WORD)
		add_words(s, row->arg);
	if (row->kind == TOML_TABLE) {
		buf_add_c(&s->out, ", ");
		add_group(s, row->arg, depth);
	} else if (row->kind == TOML_TABLES || row->kind == TOML_ROWS) {
		buf_add_fmt(&s->out, ", \"%s\": {\"type\": \"object\", ",
			    row->kind == TOML_ROWS ? "items" : "additionalProperties");
		add_group(s, row->arg, depth);
		buf_add_byte(&s->out, '}');
	}
	buf_add_byte(&s->out, '}');
}

static void add_required(struct schema *s, const char *group)
{
	bool is_first = true;
	for (size_t i = 0; i < s->keys->n; i++) {
		const struct toml_row *row = &s->keys->rows[i];
		if (row->kind != TOML_NAME || strcmp(row->group, group) != 0)
			continue;
		buf_add_c(&s->out, is_first ? "\"required\": [" : ", ");
		is_first = false;
		buf_add_json(&s->out, str_c(row->name));
	}
	buf_add_c(&s->out, is_first ? "" : "], ");
}

static void add_group(struct schema *s, const char *group, unsigned depth)
{
	bool is_first = true;
	add_required(s, group);
	if (strcmp(group, "resource") == 0)
		buf_add_c(&s->out, "\"additionalProperties\": false, ");
	buf_add_c(&s->out, "\"properties\": {");
	for (size_t i = 0; i < s->keys->n; i++) {
		const struct toml_row *row = &s->keys->rows[i];
		if (strcmp(row->group, group) != 0)
			continue;
		buf_add_c(&s->out, is_first ? "" : ",");
		is_first = false;
		indent(s, depth + 1);
		buf_add_json(&s->out, str_c(row->name));
		buf_add_c(&s->out, ": ");
		add_row(s, row, depth + 1);
	}
	indent(s, depth);
	buf_add_byte(&s->out, '}');
}

struct str toml_schema(struct arena *a, const struct toml_keys *keys)
{
	struct schema s = {.keys = keys};
	buf_init(&s.out, a);
	buf_add_c(&s.out, "{\n\t\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n");
	buf_add_fmt(&s.out, "\t\"title\": \"%s of hpcc\",\n\t\"type\": \"object\",\n\t",
		    keys->file);
	add_group(&s, keys->rows[0].group, 1);
	buf_add_c(&s.out, "\n}\n");
	return str_dup(a, buf_str(&s.out));
}
