/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a value that is complained about came from. A diagnostic points at the text as it was
 * written; how that text came to be used (a variable, `extends`, an alias, a merge key) is found
 * here for all diagnostics at once, so that no check has to tell it.
 *
 *	.env:3:6: note: variable TIME took part; its value comes from here
 */
#include <stdlib.h>
#include <string.h>

#include "frontend/frontend.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"
#include "ir/diag/diag_render.h"

/* Bounds on work that only serves explanation. */
enum {
	MOST_DIAGS = 1000,
	MOST_NODES = 1 << 20
};

/* The smallest value that a diagnostic lies in, as far as it has been found. */
struct found {
	struct diag *d;
	const struct trail *trail;
	uint32_t size; /* bytes of the value; UINT32_MAX: none yet */
	bool fits;     /* it is about the service that the value was found in */
};

struct search {
	struct arena *arena;
	struct found *items; /* by place */
	uint32_t n;
	uint32_t n_nodes;
	const struct node *root, *services;
	struct str service; /* the one that is looked at, or empty */
};

static int compare(const void *left, const void *right)
{
	const struct found *a = left, *b = right;
	return (a->d->at.begin > b->d->at.begin) - (a->d->at.begin < b->d->at.begin);
}

/* The first diagnostic that begins at or behind the offset. */
static uint32_t first_from(const struct search *s, uint32_t offset)
{
	uint32_t low = 0, high = s->n;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (s->items[middle].d->at.begin < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* One about another service isn't about this use of the text. */
static bool fits_service(const struct search *s, const struct diag *d)
{
	return !d->about.service.len || str_eq(d->about.service, s->service);
}

/* Text written at `at` is used by way of `trail`. The smallest value counts; of equal ones that of
   the service that it is about; then what is used where it is written, for that needs no
   explanation. */
static void offer(struct search *s, struct span at, const struct trail *trail)
{
	uint32_t size = at.end - at.begin;
	for (uint32_t i = first_from(s, at.begin); i < s->n; i++) {
		struct found *found = &s->items[i];
		if (found->d->at.begin > at.end)
			return;
		if (found->d->at.end > at.end || size > found->size)
			continue;
		bool fits = fits_service(s, found->d);
		if (size == found->size && (fits != found->fits ? found->fits : trail != NULL))
			continue;
		found->size = size;
		found->trail = trail;
		found->fits = fits;
	}
}

static void visit(struct search *s, const struct node *node, const struct trail *outer)
{
	if (s->n_nodes++ > MOST_NODES)
		return;
	const struct trail *trail = trail_join(s->arena, node->trail, outer);
	offer(s, node->at, trail);
	for (uint32_t i = 0; i < node->n; i++) {
		const struct node *child =
			node->kind == NODE_MAP ? node->entries[i].value : node->items[i];
		if (node->kind == NODE_MAP)
			offer(s, node->entries[i].key_at,
			      trail_join(s->arena, child->trail, trail));
		if (node == s->services && node->kind == NODE_MAP)
			s->service = node->entries[i].key;
		/* Root keys of the author's own are never looked at: anchors live there. */
		bool is_own = node == s->root && node->kind == NODE_MAP &&
			      str_has_prefix(node->entries[i].key, "x-") &&
			      !record_field(&record_job, node->entries[i].key);
		if (!is_own)
			visit(s, child, trail);
	}
}

/* With a base lost, what seems to be missing may stand there; with settings or an env file, so may
   a variable. One error is enough. */
static bool is_consequence(const struct unit *u, const struct diag *d)
{
	static const enum rule_id absent[] = {RULE_R009, RULE_R012, RULE_R015, RULE_R070, RULE_R071,
					      RULE_R073, RULE_R092, RULE_R101, RULE_R114, RULE_R120,
					      RULE_R127, RULE_R141, RULE_R150, RULE_R153, RULE_R154,
					      RULE_A01,  RULE_A06,  RULE_NONE};
	static const enum rule_id unset[] = {RULE_R024, RULE_R025, RULE_R036, RULE_R085, RULE_NONE};
	for (size_t i = 0; u->has_lost_base && absent[i] != RULE_NONE; i++)
		if (d->rule == absent[i])
			return true;
	for (size_t i = 0; u->has_lost_variables && unset[i] != RULE_NONE; i++)
		if (d->rule == unset[i])
			return true;
	return false;
}

static void drop_consequences(struct unit *u)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < u->diags.list.n; i++) {
		struct diag *d = u->diags.list.items[i];
		if (!is_consequence(u, d))
			u->diags.list.items[kept++] = d;
		else if (d->severity == SEVERITY_ERROR)
			u->diags.n_errors--;
	}
	u->diags.list.n = kept;
}

/* What the resource profile says is used because the spec names the profile. */
static void visit_profile(struct search *s, const struct unit *u)
{
	const struct slurm *slurm = u->job ? u->job->slurm : NULL;
	if (!slurm || !IS_SET(slurm->resources) || !u->settings)
		return;
	const struct entry *profile =
		node_entry(u->settings->resource_profiles, slurm->resources.v);
	struct trail *trail = ARENA_NEW(u->arena, struct trail);
	*trail = (struct trail){
		.kind = TRAIL_PROFILE, .at = slurm->resources.from.at, .name = slurm->resources.v};
	if (profile)
		visit(s, profile->value, trail);
}

void frontend_explain(struct unit *u)
{
	if (u->has_lost_base || u->has_lost_variables)
		drop_consequences(u);
	struct search s = {.arena = u->arena, .root = u->tree};
	s.services = node_get(u->tree, "services");
	s.n = u->diags.list.n < MOST_DIAGS ? u->diags.list.n : MOST_DIAGS;
	s.items = ARENA_ARRAY(u->arena, s.n, struct found);
	for (uint32_t i = 0; i < s.n; i++)
		s.items[i] = (struct found){.d = u->diags.list.items[i], .size = UINT32_MAX};
	if (!s.n || !u->tree)
		return;
	qsort(s.items, s.n, sizeof(s.items[0]), compare);
	visit(&s, u->tree, NULL);
	visit_profile(&s, u);
	/* What variables made of a text is known best of all. */
	for (uint32_t i = 0; i < u->interpolated.n; i++) {
		const struct origin *from = &u->interpolated.items[i];
		for (uint32_t j = first_from(&s, from->at.begin); j < s.n; j++) {
			if (s.items[j].d->at.begin > from->at.end)
				break;
			if (s.items[j].d->at.end <= from->at.end)
				s.items[j].trail = origin_trail(*from);
		}
	}
	for (uint32_t i = 0; i < s.n; i++)
		diag_trail(&u->diags, s.items[i].d, s.items[i].trail);
}
