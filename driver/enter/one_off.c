/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/enter/one_off.h"

#include <string.h>

#include "ir/tree.h"

/* What speaks of other services, of the service's own command, or of more than one task. */
static const char *const not_of_service[] = {"command",   "script",   "depends_on",  "scale",
					     "readiness", "liveness", "healthcheck", "assert",
					     "profiles",  NULL};
static const char *const not_of_step[] = {"nodes",
					  "ntasks",
					  "ntasks_per_node",
					  "distribution",
					  "placement",
					  "mpi",
					  "failure_policy",
					  "hooks",
					  "lifetime",
					  "start_timeout_seconds",
					  "rendezvous",
					  "parallelism",
					  NULL};
static const char *const not_of_job[] = {
	"job_name", "nodes",      "ntasks",      "ntasks_per_node", "array",      "output",
	"error",    "requeue",    "signal",      "after_job",       "dependency", "nodelist",
	"begin",    "hold",       "metrics",     "watchdog",        "artifacts",  "resume",
	"notify",   "rendezvous", "parallelism", "stage_out",       NULL};

static const char *const of_component_alone[] = {"component", NULL};

static struct node *without_all(struct arena *a, struct node *map, const char *const *keys)
{
	for (; map && map->kind == NODE_MAP && *keys; keys++)
		if (node_get(map, *keys))
			map = node_without(a, map, *keys);
	return map;
}

/* A copy of the mapping in which the key has this value, whether it had one or not. */
static struct node *put(struct arena *a, const struct node *map, const char *key,
			struct node *value)
{
	struct node *rest = node_without(a, map, key), *copy = ARENA_NEW(a, struct node);

	*copy = *rest;
	copy->entries = ARENA_ARRAY(a, rest->n + 1, struct entry);
	memcpy(copy->entries, rest->entries, rest->n * sizeof(*copy->entries));
	copy->entries[copy->n++] =
		(struct entry){.key = str_c(key), .key_at = map->at, .value = value};
	node_make_index(a, copy);
	return copy;
}

/* A text that no variable is looked for in. */
static struct node *plain_text(struct arena *a, struct span at, struct str text)
{
	struct node *node = ARENA_NEW(a, struct node);
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < text.len; i++)
		buf_add_repeat(&out, text.ptr[i], text.ptr[i] == '$' ? 2 : 1);
	*node = (struct node){.kind = NODE_STRING,
			      .is_quoted = true,
			      .at = at,
			      .text = str_dup(a, buf_str(&out))};
	return node;
}

static struct node *command_of(const struct invocation *inv, struct unit *u, struct span at)
{
	struct node *list = ARENA_NEW(u->arena, struct node);
	uint32_t n = 0;

	while (inv->one_off.command[n])
		n++;
	*list = (struct node){.kind = NODE_LIST, .at = at, .n = n};
	list->items = ARENA_ARRAY(u->arena, n, struct node *);
	for (uint32_t i = 0; i < n; i++)
		list->items[i] = plain_text(u->arena, at, str_c(inv->one_off.command[i]));
	return list;
}

/* "training-run-web": as jobs are called, of letters that all take. */
static struct node *name_of(struct arena *a, const struct node *root, const char *service)
{
	const struct node *name = node_get(root, "name");
	struct buf out;

	buf_init(&out, a);
	if (name && name->kind != NODE_MAP && name->kind != NODE_LIST && name->text.len > 0) {
		buf_add(&out, name->text);
		buf_add_byte(&out, '-');
	}
	buf_add_c(&out, "run-");
	for (; *service; service++)
		buf_add_byte(&out, byte_is_in(*service, "$ \t\n/") ? '-' : *service);
	struct node *node = ARENA_NEW(a, struct node);
	*node = (struct node){.kind = NODE_STRING,
			      .is_quoted = true,
			      .at = name ? name->at : root->at,
			      .text = str_dup(a, buf_str(&out))};
	return node;
}

static struct node *cut_slurm(struct arena *a, struct node *map, const char *const *keys)
{
	struct node *slurm = node_get(map, "x-slurm");

	return slurm && slurm->kind == NODE_MAP
		       ? node_with(a, map, slurm, without_all(a, slurm, keys))
		       : map;
}

/* What the service's component states, laid over the job's x-slurm: that allocation is enough for one service. */
static struct node *of_component(struct arena *a, struct node *root, const struct node *service)
{
	struct node *slurm = node_get(root, "x-slurm"), *own = node_get(service, "x-slurm");
	struct node *all = slurm && slurm->kind == NODE_MAP ? node_get(slurm, "components") : NULL;
	const struct node *name = own && own->kind == NODE_MAP ? node_get(own, "component") : NULL;

	if (!all || all->kind != NODE_MAP || all->n == 0)
		return root;
	struct node *component =
		name ? node_get(all, str_to_c(a, name->text)) : all->entries[0].value;
	if (!component || (component->kind != NODE_MAP && component->kind != NODE_NULL))
		return root; /* what is wrong with it is said when it is bound */
	struct node *merged = node_without(a, slurm, "components");
	for (uint32_t i = 0; component->kind == NODE_MAP && i < component->n; i++)
		merged = put(a, merged, str_to_c(a, component->entries[i].key),
			     component->entries[i].value);
	return node_with(a, root, slurm, merged);
}

static bool complain_unknown(const struct invocation *inv, const struct node *services)
{
	const char **names = ARENA_ARRAY(inv->arena, services->n + 1, const char *);

	for (uint32_t i = 0; i < services->n; i++)
		names[i] = str_to_c(inv->arena, services->entries[i].key);
	const char *near = suggest_word(inv->one_off.service, names, services->n);
	complain("the spec has no service '%s'", inv->one_off.service);
	if (near)
		advise("did you mean '%s'?", near);
	return false;
}

bool one_off_cut(const struct invocation *inv, struct unit *u)
{
	struct arena *a = u->arena;
	struct node *root = u->tree, *services = node_get(root, "services");

	if (!services || services->kind != NODE_MAP)
		return true; /* what is wrong with that is said when it is bound */
	struct node *service = node_get(services, inv->one_off.service);
	if (!service)
		return complain_unknown(inv, services);
	if (service->kind != NODE_MAP)
		return true;
	struct node *cut = cut_slurm(a, without_all(a, service, not_of_service), not_of_step);
	cut = put(a, cut, "command", command_of(inv, u, service->at));
	struct node *slurm = node_get(root, "x-slurm");
	if (slurm && slurm->kind == NODE_MAP && node_get(slurm, "components"))
		cut = cut_slurm(a, cut, of_component_alone);
	struct node *only = node_with(a, services, service, cut);
	for (uint32_t i = 0; i < services->n; i++)
		if (!str_eq_c(services->entries[i].key, inv->one_off.service))
			only = node_without(a, only, str_to_c(a, services->entries[i].key));
	root = node_with(a, root, services, only);
	root = cut_slurm(a, of_component(a, root, service), not_of_job);
	if (node_get(root, "sweep"))
		root = node_without(a, root, "sweep");
	u->tree = put(a, root, "name", name_of(a, root, inv->one_off.service));
	return true;
}
