/* SPDX-License-Identifier: Apache-2.0 */
/* The job of a packed sweep: its table and its script. */
#include "driver/sweep/packed.h"

#include "driver/jobs/runtime.h"
#include "driver/sweep/actions.h"
#include "driver/system.h"
#include "ir/support/emit.h"

/* Compiles a trial as one that runs inside. */
static int compile_inside(struct compilation *c, struct invocation *one, const char *path,
			  const struct sweep_run *s, const struct sweep_trial *t)
{
	one->options.backend = BACKEND_LOCAL;
	int status = sweep_check(c, one, path, s, t, false);
	for (enum runtime_backend i = 0; status == EXIT_OK && i < RUNTIME_BACKEND_N; i++) {
		if (!containers[i].is_srun_option || !plan_uses_container(c->unit.plan, i))
			continue;
		complain("trial %.*s runs containers by %s, which is a part of srun",
			 STR_ARG(t->id), containers[i].title);
		status = EXIT_USAGE;
	}
	if (status == EXIT_USAGE)
		advise("a packed trial runs without steps of Slurm, on one node, with backend host, "
		       "apptainer or charliecloud; others go --as=jobs or --as=array");
	return status;
}

int packed_check(struct invocation *inv, const char *path, const struct sweep_run *s)
{
	struct invocation one = *inv;
	struct compilation c;

	return compile_inside(&c, &one, path, s, &s->trials.items[0]);
}

/* What the trial takes of its node: all that its services state. */
static void add_row(struct emitter *e, const struct plan *plan, const struct sweep_trial *t,
		    struct str script)
{
	uint64_t cpus = 0, gpus = 0, memory = 0;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *service = &plan->services.items[i];

		cpus += service->cpus_per_node.v;
		gpus += service->gpus_per_node.v;
		memory += service->memory_mib_per_node.v;
	}
	emit_verbatim(e,
		      str_fmt(e->text.arena, "trial %.*s cpus %llu gpus %llu memory %llu script ",
			      STR_ARG(t->id), (unsigned long long)(cpus ? cpus : 1),
			      (unsigned long long)gpus, (unsigned long long)memory));
	emit_word(e, script);
	emit_lit(e, " folder ");
	emit_word(e, path_folder(e->text.arena, script));
	emit_lit(e, "\n");
}

static int write_trial(struct invocation *one, const char *path, const struct sweep_run *s,
		       const struct sweep_trial *t, struct emitter *table)
{
	struct compilation c;
	int status = compile_inside(&c, one, path, s, t);

	if (status != EXIT_OK)
		return status;
	struct str root = path_join(one->arena, s->folder, STR("trials")), file;
	if (!sweep_write_script(one, s, t, sweep_script(&c, root), &file))
		return EXIT_ENVIRONMENT;
	add_row(table, c.unit.plan, t, file);
	return EXIT_OK;
}

static int write_table(struct invocation *inv, const char *path, const struct sweep_run *s,
		       struct str file)
{
	struct emitter table;
	int status = EXIT_OK;

	emit_init(&table, inv->arena);
	emit_lit(&table, "hpcc-trials 1\n");
	struct arena scratch;
	arena_init(&scratch);
	for (uint32_t i = 0; i < s->trials.n && status == EXIT_OK; i++) {
		struct invocation one = *inv;

		one.arena = &scratch;
		arena_reset(&scratch);
		status = write_trial(&one, path, s, &s->trials.items[i], &table);
	}
	arena_free(&scratch);
	struct str why;
	if (status != EXIT_OK || file_put(inv->arena, file.ptr, buf_str(&table.text), 0600, &why))
		return status;
	complain("can't write '%.*s': %.*s", STR_ARG(file), STR_ARG(why));
	return EXIT_ENVIRONMENT;
}

/*
 *	#SBATCH --no-kill
 *	#SBATCH --signal=B:USR1@60
 *
 *	# All trials of the sweep demo-1.
 *	exec /home/u/.hpc-compose/bin/hpcc-rt trials --again --table /home/u/.hpc-compose/sweeps/demo-1/trials.table
 */
static struct str job_script(struct arena *a, const struct sweep_run *s, struct str head,
			     struct str runtime, struct str table)
{
	struct emitter e;

	emit_init(&e, a);
	emit_verbatim(&e, head);
	if (!str_contains(head, "#SBATCH --no-kill"))
		emit_lit(&e, "#SBATCH --no-kill\n");
	if (!str_contains(head, "#SBATCH --signal="))
		emit_lit(&e, "#SBATCH --signal=B:USR1@60\n");
	emit_lit(&e, "\n");
	emit_comment(&e, str_fmt(a, "All trials of the sweep %.*s.", STR_ARG(s->id)));
	emit_lit(&e, "exec ");
	emit_word(&e, runtime);
	emit_lit(&e, " trials --again --table ");
	emit_word(&e, table);
	emit_lit(&e, "\n");
	return buf_str(&e.text);
}

int packed_script(struct compilation *c, const char *path, const struct sweep_run *s,
		  struct str head, struct str *script)
{
	struct arena *a = c->inv->arena;
	struct str table = path_join(a, s->folder, STR("trials.table"));
	int status = write_table(c->inv, path, s, table);

	if (status != EXIT_OK)
		return status;
	struct str why;
	struct str runtime =
		runtime_place(a, plan_path_here(a, c, c->unit.plan->runtime_root), &why);
	if (runtime.len == 0) {
		complain("can't keep hpcc-rt here: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	*script = job_script(a, s, head, runtime, table);
	return EXIT_OK;
}
