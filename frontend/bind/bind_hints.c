/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hints for values of a wrong kind, where what was written tells what was meant:
 *
 *	- echo a: b		a mapping, where quotes were forgotten
 *	- {type: bind, ...}	Compose's long form of a mount
 *	services:		a key of a service that begins too far to the left
 *	  app: {image: x}
 *	  command: y
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/yaml/yaml_hints.h"

struct str field_words(struct arena *a, const struct field *f)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; f->words[i]; i++)
		buf_add_fmt(&b, "%s%s", i ? ", " : "", f->words[i]);
	return buf_str(&b);
}

struct str field_help(struct arena *a, const struct field *f)
{
	struct str text = str_dup(a, str_c(f->help));
	ptrdiff_t end = -1;
	for (size_t i = 0; end < 0 && i < text.len; i++)
		if (text.ptr[i] == '.' && (i + 1 == text.len || text.ptr[i + 1] == ' '))
			end = (ptrdiff_t)i;
	if (end >= 0)
		text = str_slice(text, 0, (size_t)end);
	bool is_word = text.len > 1 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' &&
		       !(text.ptr[1] >= 'A' && text.ptr[1] <= 'Z');
	if (is_word)
		((char *)text.ptr)[0] |= 0x20;
	return text;
}

void fix_value(const struct site *s, struct diag *d, struct str text)
{
	struct str source = source_text(&s->u->sources, s->node->at);
	if (!s->node->is_block && str_find(source, '$') == STR_NONE)
		diag_fix(&s->u->diags, d, s->node->at, text);
}

/* An edit of the whole value, which help has announced. */
static void fix_own_value(const struct site *s, struct diag *d, struct str text)
{
	if (!s->node->trail)
		fix_value(s, d, text);
}

static struct str scalar_of(const struct node *map, const char *key)
{
	const struct node *node = node_get(map, key);
	return node && node->kind == NODE_STRING ? node->text : STR("");
}

/* {type: bind, source: ./a, target: /b, read_only: true} */
static bool hint_long_mount(const struct site *s, struct diag *d)
{
	struct str source = scalar_of(s->node, "source"), target = scalar_of(s->node, "target");
	const struct node *read_only = node_get(s->node, "read_only");
	bool is_read_only =
		read_only && read_only->kind == NODE_BOOL && (read_only->text.ptr[0] | 0x20) == 't';
	if (!target.len)
		return false;
	if (!source.len || str_eq_c(scalar_of(s->node, "type"), "tmpfs")) {
		diag_help(&s->u->diags, d, "a mount needs a folder of the host: write HOST:%.*s",
			  STR_ARG(target));
		return true;
	}
	bool is_path = str_find(source, '/') != STR_NONE || str_has_prefix(source, ".") ||
		       str_has_prefix(source, "~");
	diag_help(&s->u->diags, d, "write %s%.*s:%.*s%s", is_path ? "" : "./", STR_ARG(source),
		  STR_ARG(target), is_read_only ? ":ro" : "");
	return true;
}

/* One "key: value" on a line, where an item of another form was meant. */
static void hint_pair(const struct site *s, struct diag *d, struct str source)
{
	const struct entry *pair = &s->node->entries[0];
	const struct node *value = pair->value;
	struct arena *a = s->u->arena;
	struct str value_text = source_text(&s->u->sources, value->at);
	bool is_plain = value->kind != NODE_LIST && value->kind != NODE_MAP && !value->is_quoted;
	if (s->field->kind == KIND_ENV && is_plain && name_is_variable(pair->key)) {
		struct str text = str_fmt(a, "%.*s=%.*s", STR_ARG(pair->key), STR_ARG(value_text));
		diag_help(&s->u->diags, d, "an item of a list is NAME=value: write %.*s",
			  STR_ARG(text));
		fix_own_value(s, d, text);
	} else if (s->field->kind == KIND_MOUNTS && is_plain) {
		struct str text = str_fmt(a, "%.*s:%.*s", STR_ARG(pair->key), STR_ARG(value_text));
		diag_help(&s->u->diags, d, "no blank stands behind the ':' of a mount: write %.*s",
			  STR_ARG(text));
		fix_own_value(s, d, text);
	} else {
		struct str quoted = yaml_quote(a, source);
		diag_help(&s->u->diags, d,
			  "': ' makes a mapping of it; put the text in quotes%s%.*s",
			  quoted.len ? ": " : "", STR_ARG(quoted));
		if (quoted.len)
			fix_own_value(s, d, quoted);
	}
}

