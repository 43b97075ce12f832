/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resource profile: `resources: gpu-small` names a mapping of the settings, whose fields fill
 * what the root's x-slurm leaves out. In: job and settings; out: the job, completed, so that the
 * checks of fields see written and filled values alike. This is the one pass that writes the job.
 */
#include <string.h>

#include "ir/schema.h"
#include "ir/schema_externs.gen.h"
#include "passes/lower.h"

static struct origin profile_origin(struct unit *u, const struct node *value, struct str profile)
{
	struct trail *trail = ARENA_NEW(u->arena, struct trail);
	*trail = (struct trail){.kind = TRAIL_PROFILE, .at = value->at, .name = profile};
	return origin_new(value->at, trail, ORIGIN_PROFILE);
}

static void complain(struct diags *d, const struct node *value, const char *expected)
{
	if (!d)
		return;
	if (value->kind == NODE_LIST || value->kind == NODE_MAP || value->kind == NODE_NULL)
		diag_error(d, value->at, RULE_R013, "expected %s, found %s", expected,
			   node_kind_name(value->kind));
	else if (str_eq_c(value->text, "0"))
		diag_error(d, value->at, RULE_R039, "must be at least 1, not 0");
	else
		diag_error(d, value->at, value->kind == NODE_INT ? RULE_R016 : RULE_R013,
			   "expected %s, found '%.*s'", expected, STR_ARG(value->text));
}

/* R037, R038: a text that doesn't fit on one line of the script. */
static bool is_one_line(struct diags *d, const struct node *value)
{
	bool has_nul = memchr(value->text.ptr, '\0', value->text.len) != NULL;
	if (!has_nul && str_find(value->text, '\n') == STR_NONE &&
	    str_find(value->text, '\r') == STR_NONE)
		return true;
	if (d && has_nul)
		diag_error(d, value->at, RULE_R038, "a NUL byte can't stand in a text");
	else if (d)
		diag_error(d, value->at, RULE_R037, "a line break in a text of one line");
	return false;
}

/* The grammar of the field's row (E18). */
static bool check_grammar(struct arena *a, const char *key, const struct node *value,
			  struct diags *d)
{
	const struct field *f = record_field(&record_slurm, str_c(key));
	struct problem p = {0};
	if (str_is_blank(value->text) || grammar_slurm(a, f->arg, value->text, &p))
		return true;
	if (!d)
		return false;
	struct diag *diag = diag_error(d, value->at, p.rule, "%s: %.*s", key, STR_ARG(p.what));
	if (p.help.len)
		diag_help(d, diag, "%.*s", STR_ARG(p.help));
	return false;
}

/* Reads one value of a profile into a field. False when it is bad, with a complaint unless d is
   NULL. */
static bool read_field(struct arena *a, const struct slurm_option *o, const struct node *value,
		       struct origin from, struct origin *field, struct diags *d)
{
	struct problem problem = {0};
	uint64_t n = 0;
	bool is_scalar =
		value->kind != NODE_LIST && value->kind != NODE_MAP && value->kind != NODE_NULL;
	bool is_count = o->root.kind == KIND_UINT || o->root.kind == KIND_GPUS;
	struct v_gpus gpus = {.from = from};
	if (o->root.kind == KIND_GPUS && value->kind == NODE_STRING &&
	    grammar_gpus(value->text, &gpus.type, &gpus.v)) {
		*(struct v_gpus *)field = gpus;
		return true;
	}
	if (is_count && value->kind == NODE_INT && str_to_u64(value->text, &n) && n &&
	    n <= UINT32_MAX) {
		*(struct v_uint *)field = (struct v_uint){.from = from, .v = n};
		return true;
	}
	if (is_count || !is_scalar) {
		complain(d, value, is_count ? "an integer from 1 to 4294967295" : "a plain value");
		return false;
	}
	if (o->root.kind == KIND_STR) {
		if (!is_one_line(d, value))
			return false;
		*(struct v_str *)field = (struct v_str){.from = from, .v = value->text};
		return check_grammar(a, o->key, value, d);
	}
	if (grammar_walltime(a, value->text, &n, &problem)) {
		*(struct v_time *)field =
			(struct v_time){.from = from, .text = value->text, .seconds = n};
		return true;
	}
	if (d) {
		struct diag *diag = diag_error(d, value->at, problem.rule, "%s: %.*s", o->key,
					       STR_ARG(problem.what));
		diag_help(d, diag, "%.*s", STR_ARG(problem.help));
	}
	return false;
}

