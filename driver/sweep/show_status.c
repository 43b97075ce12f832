/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc sweep status: how far the trials are.
 *
 *	sweep demo-1 as jobs, 12 trials: 1 pending, 2 running, 8 done, 1 failed
 *	TRIAL  STATE      JOB   FOR    CONFIG  WHY
 *	t003   FAILED     4714  12.1s  lr=0.1  'app' app-exit 4
 *	first failure: t003, 'app' app-exit 4; more: hpcc why 4714
 */
#include "driver/sweep/actions.h"

#include "driver/array/csv.h"
#include "driver/array/rows.h"
#include "driver/screen/style.h"
#include "driver/screen/table.h"
#include "driver/sweep/view.h"
#include "driver/system.h"

enum {
	ROWS_EACH =
		24 /* of so many trials each has a row; of more those that aren't done or wait */
};

static const struct table_column columns[] = {
	{"TRIAL", 5, false}, {"STATE", 7, false},   {"JOB", 4, false},
	{"FOR", 4, true},    {"CONFIG", 12, false},
};

static struct str word_of(const struct trial_view *t)
{
	return t->word.len > 0 ? t->word : str_c(trial_state_words[t->state]);
}

static struct str why_of(struct invocation *inv, const struct trial_view *t)
{
	struct str service;

	if (t->state == TRIAL_FAILED)
		return array_failure(inv, t->job, &service);
	if (t->state == TRIAL_PENDING && t->job)
		return t->job->queue.reason;
	if (t->trial->is_uncertain)
		return STR("hpcc was ended while it submitted it");
	if (t->state == TRIAL_UNKNOWN && !t->job)
		return STR("the files of its job are gone");
	return STR("");
}

static struct str seconds_text(struct arena *a, const struct trial_view *t)
{
	double seconds = t->job ? job_view_seconds(t->job) : -1;

	return seconds >= 0 ? duration_text(a, seconds) : STR("");
}

static void add_row(struct invocation *inv, struct table *t, const struct trial_view *trial)
{
	struct table_row *row = table_add(t);

	row->cells[0] = trial->trial->id;
	row->cells[1] = word_of(trial);
	row->cells[2] = trial->trial->job;
	row->cells[3] = seconds_text(inv->arena, trial);
	row->cells[4] = trial->trial->config;
	row->color = style_of_state(t->style, row->cells[1], STR(""));
	row->note = why_of(inv, trial);
}

static struct str counts_text(struct arena *a, const struct sweep_view *v)
{
	struct buf b;

	buf_init(&b, a);
	for (unsigned i = 0; i < N_TRIAL_STATES; i++)
		if (v->counts[i] > 0)
			buf_add_fmt(&b, "%s%u %s", b.len ? ", " : "", v->counts[i],
				    trial_state_words[i]);
	return buf_str(&b);
}

/* The trial whose job failed first; NULL: none has. */
static const struct trial_view *failed_first(const struct sweep_run *s, const struct sweep_view *v)
{
	const struct job_view *first = job_views_failed_first(v->views, v->jobs.list.n);

	if (s->form == SWEEP_PACKED)
		return v->failed_first;
	for (uint32_t i = 0; first && i < s->trials.n; i++)
		if (v->trials[i].job == first)
			return &v->trials[i];
	return NULL;
}

