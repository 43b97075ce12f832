/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc events: what has happened in a job, a line each, and with --follow what happens.
 *
 *	2026-01-31T12:00:01.512Z  worker  restarting  exited with status 3; restarting (1/3), …  [app-exit 3]
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/interrupt.h"
#include "driver/jobs/elements.h"
#include "driver/screen/services.h"
#include "driver/screen/style.h"
#include "driver/story/attempts.h"
#include "driver/story/event_stream.h"
#include "driver/story/pulse.h"
#include "driver/system.h"
#include "ir/files.gen.h"
#include "runtime/core/notes.h"

enum {
	WORD_COLUMNS = 11
};

/* One job, or one element of an array. */
struct teller {
	struct invocation *inv;
	const struct job_files *part;
	struct event_stream stream;
	struct style style;
	struct str prefix; /* "3/" before the names of an element's services, or empty */
	unsigned name_width;
	uint64_t attempt; /* of the next event; the next one that begins has this number */
	bool has_begun;
	json_t *list; /* of events, for programs; NULL: none is made */
	bool is_json;
};

static const char *color_of(const struct style *style, const char *event)
{
	const struct rt_note_row *row = rt_note_of_word(event);
	enum rt_tone tone = row ? row->tone : RT_TONE_PLAIN;

	return tone == RT_TONE_GOOD   ? style->good
	       : tone == RT_TONE_BUSY ? style->busy
	       : tone == RT_TONE_BAD  ? style->bad
				      : "";
}

/* What the event says beside its word: a sentence, and how it ended. */
static struct str words_of(struct arena *a, const struct teller *t, const json_t *e)
{
	struct str text = json_str(e, "text"), event = json_str(e, "event");
	struct str verdict = json_str(e, "verdict"), state = json_str(e, "state");

	if (str_eq_c(event, "begin") && t->attempt > 0)
		return str_fmt(a, "attempt %llu", (unsigned long long)t->attempt);
	if (str_eq_c(event, "end"))
		return str_fmt(a, "%.*s with status %lld", STR_ARG(state),
			       json_integer_value(json_object_get(e, "status")));
	if (str_eq(text, event))
		text = STR("");
	if (verdict.len == 0 || str_eq(verdict, event))
		return text;
	return str_fmt(a, "%.*s%s[%.*s]", STR_ARG(text), text.len > 0 ? "  " : "",
		       STR_ARG(verdict));
}

static void print_event(const struct teller *t, struct arena *a, const json_t *e, struct str name)
{
	struct str event = json_str(e, "event"), words = words_of(a, t, e);
	struct str who = str_fmt(a, "%.*s%.*s", STR_ARG(t->prefix), STR_ARG(name));
	const struct style *s = &t->style;

	printf("%s%.*s%s  %s%.*s%s  %s", s->dim,
	       STR_ARG(str_visible(a, json_str(e, "t_wall"), VISIBLE_LINE)), s->off, s->bold,
	       STR_ARG(padded(a, who, t->name_width)), s->off, color_of(s, str_to_c(a, event)));
	print_visible(stdout, words.len > 0 ? padded(a, event, WORD_COLUMNS) : event, VISIBLE_LINE);
	printf("%s", words.len > 0 ? "  " : "");
	print_visible(stdout, words, VISIBLE_LINE);
	printf("%s\n", s->off);
}

static void give_event(const struct teller *t, const json_t *e)
{
	json_t *copy = json_copy((json_t *)e);

	json_object_set_new(copy, "job", json_text(t->inv->arena, t->part->id));
	json_object_set_new(copy, "attempt", json_integer((json_int_t)t->attempt));
	if (t->list) {
		json_array_append_new(t->list, copy);
		return;
	}
	char *text = json_dumps(copy, JSON_COMPACT | JSON_REAL_PRECISION(15));
	puts(text);
	free(text);
	json_decref(copy);
}

