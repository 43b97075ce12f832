/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema from the schema's rows. Each record is written twice: whole, and without its
 * required keys for files and services that extend others, since those may complete it.
 */
#include "ir/text/schema_text.h"

#include <string.h>

#include "ir/schema_externs.gen.h"
#include "ir/support/bug.h"

struct json {
	struct buf out;
	unsigned depth;
	bool is_first; /* nothing stands in the present object or array */
	bool is_partial;
};

static void new_line(struct json *j)
{
	if (!j->is_first)
		buf_add_byte(&j->out, ',');
	j->is_first = false;
	buf_add_byte(&j->out, '\n');
	buf_add_repeat(&j->out, '\t', j->depth);
}

static void key(struct json *j, const char *name)
{
	new_line(j);
	buf_add_json(&j->out, str_c(name));
	buf_add_c(&j->out, ": ");
}

static void open(struct json *j, char bracket)
{
	buf_add_byte(&j->out, bracket);
	j->depth++;
	j->is_first = true;
}

static void shut(struct json *j, char bracket)
{
	j->depth--;
	if (!j->is_first) {
		buf_add_byte(&j->out, '\n');
		buf_add_repeat(&j->out, '\t', j->depth);
	}
	buf_add_byte(&j->out, bracket);
	j->is_first = false;
}

/* A value that is JSON already. */
static void raw(struct json *j, const char *name, const char *json)
{
	key(j, name);
	buf_add_c(&j->out, json);
}

#define SCALAR "{\"type\": [\"string\", \"number\", \"boolean\"]}"
/* What a variable makes of it, the compiler sees. */
#define VARIABLE "{\"type\": \"string\", \"pattern\": \"\\\\$\"}"
#define SCALARS  "{\"type\": \"array\", \"items\": " SCALAR "}"

static void text(struct json *j, const char *name, struct str value)
{
	key(j, name);
	buf_add_json(&j->out, value);
}

static void add_words(struct json *j, const struct field *f)
{
	key(j, "enum");
	open(j, '[');
	for (size_t i = 0; f->words[i]; i++) {
		new_line(j);
		buf_add_json(&j->out, str_c(f->words[i]));
	}
	shut(j, ']');
}

static void add_range(struct json *j, const char *type)
{
	bool has_auto = strcmp(type, "nodes") == 0, is_port = strcmp(type, "port") == 0;
	bool is_pos = has_auto || strcmp(type, "pos") == 0;
	raw(j, "type", has_auto ? "[\"integer\", \"string\"]" : "\"integer\"");
	if (has_auto)
		raw(j, "pattern", "\"^auto$|\\\\$\"");
	raw(j, "minimum", is_pos || is_port ? "1" : "0");
	if (is_pos || strcmp(type, "u32") == 0)
		raw(j, "maximum", "4294967295");
	else if (is_port || strcmp(type, "u16") == 0)
		raw(j, "maximum", "65535");
	else
		raw(j, "maximum", "18446744073709551615");
}

/* What 'extends' says itself is never inherited. */
static bool is_partial(const struct json *j, const struct record *r)
{
	return j->is_partial && r != &record_service_base;
}

static void add_reference(struct json *j, const struct record *r)
{
	key(j, "$ref");
	buf_add_fmt(&j->out, "\"#/$defs/%s%s\"", r->name, is_partial(j, r) ? ".partial" : "");
}

static void add_reference_or_null(struct json *j, const struct record *r)
{
	key(j, "anyOf");
	buf_add_fmt(&j->out, "[{\"type\": \"null\"}, {\"$ref\": \"#/$defs/%s%s\"}]", r->name,
		    is_partial(j, r) ? ".partial" : "");
}

/* A service that extends another may leave out what the other one has. */
static void add_service(struct json *j)
{
	if (j->is_partial) {
		add_reference(j, &record_service);
		return;
	}
	raw(j, "if", "{\"type\": \"object\", \"required\": [\"extends\"]}");
	raw(j, "then", "{\"$ref\": \"#/$defs/service.partial\"}");
	raw(j, "else", "{\"$ref\": \"#/$defs/service\"}");
}

