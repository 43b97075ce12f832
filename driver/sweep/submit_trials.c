/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trials into the queue: as a job each, as the elements of one array, whose script starts that of the trial, or packed.
 * Memory of a trial's compilation is given back before the next one.
 */
#include "driver/sweep/submit_trials.h"

#include "driver/cluster/preflight.h"
#include "driver/cluster/submit.h"
#include "driver/images/prepare.h"
#include "driver/interrupt.h"
#include "driver/jobs/indices.h"
#include "driver/sweep/actions.h"
#include "driver/sweep/packed.h"
#include "driver/sweep/unfinished.h"
#include "driver/system.h"
#include "ir/support/emit.h"

/* The files of all images that the trial starts containers from. */
static struct str images_of(struct arena *a, const struct compilation *c)
{
	struct buf b;

	buf_init(&b, a);
	for (uint32_t i = 0; i < c->unit.plan->services.n; i++) {
		const struct plan_image *image = c->unit.plan->services.items[i].image;

		if (image && image->file) {
			buf_add(&b, image->file->text.v);
			buf_add_byte(&b, '\n');
		}
	}
	return buf_str(&b);
}

static struct str indices_of(struct invocation *inv, const struct sweep_run *s,
			     const struct trial_places *which)
{
	struct arena *a = inv->arena;
	struct indices meant = {0};

	for (uint32_t i = 0; i < which->list.n; i++)
		*LIST_PUSH(a, &meant.list) = (uint32_t)s->trials.items[which->list.items[i]].index;
	struct str text = indices_text(a, &meant);
	return inv->options.limit ? str_fmt(a, "%.*s%%%llu", STR_ARG(text),
					    (unsigned long long)inv->options.limit)
				  : text;
}

/* Another image than those before has to be there, or be made. */
static int prepare_trial(struct invocation *inv, struct compilation *c, struct map *seen,
			 bool is_first)
{
	struct str images = images_of(inv->arena, c);

	if (is_first && !inv->options.no_preflight) {
		int status = preflight_before(c);
		if (status != EXIT_OK)
			return status;
	}
	if (map_get(seen, images) != MAP_NONE)
		return EXIT_OK;
	map_put(seen, inv->arena, images, 1);
	return prepare_images(c, false);
}

/* Slurm has no arrays of jobs with components. */
static int make_element(struct compilation *c, struct str indices)
{
	c->indices = indices;
	if (c->unit.plan->components.n == 0)
		return EXIT_OK;
	complain("a job with x-slurm.components can't be an element of an array");
	advise("submit the trials --as=jobs");
	return EXIT_USAGE;
}

/* With `seen` images are made, too. */
static int compile_each(struct invocation *inv, const char *path, const struct sweep_run *s,
			const struct trial_places *which, struct map *seen)
{
	struct str indices = indices_of(inv, s, which);
	struct arena scratch;
	int status = EXIT_OK;

	arena_init(&scratch);
	for (uint32_t i = 0; i < which->list.n && status == EXIT_OK; i++) {
		struct invocation one = *inv;
		struct compilation c;

		one.arena = &scratch;
		arena_reset(&scratch);
		status = sweep_check(&c, &one, path, s, &s->trials.items[which->list.items[i]],
				     i == 0 && !seen);
		if (status == EXIT_OK && s->form == SWEEP_ARRAY)
			status = make_element(&c, indices);
		if (status == EXIT_OK && seen)
			status = prepare_trial(inv, &c, seen, i == 0);
	}
	arena_free(&scratch);
	return status;
}

int trials_check(struct invocation *inv, const char *path, const struct sweep_run *s,
		 const struct trial_places *which)
{
	int status = s->form == SWEEP_PACKED ? packed_check(inv, path, s) : EXIT_OK;

	return status == EXIT_OK ? compile_each(inv, path, s, which, NULL) : status;
}