static void take_event(void *context, const json_t *e)
{
	struct teller *t = context;
	struct str service = json_str(e, "service");
	struct str name = service.len > 0 ? service : STR("job");

	if (str_eq_c(json_str(e, "event"), "begin")) {
		t->attempt += t->has_begun;
		t->has_begun = true;
	}
	if (!service_is_wanted(t->inv, t->part, name))
		return;
	struct arena scratch;
	arena_init(&scratch);
	if (t->is_json)
		give_event(t, e);
	else
		print_event(t, &scratch, e, name);
	arena_free(&scratch);
}

static void begin_teller(struct teller *t, struct invocation *inv, const struct job_files *part)
{
	const json_t *services = json_object_get(part->record, "services");
	struct arena *a = inv->arena;

	*t = (struct teller){.inv = inv, .part = part, .style = style_for(inv, stdout)};
	t->is_json = inv->options.format == FORMAT_JSON;
	if (part->task.len > 0)
		t->prefix = str_fmt(a, "%.*s/", STR_ARG(part->task));
	t->name_width = 3;
	for (size_t i = 0; i < json_array_size(services); i++)
		widen_for(a, &t->name_width, json_str(json_array_get(services, i), "name"));
	t->name_width += (unsigned)t->prefix.len;
}

/* What earlier attempts have left, and then what there is of the newest. */
static void tell_past(struct teller *t)
{
	uint64_t newest = newest_attempt(t->inv, t->part);

	for (uint64_t i = 0; i < newest; i++) {
		t->attempt = i;
		t->has_begun = false;
		event_stream_begin(&t->stream, t->inv, t->part, attempt_folder(t->inv->arena, i));
		event_stream_step(&t->stream, take_event, t);
		event_stream_end(&t->stream);
	}
	t->attempt = newest;
	t->has_begun = false;
	event_stream_begin(&t->stream, t->inv, t->part, STR(""));
	event_stream_step(&t->stream, take_event, t);
}

static int follow_events(struct invocation *inv, const struct job_files *job,
			 const struct job_list *parts, struct teller *tellers)
{
	struct pulse pulse;

	pulse_begin(&pulse, inv, job, parts);
	while (pulse_beats(&pulse) && !output_is_gone(stdout)) {
		bool is_over = pulse_look(&pulse);

		for (uint32_t i = 0; i < parts->list.n; i++)
			event_stream_step(&tellers[i].stream, take_event, &tellers[i]);
		fflush(stdout);
		if (is_over)
			return pulse_say_end(&pulse);
		pulse_wait(&pulse, 0);
	}
	return output_is_gone(stdout) ? EXIT_UNEXPECTED : 128 + interrupt_take();
}

/* Why there is nothing to tell; a job that waits in the queue has none yet. */
static bool can_be_read(struct invocation *inv, const struct job_files *part)
{
	struct str why;
	int fd = job_open(inv->arena, part, JOB_FILE_EVENTS, &why);

	if (fd < 0)
		complain("job %.*s has no events to read: %.*s", STR_ARG(part->id), STR_ARG(why));
	else
		close(fd);
	return fd >= 0;
}

int cmd_events(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	if (!services_are_known(inv, &job, "job"))
		return EXIT_USAGE;
	uint32_t n = parts.list.n, n_read = 0;
	struct teller *tellers = ARENA_ARRAY(inv->arena, n, struct teller);
	json_t *list = NULL;
	if (inv->options.format == FORMAT_JSON && !inv->options.follow)
		list = json_array();
	for (uint32_t i = 0; i < n; i++) {
		begin_teller(&tellers[i], inv, &parts.list.items[i]);
		tellers[i].list = list;
		n_read += inv->options.follow || can_be_read(inv, &parts.list.items[i]);
		tell_past(&tellers[i]);
	}
	fflush(stdout);
	if (list)
		json_print(list);
	int status = n_read > 0 ? EXIT_OK : EXIT_ENVIRONMENT;
	if (inv->options.follow)
		status = follow_events(inv, &job, &parts, tellers);
	for (uint32_t i = 0; i < n; i++)
		event_stream_end(&tellers[i].stream);
	return status;
}
