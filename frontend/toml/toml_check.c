/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys of a TOML file against their rows: in, the tree of the file; out, the same without what is
 * wrong or unknown, which has been reported.
 */
#include "frontend/toml/toml_check.h"

#include <string.h>

#include "ir/containers.h"
#include "ir/grammar/grammar.h"

/* One file that is being looked at. */
struct look {
	struct unit *u;
	const struct toml_keys *keys;
	struct diag *unread; /* one warning tells of all keys that hpcc has no use for */
	uint32_t n_unread;
};

static bool is_scalar(const struct node *node)
{
	return node->kind != NODE_LIST && node->kind != NODE_MAP;
}

static bool refuse_kind(struct look *l, const struct entry *e, const char *wanted)
{
	diag_error(&l->u->diags, e->value->at, RULE_R013, "%.*s: expected %s, found %s",
		   STR_ARG(e->key), wanted, node_kind_name(e->value->kind));
	return false;
}

static bool refuse_text(struct look *l, const struct entry *e, const char *wanted)
{
	diag_error(&l->u->diags, e->value->at, RULE_R014, "%.*s is %s, not '%.*s'", STR_ARG(e->key),
		   wanted, STR_ARG(e->value->text));
	return false;
}

/* What a key is probably meant to be, or NULL. Many keys are another tool's, so slips must be small. */
static const char *nearest_key(const struct look *l, struct str name, const char *group)
{
	struct nearest near = nearest_within(name, name.len > 3 ? 2 : 1);
	const char *found = NULL;
	for (size_t i = 0; i < l->keys->n; i++)
		if (strcmp(l->keys->rows[i].group, group) == 0 &&
		    is_nearest(&near, str_c(l->keys->rows[i].name)))
			found = l->keys->rows[i].name;
	return found;
}

static void help_key(struct look *l, struct diag *d, const struct entry *e, const char *group)
{
	const char *near = nearest_key(l, e->key, group);
	if (!near)
		return;
	diag_help(&l->u->diags, d, "did you mean '%s'?", near);
	diag_fix(&l->u->diags, d, e->key_at, str_c(near));
}

static void tell_unread(struct look *l, const struct entry *e, const char *group)
{
	enum {
		MOST_SHOWN = 8
	};
	struct diags *ds = &l->u->diags;
	l->n_unread++;
	if (l->n_unread == 1)
		l->unread = diag_warning(ds, e->key_at, RULE_R005,
					 "hpcc has no use for the key '%.*s'", STR_ARG(e->key));
	else if (l->n_unread <= MOST_SHOWN)
		diag_note(ds, l->unread, e->key_at, "nor for '%.*s'", STR_ARG(e->key));
	else if (l->n_unread == MOST_SHOWN + 1)
		diag_note(ds, l->unread, e->key_at, "nor for others, from here on");
	if (l->n_unread <= MOST_SHOWN)
		help_key(l, l->unread, e, group);
}

static bool check_strings(struct look *l, const struct entry *e)
{
	if (e->value->kind != NODE_LIST)
		return refuse_kind(l, e, "an array of strings");
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct node *item = e->value->items[i];
		if (item->kind != NODE_STRING)
			is_good = refuse_kind(
				l, &(struct entry){.key = e->key, .value = e->value->items[i]},
				"a string");
	}
	return is_good;
}

static bool check_mounts(struct look *l, const struct entry *e)
{
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct node *item = e->value->items[i];
		struct v_mount mount;
		struct problem p = {.rule = RULE_R125,
				    .what = STR("the host's side isn't absolute")};
		if (grammar_mount(l->u->arena, item->text, &mount, &p) &&
		    str_has_prefix(mount.host, "/"))
			continue;
		diag_error(&l->u->diags, item->at, p.rule, "%.*s: %.*s", STR_ARG(e->key),
			   STR_ARG(p.what));
		is_good = false;
	}
	return is_good;
}