int trials_prepare(struct invocation *inv, const char *path, const struct sweep_run *s,
		   const struct trial_places *which)
{
	struct map seen = {0};
	/* First all are compiled: no image is made for a sweep that can't run. */
	int status = trials_check(inv, path, s, which);

	return status == EXIT_OK ? compile_each(inv, path, s, which, &seen) : status;
}

static struct str script_of(struct compilation *c)
{
	return sweep_script(c, plan_path_here(c->inv->arena, c, c->unit.plan->runtime_root));
}

static int submit_one(struct invocation *inv, struct invocation *one, const char *path,
		      struct sweep_run *s, struct sweep_trial *t)
{
	struct compilation c;
	int status = sweep_check(&c, one, path, s, t, false);

	if (status != EXIT_OK)
		return status;
	struct str script;
	if (!sweep_write_script(one, s, t, script_of(&c), &script))
		return EXIT_ENVIRONMENT;
	struct job_files job;
	struct submission as = {.prefix = unfinished_script(&c, s, t)};
	if (!sweep_note_start(one, s, t, as.prefix))
		return EXIT_ENVIRONMENT;
	status = submit_compiled(&c, &as, &job);
	if (status != EXIT_OK) {
		complain("trial %.*s isn't submitted", STR_ARG(t->id));
		return status;
	}
	bool is_noted = sweep_note_job(inv, s, t, str_dup(inv->arena, job.id));
	interrupts_release();
	return is_noted ? EXIT_OK : EXIT_ENVIRONMENT;
}

static int submit_jobs(struct invocation *inv, const char *path, struct sweep_run *s,
		       const struct trial_places *which, uint32_t *n)
{
	struct arena scratch;
	int status = EXIT_OK;

	arena_init(&scratch);
	for (uint32_t i = 0; i < which->list.n && status == EXIT_OK; i++) {
		struct invocation one = *inv;

		if (interrupt_is_noted()) {
			status = 128 + interrupt_take();
			break;
		}
		one.arena = &scratch;
		arena_reset(&scratch);
		status = submit_one(inv, &one, path, s, &s->trials.items[which->list.items[i]]);
		*n += status == EXIT_OK;
	}
	arena_free(&scratch);
	return status;
}

/* What sbatch reads of a script: up to the first empty line. */
static struct str head_of(struct str script)
{
	size_t i = 0;

	while (i + 1 < script.len && (script.ptr[i] != '\n' || script.ptr[i + 1] != '\n'))
		i++;
	return str_slice(script, 0, i + 1 < script.len ? i + 1 : script.len);
}

/* The first line in which two heads differ. */
static struct str first_difference(struct str x, struct str y)
{
	struct str a, b;

	do {
		x = str_split(x, '\n', &a);
		y = str_split(y, '\n', &b);
	} while (str_eq(a, b) && (x.len > 0 || y.len > 0));
	return b.len > 0 ? b : a;
}

/*
 *	#SBATCH --array=0-3%2
 *
 *	# Element k is trial k of the sweep demo-1.
 *	trials=(t000 t001 t002 t003)
 *	exec /bin/bash /home/u/.hpc-compose/sweeps/demo-1/trials/"${trials[SLURM_ARRAY_TASK_ID]}"/job.sbatch
 */
static struct str array_script(struct arena *a, const struct sweep_run *s, struct str head,
			       struct str indices)
{
	struct str first;

	str_split(head, '\n', &first);
	struct emitter e;
	emit_init(&e, a);
	emit_verbatim(&e, head);
	emit_lit(&e, "#SBATCH --array=");
	emit_verbatim(&e, indices);
	emit_lit(&e, "\n\n");
	emit_comment(&e, str_fmt(a, "Element k is trial k of the sweep %.*s.", STR_ARG(s->id)));
	emit_lit(&e, "trials=(");
	for (uint32_t i = 0; i < s->trials.n; i++) {
		emit_verbatim(&e, i ? STR(" ") : STR(""));
		emit_word(&e, s->trials.items[i].id);
	}
	emit_lit(&e, ")\nexec ");
	emit_verbatim(&e, str_from(first, 2)); /* as the trials' scripts are started */
	emit_lit(&e, " ");
	emit_word(&e, path_join(a, s->folder, STR("trials")));
	emit_lit(&e, "/\"${trials[SLURM_ARRAY_TASK_ID]}\"/job.sbatch\n");
	return buf_str(&e.text);
}

