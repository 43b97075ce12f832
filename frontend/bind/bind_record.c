/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binder's walk: goes with the schema's records over the tree and fills them. Everything wrong is
 * reported and becomes poison; the walk goes on.
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "ir/support/bug.h"

enum {
	MAX_FIELDS = 96
};

static void *member(void *base, const struct field *f)
{
	return (char *)base + f->offset;
}

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_LIST && node->kind != NODE_MAP;
}

/* What a record takes besides a mapping. */
static const char *expected_of(struct arena *a, const struct record *record)
{
	struct str word = record_word(record);
	bool has_text = record_shorthand(record, "scalar");
	bool has_list = record_shorthand(record, "list");
	if (word.len)
		return str_fmt(a, "'%.*s' or a mapping", STR_ARG(word)).ptr;
	if (has_text && has_list)
		return "a string, a list or a mapping";
	if (has_text)
		return "a string or a mapping";
	return has_list ? "a list or a mapping" : "a mapping";
}

/* Sorts the entries of the node by field. False when the node is of no use (reported). */
static bool collect_keys(const struct site *s, struct key_set *set, struct entry *lone)
{
	const struct record *record = set->record;
	const struct node *node = s->node;
	if (node->kind != NODE_MAP) {
		const struct field *f =
			record_shorthand(record, is_scalar(node) ? "scalar" : "list");
		if (!f || node->kind == NODE_NULL) {
			complain_kind(s, expected_of(s->u->arena, record));
			return false;
		}
		*lone = (struct entry){str_c(f->key), s->scope->at, (struct node *)node};
		set->entries[f - record->fields] = lone;
		return true;
	}
	bool has_unknown = false;
	for (uint32_t i = 0; i < node->n; i++) {
		const struct entry *entry = &node->entries[i];
		const struct field *f = record_field(record, entry->key);
		if (f)
			set->entries[f - record->fields] = entry;
		else
			has_unknown = true;
	}
	for (uint32_t i = 0; has_unknown && i < node->n; i++)
		if (!record_field(record, node->entries[i].key))
			complain_key(s, set, &node->entries[i]);
	return true;
}

/* Replaces variables in fields that take no text, before anybody looks at a value. */
static void expand_entries(const struct site *s, struct key_set *set)
{
	struct arena *a = s->u->arena;
	for (size_t i = 0; i < set->record->n_fields; i++) {
		const struct entry *entry = set->entries[i];
		if (!entry || !has_variable(&set->record->fields[i], entry->value))
			continue;
		struct scope scope = {.up = s->scope, .key = entry->key, .at = entry->key_at};
		struct entry *read = ARENA_NEW(a, struct entry);
		*read = (struct entry){entry->key, entry->key_at,
				       expand_node(s->u, entry->value, scope_subject(a, &scope))};
		set->entries[i] = read;
	}
}

/* The word of `type`, for records whose other keys depend on it; NULL when there is none. */
static const char *find_variant(const struct record *record, const struct node *type)
{
	const struct field *f = record_field(record, STR("type"));
	if (!f || f->kind != KIND_ENUM || !type || type->kind != NODE_STRING)
		return NULL;
	for (size_t i = 0; f->words[i]; i++)
		if (str_eq_c(type->text, f->words[i]))
			return f->words[i];
	return NULL;
}

/* The type with its variables replaced. */
static const struct node *written_type(const struct key_set *set)
{
	const struct field *f = record_field(set->record, STR("type"));
	const struct entry *entry = f ? set->entries[f - set->record->fields] : NULL;
	return entry ? entry->value : NULL;
}

static void complain_missing(const struct site *s, const struct field *f)
{
	enum rule_id rule = f->missing_rule ? f->missing_rule : RULE_R015;
	struct span at = span_is_none(s->scope->at) ? s->node->at : s->scope->at;
	struct diag *d = site_error(s, at, rule, "the key '%s' is missing", f->key);
	struct str what = field_help(s->u->arena, f);
	if (what.len)
		diag_help(&s->u->diags, d, "add '%s': %.*s", f->key, STR_ARG(what));
}

static void bind_value(const struct site *s, void *value);

