/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the supervisor tells of each note: every row gives a sentence with and without the service's
 * name, the lines whose wording is a promise read as promised, and docs/schema/event.schema.json has
 * the words of the rows; HPCC_UPDATE=1 writes them there.
 */
#include "tests/unit/test.h"

#include <signal.h>
#include <string.h>

#include "ir/support/arena.h"
#include "runtime/core/notes.h"
#include "tests/unit/pages.h"

#define N_NOTES (RT_NOTE_TEARDOWN + 1)

struct scene {
	struct rt_service_def def[2];
	struct rt_service service[2];
	struct rt_core core;
	struct rt_action note;
	char text[RT_NOTE_ROOM];
};

static void begin(struct scene *s)
{
	*s = (struct scene){.note = {.kind = RT_ACT_NOTE,
				     .other = 1,
				     .status = 42,
				     .restarts = 2,
				     .window_count = 3,
				     .failed_looks = 3,
				     .signal = SIGTERM}};
	s->def[0] = (struct rt_service_def){.name = "worker",
					    .max_restarts = 5,
					    .max_in_window = 4,
					    .window = 60 * RT_SECOND,
					    .start_timeout = 90 * RT_SECOND};
	s->def[0].ready.time = RT_SECOND / 2;
	s->def[0].live.failures = 6;
	s->def[1].name = "server";
	for (int i = 0; i < 2; i++)
		s->service[i] = (struct rt_service){.def = &s->def[i], .launches = 1};
	s->core.service = s->service;
}

static const char *said(struct scene *s, enum rt_note note, bool is_named)
{
	s->note.note = note;
	return rt_note_text(&s->core, &s->note, "404", is_named, s->text);
}

static void test_promised(void **state)
{
	static const struct {
		enum rt_note note;
		const char *log, *screen;
	} rows[] = {
		{RT_NOTE_RESTARTING,
		 "service 'worker' exited with status 42; restarting (2/5), 3/4 failures in 60s",
		 "exited with status 42; restarting (2/5), 3/4 failures in 60s"},
		{RT_NOTE_LIFETIME_CAP,
		 "service 'worker' exited with status 42; lifetime cap reached (2/5 restarts): job "
		 "fails",
		 "exited with status 42; lifetime cap reached (2/5 restarts): job fails"},
		{RT_NOTE_WINDOW_CAP,
		 "service 'worker' exited with status 42; window cap reached (3 failures in 60s): "
		 "job fails",
		 "exited with status 42; window cap reached (3 failures in 60s): job fails"},
		{RT_NOTE_NEVER_READY,
		 "service 'worker' was not ready within 500ms: job fails (last look: 404)",
		 "was not ready within 500ms: job fails (last look: 404)"},
		{RT_NOTE_UNHEALTHY,
		 "service 'worker' is unhealthy: 3 looks in a row have failed (last look: 404)",
		 "is unhealthy: 3 looks in a row have failed (last look: 404)"},
		{RT_NOTE_LOOK_FAILED, "service 'worker' failed a look (3/6) (last look: 404)",
		 "failed a look (3/6) (last look: 404)"},
		{RT_NOTE_START_TIMEOUT,
		 "service 'worker' has not begun within 90s: its launch has failed",
		 "has not begun within 90s: its launch has failed"},
		{RT_NOTE_PROLOGUE_FAILED, "prologue of service 'worker' failed with status 42",
		 "prologue failed with status 42"},
		{RT_NOTE_STOPPING, "stopping service 'worker' (TERM)", "stopping (TERM)"},
		{RT_NOTE_CONDITION_BROKEN,
		 "service 'worker' waits for 'server', which ended before it was ready: job fails",
		 "waits for 'server', which ended before it was ready: job fails"},
		{RT_NOTE_SHUTDOWN, "signal TERM: the job ends", "signal TERM: the job ends"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scene s;
		begin(&s);
		assert_string_equal(said(&s, rows[i].note, true), rows[i].log);
		assert_string_equal(said(&s, rows[i].note, false), rows[i].screen);
	}
}

static void test_ends(void **state)
{
	struct scene s;
	(void)state;
	begin(&s);
	s.service[0].verdict = RT_V_NOT_STARTED;
	assert_string_equal(said(&s, RT_NOTE_JOB_FAILS, false),
			    "exited with status 42 (not-started): job fails");
	s.service[0].verdict = RT_V_APP_SIGNAL;
	s.service[0].signal = SIGSEGV;
	assert_string_equal(said(&s, RT_NOTE_IGNORED, false),
			    "was ended by signal SEGV (status 42); ignored");
	int status = s.note.status;
	s.note.status = 0;
	assert_string_equal(said(&s, RT_NOTE_IGNORED, false), "was ended by signal SEGV; ignored");
	s.note.status = status;
	s.service[0].verdict = RT_V_OOM;
	assert_string_equal(said(&s, RT_NOTE_STOPPED, false),
			    "ran out of memory (status 42); stopped");
	s.service[0].verdict = RT_V_UNHEALTHY;
	assert_string_equal(said(&s, RT_NOTE_JOB_FAILS, false),
			    "was stopped as unhealthy: job fails");
	s.service[0].launches = 2;
	assert_string_equal(said(&s, RT_NOTE_LAUNCHED, false), "started again");
}

/* A sentence of any row is one line, names the service at most once, and fits whatever is in it. */
static void test_all(void **state)
{
	char name[2 * RT_NOTE_ROOM];
	(void)state;
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	for (int i = 0; i < N_NOTES; i++) {
		const struct rt_note_row *row = rt_note_row((enum rt_note)i);
		struct scene s;
		begin(&s);
		const char *text = said(&s, (enum rt_note)i, true);
		assert_true(*text && !strpbrk(text, "{}<>"));
		for (const char *c = text; *c; c++)
			assert_true(*c >= ' ');
		assert_int_equal(strstr(text, "worker") != NULL, !row->is_job);
		assert_null(strstr(said(&s, (enum rt_note)i, false), "worker"));
		assert_ptr_equal(rt_note_of_word(row->word), row);
		s.def[0].name = s.def[1].name = name;
		assert_true(strlen(said(&s, (enum rt_note)i, true)) < RT_NOTE_ROOM);
	}
	assert_null(rt_note_of_word("begin"));
}

static struct str words(struct arena *a)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "\"begin\", \"end\"");
	for (int i = 0; i < N_NOTES; i++)
		buf_add_fmt(&b, ", \"%s\"", rt_note_row((enum rt_note)i)->word);
	return buf_str(&b);
}

static void test_schema(void **state)
{
	struct arena a;
	(void)state;
	arena_init(&a);
	page_has("docs/schema/event.schema.json", "\"event\": {\"enum\": [", "]", words(&a),
		 "unit_rt_notes");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_promised),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_schema),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