static void add_map_of_records(struct json *j, const struct field *f)
{
	raw(j, "type", "\"object\"");
	if (f->sub == &record_service)
		raw(j, "minProperties", "1");
	key(j, "additionalProperties");
	open(j, '{');
	if (f->sub == &record_service)
		add_service(j);
	else if (record_has(f->sub, "null"))
		add_reference_or_null(j, f->sub);
	else
		add_reference(j, f->sub);
	shut(j, '}');
}

static void add_string(struct json *j, const struct field *f)
{
	if (strcmp(f->arg, "version") == 0)
		raw(j, "enum", "[\"1\", 1]");
	else if (strcmp(f->arg, "signal") == 0)
		raw(j, "type", "[\"string\", \"integer\"]");
	else if (f->bits & FIELD_RESOLVED)
		raw(j, "type", "\"string\"");
	else
		raw(j, "type", "[\"string\", \"number\", \"boolean\"]");
	if (strcmp(f->arg, "name") == 0)
		raw(j, "pattern", "\"\\\\S\"");
}

static void add_word_list(struct json *j, const struct field *f)
{
	raw(j, "type", "\"array\"");
	if (!f->words) {
		raw(j, "items", SCALAR);
		return;
	}
	key(j, "items");
	open(j, '{');
	key(j, "anyOf");
	open(j, '[');
	new_line(j);
	open(j, '{');
	add_words(j, f);
	shut(j, '}');
	new_line(j);
	buf_add_c(&j->out, VARIABLE);
	shut(j, ']');
	shut(j, '}');
}

static void add_records(struct json *j, const struct field *f)
{
	raw(j, "type", "\"array\"");
	key(j, "items");
	open(j, '{');
	if (!record_shorthand(f->sub, "scalar")) {
		add_reference(j, f->sub);
		shut(j, '}');
		return;
	}
	key(j, "anyOf");
	open(j, '[');
	new_line(j);
	open(j, '{');
	add_reference(j, f->sub);
	shut(j, '}');
	new_line(j);
	buf_add_c(&j->out, SCALAR);
	shut(j, ']');
	shut(j, '}');
}

#define VARIABLE_NAMES    "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\"}"
#define ENVIRONMENT_NAMES "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_.]*$\"}"

static void add_map(struct json *j, const struct field *f)
{
	bool is_env = f->kind == KIND_ENV;
	raw(j, "type", is_env ? "[\"object\", \"array\"]" : "\"object\"");
	raw(j, "additionalProperties", SCALAR);
	if (is_env || strcmp(f->arg, "variable") == 0)
		raw(j, "propertyNames", is_env ? ENVIRONMENT_NAMES : VARIABLE_NAMES);
	if (is_env)
		raw(j, "items", SCALAR);
}

/* A scalar, or a list of them. */
static void add_one_or_list(struct json *j, const struct field *f)
{
	raw(j, "type", "[\"string\", \"number\", \"boolean\", \"array\"]");
	raw(j, "items", SCALAR);
	if (f->kind == KIND_COMMAND)
		raw(j, "minItems", "1");
}

