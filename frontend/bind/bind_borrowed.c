/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys borrowed from other tools (ir/facts/borrowed.keys). Each with what to write instead, worked out
 * from the value where it can be:
 *
 *	deploy: {resources: {reservations: {devices: [{count: 2}]}}}	x-slurm: {gpus: 2}
 */
#include "frontend/bind/bind.h"

#include <string.h>

static const struct borrowed_key {
	const struct record *record;
	const char *key;
	enum rule_id rule; /* R006 where the language refuses the key by name */
	const char *meant; /* the field that the author had in mind, if there is one */
	const char *help;
} borrowed_keys[] = {
#include "ir/borrowed_keys.gen.inc"
};

static const struct borrowed_key *find_borrowed(const struct record *record, struct str key)
{
	for (size_t i = 0; i < sizeof(borrowed_keys) / sizeof(borrowed_keys[0]); i++)
		if (borrowed_keys[i].record == record && str_eq_c(key, borrowed_keys[i].key))
			return &borrowed_keys[i];
	return NULL;
}

/* The text of a scalar down a path of keys, or empty. */
static struct str scalar_at(const struct node *node, const char *const *path)
{
	for (; node && *path; path++)
		node = node_get(node, *path);
	bool is_scalar = node && node->kind != NODE_LIST && node->kind != NODE_MAP;
	return is_scalar ? node->text : STR("");
}

/* "0.5" is one CPU, "1.5" are two; 0 for what is no number. */
static uint64_t whole_cpus(struct str text)
{
	struct str whole, rest = str_split(text, '.', &whole);
	uint64_t n = 0, part = 0;
	if (!text.len || (whole.len && !str_to_u64(whole, &n)))
		return 0;
	return n + (rest.len && str_to_u64(rest, &part) && part > 0);
}

static void add_field(struct buf *b, const char *key, struct str value)
{
	if (value.len)
		buf_add_fmt(b, "%s%s: %.*s", b->len ? ", " : "", key, STR_ARG(value));
}

/* The GPUs that `deploy` asks for; "..." for all of them. */
static struct str deployed_gpus(const struct node *deploy)
{
	static const char *const kinds[] = {"reservations", "limits"};
	for (size_t i = 0; i < 2; i++) {
		const struct node *kind = node_get(node_get(deploy, "resources"), kinds[i]);
		const struct node *devices = node_get(kind, "devices");
		if (!devices || devices->kind != NODE_LIST || !devices->n)
			continue;
		const struct node *count = node_get(devices->items[0], "count");
		return count && count->kind == NODE_INT ? count->text : STR("...");
	}
	return STR("");
}

/* What the resources and replicas of `deploy` are in x-slurm. */
static void help_deploy(const struct site *s, struct diag *d, const struct node *deploy)
{
	static const char *const cpus[2][4] = {{"resources", "limits", "cpus", NULL},
					       {"resources", "reservations", "cpus", NULL}};
	static const char *const memory[2][4] = {{"resources", "limits", "memory", NULL},
						 {"resources", "reservations", "memory", NULL}};
	static const char *const replicas[] = {"replicas", NULL};
	struct diags *ds = &s->u->diags;
	struct arena *a = s->u->arena;
	struct buf b;
	buf_init(&b, a);
	struct str gpus = deployed_gpus(deploy), mem = STR("");
	uint64_t n_cpus = 0, n_copies = 0;
	for (size_t i = 0; i < 2; i++) {
		uint64_t n = whole_cpus(scalar_at(deploy, cpus[i]));
		n_cpus = n > n_cpus ? n : n_cpus;
		mem = mem.len ? mem : scalar_at(deploy, memory[i]);
	}
	add_field(&b, "gpus", gpus);
	if (n_cpus)
		add_field(&b, "cpus_per_task", str_fmt(a, "%llu", (unsigned long long)n_cpus));
	if (b.len)
		diag_help(ds, d,
			  "write 'x-slurm: {%.*s}' here; the root's 'x-slurm' is what the "
			  "whole job gets",
			  STR_ARG(buf_str(&b)));
	if (mem.len)
		diag_help(ds, d,
			  "memory belongs to the job: write 'x-slurm: {mem: %.*s}' at the root",
			  STR_ARG(mem));
	if (str_to_u64(scalar_at(deploy, replicas), &n_copies) && n_copies > 1)
		diag_help(ds, d, "for %llu copies write 'scale: %llu' in the service",
			  (unsigned long long)n_copies, (unsigned long long)n_copies);
}

/* Help that the value itself tells; false when it tells nothing. */
static bool help_by_value(const struct site *s, struct diag *d, const struct entry *entry)
{
	struct diags *ds = &s->u->diags;
	uint32_t before = d->lines.n;
	static const char *const self[] = {NULL};
	struct str text = scalar_at(entry->value, self);
	if (str_eq_c(entry->key, "deploy"))
		help_deploy(s, d, entry->value);
	else if (str_eq_c(entry->key, "mem_limit") && text.len)
		diag_help(ds, d,
			  "memory belongs to the job: write 'x-slurm: {mem: %.*s}' at the root",
			  STR_ARG(text));
	else if (str_eq_c(entry->key, "cpus") && whole_cpus(text))
		diag_help(ds, d,
			  s->scope->record == &record_service
				  ? "write 'x-slurm: {cpus_per_task: %llu}'"
				  : "write 'cpus_per_task: %llu'",
			  (unsigned long long)whole_cpus(text));
	return d->lines.n > before;
}

bool complain_borrowed(const struct site *s, const struct key_set *set, const struct entry *entry)
{
	const struct borrowed_key *borrowed = find_borrowed(set->record, entry->key);
	struct diags *ds = &s->u->diags;
	if (!borrowed)
		return false;
	struct str path = scope_path(s->u->arena, s->scope);
	struct diag *d = diag_error(ds, entry->key_at, borrowed->rule,
				    borrowed->rule == RULE_R006
					    ? "'%.*s' in %.*s has no meaning in a Slurm job"
					    : "unknown key '%.*s' in %.*s",
				    STR_ARG(entry->key), STR_ARG(path));
	if (!help_by_value(s, d, entry)) {
		diag_help(ds, d, "%s", borrowed->help);
		d->group = borrowed->key;
	}
	const struct field *f = record_field(set->record, str_c(borrowed->meant));
	if (f)
		set->is_meant[f - set->record->fields] = true;
	return true;
}