static const struct slurm_option *find_field(struct str key)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++)
		if (slurm_options[i].is_profile && str_eq_c(key, slurm_options[i].key))
			return &slurm_options[i];
	return NULL;
}

/* A blank text says nothing here as it says nothing in a spec. */
static bool is_left_blank(const struct node *value, const struct slurm_option *o)
{
	const struct field *f = record_field(&record_slurm, str_c(o->key));
	return f->bits & FIELD_BLANK && value->kind == NODE_STRING && str_is_blank(value->text);
}

static void apply(struct unit *u, struct slurm *slurm, const struct node *profile)
{
	for (uint32_t i = 0; i < profile->n; i++) {
		const struct entry *e = &profile->entries[i];
		const struct slurm_option *o = find_field(e->key);
		if (!o || is_left_blank(e->value, o))
			continue;
		struct origin *field = (struct origin *)((char *)slurm + o->root.offset);
		if (field->kind != ORIGIN_ABSENT && field->kind != ORIGIN_DEFAULT)
			continue;
		struct origin from = profile_origin(u, e->value, slurm->resources.v);
		if (!read_field(u->arena, o, e->value, from, field, NULL))
			*field = (struct origin){.kind = ORIGIN_POISON, .at = e->value->at};
	}
}

static void report_unknown(struct diags *d, const struct v_str *name, const struct node *profiles)
{
	struct diag *diag = diag_error(d, name->from.at, RULE_R085,
				       "no resource profile is called '%.*s'", STR_ARG(name->v));
	if (!profiles || !profiles->n) {
		diag_note(d, diag, SPAN_NONE, "the settings hold no resource profiles");
		return;
	}
	struct nearest nearest = nearest_to(name->v);
	const struct entry *near = NULL;
	struct buf known;
	buf_init(&known, d->arena);
	for (uint32_t i = 0; i < profiles->n; i++) {
		const struct entry *e = &profiles->entries[i];
		buf_add_fmt(&known, "%s'%.*s'", i ? ", " : "", STR_ARG(e->key));
		if (is_nearest(&nearest, e->key))
			near = e;
	}
	diag_note(d, diag, SPAN_NONE, "the settings know %.*s", STR_ARG(buf_str(&known)));
	if (near)
		diag_help(d, diag, "did you mean '%.*s'?", STR_ARG(near->key));
}

/* The profile that the spec names, or NULL. */
static const struct entry *named_profile(const struct unit *u)
{
	const struct slurm *slurm = unit_slurm(u);
	if (!IS_SET(slurm->resources))
		return NULL;
	return node_entry(u->settings ? u->settings->resource_profiles : NULL, slurm->resources.v);
}

void lower_profile(struct unit *u)
{
	const struct entry *e = named_profile(u);
	if (e && e->value->kind == NODE_MAP)
		apply(u, u->job->slurm, e->value);
}

static void check_values(const struct unit *u, struct diags *d, const struct node *profile)
{
	for (uint32_t i = 0; i < profile->n; i++) {
		const struct entry *e = &profile->entries[i];
		union {
			struct v_str text;
			struct v_gpus count;
			struct v_time time;
		} unused;
		const struct slurm_option *o = find_field(e->key);
		if (o)
			read_field(u->arena, o, e->value, (struct origin){0},
				   (struct origin *)&unused, d);
		else
			diag_error(d, e->key_at, RULE_R005,
				   "unknown key '%.*s' in a resource profile", STR_ARG(e->key));
	}
}

void check_profile(const struct unit *u, struct diags *d)
{
	const struct v_str *name = &unit_slurm(u)->resources;
	const struct entry *e = named_profile(u);
	if (!IS_SET(*name))
		return;
	if (str_is_blank(name->v))
		diag_error(d, name->from.at, RULE_R046, "resources is blank: it names a profile");
	else if (!e)
		report_unknown(d, name, u->settings ? u->settings->resource_profiles : NULL);
	else if (e->value->kind != NODE_MAP)
		diag_error(d, e->value->at, RULE_R013,
			   "expected a mapping for resource profile '%.*s', found %s",
			   STR_ARG(name->v), node_kind_name(e->value->kind));
	else
		check_values(u, d, e->value);
}