static void bind_member(const struct site *s, struct key_set *set, size_t i, void *base)
{
	const struct field *f = &set->record->fields[i];
	const struct entry *entry = set->entries[i];
	if (f->bits & FIELD_RESOLVED)
		return;
	void *value = member(base, f);
	bool is_when = f->bits & FIELD_WHEN;
	bool is_ours = !is_when || (set->variant && field_is_for(f, set->variant));
	if (entry && is_when && set->variant && !is_ours) {
		complain_variant(s, set, f);
	} else if (entry) {
		struct scope scope;
		struct site site = site_of_entry(s, entry, &scope);
		site.field = f;
		bind_value(&site, value);
	} else if (set->is_meant[i]) {
		poison_value(s->u->arena, f, value, s->node->at);
	} else if (is_ours && f->bits & FIELD_REQ) {
		complain_missing(s, f);
		poison_value(s->u->arena, f, value, s->node->at);
	} else if (is_ours) {
		fill_default(s->u->arena, f, value,
			     span_is_none(s->scope->at) ? s->node->at : s->scope->at);
	}
}

/* A healthcheck that is switched off says nothing else. */
static void drop_disabled(struct key_set *set)
{
	const struct field *disable = record_field(set->record, STR("disable"));
	size_t at = (size_t)(disable - set->record->fields);
	const struct entry *entry = set->entries[at];
	if (!entry || entry->value->kind != NODE_BOOL || (entry->value->text.ptr[0] | 0x20) != 't')
		return;
	for (size_t i = 0; i < set->record->n_fields; i++)
		if (i != at)
			set->entries[i] = NULL;
}

void bind_record(const struct site *s, const struct record *record, void *base)
{
	const struct entry *entries[MAX_FIELDS];
	bool is_meant[MAX_FIELDS];
	struct key_set set = {record, entries, is_meant, NULL};
	if (record->n_fields > MAX_FIELDS)
		BUG("a record has too many fields");
	memset(entries, 0, record->n_fields * sizeof(entries[0]));
	memset(is_meant, 0, record->n_fields * sizeof(is_meant[0]));
	struct scope scope = *s->scope;
	scope.record = record;
	struct site here = {s->u, &scope, s->field, s->node};
	struct record_head *head = base;
	head->from = origin_of(s->node);
	if (s->node->is_poison) {
		poison_record(s->u->arena, record, base, s->node->at);
		head->from = origin_new(head->from.at, s->node->trail, head->from.kind);
		return;
	}
	struct str word = record_word(record);
	if (word.len && s->node->kind == NODE_STRING && str_eq(s->node->text, word))
		return;
	if (s->node->kind == NODE_MAP)
		set.variant = find_variant(record, node_get(s->node, "type"));
	struct entry lone;
	if (!collect_keys(&here, &set, &lone)) {
		poison_record(s->u->arena, record, base, s->node->at);
		return;
	}
	if (!is_from_ir(s->node))
		complain_keys_together(&here, &set);
	expand_entries(&here, &set);
	if (record == &record_healthcheck)
		drop_disabled(&set);
	set.variant = find_variant(record, written_type(&set));
	for (size_t i = 0; i < record->n_fields; i++)
		bind_member(&here, &set, i, base);
}

/* The short form of a record with nothing in it: `after_job: "${AFTER:-}"`. */
static bool is_blank_record(const struct site *s, bool *is_fine)
{
	const struct field *f = record_shorthand(s->field->sub, "scalar");
	struct site site = {s->u, s->scope, f, s->node};
	struct v_str text = {0};
	*is_fine = true;
	if (!f || !(s->field->bits & FIELD_BLANK) || s->node->kind != NODE_STRING)
		return false;
	*is_fine = bind_text(&site, &text);
	return *is_fine && is_left_blank(s->field, &text);
}

static void bind_sub_record(const struct site *s, void *value)
{
	const struct record *record = s->field->sub;
	bool is_fine;
	if (is_blank_record(s, &is_fine))
		return;
	void *base = arena_alloc(s->u->arena, record->size);
	*(void **)value = base;
	if (is_fine)
		bind_record(s, record, base);
	else
		poison_record(s->u->arena, record, base, s->node->at);
}

static void bind_records(const struct site *s, void *value)
{
	struct v_records *list = value;
	const struct record *record = s->field->sub;
	if (!expect_kind(s, NODE_LIST, "a list of mappings", &list->from))
		return;
	list->n = s->node->n;
	list->items = arena_array(s->u->arena, list->n, record->size);
	for (uint32_t i = 0; i < list->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		bind_record(&site, record, (char *)list->items + i * record->size);
	}
}

/* Names end up in file names, comments and log lines. */
static void check_name(const struct site *s, const struct entry *entry)
{
	enum rule_id rule;
	const char *what;
	if (str_is_blank(entry->key)) {
		rule = RULE_R013;
		what = "be blank";
	} else if (str_find(entry->key, '\n') != STR_NONE ||
		   str_find(entry->key, '\r') != STR_NONE) {
		rule = RULE_R037;
		what = "hold a line break";
	} else if (str_find(entry->key, '\0') != STR_NONE) {
		rule = RULE_R038;
		what = "hold a NUL byte";
	} else {
		return;
	}
	site_error(s, entry->key_at, rule, "a name can't %s", what);
}

