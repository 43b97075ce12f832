/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON Schema of `--emit=json`, from the same rows as the writer: docs/schema/plan.schema.json.
 */
#include "backends/formats/formats.h"
#include "ir/schema.h"
#include "ir/support/bug.h"

struct schema {
	struct buf out;
	unsigned depth;
	const struct record *seen[64];
	size_t n_seen;
};

static void line(struct schema *s, const char *text)
{
	buf_add_byte(&s->out, '\n');
	buf_add_repeat(&s->out, '\t', s->depth);
	buf_add_c(&s->out, text);
}

static bool is_seen(const struct schema *s, const struct record *r)
{
	for (size_t i = 0; i < s->n_seen; i++)
		if (s->seen[i] == r)
			return true;
	return false;
}

static void add_reference(struct schema *s, const struct record *r)
{
	if (!is_seen(s, r)) {
		if (s->n_seen == sizeof(s->seen) / sizeof(s->seen[0]))
			BUG("the plan has more records than its schema has room for");
		s->seen[s->n_seen++] = r;
	}
	buf_add_fmt(&s->out, "{\"$ref\": \"#/$defs/%s\"}", r->name);
}

static void add_words(struct schema *s, const struct field *f)
{
	buf_add_c(&s->out, "{\"enum\": [");
	for (size_t i = 0; f->words[i]; i++) {
		buf_add_c(&s->out, i ? ", " : "");
		buf_add_json(&s->out, str_c(f->words[i]));
	}
	buf_add_c(&s->out, "]}");
}

static void add_type(struct schema *s, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR:
		buf_add_c(&s->out, "{\"type\": \"string\"}");
		break;
	case KIND_BOOL:
		buf_add_c(&s->out, "{\"type\": \"boolean\"}");
		break;
	case KIND_UINT:
	case KIND_WALLTIME:
	case KIND_DURATION:
		buf_add_c(&s->out, "{\"type\": \"integer\", \"minimum\": 0}");
		break;
	case KIND_ENUM:
		add_words(s, f);
		break;
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
		buf_add_c(&s->out, "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}");
		break;
	case KIND_MAP:
	case KIND_ENV:
		buf_add_c(&s->out, "{\"type\": \"object\", "
				   "\"additionalProperties\": {\"type\": \"string\"}}");
		break;
	case KIND_NODESET:
		buf_add_c(&s->out, "{\"type\": \"array\", "
				   "\"items\": {\"type\": \"integer\", \"minimum\": 0}}");
		break;
	case KIND_RECORD:
		add_reference(s, f->sub);
		break;
	case KIND_RECORDS:
		buf_add_c(&s->out, "{\"type\": \"array\", \"items\": ");
		add_reference(s, f->sub);
		buf_add_c(&s->out, "}");
		break;
	case KIND_NAMED:
		buf_add_c(&s->out, "{\"type\": \"object\", \"additionalProperties\": ");
		add_reference(s, f->sub);
		buf_add_c(&s->out, "}");
		break;
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_COMMAND:
	case KIND_MOUNTS:
	case KIND_VALUES:
		BUG("a plan field of a kind that only jobs have");
	}
}

static void add_record(struct schema *s, const struct record *r)
{
	line(s, "");
	buf_add_json(&s->out, str_c(r->name));
	buf_add_c(&s->out,
		  ": {\"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
	s->depth++;
	for (size_t i = 0; i < r->n_fields; i++) {
		line(s, "");
		buf_add_json(&s->out, str_c(r->fields[i].key));
		buf_add_c(&s->out, ": {\"description\": ");
		buf_add_json(&s->out, str_c(r->fields[i].help));
		buf_add_c(&s->out, ", \"allOf\": [");
		add_type(s, &r->fields[i]);
		buf_add_c(&s->out, i + 1 < r->n_fields ? "]}," : "]}");
	}
	s->depth--;
	line(s, "}}");
}

struct str plan_json_schema(struct arena *a)
{
	struct schema s = {.seen = {&record_plan}, .n_seen = 1, .depth = 2};

	buf_init(&s.out, a);
	buf_add_c(&s.out, "{\n\t\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
			  "\t\"title\": \"What hpcc --emit=json writes\",\n"
			  "\t\"type\": \"object\",\n"
			  "\t\"required\": [\"schema_version\", \"hpcc\", \"plan\"],\n"
			  "\t\"additionalProperties\": false,\n"
			  "\t\"properties\": {\n"
			  "\t\t\"schema_version\": {\"const\": 1},\n"
			  "\t\t\"hpcc\": {\"type\": \"string\"},\n"
			  "\t\t\"plan\": {\"$ref\": \"#/$defs/plan\"}\n"
			  "\t},\n"
			  "\t\"$defs\": {");
	/* Records are seen for the first time while others are written. */
	for (size_t i = 0; i < s.n_seen; i++) {
		if (i)
			buf_add_byte(&s.out, ',');
		add_record(&s, s.seen[i]);
	}
	buf_add_c(&s.out, "\n\t}\n}\n");
	return buf_str(&s.out);
}
