/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema from the schema's rows and from the parts '== schema' of rules. Each record is written twice:
 * whole, and without its required keys for files and services that extend others, since those may complete it.
 * Strict validators are pleased: no list of types, no keyword beside a reference, each required key is a property.
 */
#include "ir/text/schema_text.h"

#include <string.h>

#include "ir/facts/rules.h"
#include "ir/schema_externs.gen.h"
#include "ir/text/schema_parts.h"

/* What rows of several records take. Patterns that texts mustn't match leave alone what a variable makes of them. */
static const struct {
	const char *name, *json;
} shared[] = {
	{"scalar",
	 "{\"anyOf\": [" REFERENCE("text") ", {\"type\": \"number\"}, {\"type\": \"boolean\"}]}"},
	/* R038 */
	{"text",
	 "{\"type\": \"string\", \"not\": {\"type\": \"string\", \"pattern\": \"\\\\u0000\"}}"},
	{"scalars", "{\"type\": \"array\", \"items\": " SCALAR "}"},
	{"variable", "{\"type\": \"string\", \"pattern\": \"\\\\$\"}"},
	{"replaced",
	 "{\"anyOf\": [" REFERENCE(
		 "replaced.text") ", {\"type\": \"number\"}, {\"type\": \"boolean\"}]}"},
	/* A ${ that isn't closed, holds no name, or has another operator behind it: R026, R027, R028. */
	{"replaced.text",
	 "{\"allOf\": [" REFERENCE(
		 "text") "], \"not\": {\"type\": \"string\", \"pattern\": "
			 "\"^(?:[^$]|\\\\$\\\\$|\\\\$(?![{$]))*\\\\$\\\\{(?!run:)(?:[^A-Za-z_]|[A-Za-z_][A-Za-z0-9_]*"
			 "(?:[^A-Za-z0-9_}:?+-]|:[^-?+])|[^}]*$)\"}}"},
	/* R037 */
	{"line",
	 "{\"allOf\": [" REFERENCE("replaced") "], \"not\": {\"type\": \"string\", \"pattern\": "
					       "\"[\\\\r\\\\n][\\\\s\\\\S]*\\\\S\"}}"},
	/* R040 */
	{"walltime",
	 "{\"allOf\": [" REFERENCE(
		 "replaced") "], \"not\": {\"type\": \"string\", \"pattern\": "
			     "\"^(?![^$]*\\\\$)(?!\\\\s*(?:[0-9]+-[0-9]+(?::[0-9]+){0,2}|[0-9]+(?::[0-9]+){0,2})\\\\s*$)(?!\\\\s*$)"
			     "(?!\\\\s*(?:[Uu][Nn][Ll][Ii][Mm][Ii][Tt][Ee][Dd]|[Ii][Nn][Ff][Ii][Nn][Ii][Tt][Ee])\\\\s*$)\"}}"},
	/* R096 */
	{"duration",
	 "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", \"pattern\": "
	 "\"\\\\$|^\\\\s*$|^\\\\s*(?:[0-9]+|(?:[0-9]+[hms])+)\\\\s*$\"}]}"},
	/* R131 */
	{"nodeset",
	 "{\"anyOf\": [{\"type\": \"integer\", \"minimum\": 0}, {\"type\": \"string\", \"pattern\": "
	 "\"\\\\$|^\\\\s*$|^[0-9, -]+$\"}, {\"type\": \"number\"}, {\"type\": \"boolean\"}]}"},
	/* R047, R048, R049, R050 */
	{"mount", "{\"type\": \"string\", \"pattern\": "
		  "\"\\\\$|^[^:]*[^:\\\\s][^:]*:\\\\s*/[^:]*(?::\\\\s*(?:ro|rw)\\\\s*)?$\"}"},
};

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
			json_key(j, "required");
			json_open(j, '[');
		}
		has_any = true;
		json_new_line(j);
		buf_add_json(&j->out, str_c(f->key));
	}
	if (has_any)
		json_shut(j, ']');
}

/* Keys that belong to one value of `type` are refused with the others. */
static void add_variants(struct json *j, const struct record *r, const struct field *type)
{
	for (size_t i = 0; type->words[i]; i++) {
		json_new_line(j);
		json_open(j, '{');
		json_key(j, "if");
		buf_add_fmt(&j->out,
			    "{\"properties\": {\"type\": {\"const\": \"%s\"}}, \"required\": "
			    "[\"type\"]}",
			    type->words[i]);
		json_key(j, "then");
		json_open(j, '{');
		json_key(j, "properties");
		json_open(j, '{');
		for (size_t k = 0; k < r->n_fields; k++)
			if (!field_is_for(&r->fields[k], type->words[i]))
				json_raw(j, r->fields[k].key, "false");
			else if (r->fields[k].bits & FIELD_REQ && r->fields[k].bits & FIELD_WHEN)
				json_raw(j, r->fields[k].key, EMPTY);
		json_shut(j, '}');
		if (!j->is_partial)
			add_required(j, r, type->words[i]);
		json_shut(j, '}');
		json_shut(j, '}');
	}
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
	json_key(j, "properties");
	json_open(j, '{');
	for (size_t i = 0; i < r->n_fields; i++)
		schema_add_property(j, &r->fields[i]);
	json_shut(j, '}');
}