/* The keywords for what the field takes, without its short forms and null. */
static void add_kind(struct json *j, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR:
		add_string(j, f);
		return;
	case KIND_BOOL:
		raw(j, "type", "\"boolean\"");
		return;
	case KIND_UINT:
		add_range(j, f->arg);
		return;
	case KIND_PORT:
		raw(j, "type", "[\"integer\", \"string\"]");
		raw(j, "minimum", "1");
		raw(j, "maximum", "65535");
		raw(j, "pattern", "\"^[A-Za-z0-9_.-]*[A-Za-z_.-][A-Za-z0-9_.-]*$|\\\\$\"");
		return;
	case KIND_GPUS:
		raw(j, "type", "[\"integer\", \"string\"]");
		raw(j, "minimum", "1");
		raw(j, "maximum", "4294967295");
		raw(j, "pattern", "\"^[A-Za-z0-9_.-]+:[0-9]*[1-9][0-9]*$|\\\\$\"");
		return;
	case KIND_ENUM:
		add_words(j, f);
		return;
	case KIND_LIST:
	case KIND_MOUNTS:
		add_word_list(j, f);
		return;
	case KIND_ONE_OR_LIST:
	case KIND_COMMAND:
		add_one_or_list(j, f);
		return;
	case KIND_MAP:
	case KIND_ENV:
		add_map(j, f);
		return;
	case KIND_WALLTIME:
	case KIND_NODESET:
		raw(j, "type", "[\"string\", \"number\", \"boolean\"]");
		return;
	case KIND_DURATION:
		raw(j, "type", "[\"string\", \"integer\"]");
		return;
	case KIND_RECORD:
		add_reference(j, f->sub);
		return;
	case KIND_RECORDS:
		add_records(j, f);
		return;
	case KIND_NAMED:
		add_map_of_records(j, f);
		return;
	case KIND_VALUES:
		raw(j, "type", "\"object\"");
		raw(j, "minProperties", "1");
		raw(j, "additionalProperties",
		    "{\"type\": \"array\", \"minItems\": 1, \"items\": " SCALAR "}");
		return;
	}
	BUG("a kind without a JSON Schema");
}

/* Null in a child wins over the base, so a required field refuses it there, too. */
static bool may_be_null(const struct field *f)
{
	return !(f->bits & (FIELD_REQ | FIELD_NONULL)) && f->kind != KIND_ENUM;
}

static void add_choice(struct json *j, const char *json)
{
	new_line(j);
	buf_add_c(&j->out, json);
}

/* What stands for the whole value: null, a short form, a word. */
static void add_short_forms(struct json *j, const struct field *f)
{
	const struct record *r = f->kind == KIND_RECORD ? f->sub : NULL;
	if (may_be_null(f))
		add_choice(j, "{\"type\": \"null\"}");
	if (field_reads_scalar(f))
		add_choice(j, VARIABLE);
	if (r && record_word(r).len) {
		new_line(j);
		buf_add_c(&j->out, "{\"const\": ");
		buf_add_json(&j->out, record_word(r));
		buf_add_byte(&j->out, '}');
	}
	if (r && record_shorthand(r, "scalar"))
		add_choice(j, f->bits & FIELD_RESOLVED ? "{\"type\": \"string\"}" : SCALAR);
	if (r && record_shorthand(r, "list"))
		add_choice(j, SCALARS);
	if (f->kind == KIND_NAMED && record_has(f->sub, "names"))
		add_choice(j, SCALARS);
}

static bool has_short_forms(const struct field *f)
{
	const struct record *r = f->kind == KIND_RECORD ? f->sub : NULL;
	return may_be_null(f) || field_reads_scalar(f) || (r && *r->shorthand) ||
	       (f->kind == KIND_NAMED && record_has(f->sub, "names"));
}

static void add_default(struct json *j, const struct field *f)
{
	if (!*f->initial || f->kind == KIND_RECORD)
		return;
	if (f->kind == KIND_UINT || f->kind == KIND_BOOL)
		raw(j, "default", f->initial);
	else
		text(j, "default", str_c(f->initial));
}

static void add_property(struct json *j, const struct field *f)
{
	key(j, f->key);
	open(j, '{');
	text(j, "description", str_c(f->help));
	add_default(j, f);
	if (!has_short_forms(f)) {
		add_kind(j, f);
		shut(j, '}');
		return;
	}
	key(j, "anyOf");
	open(j, '[');
	new_line(j);
	open(j, '{');
	add_kind(j, f);
	shut(j, '}');
	add_short_forms(j, f);
	shut(j, ']');
	shut(j, '}');
}

static void add_required(struct json *j, const struct record *r, const char *type)
{
	bool has_any = false;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		bool is_when = f->bits & FIELD_WHEN;
		if (!(f->bits & FIELD_REQ) || is_when != (type != NULL) ||
		    (type && !field_is_for(f, type)))
			continue;
		if (!has_any) {
			key(j, "required");
			open(j, '[');
		}
		has_any = true;
		new_line(j);
		buf_add_json(&j->out, str_c(f->key));
	}
	if (has_any)
		shut(j, ']');
}