/* Their names have a rule of their own: R034, R072. */
static bool has_own_rule(const struct record *record)
{
	return record == &record_secret || record == &record_bundle;
}

/* A list of names stands for a mapping of names to nothing. */
static void bind_name_list(const struct site *s, struct v_records *list)
{
	const struct record *record = s->field->sub;
	struct map seen = {0};
	list->items = arena_array(s->u->arena, s->node->n, record->size);
	for (uint32_t i = 0; i < s->node->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		struct v_str name = {0};
		if (!bind_text(&site, &name) || map_put(&seen, s->u->arena, name.v, i) != MAP_NONE)
			continue;
		void *base = (char *)list->items + list->n++ * record->size;
		struct record_head *head = base;
		fill_record(s->u->arena, record, base, scope.at);
		*head = (struct record_head){name.from, name.v, scope.at};
	}
}

static void bind_named(const struct site *s, void *value)
{
	struct v_records *list = value;
	const struct record *record = s->field->sub;
	list->from = origin_of(s->node);
	if (s->node->kind == NODE_LIST && record_has(record, "names")) {
		bind_name_list(s, list);
		return;
	}
	if (s->node->kind != NODE_MAP) {
		complain_kind(s, record == &record_dependency  ? "a list or a mapping of services"
				 : record_has(record, "names") ? "a list or a mapping of names"
							       : "a mapping");
		list->from.kind = ORIGIN_POISON;
		return;
	}
	list->n = s->node->n;
	list->items = arena_array(s->u->arena, list->n, record->size);
	const struct entry **entries = record_has(record, "ordered")
					       ? written_entries(s->u->arena, s->node)
					       : sorted_entries(s->u->arena, s->node);
	for (uint32_t i = 0; i < list->n; i++) {
		struct record_head *head = (void *)((char *)list->items + i * record->size);
		struct scope scope;
		struct site site = site_of_entry(s, entries[i], &scope);
		if (!has_own_rule(record))
			check_name(s, entries[i]);
		if (record == &record_service && complain_misplaced(s->u, entries[i])) {
			poison_record(s->u->arena, record, head, entries[i]->key_at);
		} else if (site.node->kind == NODE_NULL && !site.node->is_poison &&
			   record_has(record, "null")) {
			fill_record(s->u->arena, record, head, entries[i]->key_at);
			head->from = origin_of(site.node);
		} else {
			bind_record(&site, record, head);
		}
		head->name = entries[i]->key;
		head->name_at = entries[i]->key_at;
	}
	if (!list->n && record == &record_service) {
		diag_error(&s->u->diags, s->scope->at, RULE_R012, "'services' is empty");
		list->from.kind = ORIGIN_POISON;
	}
}

static bool may_be_null(const struct field *f)
{
	return !(f->bits & (FIELD_REQ | FIELD_NONULL)) && f->kind != KIND_ENUM;
}

static void bind_value(const struct site *s, void *value)
{
	static void (*const binders[])(const struct site *, void *) = {
		[KIND_STR] = bind_str,           [KIND_BOOL] = bind_bool,
		[KIND_UINT] = bind_uint,         [KIND_GPUS] = bind_gpus,
		[KIND_PORT] = bind_port,         [KIND_ENUM] = bind_enum,
		[KIND_LIST] = bind_list,         [KIND_ONE_OR_LIST] = bind_one_or_list,
		[KIND_MAP] = bind_map,           [KIND_ENV] = bind_env,
		[KIND_COMMAND] = bind_command,   [KIND_WALLTIME] = bind_walltime,
		[KIND_DURATION] = bind_duration, [KIND_NODESET] = bind_nodeset,
		[KIND_MOUNTS] = bind_mounts,     [KIND_RECORD] = bind_sub_record,
		[KIND_RECORDS] = bind_records,   [KIND_NAMED] = bind_named,
		[KIND_VALUES] = bind_values,
	};
	if (s->node->is_poison && s->field->kind != KIND_RECORD) {
		poison_value(s->u->arena, s->field, value, s->node->at);
		*(struct origin *)value = origin_new(s->node->at, s->node->trail, ORIGIN_POISON);
	} else if (s->node->kind == NODE_NULL && !s->node->is_poison && may_be_null(s->field)) {
		fill_default(s->u->arena, s->field, value, s->node->at);
	} else {
		binders[s->field->kind](s, value);
	}
}
