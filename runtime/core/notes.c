/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of notes, and the sentences that they become. */
#include "runtime/core/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "runtime/core/words.h"

static const struct rt_note_row rows[] = {RT_NOTE_ROWS};

const struct rt_note_row *rt_note_row(enum rt_note note)
{
	return &rows[note];
}

const struct rt_note_row *rt_note_of_word(const char *word)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (!strcmp(word, rows[i].word))
			return &rows[i];
	return NULL;
}

struct sentence {
	const struct rt_core *core;
	const struct rt_action *note;
	const struct rt_service *service; /* NULL: it is about the job */
	const char *look;
	char *text;
	size_t len;
};

static void put(struct sentence *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void put(struct sentence *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int n = vsnprintf(s->text + s->len, RT_NOTE_ROOM - s->len, format, args);
	va_end(args);
	if (n > 0)
		s->len += (size_t)n < RT_NOTE_ROOM - s->len ? (size_t)n : RT_NOTE_ROOM - 1 - s->len;
}

static void put_byte(struct sentence *s, char byte)
{
	if (s->len + 1 == RT_NOTE_ROOM)
		return;
	s->text[s->len++] = byte;
	s->text[s->len] = '\0';
}

static void put_time(struct sentence *s, int64_t ns)
{
	if (ns % RT_SECOND)
		put(s, "%lldms", (long long)(ns / 1000000));
	else
		put(s, "%llds", (long long)(ns / RT_SECOND));
}

static void put_end(struct sentence *s)
{
	const struct rt_service *service = s->service;
	int status = s->note->status;

	if (service->verdict == RT_V_OOM)
		put(s, "ran out of memory (status %d)", status);
	else if (service->verdict == RT_V_UNHEALTHY)
		put(s, "was stopped as unhealthy");
	else if (service->verdict == RT_V_COMPONENT_ENDED)
		put(s, "has lost its nodes, since component '%s' has ended (status %d)",
		    service->def->part_name ? service->def->part_name : "", status);
	else if (service->signal && status == 0) /* a task of it was; srun knows of none */
		put(s, "was ended by signal %s", rt_signal_name(service->signal));
	else if (service->signal)
		put(s, "was ended by signal %s (status %d)", rt_signal_name(service->signal),
		    status);
	else
		put(s, "exited with status %d", status);
}

static void put_failure(struct sentence *s)
{
	enum rt_verdict verdict = s->service->verdict;

	if (verdict == RT_V_NOT_STARTED || verdict == RT_V_STEP_NOT_CREATED)
		put(s, "exited with status %d (%s)", s->note->status, rt_verdict_name(verdict));
	else
		put_end(s);
}

static const char *broken(const struct rt_service *other)
{
	if (other->probe == RT_PROBE_FAILED)
		return "never became ready";
	return other->status ? "ended with a failure" : "ended before it was ready";
}

static void put_value(struct sentence *s, enum rt_value value)
{
	const struct rt_service *service = s->service;
	switch (value) {
	case RT_VALUE_NAME:
		put(s, "%s", service->def->name);
		break;
	case RT_VALUE_AGAIN:
		put(s, "%s", service->launches > 1 ? " again" : "");
		break;
	case RT_VALUE_START_LIMIT:
		put_time(s, service->def->start_timeout);
		break;
	case RT_VALUE_READY_LIMIT:
		put_time(s, service->def->ready.time);
		break;
	case RT_VALUE_LAST_LOOK:
		if (s->look[0])
			put(s, " (last look: %s)", s->look);
		break;
	case RT_VALUE_END:
		put_end(s);
		break;
	case RT_VALUE_FAILURE:
		put_failure(s);
		break;
	case RT_VALUE_STATUS:
		put(s, "%d", s->note->status);
		break;
	case RT_VALUE_HOOK:
		put(s, "%s",
		    rt_hook_name(service->phase == RT_PH_RESTART_HOOKS ? RT_HOOK_RESTART
								       : RT_HOOK_WINDOW));
		break;
	case RT_VALUE_RESTARTS:
		put(s, "%u", s->note->restarts);
		break;
	case RT_VALUE_MAX_RESTARTS:
		put(s, "%u", service->def->max_restarts);
		break;
	case RT_VALUE_FAILURES:
		put(s, "%u", s->note->window_count);
		break;
	case RT_VALUE_MAX_FAILURES:
		put(s, "%u", service->def->max_in_window);
		break;
	case RT_VALUE_WINDOW:
		put_time(s, service->def->window);
		break;
	case RT_VALUE_OTHER:
		put(s, "%s", s->core->service[s->note->other].def->name);
		break;
	case RT_VALUE_BROKEN:
		put(s, "%s", broken(&s->core->service[s->note->other]));
		break;
	case RT_VALUE_SIGNAL:
		put(s, "%s", rt_signal_name(s->note->signal));
		break;
	case RT_VALUE_FAILED_LOOKS:
		put(s, "%u", s->note->failed_looks);
		break;
	case RT_VALUE_MAX_LOOKS:
		put(s, "%u", service->def->live.failures);
		break;
	}
}

const char *rt_note_text(const struct rt_core *core, const struct rt_action *note, const char *look,
			 bool is_named, char room[RT_NOTE_ROOM])
{
	const struct rt_note_row *row = &rows[note->note];
	struct sentence s = {.core = core, .note = note, .look = look, .text = room};
	bool is_left_out = false;

	if (!row->is_job)
		s.service = &core->service[note->service];
	room[0] = '\0';
	for (const char *c = row->sentence; *c; c++) {
		if (*c == '{' || *c == '}')
			is_left_out = *c == '{' && !is_named;
		else if (!is_left_out && (unsigned char)*c < ' ')
			put_value(&s, (enum rt_value) * c);
		else if (!is_left_out)
			put_byte(&s, *c);
	}
	return room;
}