/* Keys that belong to one value of `type` are refused with the others. */
static void add_variants(struct json *j, const struct record *r, const struct field *type)
{
	key(j, "allOf");
	open(j, '[');
	for (size_t i = 0; type->words[i]; i++) {
		new_line(j);
		open(j, '{');
		key(j, "if");
		buf_add_fmt(&j->out,
			    "{\"properties\": {\"type\": {\"const\": \"%s\"}}, \"required\": "
			    "[\"type\"]}",
			    type->words[i]);
		key(j, "then");
		open(j, '{');
		key(j, "properties");
		open(j, '{');
		for (size_t k = 0; k < r->n_fields; k++)
			if (!field_is_for(&r->fields[k], type->words[i]))
				raw(j, r->fields[k].key, "false");
		shut(j, '}');
		if (!j->is_partial)
			add_required(j, r, type->words[i]);
		shut(j, '}');
		shut(j, '}');
	}
	shut(j, ']');
}

static bool has_variants(const struct record *r)
{
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].bits & FIELD_WHEN)
			return true;
	return false;
}

static void add_properties(struct json *j, const struct record *r)
{
	key(j, "properties");
	open(j, '{');
	for (size_t i = 0; i < r->n_fields; i++)
		add_property(j, &r->fields[i]);
	shut(j, '}');
}

/* With `disable: true` nobody looks at what the other keys hold. */
static void add_loose_properties(struct json *j, const struct record *r)
{
	key(j, "properties");
	open(j, '{');
	for (size_t i = 0; i < r->n_fields; i++) {
		key(j, r->fields[i].key);
		open(j, '{');
		text(j, "description", str_c(r->fields[i].help));
		shut(j, '}');
	}
	shut(j, '}');
	raw(j, "if",
	    "{\"properties\": {\"disable\": {\"const\": true}}, \"required\": [\"disable\"]}");
	key(j, "else");
	open(j, '{');
	add_properties(j, r);
	shut(j, '}');
}

static void add_record(struct json *j, const struct record *r)
{
	raw(j, "type", "\"object\"");
	raw(j, "additionalProperties", "false");
	if (r == &record_job)
		raw(j, "patternProperties", "{\"^x-\": true}");
	if (r == &record_healthcheck)
		add_loose_properties(j, r);
	else
		add_properties(j, r);
	if (r == &record_job && !j->is_partial)
		raw(j, "oneOf", "[{\"required\": [\"services\"]}, {\"required\": [\"steps\"]}]");
	else if (r == &record_job)
		raw(j, "not", "{\"required\": [\"services\", \"steps\"]}");
	else if (!is_partial(j, r))
		add_required(j, r, NULL);
	if (has_variants(r))
		add_variants(j, r, record_field(r, STR("type")));
}

struct str schema_json(struct arena *a)
{
	struct json j = {.is_first = true};
	struct record_list list = {0};
	buf_init(&j.out, a);
	schema_records(a, &list);
	open(&j, '{');
	raw(&j, "$schema", "\"https://json-schema.org/draft/2020-12/schema\"");
	text(&j, "title", STR("hpcc spec"));
	text(&j, "description", STR("One Slurm job made of services."));
	raw(&j, "if", "{\"type\": \"object\", \"required\": [\"extends\"]}");
	raw(&j, "then", "{\"$ref\": \"#/$defs/job.partial\"}");
	raw(&j, "else", "{\"$ref\": \"#/$defs/job\"}");
	key(&j, "$defs");
	open(&j, '{');
	for (uint32_t i = 0; i < 2 * list.records.n; i++) {
		const struct record *r = list.records.items[i / 2];
		j.is_partial = i % 2;
		new_line(&j);
		buf_add_fmt(&j.out, "\"%s%s\": ", r->name, j.is_partial ? ".partial" : "");
		open(&j, '{');
		add_record(&j, r);
		shut(&j, '}');
	}
	shut(&j, '}');
	shut(&j, '}');
	buf_add_byte(&j.out, '\n');
	return buf_str(&j.out);
}
