/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tale of a run from events that no supervisor wrote, thousands of them at random: whatever they say, spans of a
 * service lie one behind the other, and the critical chain covers the job from its beginning to its end. And what is
 * told of runs by hand: of a requeued one the last, pieces of a line, marks of an axis. tests/tale has whole runs.
 */
#include <stdlib.h>

#include "driver/tale/json.h"
#include "driver/tale/rows.h"
#include "driver/tale/text.h"
#include "runtime/core/notes.h"
#include "tests/unit/test.h"

enum {
	ROUNDS = 3000,
	SERVICES = 4
};

static const char *const names[SERVICES + 1] = {"a", "b", "c", "d", "nobody"};
static const char *const states[] = {"waiting", "starting", "running", "ready",   "stopping",
				     "exited",  "backoff",  "skipped", "dancing", ""};
static const char table[] = "\"$HPCC_RT\" supervise --functions <(x) <<'HPCC_TABLE' &\n"
			    "hpcc-table 1\n"
			    "service a\n  run f\n  ready sleep 1s\n  epilogue e\n"
			    "service b\n  run f\n  after a healthy\n  prologue p\n"
			    "  on-failure restart max 9 window 2 in 60s backoff 1s\n"
			    "  on restart r\n  on window-exhausted w\n"
			    "service c\n  run f\n  after a started\n  after b completed\n"
			    "service d\n  run f\n  after c completed\n"
			    "HPCC_TABLE\n";

/* Four services of a state file. */
static json_t *state_of(bool is_over)
{
	json_t *state =
		json_pack("{s:s, s:s, s:s?, s:[]}", "status", is_over ? "FAILED" : "RUNNING",
			  "started_at", "2026-01-31T12:00:00.000Z", "ended_at",
			  is_over ? "2026-01-31T12:00:20.000Z" : NULL, "services");

	for (int i = 0; i < SERVICES; i++)
		json_array_append_new(json_object_get(state, "services"),
				      json_pack("{s:s, s:s, s:n}", "name", names[i], "state",
						"waiting", "readiness"));
	return state;
}

static json_t *event_of(double at, const char *service, const char *word, const char *state)
{
	return json_pack("{s:s, s:f, s:s?, s:s, s:s, s:i, s:i, s:s}", "t_wall",
			 "2026-01-31T12:00:01.000Z", "t_mono", 100 + at, "service", service,
			 "event", word, "state", state, "launch", 1, "status", 1, "text", word);
}

static void take(struct tale *t, json_t *event)
{
	tale_take(t, event, (struct citation){0});
	json_decref(event);
}

static void check_spans(const struct tale_span *spans, uint32_t n, double from, double to)
{
	for (uint32_t i = 0; i < n; i++) {
		assert_true(spans[i].from == from);
		assert_true(spans[i].to > spans[i].from && spans[i].to <= to);
		assert_true((int)spans[i].kind < TALE_KINDS);
		from = spans[i].to;
	}
}

/* What holds of every tale. */
static void check_tale(struct tale *t)
{
	double at = 0;

	for (uint32_t i = 0; i < t->services.n && t->has_events; i++)
		check_spans(t->services.items[i].spans.items, t->services.items[i].spans.n,
			    t->services.items[i].spans.n ? t->services.items[i].spans.items[0].from
							 : 0,
			    t->end);
	for (uint32_t i = 0; i < t->chain.n; i++) {
		const struct tale_link *link = &t->chain.items[i];

		assert_true(link->from == at && link->to >= link->from);
		check_spans(link->spans.items, link->spans.n, link->from, link->to);
		assert_true(link->spans.n == 0 ||
			    link->spans.items[link->spans.n - 1].to == link->to);
		at = link->to;
	}
	assert_true(!t->has_events || at == t->end);
	struct tale_rows rows;
	tale_rows(t, NULL, 2, &rows);
	struct tale_cell cells[7];
	for (uint32_t i = 0; i < rows.list.n; i++)
		tale_cells(t, &rows.list.items[i], cells, 7);
	json_decref(tale_json(t));
}

static const char *random_word(void)
{
	static const char *const others[] = {"begin", "end", "teardown", "signal", "celebrated"};
	int n = rand() % (RT_NOTE_TEARDOWN + 6);

	return n <= RT_NOTE_TEARDOWN ? rt_note_row((enum rt_note)n)->word
				     : others[n - RT_NOTE_TEARDOWN - 1];
}