/* With `disable: true` nobody looks at what the other keys hold. */
static void add_loose_properties(struct json *j, const struct record *r)
{
	json_key(j, "properties");
	json_open(j, '{');
	for (size_t i = 0; i < r->n_fields; i++) {
		json_key(j, r->fields[i].key);
		json_open(j, '{');
		json_member(j, "description", str_c(r->fields[i].help));
		json_shut(j, '}');
	}
	json_shut(j, '}');
	json_raw(j, "if",
		 "{\"properties\": {\"disable\": {\"const\": true}}, \"required\": [\"disable\"]}");
	json_key(j, "else");
	json_open(j, '{');
	add_properties(j, r);
	json_shut(j, '}');
}

/* Other keys of the author's own. */
static void add_own_keys(struct json *j, const struct record *r)
{
	json_key(j, "patternProperties");
	buf_add_c(&j->out, "{\"^x-(?!(?:");
	bool is_first = true;
	for (size_t i = 0; i < r->n_fields; i++) {
		if (strncmp(r->fields[i].key, "x-", 2) != 0)
			continue;
		buf_add_fmt(&j->out, "%s%s", is_first ? "" : "|", r->fields[i].key + 2);
		is_first = false;
	}
	buf_add_c(&j->out, ")$)\": true}");
}

/* What rules say of the record's keys together. */
static void add_rules(struct json *j, const struct record *r)
{
	for (size_t i = 0; i < N_RULES; i++)
		for (const struct rule_schema *part = rules[i].schemas; part && part->path; part++)
			if (strcmp(part->path, *r->path ? r->path : ".") == 0 &&
			    !(part->is_whole && schema_is_partial(j, r)))
				json_item(j, part->json);
}

static bool has_rules(const struct json *j, const struct record *r)
{
	struct arena a;
	arena_init(&a);
	struct json trial = {.is_first = true, .is_partial = j->is_partial};
	buf_init(&trial.out, &a);
	add_rules(&trial, r);
	bool has_any = trial.out.len > 0;
	arena_free(&a);
	return has_any;
}

static void add_record(struct json *j, const struct record *r)
{
	json_raw(j, "type", "\"object\"");
	json_raw(j, "additionalProperties", "false");
	if (r == &record_job)
		add_own_keys(j, r);
	if (r == &record_healthcheck)
		add_loose_properties(j, r);
	else
		add_properties(j, r);
	if (r == &record_job && !j->is_partial)
		json_raw(j, "oneOf",
			 "[{\"required\": [\"services\"], \"properties\": {\"services\": {}}}, "
			 "{\"required\": [\"steps\"], \"properties\": {\"steps\": {}}}]");
	else if (r == &record_job)
		json_raw(j, "not",
			 "{\"required\": [\"services\", \"steps\"], \"properties\": "
			 "{\"services\": {}, \"steps\": {}}}");
	else if (!schema_is_partial(j, r))
		add_required(j, r, NULL);
	if (!has_variants(r) && !has_rules(j, r))
		return;
	json_key(j, "allOf");
	json_open(j, '[');
	if (has_variants(r))
		add_variants(j, r, record_field(r, STR("type")));
	add_rules(j, r);
	json_shut(j, ']');
}

static void add_definitions(struct json *j, struct arena *a)
{
	struct record_list list = {0};

	schema_records(a, &list);
	json_key(j, "definitions");
	json_open(j, '{');
	for (size_t i = 0; i < sizeof(shared) / sizeof(*shared); i++)
		json_raw(j, shared[i].name, shared[i].json);
	for (uint32_t i = 0; i < 2 * list.records.n; i++) {
		const struct record *r = list.records.items[i / 2];
		j->is_partial = i % 2;
		json_new_line(j);
		buf_add_fmt(&j->out, "\"%s%s\": ", r->name, j->is_partial ? ".partial" : "");
		json_open(j, '{');
		add_record(j, r);
		json_shut(j, '}');
	}
	json_shut(j, '}');
}

struct str schema_json(struct arena *a)
{
	struct json j = {.is_first = true};
	buf_init(&j.out, a);
	json_open(&j, '{');
	json_raw(&j, "$schema", "\"http://json-schema.org/draft-07/schema#\"");
	json_raw(&j, "$id", "\"https://json.schemastore.org/hpcc.json\"");
	json_member(&j, "title", STR("hpcc spec"));
	json_member(&j, "description", STR("One Slurm job made of services."));
	json_raw(
		&j, "if",
		"{\"type\": \"object\", \"required\": [\"extends\"], \"properties\": {\"extends\": {}}}");
	json_raw(&j, "then", REFERENCE("job.partial"));
	json_raw(&j, "else", REFERENCE("job"));
	add_definitions(&j, a);
	json_shut(&j, '}');
	buf_add_byte(&j.out, '\n');
	return buf_str(&j.out);
}
