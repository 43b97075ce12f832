/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The resource profile: `resources: gpu-small` names a mapping of the settings, whose fields fill
 * what the root's x-slurm leaves out. In: job and settings; out: the job, completed, so that the
 * checks of fields see written and filled values alike. This is the one pass that writes the job.
 */
#include <stddef.h>

#include "passes/lower.h"

enum profile_kind {
	PROFILE_STR,
	PROFILE_COUNT,
	PROFILE_TIME
};

static const struct {
	const char *key;
	enum profile_kind kind;
	size_t offset;
} profile_fields[] = {
	{"partition", PROFILE_STR, offsetof(struct slurm, partition)},
	{"account", PROFILE_STR, offsetof(struct slurm, account)},
	{"qos", PROFILE_STR, offsetof(struct slurm, qos)},
	{"time", PROFILE_TIME, offsetof(struct slurm, time)},
	{"nodes", PROFILE_COUNT, offsetof(struct slurm, nodes)},
	{"ntasks", PROFILE_COUNT, offsetof(struct slurm, ntasks)},
	{"ntasks_per_node", PROFILE_COUNT, offsetof(struct slurm, ntasks_per_node)},
	{"cpus_per_task", PROFILE_COUNT, offsetof(struct slurm, cpus_per_task)},
	{"mem", PROFILE_STR, offsetof(struct slurm, mem)},
	{"gres", PROFILE_STR, offsetof(struct slurm, gres)},
	{"gpus", PROFILE_COUNT, offsetof(struct slurm, gpus)},
	{"gpus_per_node", PROFILE_COUNT, offsetof(struct slurm, gpus_per_node)},
	{"gpus_per_task", PROFILE_COUNT, offsetof(struct slurm, gpus_per_task)},
	{"cpus_per_gpu", PROFILE_COUNT, offsetof(struct slurm, cpus_per_gpu)},
	{"mem_per_gpu", PROFILE_STR, offsetof(struct slurm, mem_per_gpu)},
	{"gpu_bind", PROFILE_STR, offsetof(struct slurm, gpu_bind)},
	{"cpu_bind", PROFILE_STR, offsetof(struct slurm, cpu_bind)},
	{"mem_bind", PROFILE_STR, offsetof(struct slurm, mem_bind)},
	{"distribution", PROFILE_STR, offsetof(struct slurm, distribution)},
	{"hint", PROFILE_STR, offsetof(struct slurm, hint)},
	{"constraint", PROFILE_STR, offsetof(struct slurm, constraint)},
};

static struct origin profile_origin(struct unit *u, const struct node *value, struct str profile)
{
	struct trail *trail = ARENA_NEW(u->arena, struct trail);
	*trail = (struct trail){.kind = TRAIL_PROFILE, .at = value->at, .name = profile};
	return (struct origin){.at = value->at, .trail = trail, .kind = ORIGIN_PROFILE};
}

/* A bad value of a profile is reported at its place in the settings. */
static void fill_field(struct unit *u, struct origin *field, enum profile_kind kind,
		       const struct node *value, struct str profile)
{
	struct diags *d = &u->diags;
	if (value->kind == NODE_LIST || value->kind == NODE_MAP || value->kind == NODE_NULL) {
		diag_error(d, value->at, "R013", "expected a plain value here, found %s",
			   node_kind_name(value->kind));
		field->kind = ORIGIN_POISON;
		return;
	}
	struct origin from = profile_origin(u, value, profile);
	struct problem problem;
	uint64_t n = 0;
	switch (kind) {
	case PROFILE_STR:
		*(struct v_str *)field = (struct v_str){.from = from, .v = value->text};
		return;
	case PROFILE_COUNT:
		if (value->kind == NODE_INT && str_to_u64(value->text, &n) && n &&
		    n <= UINT32_MAX) {
			*(struct v_uint *)field = (struct v_uint){.from = from, .v = n};
			return;
		}
		diag_error(d, value->at, value->kind == NODE_INT ? "R016" : "R013",
			   "expected an integer from 1 to %u, found '%.*s'", UINT32_MAX,
			   STR_ARG(value->text));
		break;
	case PROFILE_TIME:
		if (grammar_walltime(u->arena, value->text, &n, &problem)) {
			*(struct v_time *)field =
				(struct v_time){.from = from, .text = value->text, .seconds = n};
			return;
		}
		diag_error(d, value->at, problem.rule, "'%.*s' is no walltime: %.*s",
			   STR_ARG(value->text), STR_ARG(problem.what));
		break;
	}
	field->kind = ORIGIN_POISON;
}

static void apply(struct unit *u, struct slurm *slurm, const struct node *profile)
{
	for (uint32_t i = 0; i < profile->n; i++) {
		const struct entry *e = &profile->entries[i];
		size_t k = 0, n = sizeof(profile_fields) / sizeof(profile_fields[0]);
		while (k < n && !str_eq_c(e->key, profile_fields[k].key))
			k++;
		if (k == n) {
			diag_error(&u->diags, e->key_at, "R005",
				   "unknown key '%.*s' in resource profile '%.*s'", STR_ARG(e->key),
				   STR_ARG(slurm->resources.v));
			continue;
		}
		struct origin *field = (struct origin *)((char *)slurm + profile_fields[k].offset);
		if (field->kind == ORIGIN_ABSENT || field->kind == ORIGIN_DEFAULT)
			fill_field(u, field, profile_fields[k].kind, e->value, slurm->resources.v);
	}
}

static void report_unknown(struct unit *u, const struct v_str *name, const struct node *profiles)
{
	struct diag *d = diag_error(&u->diags, name->from.at, "R085",
				    "no resource profile is called '%.*s'", STR_ARG(name->v));
	if (!profiles || !profiles->n) {
		diag_note(&u->diags, d, SPAN_NONE, "the settings hold no resource profiles");
		return;
	}
	unsigned best = (unsigned)(name->v.len / 3 > 2 ? name->v.len / 3 : 2);
	const struct entry *near = NULL;
	struct buf known;
	buf_init(&known, u->arena);
	for (uint32_t i = 0; i < profiles->n; i++) {
		const struct entry *e = &profiles->entries[i];
		buf_add_fmt(&known, "%s'%.*s'", i ? ", " : "", STR_ARG(e->key));
		unsigned distance = str_distance(e->key, name->v, best);
		if (distance <= best && (!near || distance < best)) {
			best = distance;
			near = e;
		}
	}
	diag_note(&u->diags, d, SPAN_NONE, "the settings know %.*s", STR_ARG(buf_str(&known)));
	if (near)
		diag_help(&u->diags, d, "did you mean '%.*s'?", STR_ARG(near->key));
}

void lower_profile(struct unit *u)
{
	if (!HAS_RECORD(u->job->slurm) || !IS_SET(u->job->slurm->resources))
		return;
	const struct v_str *name = &u->job->slurm->resources;
	if (str_is_blank(name->v)) {
		diag_error(&u->diags, name->from.at, "R046",
			   "resources is blank: it names a profile");
		return;
	}
	const struct node *profiles = u->settings ? u->settings->resource_profiles : NULL;
	const struct entry *e = node_entry(profiles, name->v);
	if (!e)
		report_unknown(u, name, profiles);
	else if (e->value->kind != NODE_MAP)
		diag_error(&u->diags, e->value->at, "R013",
			   "expected a mapping for resource profile '%.*s', found %s",
			   STR_ARG(name->v), node_kind_name(e->value->kind));
	else
		apply(u, u->job->slurm, e->value);
}