/* "{TAG}", "{{ tag }}" */
static void hint_braces(const struct site *s, struct diag *d)
{
	const struct entry *first = s->node->n ? &s->node->entries[0] : NULL;
	bool is_name =
		s->node->n == 1 && first->value->kind == NODE_NULL && name_is_variable(first->key);
	if (is_name)
		diag_help(&s->u->diags, d,
			  "write ${%.*s} for a variable; a text that begins with '{' needs quotes",
			  STR_ARG(first->key));
	else
		diag_help(&s->u->diags, d, "a text that begins with '{' needs quotes");
}

void hint_text(const struct site *s, struct diag *d)
{
	const struct node *node = s->node;
	struct str source = source_text(&s->u->sources, node->at);
	if (node->kind == NODE_MAP && s->field->kind == KIND_MOUNTS && hint_long_mount(s, d))
		return;
	struct str file = node->kind == NODE_MAP && str_eq_c(str_c(s->field->key), "env_file")
				  ? scalar_of(node, "path")
				  : STR("");
	if (file.len) {
		diag_help(&s->u->diags, d, "write the path alone: %.*s; the file must be there",
			  STR_ARG(file));
		return;
	}
	if (node->kind == NODE_MAP && s->field->kind == KIND_NAMED && node->n)
		diag_help(
			&s->u->diags, d,
			"a list holds names alone: for conditions write '%.*s:' and what belongs to "
			"it below, without '- '",
			STR_ARG(node->entries[0].key));
	else if (node->kind == NODE_MAP && str_has_prefix(source, "{"))
		hint_braces(s, d);
	else if (node->kind == NODE_MAP && node->n == 1 && str_find(source, '\n') == STR_NONE)
		hint_pair(s, d, source);
	if (node->kind != NODE_NULL)
		return;
	bool is_environment = s->field->kind == KIND_ENV && !s->scope->is_item;
	bool may_be_empty =
		s->scope->is_item || s->field->kind == KIND_ENV || s->field->kind == KIND_MAP;
	if (is_environment)
		diag_help(&s->u->diags, d,
			  "write \"\" for an empty text, or ${%.*s} for the value it has when "
			  "compiling",
			  STR_ARG(s->scope->key));
	else if (may_be_empty)
		diag_help(&s->u->diags, d, "write \"\" for an empty text");
}

/* "120s", "5m" in a field that counts seconds. */
static bool hint_seconds(const struct site *s, struct diag *d)
{
	struct problem ignored = {0};
	uint64_t seconds;
	if (s->node->kind != NODE_STRING || !str_has_suffix(str_c(s->field->key), "_seconds") ||
	    !grammar_duration(s->u->arena, s->node->text, &seconds, &ignored))
		return false;
	struct str text = str_fmt(s->u->arena, "%llu", (unsigned long long)seconds);
	diag_help(&s->u->diags, d, "it is a number of seconds: write %.*s", STR_ARG(text));
	fix_own_value(s, d, text);
	return true;
}

static bool is_zeros(struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '0')
			return false;
	return true;
}

/* "4:a100", "4xa100": the number stands behind the kind. */
static bool hint_swapped(const struct site *s, struct diag *d)
{
	struct str text = s->node->text;
	size_t n = 0;
	while (n < text.len && text.ptr[n] >= '0' && text.ptr[n] <= '9')
		n++;
	if (n == 0 || n + 1 >= text.len || !byte_is_in(text.ptr[n], ":xX*"))
		return false;
	struct str kind = str_from(text, n + 1);
	if (str_find_any(kind, ":,= ") != STR_NONE)
		return false;
	struct str right = str_fmt(s->u->arena, "%.*s:%.*s", STR_ARG(kind), (int)n, text.ptr);
	diag_help(&s->u->diags, d, "write %.*s", STR_ARG(right));
	fix_own_value(s, d, right);
	return true;
}

