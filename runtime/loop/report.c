/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people and programs read while a job runs: one line in the batch log, one
 * object in events.jsonl. Words and sentences are those of ir/facts/notes.m4.
 */
#include "runtime/loop/events.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/core/notes.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

/* The sentence of a note, with or without the service's name. */
static const char *note_text(const struct rt_sup *sup, const struct rt_action *a, bool is_named,
			     char room[RT_NOTE_ROOM])
{
	bool has_look = rt_note_row(a->note)->shows == RT_SHOWS_LAST_LOOK;
	const char *look = has_look ? rt_state_last_look(sup, a->service) : NULL;

	return rt_note_text(&sup->core, a, look ? look : "", is_named, room);
}

static void say_note(const struct rt_sup *sup, const struct rt_action *a)
{
	char room[RT_NOTE_ROOM];

	if (rt_note_row(a->note)->told == RT_TOLD_LOG)
		rt_say("%s", note_text(sup, a, true, room));
}

static void begin_event(struct rt_sup *sup, struct rt_out *out, const char *service,
			const char *event)
{
	rt_out_open(out, sup->events);
	rt_json_open(out, NULL, '{');
	rt_json_time(out, "t_wall", sup->wall);
	rt_json_seconds(out, "t_mono", sup->now + sup->stood_still);
	rt_json_text(out, "service", service);
	rt_json_text(out, "event", event);
}

static void service_event(struct rt_sup *sup, const struct rt_action *a)
{
	const struct rt_service *s = &sup->core.service[a->service];
	struct rt_out out;

	begin_event(sup, &out, s->def->name, rt_note_row(a->note)->word);
	rt_json_text(&out, "state", rt_state_name(a->state));
	char verdict[RT_VERDICT_ROOM];
	rt_json_text(&out, "verdict", rt_verdict_text(s, verdict));
	if (s->exited || a->note == RT_NOTE_EXIT)
		rt_json_number(&out, "status", a->status);
	else
		rt_json_null(&out, "status");
	if (a->signal)
		rt_json_text(&out, "signal", rt_signal_name(a->signal));
	if (rt_note_row(a->note)->shows == RT_SHOWS_LAST_LOOK)
		rt_json_text(&out, "last_look", rt_state_last_look(sup, a->service));
	rt_json_number(&out, "launch", a->run);
	rt_json_number(&out, "restart_count", a->restarts);
	rt_json_number(&out, "restart_failures_in_window", a->window_count);
	if (a->note == RT_NOTE_EXIT && sup->proc[a->service].is_used_known)
		rt_state_usage(&out, &sup->proc[a->service].used);
	char room[RT_NOTE_ROOM];
	rt_json_text(&out, "text", note_text(sup, a, false, room));
	rt_json_close(&out, '}');
	rt_events_write(sup, &out);
}

static void note_wall_time(struct rt_sup *sup, const struct rt_action *a)
{
	struct rt_proc *p = &sup->proc[a->service];

	if (a->note == RT_NOTE_LAUNCHED) {
		p->launched_wall = sup->wall;
		if (!p->started_wall)
			p->started_wall = sup->wall;
	} else if (a->note == RT_NOTE_READY) {
		p->ready_wall = sup->wall;
	} else if (a->note == RT_NOTE_EXIT || a->note == RT_NOTE_PROLOGUE_FAILED ||
		   a->note == RT_NOTE_LOST) {
		p->ended_wall = sup->wall;
	}
}

void rt_report_job(struct rt_sup *sup, const char *event)
{
	if (sup->events < 0)
		return;
	struct rt_out out;
	begin_event(sup, &out, NULL, event);
	rt_json_text(&out, "state", sup->status_word);
	rt_json_number(&out, "status", sup->status);
	rt_json_close(&out, '}');
	rt_events_write(sup, &out);
}

/* The sampler's last look is at what is about to be stopped. It sees the file soon, and nobody
 * waits. */
static void stop_sampler(struct rt_sup *sup)
{
	int fd = rt_open_plain(AT_FDCWD,
			       rt_pool_format(&sup->pool, "%s/" JOB_FILE_METRICS_STOP, sup->dir),
			       O_WRONLY | O_CREAT | O_NOFOLLOW, JOB_MODE_METRICS_STOP);

	if (fd >= 0)
		close(fd);
}

void rt_report(struct rt_sup *sup, const struct rt_action *a)
{
	say_note(sup, a);
	if (a->note == RT_NOTE_TEARDOWN)
		stop_sampler(sup);
	if (!rt_note_row(a->note)->is_job)
		note_wall_time(sup, a);
	if (sup->events < 0)
		return;
	if (!rt_note_row(a->note)->is_job) {
		service_event(sup, a);
		return;
	}
	struct rt_out out;
	begin_event(sup, &out, NULL, rt_note_row(a->note)->word);
	rt_json_number(&out, "status", a->status);
	if (a->signal)
		rt_json_text(&out, "signal", rt_signal_name(a->signal));
	char room[RT_NOTE_ROOM];
	rt_json_text(&out, "text", note_text(sup, a, false, room));
	rt_json_close(&out, '}');
	rt_events_write(sup, &out);
}