static bool check_variables(struct look *l, const struct entry *e)
{
	if (e->value->kind != NODE_MAP)
		return refuse_kind(l, e, "a table");
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct entry *pair = &e->value->entries[i];
		if (!is_scalar(pair->value)) {
			is_good = refuse_kind(l, pair, "a string");
		} else if (!name_is_variable(pair->key)) {
			diag_error(&l->u->diags, pair->key_at, RULE_R032,
				   "'%.*s' is no name of a variable", STR_ARG(pair->key));
			is_good = false;
		}
	}
	return is_good;
}

static bool is_runtime(struct str name)
{
	for (size_t i = 0; i < RUNTIME_BACKEND_N; i++)
		if (str_eq_c(name, containers[i].name))
			return true;
	return false;
}

static bool check_lists(struct look *l, const struct entry *e)
{
	if (e->value->kind != NODE_MAP)
		return refuse_kind(l, e, "a table");
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		const struct entry *list = &e->value->entries[i];
		if (!is_runtime(list->key)) {
			diag_error(&l->u->diags, list->key_at, RULE_R014,
				   "'%.*s' is no container runtime", STR_ARG(list->key));
			is_good = false;
		}
		is_good = check_strings(l, list) && is_good;
	}
	return is_good;
}

/* "a", "b" or "c", in quotes. */
static struct str spell_words(struct arena *a, const char *words)
{
	struct buf b;
	buf_init(&b, a);
	struct str word, rest = str_c(words);
	while (rest.len) {
		bool is_first = rest.ptr == words;
		rest = str_split(rest, ' ', &word);
		buf_add_fmt(&b, "%s\"%.*s\"",
			    is_first   ? ""
			    : rest.len ? ", "
				       : " or ",
			    STR_ARG(word));
	}
	return buf_str(&b);
}

static bool check_word(struct look *l, const struct entry *e, const char *words)
{
	if (e->value->kind != NODE_STRING)
		return refuse_kind(l, e, "a string");
	struct str rest = str_c(words), word;
	while (rest.len) {
		rest = str_split(rest, ' ', &word);
		if (str_eq(e->value->text, word))
			return true;
	}
	return refuse_text(l, e, str_to_c(l->u->arena, spell_words(l->u->arena, words)));
}

static bool check_number(struct look *l, const struct entry *e, uint64_t most)
{
	if (e->value->kind != NODE_INT)
		return refuse_kind(l, e, "an integer");
	uint64_t number;
	if (str_to_u64(e->value->text, &number) && number && number <= most)
		return true;
	diag_error(&l->u->diags, e->value->at, RULE_R016, "%.*s is from 1 to %llu, not %.*s",
		   STR_ARG(e->key), (unsigned long long)most, STR_ARG(e->value->text));
	return false;
}

static bool check_name(struct look *l, const struct entry *e)
{
	if (e->value->kind != NODE_STRING)
		return refuse_kind(l, e, "a string");
	return !str_is_blank(e->value->text) || refuse_text(l, e, "what jobs call it");
}

/* Another version may mean other things by the same keys. */
static bool check_version(struct look *l, const struct entry *e)
{
	if (e->value->kind == NODE_INT && str_eq_c(e->value->text, "1"))
		return true;
	if (!is_scalar(e->value))
		return refuse_kind(l, e, "1");
	diag_error(&l->u->diags, e->value->at, RULE_R007,
		   "%.*s of this file is '%.*s'; the only one that hpcc knows is 1",
		   STR_ARG(e->key), STR_ARG(e->value->text));
	return false;
}

static bool check_release(struct look *l, const struct entry *e)
{
	if (e->value->kind != NODE_STRING)
		return refuse_kind(l, e, "a string");
	uint32_t version;
	return grammar_release(e->value->text, &version) ||
	       refuse_text(l, e, "a version such as \"22.05\"");
}

static bool check_memory(struct look *l, const struct entry *e)
{
	if (!is_scalar(e->value))
		return refuse_kind(l, e, "an amount of memory");
	uint64_t mib;
	return grammar_mib(l->u->arena, e->value->text, &mib) ||
	       refuse_text(l, e, "an amount of memory such as \"64G\"");
}