void hint_integer(const struct site *s, struct diag *d)
{
	struct str text = s->node->text;
	bool is_gpus = s->field->kind == KIND_GPUS;
	ptrdiff_t point = str_find(text, '.');
	uint64_t ignored;
	if (s->node->kind == NODE_FLOAT && point != STR_NONE && point > 0 &&
	    str_to_u64(str_slice(text, 0, (size_t)point), &ignored) &&
	    is_zeros(str_from(text, (size_t)point + 1))) {
		struct str whole = str_slice(text, 0, (size_t)point);
		diag_help(&s->u->diags, d, "write %.*s", STR_ARG(whole));
		fix_own_value(s, d, whole);
	} else if (hint_seconds(s, d)) {
		return;
	} else if (str_eq_c(str_c(s->field->key), "nodes") && str_find(text, '-') > 0) {
		diag_help(&s->u->diags, d, "a job gets exactly so many nodes: write one number");
	} else if (is_gpus && str_eq_nocase(text, STR("all"))) {
		diag_help(&s->u->diags, d,
			  "Slurm gives as many as are asked for: write their number, such as 1");
	} else if (is_gpus && hint_swapped(s, d)) {
		return;
	} else if (is_gpus && text.len && !(text.ptr[0] >= '0' && text.ptr[0] <= '9')) {
		diag_help(&s->u->diags, d, "a kind of GPU has its number behind it: a100:4");
	}
}

static bool is_scalar_kind(enum kind kind)
{
	return kind == KIND_STR || kind == KIND_UINT || kind == KIND_ENUM || kind == KIND_WALLTIME;
}

/* "{type: pmix}": the text under the first key that the record can't do without. */
static void hint_record(const struct site *s, struct diag *d)
{
	const struct record *record = s->field->sub;
	const struct field *first = NULL;
	struct buf rest;
	buf_init(&rest, s->u->arena);
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		bool is_next = f->bits & FIELD_REQ && !(f->bits & FIELD_WHEN);
		if (is_next && first)
			buf_add_fmt(&rest, ", %s: ...", f->key);
		else if (is_next && is_scalar_kind(f->kind))
			first = f;
	}
	if (!first && record->n_fields && record->fields[0].kind == KIND_ENUM)
		first = &record->fields[0];
	if (first)
		diag_help(&s->u->diags, d, "write {%s: %.*s%.*s}", first->key,
			  STR_ARG(source_text(&s->u->sources, s->node->at)),
			  STR_ARG(buf_str(&rest)));
}

/* Characters that mean the same in a plain scalar inside a flow list. */
bool is_simple_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			       (c >= '0' && c <= '9') || c == '_' || c == '/' || c == '.' ||
			       c == '=';
		if (!is_word && !(i && c == '-'))
			return false;
	}
	return text.len > 0;
}

void hint_list(const struct site *s, struct diag *d)
{
	const struct node *node = s->node;
	if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP)
		return;
	if (!is_simple_text(node->text) || node->is_quoted) {
		diag_help(&s->u->diags, d,
			  "write it as a list: '- ' and the value on its own line");
		return;
	}
	struct str fix = str_fmt(s->u->arena, "[%.*s]", STR_ARG(node->text));
	diag_help(&s->u->diags, d, "write %.*s", STR_ARG(fix));
	fix_own_value(s, d, fix);
}

/* "redis: service_healthy" */
static void hint_condition(const struct site *s, struct diag *d)
{
	const struct field *f = record_field(&record_dependency, STR("condition"));
	bool is_word = false;
	for (size_t i = 0; f->words[i] && !is_word; i++)
		is_word = str_eq_c(s->node->text, f->words[i]);
	struct str map = str_fmt(s->u->arena, "{condition: %.*s}", STR_ARG(s->node->text));
	if (!is_word)
		return;
	diag_help(&s->u->diags, d, "write %.*s", STR_ARG(map));
	fix_own_value(s, d, map);
}

void hint_mapping(const struct site *s, struct diag *d)
{
	const struct node *node = s->node;
	if (node->kind == NODE_LIST || node->kind == NODE_NULL || node->kind == NODE_MAP)
		return;
	if (s->field->kind == KIND_RECORD && !node->is_block)
		hint_record(s, d);
	if (s->field->kind != KIND_NAMED || s->field->sub != &record_dependency ||
	    node->kind != NODE_STRING)
		return;
	if (s->scope->record == &record_dependency) {
		hint_condition(s, d);
		return;
	}
	hint_list(s, d);
}