static void print_text(struct invocation *inv, const struct sweep_run *s,
		       const struct sweep_view *v)
{
	struct arena *a = inv->arena;
	struct style style = style_for(inv, stdout);
	struct table t = {.arena = a,
			  .columns = columns,
			  .n = sizeof(columns) / sizeof(*columns),
			  .colored = 1,
			  .style = &style,
			  .note_name = "WHY"};
	uint32_t n_left_out = 0;

	printf("sweep %.*s as %s, %u trial%s: %.*s\n", STR_ARG(s->id), sweep_form_words[s->form],
	       s->trials.n, s->trials.n == 1 ? "" : "s", STR_ARG(counts_text(a, v)));
	for (uint32_t i = 0; i < s->trials.n; i++) {
		enum trial_state state = v->trials[i].state;

		if (s->trials.n <= ROWS_EACH ||
		    (t.rows.n < ROWS_EACH && state != TRIAL_DONE && state != TRIAL_PENDING))
			add_row(inv, &t, &v->trials[i]);
		else
			n_left_out++;
	}
	if (t.rows.n > 0)
		table_print(stdout, &t, screen_width(stdout));
	if (n_left_out > 0)
		printf("%u more: --format=csv lists all\n", n_left_out);
	const struct trial_view *first = failed_first(s, v);
	if (first)
		printf("%sfirst failure: %.*s%s, %.*s; more: %s%.*s\n", style.bad,
		       STR_ARG(first->trial->id), style.off,
		       STR_ARG(str_visible(a, why_of(inv, first), VISIBLE_LINE)),
		       s->form == SWEEP_PACKED ? "" : "hpcc why ",
		       STR_ARG(s->form == SWEEP_PACKED ? path_shown(a, first->job->job->batch_log)
						       : first->trial->job));
}

static void print_csv(struct invocation *inv, const struct sweep_run *s, const struct sweep_view *v)
{
	struct arena *a = inv->arena;

	printf("trial,state,word,job,seconds,config,why\n");
	for (uint32_t i = 0; i < s->trials.n; i++) {
		const struct trial_view *t = &v->trials[i];
		double seconds = t->job ? job_view_seconds(t->job) : -1;

		csv_put(stdout, a, t->trial->id, false);
		csv_put(stdout, a, str_c(trial_state_words[t->state]), false);
		csv_put(stdout, a, word_of(t), false);
		csv_put(stdout, a, t->trial->job, false);
		csv_put(stdout, a, seconds >= 0 ? str_fmt(a, "%.2f", seconds) : STR(""), false);
		csv_put_safe(stdout, a, t->trial->config, false);
		csv_put_safe(stdout, a, why_of(inv, t), true);
	}
}

static json_t *trial_json(struct invocation *inv, const struct trial_view *t)
{
	struct arena *a = inv->arena;
	double seconds = t->job ? job_view_seconds(t->job) : -1;

	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:o}", "id", json_visible(a, t->trial->id),
			 "state", trial_state_words[t->state], "status", json_text(a, t->word),
			 "job", json_text(a, t->trial->job), "seconds",
			 seconds >= 0 ? json_seconds(seconds) : json_null(), "config",
			 json_visible(a, t->trial->config), "why", json_text(a, why_of(inv, t)));
}

static void print_json(struct invocation *inv, const struct sweep_run *s,
		       const struct sweep_view *v)
{
	json_t *trials = json_array(), *counts = json_object();
	const struct trial_view *first = failed_first(s, v);

	for (unsigned i = 0; i < N_TRIAL_STATES; i++)
		json_object_set_new(counts, trial_state_words[i], json_integer(v->counts[i]));
	for (uint32_t i = 0; i < s->trials.n; i++)
		json_array_append_new(trials, trial_json(inv, &v->trials[i]));
	json_print(json_pack("{s:i, s:o, s:s, s:o, s:o, s:o}", "schema_version", 1, "sweep",
			     json_visible(inv->arena, s->id), "as", sweep_form_words[s->form],
			     "counts", counts, "first_failure",
			     first ? json_visible(inv->arena, first->trial->id) : json_null(),
			     "trials", trials));
}

int sweep_status(struct invocation *inv)
{
	struct sweep_run s;
	struct sweep_view v;

	if (!sweep_load(inv, sweep_named(inv), &s) || !sweep_view_read(inv, &s, &v))
		return EXIT_ENVIRONMENT;
	if (inv->options.format == FORMAT_JSON)
		print_json(inv, &s, &v);
	else if (inv->options.format == FORMAT_CSV)
		print_csv(inv, &s, &v);
	else
		print_text(inv, &s, &v);
	return EXIT_OK;
}