static void any_events(void **unused)
{
	json_t *over = state_of(true), *running = state_of(false), *record = json_object();

	(void)unused;
	uint32_t links = 0;
	srand(3);
	for (int round = 0; round < ROUNDS; round++) {
		struct arena a;
		struct tale t;
		struct tale_source source = {.record = record,
					     .state = round % 3 ? over : running,
					     .script = round % 5 ? str_c(table) : (struct str){0},
					     .id = STR("1"),
					     .word = STR("FAILED"),
					     .is_over = round % 3 != 0,
					     .now = 1769860800 + 30};

		arena_init(&a);
		tale_open(&t, &a, &source);
		assert_int_equal(t.has_table, round % 5 != 0);
		double at = 0;
		for (int i = rand() % 60; i > 0; i--) {
			at += rand() % 4 ? rand() % 1000 / 1000.0 : rand() % 7 - 3;
			take(&t, event_of(at, rand() % 8 ? names[rand() % (SERVICES + 1)] : NULL,
					  random_word(), states[rand() % 10]));
		}
		tale_close(&t);
		check_tale(&t);
		links += t.chain.n;
		arena_free(&a);
	}
	assert_true(links > ROUNDS); /* the chains were no empty ones */
	json_decref(over);
	json_decref(running);
	json_decref(record);
}

/* What a job is at by now. */
static void head(void **unused)
{
	static const struct {
		bool is_over, has_ended;
		const char *says;
	} rows[] = {
		{true, true, "job 1: FAILED, "},
		{false, true, "job 1: FAILED, and closes; "},
		{false, false, "job 1: FAILED until this moment, "},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		json_t *state = state_of(rows[i].has_ended), *record = json_object();
		struct tale_source source = {.record = record,
					     .state = state,
					     .id = STR("1"),
					     .word = STR("FAILED"),
					     .is_over = rows[i].is_over,
					     .now = 1769860800 + 30};
		struct arena a;
		struct tale t;

		arena_init(&a);
		tale_open(&t, &a, &source);
		tale_close(&t);
		assert_true(str_has_prefix(tale_head_text(&t), rows[i].says));
		arena_free(&a);
		json_decref(state);
		json_decref(record);
	}
}

/* A requeued job: what its first run did is no part of it. */
static void last_run(void **unused)
{
	json_t *state = state_of(true), *record = json_object();
	struct tale_source source = {.record = record, .state = state, .is_over = true};
	struct arena a;
	struct tale t;

	(void)unused;
	arena_init(&a);
	tale_open(&t, &a, &source);
	take(&t, event_of(0, NULL, "begin", "RUNNING"));
	take(&t, event_of(1, "a", "launched", "starting"));
	take(&t, event_of(2, "a", "job-fails", "exited"));
	take(&t, event_of(50, NULL, "begin", "RUNNING"));
	take(&t, event_of(53, "a", "launched", "starting"));
	take(&t, event_of(54, "a", "running", "running"));
	take(&t, event_of(56, "a", "completed", "exited"));
	take(&t, event_of(56, NULL, "end", "COMPLETED"));
	tale_close(&t);
	const struct tale_service *s = &t.services.items[tale_find(&t, STR("a"))];
	assert_int_equal(s->spans.n, 3);
	assert_int_equal(s->marks.n, 0);
	assert_int_equal(s->spans.items[2].kind, TALE_RUNNING);
	assert_true(s->spans.items[0].to - s->spans.items[0].from == 3);
	assert_true(s->over_at == t.services_at + 6);
	assert_int_equal(tale_find(&t, STR("e")), TALE_JOB);
	arena_free(&a);
	json_decref(state);
	json_decref(record);
}

/* However short something is, a piece of the line shows it; waiting is shown where nothing else is. */
static void pieces(void **unused)
{
	struct tale_span spans[] = {{TALE_WAITING, 0, 0, 5.5}, {TALE_RUNNING, 1, 5.5, 5.51}};
	struct tale_service s = {.spans = {spans, 2, 2}};
	struct tale t = {.end = 10};
	struct tale_cell cells[10];

	(void)unused;
	tale_cells_of(&t, &s, cells, 10);
	for (int i = 0; i < 10; i++)
		assert_int_equal(cells[i].kind, i < 5    ? TALE_WAITING
						: i == 5 ? TALE_RUNNING
							 : TALE_OVER);
}

static void axis(void **unused)
{
	struct arena a;

	(void)unused;
	arena_init(&a);
	for (double length = 0.0005; length < 1e9; length *= 1.7)
		for (unsigned most = 1; most < 20; most++)
			assert_true(tale_tick(length, most) * most >= length || length > 3e7);
	assert_true(tale_tick(9, 5) == 2 && tale_tick(90, 5) == 30 && tale_tick(7000, 4) == 1800);
	assert_str(tale_tick_text(&a, 0), "0");
	assert_str(tale_tick_text(&a, 0.25), "0.25s");
	assert_str(tale_tick_text(&a, 90), "1m30s");
	assert_str(tale_tick_text(&a, 7200), "2h");
	assert_str(tale_tick_text(&a, 108000), "1d6h");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_events), cmocka_unit_test(last_run), cmocka_unit_test(head),
		cmocka_unit_test(pieces),     cmocka_unit_test(axis),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