/* The service above the entry of `services` whose key is at `at`; other misplaced keys are none. */
static const struct entry *service_above(const struct unit *u, struct span at)
{
	const struct node *services = node_get(u->tree, "services");
	const struct entry *above = NULL;
	for (uint32_t i = 0; services && services->kind == NODE_MAP && i < services->n; i++) {
		const struct entry *entry = &services->entries[i];
		bool is_key = record_field(&record_service, entry->key) != NULL;
		if (!is_key && entry->key_at.begin < at.begin &&
		    (!above || entry->key_at.begin > above->key_at.begin))
			above = entry;
	}
	return above;
}

/* A key of a service where a service's name should be. */
static void hint_deeper(struct unit *u, struct diag *d, struct str key, struct span at)
{
	const struct entry *above = service_above(u, at);
	if (above)
		diag_help(&u->diags, d,
			  "'%.*s' is a key of a service: indent it to belong to '%.*s'",
			  STR_ARG(key), STR_ARG(above->key));
	else
		diag_help(&u->diags, d, "'%.*s' is a key of a service: a service's name is missing",
			  STR_ARG(key));
}

static bool has_known_key(const struct record *record, const struct node *map)
{
	for (uint32_t i = 0; map->kind == NODE_MAP && i < map->n; i++)
		if (record_field(record, map->entries[i].key))
			return true;
	return false;
}

bool complain_misplaced(struct unit *u, const struct entry *entry)
{
	const struct node *value = entry->value;
	if (!record_field(&record_service, entry->key) || value->kind != NODE_MAP || !value->n ||
	    has_known_key(&record_service, value) || is_from_ir(value))
		return false;
	struct diag *d =
		diag_error(&u->diags, entry->key_at, RULE_R005,
			   "'%.*s' in services is no service: none of its keys is one of a "
			   "service",
			   STR_ARG(entry->key));
	hint_deeper(u, d, entry->key, entry->key_at);
	return true;
}

/* `services` itself. */
static void hint_services(const struct site *s, struct diag *d)
{
	const struct node *node = s->node;
	const struct node *first = node->kind == NODE_LIST && node->n ? node->items[0] : NULL;
	struct str name = first ? scalar_of(first, "name") : STR("");
	if (first && first->kind == NODE_STRING)
		name = first->text;
	if (node->kind == NODE_LIST)
		diag_help(&s->u->diags, d,
			  "a service is its name and keys below it: write '%.*s:', without '- '",
			  STR_ARG(name.len && name.len < 40 ? name : STR("NAME")));
	else if (node->kind == NODE_NULL)
		diag_help(&s->u->diags, d,
			  "services are written below it, each indented deeper than 'services'");
}

void hint_service(const struct site *s, struct diag *d)
{
	struct str key = s->scope->key;
	if (!s->scope->up->up)
		hint_services(s, d);
	else if (yaml_hint_key_text(s->u, d, s->scope->at))
		return;
	else if (record_field(&record_service, key) && s->node->kind != NODE_NULL)
		hint_deeper(s->u, d, key, s->scope->at);
	else if (s->node->kind == NODE_LIST)
		diag_help(&s->u->diags, d, "write the keys of '%.*s' without '- '", STR_ARG(key));
	else
		diag_help(
			&s->u->diags, d,
			"the keys of '%.*s', such as image, are written below it, indented deeper",
			STR_ARG(key));
}

bool hint_is_service(const struct site *s, struct diag *d, const struct entry *entry)
{
	static const char *const telling[] = {"image", "command", "script", "entrypoint"};
	const struct record *record = s->scope->record;
	bool is_service = false;
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		is_service |= node_get(entry->value, telling[i]) != NULL;
	if (!is_service || (record != &record_job && record != &record_service))
		return false;
	if (record == &record_job)
		diag_help(&s->u->diags, d,
			  "it looks like a service: indent it to belong to 'services'");
	else
		diag_help(&s->u->diags, d,
			  "it looks like a service: begin it in the column of '%.*s'",
			  STR_ARG(s->scope->key));
	return true;
}
