/* SPDX-License-Identifier: Apache-2.0 */
/* When a job would start, by Slurm's own word; and what a compute node has of what the job needs. */
#include <string.h>

#include "driver/cluster/preflight.h"
#include "driver/cluster/refusals.h"
#include "driver/cluster/slurm.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"
#include "ir/support/run_text.h"

enum {
	PROBE_WAIT = 60, /* seconds that a probing step waits for a node */
};

/* "sbatch: Job 7 to start at 2026-02-03T10:00:00 using 4 processors on nodes n1 in partition a" */
static void tell_start(struct findings *f, struct str said)
{
	static const char mark[] = " to start at ";
	struct str line;

	while (said.len > 0) {
		said = str_split(said, '\n', &line);
		const char *found =
			line.len ? memmem(line.ptr, line.len, mark, strlen(mark)) : NULL;
		if (!found)
			continue;
		struct str rest = str_from(line, (size_t)(found - line.ptr) + strlen(mark));
		finding_of(f, FINDING_OK, STR("start"),
			   str_fmt(f->arena, "at %.*s, if it is submitted at once",
				   STR_ARG(str_trim(rest))),
			   "sbatch --test-only", "");
		return;
	}
}

void preflight_start(struct compilation *c, struct findings *f)
{
	struct script script;

	compilation_script(c, &script);
	const char *dependency = c->unit.plan->dependency.v.len > 0
					 ? str_fmt(f->arena, "--dependency=%.*s",
						   STR_ARG(c->unit.plan->dependency.v))
						   .ptr
					 : NULL;
	const char *argv[5] = {"sbatch", "--test-only"};
	size_t n = 2;
	if (dependency)
		argv[n++] = dependency;
	if (c->indices.len > 0)
		argv[n++] = str_fmt(f->arena, "--array=%.*s", STR_ARG(c->indices)).ptr;
	if (program_find(f->arena, argv[0]).len == 0)
		return;
	struct child_end end;
	struct str why;
	if (slurm_call_with(c->inv, argv, script.text, &end, &why)) {
		tell_start(f, end.err.len > 0 ? end.err : end.out);
		return;
	}
	const struct refusal *r = refusal_in(end.err);
	finding_of(f, FINDING_FAILURE, STR("start"),
		   r ? str_fmt(f->arena, "%.*s: %s", STR_ARG(why), r->meaning) : why,
		   "sbatch --test-only", r ? r->way_out : "");
}

/* Looks at its arguments: a letter for what to look for, and where. Says what isn't as it should be. */
static const char probe_script[] =
	"for word; do\n"
	"  case $word in\n"
	"  e:*) [ -e \"${word#?:}\" ] || echo \"$word\" ;;\n"
	"  w:*) folder=${word#?:}\n"
	"    while [ -n \"$folder\" ] && [ ! -e \"$folder\" ]; do folder=${folder%/*}; done\n"
	"    [ -w \"${folder:-/}\" ] || echo \"$word\" ;;\n"
	"  p:*) command -v \"${word#?:}\" >/dev/null || echo \"$word\" ;;\n"
	"  f:*) { : <>\"${word#?:}\"; } 2>/dev/null || echo \"$word\" ;;\n"
	"  esac\n"
	"done\n"
	"echo \"node:${SLURMD_NODENAME:-$(uname -n)}\"";

struct probe {
	struct compilation *c;
	struct findings *f;
	LIST(const char *) argv;
	LIST(struct str) looks; /* the last words of argv */
};

static void put(struct probe *p, const char *word)
{
	*LIST_PUSH(p->f->arena, &p->argv) = word;
}

static void put_look(struct probe *p, char letter, struct str what)
{
	struct str word = str_fmt(p->f->arena, "%c:%.*s", letter, STR_ARG(what));

	for (uint32_t i = 0; i < p->looks.n; i++)
		if (str_eq(p->looks.items[i], word))
			return;
	*LIST_PUSH(p->f->arena, &p->looks) = word;
	put(p, word.ptr);
}

/* The nodes are those that the job would get. */
static void put_place(struct probe *p)
{
	static const char *const names[] = {"partition",  "account",  "qos",     "reservation",
					    "constraint", "nodelist", "exclude", "clusters"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct plan_option *o = plan_option_named(p->c->unit.plan, names[i]);

		if (o)
			put(p,
			    str_fmt(p->f->arena, "--%s=%.*s", names[i], STR_ARG(o->value.v)).ptr);
	}
}

static void put_mounts(struct probe *p)
{
	const struct plan *plan = p->c->unit.plan;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];

		for (uint32_t k = 0; k < s->mounts.n; k++)
			if (mount_is_there_before(p->c, s->mounts.items[k].host))
				put_look(
					p, 'e',
					plan_path_here(p->f->arena, p->c, s->mounts.items[k].host));
		if (s->image && s->image->form.v == IMAGE_FORM_LOCAL && s->image->base_file)
			put_look(p, 'e', plan_path_here(p->f->arena, p->c, s->image->base_file));
	}
	if (plan->runtime_root)
		put_look(p, 'w', plan_path_here(p->f->arena, p->c, plan->runtime_root));
	if (!plan->cache_dir || !plan_uses_containers(plan))
		return;
	struct str cache = plan_path_here(p->f->arena, p->c, plan->cache_dir);
	if (path_exists(cache.ptr))
		put_look(p, 'e', cache);
}