static bool check_time(struct look *l, const struct entry *e)
{
	if (!is_scalar(e->value))
		return refuse_kind(l, e, "a time");
	uint64_t seconds;
	return grammar_limit(l->u->arena, e->value->text, &seconds) ||
	       refuse_text(l, e, "a time such as \"1-00:00:00\", or \"infinite\"");
}

static void check_keys(struct look *l, struct node *table, const char *group);

/* Tables of one group: by names of the author's own, or in an array. */
static bool check_tables(struct look *l, const struct entry *e, const struct toml_row *row)
{
	bool is_list = row->kind == TOML_ROWS;
	if (e->value->kind != (is_list ? NODE_LIST : NODE_MAP))
		return refuse_kind(l, e, is_list ? "an array of tables" : "a table");
	bool is_good = true;
	for (uint32_t i = 0; i < e->value->n; i++) {
		struct entry one =
			is_list ? (struct entry){.key = e->key, .value = e->value->items[i]}
				: e->value->entries[i];
		if (one.value->kind == NODE_MAP)
			check_keys(l, one.value, row->arg);
		else if (!refuse_kind(l, &one, "a table"))
			is_good = !is_list;
	}
	return is_good;
}

static bool check_value(struct look *l, const struct entry *e, const struct toml_row *row)
{
	switch (row->kind) {
	case TOML_VERSION:
		return check_version(l, e);
	case TOML_TEXT:
		return e->value->kind == NODE_STRING || refuse_kind(l, e, "a string");
	case TOML_NAME:
		return check_name(l, e);
	case TOML_TEXTS:
		return check_strings(l, e);
	case TOML_MOUNTS:
		return check_strings(l, e) && check_mounts(l, e);
	case TOML_RELEASE:
		return check_release(l, e);
	case TOML_BOOL:
		return e->value->kind == NODE_BOOL || refuse_kind(l, e, "true or false");
	case TOML_COUNT:
		return check_number(l, e, UINT32_MAX);
	case TOML_PORT:
		return check_number(l, e, UINT16_MAX);
	case TOML_MEMORY:
		return check_memory(l, e);
	case TOML_TIME:
		return check_time(l, e);
	case TOML_WORD:
		return check_word(l, e, row->arg);
	case TOML_SCALAR:
		return is_scalar(e->value) || refuse_kind(l, e, "a string or an integer");
	case TOML_VARIABLES:
		return check_variables(l, e);
	case TOML_LISTS:
		return check_lists(l, e);
	case TOML_TABLE:
		if (e->value->kind != NODE_MAP)
			return refuse_kind(l, e, "a table");
		check_keys(l, e->value, row->arg);
		return true;
	case TOML_TABLES:
	case TOML_ROWS:
		return check_tables(l, e, row);
	}
	return false;
}

/* A resource profile holds fields of the spec: there a key that isn't one is a mistake. */
static bool holds_fields(const struct toml_keys *keys, const char *group)
{
	return keys == &settings_keys && strcmp(group, "resource") == 0;
}

static void check_keys(struct look *l, struct node *table, const char *group)
{
	uint32_t kept = 0;
	for (size_t i = 0; i < l->keys->n; i++) {
		const struct toml_row *row = &l->keys->rows[i];
		if (row->kind == TOML_NAME && strcmp(row->group, group) == 0 &&
		    !node_get(table, row->name))
			diag_error(&l->u->diags, table->at, RULE_R015,
				   "%s: the key '%s' is missing", group, row->name);
	}
	for (uint32_t i = 0; i < table->n; i++) {
		const struct entry *e = &table->entries[i];
		const struct toml_row *row = toml_row_of(l->keys, group, e->key);
		if (!row && holds_fields(l->keys, group))
			help_key(l,
				 diag_error(&l->u->diags, e->key_at, RULE_R005,
					    "unknown key '%.*s'", STR_ARG(e->key)),
				 e, group);
		else if (!row)
			tell_unread(l, e, group);
		else if (check_value(l, e, row))
			table->entries[kept++] = *e;
	}
	table->n = kept;
}

void toml_check(struct unit *u, struct node *root, const struct toml_keys *keys)
{
	check_keys(&(struct look){.u = u, .keys = keys}, root, keys->rows[0].group);
}
