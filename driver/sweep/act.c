/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc sweep submit, stop and resume. */
#include "driver/sweep/actions.h"

#include "driver/interrupt.h"
#include "driver/jobs/indices.h"
#include "driver/jobs/cancel.h"
#include "driver/sweep/submit_trials.h"
#include "driver/sweep/view.h"

static const char *trials_word(uint32_t n)
{
	return n == 1 ? "trial" : "trials";
}

static const char *form_text(enum sweep_form form)
{
	static const char *const texts[N_SWEEP_FORMS] = {
		[SWEEP_JOBS] = "a job each",
		[SWEEP_ARRAY] = "the elements of one array",
		[SWEEP_PACKED] = "all in one job",
	};

	return texts[form];
}

static void print_json(struct invocation *inv, const struct sweep_run *s,
		       const struct trial_places *which, bool is_submitted)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < which->list.n; i++) {
		const struct sweep_trial *t = &s->trials.items[which->list.items[i]];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o}", "id", json_visible(inv->arena, t->id), "job",
				  is_submitted ? json_text(inv->arena, t->job) : json_null()));
	}
	json_print(json_pack("{s:i, s:o, s:s, s:o}", "schema_version", 1, "sweep",
			     json_visible(inv->arena, s->id), "as", sweep_form_words[s->form],
			     "trials", list));
}

/* What was done, or on a dry run would be. */
static int tell(struct invocation *inv, const struct sweep_run *s, const struct trial_places *which,
		uint32_t n, int status)
{
	if (inv->options.dry_run) {
		if (inv->options.format == FORMAT_JSON)
			print_json(inv, s, which, false);
		else
			printf("would submit %u %s of sweep %.*s, %s; nothing was done\n",
			       which->list.n, trials_word(which->list.n), STR_ARG(s->id),
			       form_text(s->form));
		return EXIT_OK;
	}
	if (status != EXIT_OK) {
		complain("sweep %.*s: %u of %u %s submitted, the others aren't", STR_ARG(s->id), n,
			 which->list.n, n == 1 ? "trial is" : "trials are");
		advise("'hpcc sweep resume %.*s' submits those that are missing, 'hpcc sweep stop "
		       "%.*s' ends the others",
		       STR_ARG(s->id), STR_ARG(s->id));
		return status;
	}
	if (inv->options.format == FORMAT_JSON)
		print_json(inv, s, which, true);
	else
		printf("submitted %u %s of sweep %.*s, %s; 'hpcc sweep status %.*s' counts them\n",
		       n, trials_word(n), STR_ARG(s->id), form_text(s->form), STR_ARG(s->id));
	return EXIT_OK;
}

/* Only Slurm's arrays know of a number that runs at a time. */
static bool limit_fits(const struct invocation *inv, enum sweep_form form)
{
	if (inv->options.limit == 0 || form == SWEEP_ARRAY)
		return true;
	complain("--limit is for an array: this sweep runs as %s", form_text(form));
	advise(form == SWEEP_PACKED
		       ? "how many trials run at a time follows from what each takes of the nodes"
		       : "submit it --as=array, or leave --limit out");
	return false;
}

int sweep_submit(struct invocation *inv)
{
	if (!limit_fits(inv, (enum sweep_form)inv->options.sweep_form))
		return EXIT_USAGE;
	struct compilation c;
	struct trial_places which = {0};
	const char *path;
	uint32_t n = 0;
	int status = sweep_begin(&c, inv, true, &path);
	if (status != EXIT_OK)
		return status;
	struct sweep_run s;
	sweep_take_trials(inv->arena, c.unit.plan, &s);
	s.form = (enum sweep_form)inv->options.sweep_form;
	for (uint32_t i = 0; i < s.trials.n; i++)
		*LIST_PUSH(inv->arena, &which.list) = i;
	if (inv->options.dry_run)
		inv->options.no_preflight = true;
	status = inv->options.dry_run ? trials_check(inv, path, &s, &which)
				      : trials_prepare(inv, path, &s, &which);
	if (status != EXIT_OK)
		return status;
	if (inv->options.dry_run)
		return tell(inv, &s, &which, 0, EXIT_OK);
	if (!sweep_make(&c, s.form, &s))
		return EXIT_ENVIRONMENT;
	status = trials_submit(inv, path, &s, &which, &n);
	return tell(inv, &s, &which, n, status);
}

