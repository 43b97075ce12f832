/* SPDX-License-Identifier: Apache-2.0 */
/* How far the trials of a packed sweep are: by the runner's journal, and the marks of trials that it didn't outlive. */
#include "driver/sweep/packed.h"

#include "driver/system.h"
#include "driver/trust.h"

enum {
	MAX_JOURNAL = 256 << 20,
	MAX_MARK = 4096
};

/* What the journal said of a trial last: a verdict, that it was started, or nothing. */
enum last_word {
	COMPLETED,
	FAILED,
	PRUNED,
	STOPPED,
	LOST,
	UNFIT,
	N_VERDICTS,
	STARTED,
	NOTHING
};

/* What a verdict means once the job is over. */
static const struct {
	const char *verdict, *word;
	enum trial_state state;
	bool is_final; /* over jobs */
} verdicts[N_VERDICTS] = {
	[COMPLETED] = {"completed", "COMPLETED", TRIAL_DONE, true},
	[FAILED] = {"failed", "FAILED", TRIAL_FAILED, true},
	[PRUNED] = {"pruned", "PRUNED", TRIAL_FAILED, true},
	[STOPPED] = {"stopped", "CANCELLED", TRIAL_FAILED, false},
	[LOST] = {"lost", "LOST", TRIAL_FAILED, false},
	[UNFIT] = {"unfit", "UNFIT", TRIAL_FAILED, false},
};

static void take_line(const json_t *line, const struct sweep_run *s, struct sweep_view *v,
		      enum last_word *last)
{
	uint64_t place = json_uint(line, "index");
	struct str trial = json_str(line, "trial"), event = json_str(line, "event");
	bool is_again = json_is_true(json_object_get(line, "again"));

	if (trial.len == 0 || place >= s->trials.n || !str_eq(trial, s->trials.items[place].id))
		return;
	if (str_eq_c(event, "started"))
		last[place] = STARTED;
	for (enum last_word i = COMPLETED; str_eq_c(event, "ended") && i < N_VERDICTS; i++)
		if (str_eq_c(json_str(line, "verdict"), verdicts[i].verdict))
			last[place] = is_again ? STARTED : i;
	if (last[place] == FAILED && !v->failed_first)
		v->failed_first = &v->trials[place];
}

/* The last line of each trial counts. */
static void read_journal(struct invocation *inv, const struct sweep_run *s, struct sweep_view *v,
			 enum last_word *last)
{
	struct str text, why;

	if (trust_read(inv->arena, s->folder, "trials.jsonl", MAX_JOURNAL, &text, &why) !=
	    FOUND_FILE)
		return;
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		json_t *one = json_loadb(line.ptr, line.len, 0, NULL);

		take_line(one, s, v, last);
		json_decref(one);
	}
}

static bool has_mark_of_success(struct invocation *inv, const struct sweep_run *s, struct str trial)
{
	struct str text, why;
	struct str path = str_fmt(inv->arena, "trials/%.*s/trial-end", STR_ARG(trial));

	return trust_read(inv->arena, s->folder, path.ptr, MAX_MARK, &text, &why) == FOUND_FILE &&
	       str_contains(text, " status=0 ");
}

static void judge(struct invocation *inv, const struct sweep_run *s, struct trial_view *t,
		  enum last_word last)
{
	enum trial_state outer = t->state;
	bool is_over = outer == TRIAL_DONE || outer == TRIAL_FAILED;

	if (last == STARTED && is_over)
		last = has_mark_of_success(inv, s, t->trial->id) ? COMPLETED : LOST;
	if (last < N_VERDICTS && (is_over || verdicts[last].is_final)) {
		t->state = verdicts[last].state;
		t->word = str_c(verdicts[last].word);
	} else if (last == STARTED) {
		t->state = outer == TRIAL_UNKNOWN ? TRIAL_UNKNOWN : TRIAL_RUNNING;
		t->word = STR("RUNNING");
	} else if (is_over) {
		t->state = TRIAL_UNSUBMITTED;
		t->word = STR("");
	} else if (outer == TRIAL_RUNNING) {
		t->state = TRIAL_PENDING;
		t->word = STR("PENDING");
	}
}

/* A trial has the files of a local job. */
static const struct job_view *files_of(struct invocation *inv, const struct sweep_run *s,
				       const struct trial_view *t)
{
	struct arena *a = inv->arena;
	struct job_files *job = ARENA_ARRAY(a, 1, struct job_files);
	struct job_view *view = ARENA_ARRAY(a, 1, struct job_view);
	struct str trials = path_join(a, s->folder, STR("trials"));

	*job = (struct job_files){.id = t->trial->id,
				  .number = t->trial->id,
				  .runtime_root = trials,
				  .root = path_join(a, trials, t->trial->id),
				  .record = json_object(),
				  .is_local = true};
	job->batch_log = path_join(a, job->root, STR("batch.log"));
	*view = (struct job_view){.job = job};
	view->state = job_state(inv, job, &view->state_error);
	return view;
}

void packed_view_read(struct invocation *inv, const struct sweep_run *s, struct sweep_view *v)
{
	enum last_word *last = ARENA_ARRAY(inv->arena, s->trials.n, enum last_word);

	for (uint32_t i = 0; i < s->trials.n; i++)
		last[i] = NOTHING;
	read_journal(inv, s, v, last);
	for (unsigned i = 0; i < N_TRIAL_STATES; i++)
		v->counts[i] = 0;
	for (uint32_t i = 0; i < s->trials.n; i++) {
		struct trial_view *t = &v->trials[i];

		judge(inv, s, t, last[i]);
		if (last[i] != NOTHING)
			t->job = files_of(inv, s, t);
		v->counts[t->state]++;
	}
	if (v->failed_first && v->failed_first->state != TRIAL_FAILED)
		v->failed_first = NULL;
}
