/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Schema of single fields: what each kind takes, its short forms, null. */
#include "ir/text/schema_parts.h"

#include <string.h>

#include "ir/schema_externs.gen.h"
#include "ir/support/bug.h"

static void add_words(struct json *j, const struct field *f)
{
	json_new_line(j);
	json_open(j, '{');
	json_key(j, "enum");
	json_open(j, '[');
	for (size_t i = 0; f->words[i]; i++) {
		json_new_line(j);
		buf_add_json(&j->out, str_c(f->words[i]));
	}
	json_shut(j, ']');
	json_shut(j, '}');
}

static void add_range(struct json *j, const char *least, const char *most)
{
	json_new_line(j);
	buf_add_fmt(&j->out, "{\"type\": \"integer\", \"minimum\": %s, \"maximum\": %s}", least,
		    most);
}

static void add_number(struct json *j, const char *type)
{
	bool has_auto = strcmp(type, "nodes") == 0, is_port = strcmp(type, "port") == 0;
	bool is_pos = has_auto || strcmp(type, "pos") == 0;
	const char *most = is_pos || strcmp(type, "u32") == 0    ? "4294967295"
			   : is_port || strcmp(type, "u16") == 0 ? "65535"
								 : "18446744073709551615";

	add_range(j, is_pos || is_port ? "1" : "0", most);
	if (has_auto)
		json_item(j, "{\"const\": \"auto\"}");
}

/* What 'extends' says itself is never inherited. */
bool schema_is_partial(const struct json *j, const struct record *r)
{
	return j->is_partial && r != &record_service_base;
}

static void add_reference(struct json *j, const struct record *r)
{
	json_new_line(j);
	buf_add_fmt(&j->out, "{\"$ref\": \"#/definitions/%s%s\"}", r->name,
		    schema_is_partial(j, r) ? ".partial" : "");
}

/* A service that extends another may leave out what the other one has. */
static void add_service(struct json *j)
{
	json_raw(
		j, "if",
		"{\"type\": \"object\", \"required\": [\"extends\"], \"properties\": {\"extends\": {}}}");
	json_raw(j, "then", REFERENCE("service.partial"));
	json_raw(j, "else", REFERENCE("service"));
}

static void add_map_of_records(struct json *j, const struct field *f)
{
	json_raw(j, "type", "\"object\"");
	if (f->sub == &record_service)
		json_raw(j, "minProperties", "1");
	json_key(j, "additionalProperties");
	json_open(j, '{');
	if (f->sub == &record_service && !j->is_partial) {
		add_service(j);
	} else {
		json_key(j, "anyOf");
		json_open(j, '[');
		add_reference(j, f->sub);
		if (record_has(f->sub, "null"))
			json_item(j, NULLED);
		json_shut(j, ']');
	}
	json_shut(j, '}');
	if (f->sub == &record_secret) /* R034 */
		json_raw(j, "propertyNames", "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\"}");
}

/* One text of the field, or one item of its list. */
static const char *text_of(const struct field *f)
{
	return f->kind == KIND_MOUNTS      ? REFERENCE("mount")
	       : !(f->bits & FIELD_INTERP) ? SCALAR
	       : f->bits & FIELD_LINE      ? REFERENCE("line")
					   : REFERENCE("replaced");
}

static void add_string(struct json *j, const struct field *f)
{
	if (strcmp(f->arg, "version") == 0) {
		json_item(j, "{\"enum\": [\"1\", 1]}");
	} else if (strcmp(f->arg, "signal") == 0) { /* R043 */
		json_item(j, "{\"type\": \"integer\"}");
		json_item(
			j,
			"{\"type\": \"string\", \"pattern\": "
			"\"\\\\$|^\\\\s*$|^\\\\s*(?:[Hh][Uu][Pp]|[Ii][Nn][Tt]|[Qq][Uu][Ii][Tt]|[Uu][Ss][Rr][12]|[Tt][Ee][Rr][Mm]|[0-9]+)\\\\s*$\"}");
	} else if (f->bits & FIELD_RESOLVED) {
		json_item(j, REFERENCE("text"));
	} else if (strcmp(f->arg, "name") == 0) {
		json_item(j, "{\"allOf\": [" REFERENCE("line") "], \"not\": {\"type\": \"string\", "
							       "\"pattern\": \"^\\\\s*$\"}}");
	} else {
		json_item(j, text_of(f));
	}
}

static void open_list(struct json *j)
{
	json_new_line(j);
	json_open(j, '{');
	json_raw(j, "type", "\"array\"");
}

static void add_word_list(struct json *j, const struct field *f)
{
	open_list(j);
	if (!f->words) {
		json_raw(j, "items", text_of(f));
		json_shut(j, '}');
		return;
	}
	json_key(j, "items");
	json_open(j, '{');
	json_key(j, "anyOf");
	json_open(j, '[');
	add_words(j, f);
	json_item(j, REFERENCE("variable"));
	json_shut(j, ']');
	json_shut(j, '}');
	json_shut(j, '}');
}

static void add_records(struct json *j, const struct field *f)
{
	open_list(j);
	json_key(j, "items");
	json_open(j, '{');
	json_key(j, "anyOf");
	json_open(j, '[');
	add_reference(j, f->sub);
	if (record_shorthand(f->sub, "scalar"))
		json_item(j, SCALAR);
	json_shut(j, ']');
	json_shut(j, '}');
	json_shut(j, '}');
}