int sweep_stop(struct invocation *inv)
{
	struct sweep_run s;
	struct sweep_view v;
	uint32_t n = 0;

	if (!sweep_load(inv, sweep_named(inv), &s) || !sweep_view_read(inv, &s, &v))
		return EXIT_ENVIRONMENT;
	/* Jobs are asked one by one, the elements of an array together. */
	for (uint32_t i = 0; i < v.jobs.list.n;) {
		struct job_list some = {0};
		struct str base, next;

		array_tasks(v.jobs.list.items[i].id, &base);
		for (; i < v.jobs.list.n; i++) {
			array_tasks(v.jobs.list.items[i].id, &next);
			if (!str_eq(base, next))
				break;
			if (!job_view_is_over(&v.views[i]))
				*LIST_PUSH(inv->arena, &some.list) = v.jobs.list.items[i];
		}
		uint32_t n_some = 0;
		if (some.list.n > 0 && !jobs_cancel(inv, &some, &n_some))
			return EXIT_ENVIRONMENT;
		n += n_some;
	}
	if (inv->options.format == FORMAT_JSON)
		json_print(json_pack("{s:i, s:o, s:i}", "schema_version", 1, "sweep",
				     json_visible(inv->arena, s.id), "asked", (int)n));
	else if (n > 0 && s.form == SWEEP_PACKED)
		printf("asked the job of sweep %.*s to end; 'hpcc sweep resume %.*s' goes on with "
		       "its trials\n",
		       STR_ARG(s.id), STR_ARG(s.id));
	else if (n > 0)
		printf("asked %u %s of sweep %.*s to end; 'hpcc sweep resume %.*s' goes on with "
		       "them\n",
		       n, trials_word(n), STR_ARG(s.id), STR_ARG(s.id));
	else
		printf("no trial of sweep %.*s runs or waits\n", STR_ARG(s.id));
	return EXIT_OK;
}

static void print_nothing(struct invocation *inv, const struct sweep_run *s,
			  const struct sweep_view *v)
{
	struct trial_places none = {0};

	if (inv->options.format == FORMAT_JSON)
		print_json(inv, s, &none, true);
	else
		printf("nothing to resume: of sweep %.*s %u are done, %u run, %u wait\n",
		       STR_ARG(s->id), v->counts[TRIAL_DONE], v->counts[TRIAL_RUNNING],
		       v->counts[TRIAL_PENDING]);
}

int sweep_resume(struct invocation *inv)
{
	struct sweep_run s;
	struct sweep_view v;
	struct trial_places which = {0};
	uint32_t n = 0;

	if (!sweep_load(inv, sweep_named(inv), &s) || !sweep_lock(inv, &s) ||
	    /* What was submitted up to the lock counts. */
	    !sweep_load(inv, str_to_c(inv->arena, s.id), &s) || !sweep_view_read(inv, &s, &v))
		return EXIT_ENVIRONMENT;
	if (!limit_fits(inv, s.form))
		return EXIT_USAGE;
	if (s.form == SWEEP_PACKED && v.counts[TRIAL_PENDING] + v.counts[TRIAL_RUNNING] > 0) {
		complain("the job of sweep %.*s isn't over yet", STR_ARG(s.id));
		advise("'hpcc sweep stop %.*s' ends it; then resume", STR_ARG(s.id));
		return EXIT_USAGE;
	}
	for (uint32_t i = 0; i < s.trials.n; i++)
		if (s.trials.items[i].is_found && !inv->options.dry_run &&
		    !sweep_note_job(inv, &s, &s.trials.items[i], s.trials.items[i].job))
			return EXIT_ENVIRONMENT;
	for (uint32_t i = 0; i < s.trials.n; i++)
		if (v.trials[i].state == TRIAL_UNSUBMITTED || v.trials[i].state == TRIAL_FAILED)
			*LIST_PUSH(inv->arena, &which.list) = i;
	if (v.counts[TRIAL_UNKNOWN] > 0) {
		complain("of %u %s nothing is known: their jobs' files are gone, or Slurm doesn't "
			 "answer; they aren't started again",
			 v.counts[TRIAL_UNKNOWN], trials_word(v.counts[TRIAL_UNKNOWN]));
	}
	if (which.list.n == 0) {
		print_nothing(inv, &s, &v);
		return EXIT_OK;
	}
	sweep_take_options(&s, inv);
	const char *path = str_to_c(inv->arena, sweep_spec(&s));
	int status = inv->options.dry_run ? trials_check(inv, path, &s, &which)
					  : trials_prepare(inv, path, &s, &which);
	if (status != EXIT_OK || inv->options.dry_run)
		return status != EXIT_OK ? status : tell(inv, &s, &which, 0, EXIT_OK);
	status = trials_submit(inv, path, &s, &which, &n);
	return tell(inv, &s, &which, n, status);
}