static void put_tools(struct probe *p)
{
	put_look(p, 'p', STR("bash"));
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!containers[i].is_contained || !plan_uses_container(p->c->unit.plan, i))
			continue;
		if (*containers[i].program)
			put_look(p, 'p', str_c(containers[i].program));
		/* Without it images are unpacked at each start. */
		put_look(p, 'f', STR("/dev/fuse"));
		put_look(p, 'p', STR("squashfuse"));
	}
}

static void tell_look(struct findings *f, char letter, struct str what, struct str node)
{
	static const char source[] = "a step on a compute node";
	bool is_soft = str_eq_c(what, "/dev/fuse") || str_eq_c(what, "squashfuse");

	if (is_soft)
		finding_of(f, FINDING_WARNING, what,
			   str_fmt(f->arena,
				   "can't be used on %.*s: images are unpacked at each start",
				   STR_ARG(node)),
			   source, "ask the site for it, where containers start slowly");
	else if (letter == 'p')
		finding_of(f, FINDING_FAILURE, what,
			   str_fmt(f->arena, "isn't on PATH of %.*s", STR_ARG(node)), source,
			   "load its module in x-slurm.setup or x-env.modules");
	else
		finding_of(f, FINDING_FAILURE, STR("node"),
			   str_fmt(f->arena,
				   letter == 'w' ? "'%.*s' can't be written on %.*s"
						 : "'%.*s' doesn't exist on %.*s",
				   STR_ARG(what), STR_ARG(node)),
			   source, "name a folder that all nodes see");
}

static bool has_line(struct str text, struct str wanted)
{
	struct str line;

	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		if (str_eq(line, wanted))
			return true;
	}
	return false;
}

/* What the step says of itself, behind everything else; empty when it hasn't come so far. */
static struct str node_in(struct arena *a, struct str said)
{
	struct str node = STR(""), line;

	while (said.len > 0) {
		said = str_split(said, '\n', &line);
		if (str_has_prefix(line, "node:"))
			node = str_dup(a, str_from(line, strlen("node:")));
	}
	return node;
}

/* Lines that are no answers are the site's: greetings, prologs. */
static void tell_looks(struct probe *p, struct str said)
{
	struct str node = node_in(p->f->arena, said);
	uint32_t before = p->f->list.n;

	if (node.len == 0) {
		finding_of(p->f, FINDING_WARNING, STR("node"),
			   STR("a step on a compute node ended without a word of what it saw"),
			   "srun", "try again, or leave --probe-nodes out");
		return;
	}
	for (uint32_t i = 0; i < p->looks.n; i++)
		if (has_line(said, p->looks.items[i]))
			tell_look(p->f, p->looks.items[i].ptr[0], str_from(p->looks.items[i], 2),
				  node);
	if (before == p->f->list.n)
		finding_of(p->f, FINDING_OK, STR("node"),
			   str_fmt(p->f->arena, "%.*s has the %u thing%s that %s looked for",
				   STR_ARG(node), (unsigned)p->looks.n, plural(p->looks.n),
				   p->looks.n == 1 ? "was" : "were"),
			   "a step on a compute node", "");
}

void preflight_nodes(struct compilation *c, struct findings *f)
{
	struct probe p = {.c = c, .f = f};
	static const char *const head[] = {"srun",     "--nodes=1", "--ntasks=1",
					   "--time=1", "--quiet",   "--job-name=hpcc-preflight"};

	for (size_t i = 0; i < sizeof(head) / sizeof(*head); i++)
		put(&p, head[i]);
	put(&p, str_fmt(f->arena, "--immediate=%d", PROBE_WAIT).ptr);
	put_place(&p);
	put(&p, "bash");
	put(&p, "-c");
	put(&p, probe_script);
	put(&p, "probe");
	put_mounts(&p);
	put_tools(&p);
	put(&p, NULL);
	struct child_call call = {
		.argv = p.argv.items, .limit_s = 2 * PROBE_WAIT, .is_interruptible = true};
	struct child_end end;
	if (child_run(f->arena, &call, &end)) {
		tell_looks(&p, end.out);
		return;
	}
	struct str why = child_complaint(f->arena, &call, &end);
	const struct refusal *r = refusal_in(end.err);
	finding_of(f, FINDING_WARNING, STR("node"),
		   str_fmt(f->arena, "no step could look at a compute node: %.*s", STR_ARG(why)),
		   "srun", r ? r->way_out : "nodes may all be busy; leave --probe-nodes out");
}

int preflight_before(struct compilation *c)
{
	struct findings f;

	preflight_check(c, &f);
	/* A sweep's folder is there before sbatch sees its array. */
	if (c->indices.len > 0)
		preflight_start(c, &f);
	for (uint32_t i = 0; i < f.list.n; i++) {
		const struct finding *one = &f.list.items[i];

		if (one->level == FINDING_OK)
			continue;
		complain("%s: %.*s: %.*s", one->level == FINDING_FAILURE ? "not ready" : "warning",
			 STR_ARG(one->what), STR_ARG(one->detail));
		if (one->help.len > 0)
			advise("%.*s", STR_ARG(one->help));
	}
	return f.n_failures > 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}