#define VARIABLE_NAMES    "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\"}"
#define ENVIRONMENT_NAMES "{\"pattern\": \"^[A-Za-z_][A-Za-z0-9_.]*$\"}"

static void add_map(struct json *j, const struct field *f)
{
	bool is_env = f->kind == KIND_ENV;

	json_new_line(j);
	json_open(j, '{');
	json_raw(j, "type", "\"object\"");
	json_raw(j, "additionalProperties", text_of(f));
	if (is_env || strcmp(f->arg, "variable") == 0)
		json_raw(j, "propertyNames", is_env ? ENVIRONMENT_NAMES : VARIABLE_NAMES);
	json_shut(j, '}');
	if (!is_env)
		return;
	open_list(j); /* R031 */
	json_raw(j, "items", "{\"type\": \"string\", \"pattern\": \"=|\\\\$\"}");
	json_shut(j, '}');
}

/* A scalar, or a list of them. */
static void add_one_or_list(struct json *j, const struct field *f)
{
	json_item(j, f->kind == KIND_COMMAND ? SCALAR : text_of(f));
	open_list(j);
	json_raw(j, "items", text_of(f));
	if (f->kind == KIND_COMMAND)
		json_raw(j, "minItems", "1");
	json_shut(j, '}');
}

static void add_values(struct json *j)
{
	json_new_line(j);
	json_open(j, '{');
	json_raw(j, "type", "\"object\"");
	json_raw(j, "minProperties", "1");
	json_raw(j, "additionalProperties",
		 "{\"type\": \"array\", \"minItems\": 1, \"items\": " SCALAR "}");
	json_raw(j, "propertyNames", VARIABLE_NAMES); /* R155 */
	json_shut(j, '}');
}

/* What the field takes, without its short forms and null. */
static void add_kind(struct json *j, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR:
		add_string(j, f);
		return;
	case KIND_BOOL:
		json_item(j, "{\"type\": \"boolean\"}");
		return;
	case KIND_UINT:
		add_number(j, f->arg);
		return;
	case KIND_PORT:
		add_range(j, "1", "65535");
		json_item(j, "{\"type\": \"string\", \"pattern\": "
			     "\"^[A-Za-z0-9_.-]*[A-Za-z_.-][A-Za-z0-9_.-]*$|\\\\$\"}");
		return;
	case KIND_GPUS:
		add_range(j, "1", "4294967295");
		json_item(j, "{\"type\": \"string\", \"pattern\": "
			     "\"^[A-Za-z0-9_.-]+:[0-9]*[1-9][0-9]*$|\\\\$\"}");
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
		json_item(j, REFERENCE("walltime"));
		return;
	case KIND_NODESET:
		json_item(j, REFERENCE("nodeset"));
		return;
	case KIND_DURATION:
		json_item(j, REFERENCE("duration"));
		return;
	case KIND_RECORD:
		add_reference(j, f->sub);
		return;
	case KIND_RECORDS:
		add_records(j, f);
		return;
	case KIND_NAMED:
		json_new_line(j);
		json_open(j, '{');
		add_map_of_records(j, f);
		json_shut(j, '}');
		return;
	case KIND_VALUES:
		add_values(j);
		return;
	}
	BUG("a kind without a JSON Schema");
}

/* Null in a child wins over the base, so a required field refuses it there, too. */
static bool may_be_null(const struct field *f)
{
	return !(f->bits & (FIELD_REQ | FIELD_NONULL)) && f->kind != KIND_ENUM;
}

/* What stands for the whole value: null, a short form, a word. */
static void add_short_forms(struct json *j, const struct field *f)
{
	const struct record *r = f->kind == KIND_RECORD ? f->sub : NULL;

	if (may_be_null(f))
		json_item(j, NULLED);
	if (field_reads_scalar(f))
		json_item(j, REFERENCE("variable"));
	if (r && record_word(r).len) {
		json_new_line(j);
		buf_add_c(&j->out, "{\"const\": ");
		buf_add_json(&j->out, record_word(r));
		buf_add_byte(&j->out, '}');
	}
	if (r && record_shorthand(r, "scalar"))
		json_item(j, f->bits & FIELD_RESOLVED ? REFERENCE("text") : SCALAR);
	if ((r && record_shorthand(r, "list")) ||
	    (f->kind == KIND_NAMED && record_has(f->sub, "names")))
		json_item(j, REFERENCE("scalars"));
}

static void add_default(struct json *j, const struct field *f)
{
	if (!*f->initial || f->kind == KIND_RECORD)
		return;
	if (f->kind == KIND_UINT || f->kind == KIND_BOOL)
		json_raw(j, "default", f->initial);
	else
		json_member(j, "default", str_c(f->initial));
}

void schema_add_property(struct json *j, const struct field *f)
{
	json_key(j, f->key);
	json_open(j, '{');
	json_member(j, "description", str_c(f->help));
	add_default(j, f);
	json_key(j, "anyOf");
	json_open(j, '[');
	add_kind(j, f);
	add_short_forms(j, f);
	json_shut(j, ']');
	json_shut(j, '}');
}
