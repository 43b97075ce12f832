/* SPDX-License-Identifier: Apache-2.0 */
/* One trial of a sweep, compiled: the spec with the trial's variables, which win over all others. */
#include "driver/sweep/sweep.h"

#include "driver/system.h"

static void set(struct compilation *c, const char *name, struct str value)
{
	*LIST_PUSH(c->inv->arena, &c->unit.trial) =
		(struct assignment){.name = str_c(name), .value = value};
}

static struct str number(struct arena *a, uint64_t n)
{
	return str_fmt(a, "%llu", (unsigned long long)n);
}

static bool has_replicates(const struct sweep_run *s)
{
	for (uint32_t i = 0; i < s->trials.n; i++)
		if (s->trials.items[i].replicate > 0)
			return true;
	return false;
}

bool sweep_open(struct compilation *c, struct invocation *inv, const char *path)
{
	if (!compilation_open(c, inv, path))
		return false;
	c->unit.is_swept = true;
	return true;
}

struct str sweep_script(struct compilation *c, struct str root)
{
	c->backend.job_root = root;
	c->backend.spec_dir = path_absolute(c->inv->arena, c->unit.spec_dir);
	struct script script;
	compilation_script(c, &script);
	return script.text;
}

bool sweep_compile(struct compilation *c, struct invocation *inv, const char *path,
		   const struct sweep_run *s, const struct sweep_trial *t)
{
	struct arena *a = inv->arena;

	if (!sweep_open(c, inv, path))
		return false;
	c->unit.sweep_id = s->id;
	c->unit.is_packed = inv->options.backend == BACKEND_LOCAL;
	for (uint32_t i = 0; i < t->variables.n; i++)
		*LIST_PUSH(a, &c->unit.trial) = t->variables.items[i];
	set(c, SWEEP_PREFIX "ID", s->id);
	set(c, SWEEP_PREFIX "TRIAL", t->id);
	set(c, SWEEP_PREFIX "TRIAL_INDEX", number(a, t->index));
	set(c, SWEEP_PREFIX "REPLICATE", number(a, t->replicate));
	if (has_replicates(s))
		set(c, SWEEP_PREFIX "SEED", t->seed);
	return compilation_plan(c);
}
