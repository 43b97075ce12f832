/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/sweep/view.h"

#include "driver/jobs/elements.h"
#include "driver/sweep/packed.h"
#include "driver/sweep/unfinished.h"

const char *const trial_state_words[] = {"unsubmitted", "pending", "running",
					 "done",        "failed",  "unknown"};

/* The job with all its elements, each under its id. False after a message. */
static bool load_job(struct invocation *inv, struct str id, struct sweep_view *v,
		     struct map *places)
{
	struct job_files job;
	bool is_found = false;

	if (!job_load(inv, id, &job, &is_found))
		return false;
	if (!is_found)
		return true;
	job.task = STR("");
	struct job_list parts;
	if (!job_parts(inv, &job, &parts))
		return false;
	for (uint32_t i = 0; i < parts.list.n; i++) {
		map_put(places, inv->arena, parts.list.items[i].id, v->jobs.list.n);
		*LIST_PUSH(inv->arena, &v->jobs.list) = parts.list.items[i];
	}
	return true;
}

static bool load_jobs(struct invocation *inv, const struct sweep_run *s, struct sweep_view *v,
		      struct map *places)
{
	struct map seen = {0};

	for (uint32_t i = 0; i < s->trials.n; i++) {
		struct str base;

		array_tasks(s->trials.items[i].job, &base);
		if (base.len == 0 || map_put(&seen, inv->arena, base, 1) != MAP_NONE)
			continue;
		if (!load_job(inv, base, v, places))
			return false;
	}
	return true;
}

static enum trial_state state_of(const struct job_view *view, struct str word)
{
	if (job_view_is_over(view))
		return str_eq_c(word, "COMPLETED") ? TRIAL_DONE : TRIAL_FAILED;
	if (str_eq_c(word, "UNKNOWN"))
		return TRIAL_UNKNOWN;
	return str_eq_c(word, "PENDING") ? TRIAL_PENDING : TRIAL_RUNNING;
}

bool sweep_view_read(struct invocation *inv, struct sweep_run *s, struct sweep_view *v)
{
	struct map places = {0};

	*v = (struct sweep_view){0};
	if (!unfinished_find(inv, s) || !load_jobs(inv, s, v, &places))
		return false;
	v->views = ARENA_ARRAY(inv->arena, v->jobs.list.n + 1, struct job_view);
	v->trials = ARENA_ARRAY(inv->arena, s->trials.n, struct trial_view);
	job_views_read(inv, &v->jobs, true, v->views);
	for (uint32_t i = 0; i < s->trials.n; i++) {
		struct trial_view *t = &v->trials[i];
		uint32_t place = map_get(&places, s->trials.items[i].job);

		*t = (struct trial_view){.trial = &s->trials.items[i], .word = STR("")};
		if (t->trial->is_uncertain) {
			t->state = TRIAL_UNKNOWN;
		} else if (t->trial->job.len == 0) {
			t->state = TRIAL_UNSUBMITTED;
		} else if (place == MAP_NONE) {
			t->state = TRIAL_UNKNOWN;
		} else {
			t->job = &v->views[place];
			t->word = job_view_word(t->job);
			t->state = state_of(t->job, t->word);
		}
		v->counts[t->state]++;
	}
	if (s->form == SWEEP_PACKED)
		packed_view_read(inv, s, v);
	return true;
}