/* *head is what the scripts of all have in common, which has to be all that sbatch reads. Elements of an array are
   started by these scripts, so they are written. */
static int take_head(struct invocation *inv, const char *path, const struct sweep_run *s,
		     const struct trial_places *which, struct str *head)
{
	int status = EXIT_OK;

	*head = STR("");
	struct arena scratch;
	arena_init(&scratch);
	for (uint32_t i = 0; i < which->list.n && status == EXIT_OK; i++) {
		const struct sweep_trial *t = &s->trials.items[which->list.items[i]];
		struct invocation one = *inv;
		struct compilation c;
		struct str text, script;

		one.arena = &scratch;
		arena_reset(&scratch);
		status = sweep_check(&c, &one, path, s, t, false);
		if (status != EXIT_OK)
			break;
		text = script_of(&c);
		if (s->form == SWEEP_ARRAY && !sweep_write_script(&one, s, t, text, &script)) {
			status = EXIT_ENVIRONMENT;
		} else if (i == 0) {
			*head = str_dup(inv->arena, head_of(text));
		} else if (!str_eq(*head, head_of(text))) {
			complain(
				"trials of %s ask Slurm for the same, and trial %.*s doesn't: '%.*s'",
				s->form == SWEEP_ARRAY ? "an array" : "one job", STR_ARG(t->id),
				STR_ARG(first_difference(*head, head_of(text))));
			advise("submit them --as=jobs");
			status = EXIT_USAGE;
		}
	}
	arena_free(&scratch);
	return status;
}

/* All by one job, each noted before and after. */
static int submit_together(struct invocation *inv, const char *path, struct sweep_run *s,
			   const struct trial_places *which, uint32_t *n)
{
	struct arena *a = inv->arena;
	struct submission as = {0};
	struct compilation c;
	struct str head;
	int status = take_head(inv, path, s, which, &head);

	if (status == EXIT_OK)
		status = sweep_check(&c, inv, path, s, &s->trials.items[which->list.items[0]],
				     false);
	if (status == EXIT_OK && s->form == SWEEP_PACKED) {
		status = packed_script(&c, path, s, head, &as.script);
	} else if (status == EXIT_OK) {
		as.indices = indices_of(inv, s, which);
		as.script = array_script(a, s, head, as.indices);
	}
	if (status != EXIT_OK)
		return status;
	as.prefix = unfinished_script(&c, s, NULL);
	for (uint32_t i = 0; i < which->list.n; i++)
		if (!sweep_note_start(inv, s, &s->trials.items[which->list.items[i]], as.prefix))
			return EXIT_ENVIRONMENT;
	struct job_files job;
	status = submit_compiled(&c, &as, &job);
	if (status != EXIT_OK)
		return status;
	for (uint32_t i = 0; i < which->list.n; i++) {
		struct sweep_trial *t = &s->trials.items[which->list.items[i]];
		struct str id = job.id;

		if (s->form == SWEEP_ARRAY)
			id = str_fmt(a, "%.*s_%llu", STR_ARG(id), (unsigned long long)t->index);
		if (sweep_note_job(inv, s, t, id))
			++*n;
		else
			status = EXIT_ENVIRONMENT;
	}
	interrupts_release();
	return status;
}

int trials_submit(struct invocation *inv, const char *path, struct sweep_run *s,
		  const struct trial_places *which, uint32_t *n)
{
	*n = 0;
	interrupts_catch();
	switch (s->form) {
	case SWEEP_JOBS:
		return submit_jobs(inv, path, s, which, n);
	case SWEEP_ARRAY:
	case SWEEP_PACKED:
		return submit_together(inv, path, s, which, n);
	case N_SWEEP_FORMS:
		break;
	}
	return EXIT_UNEXPECTED;
}
