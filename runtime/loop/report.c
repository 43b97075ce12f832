/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What people and programs read while a job runs: one line in the batch log, one
 * object in events.jsonl. The wording of the lines is part of the contract.
 */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/core/words.h"

enum {
	TEXT_ROOM = 256
};

static void say_ended(const char *name, const struct rt_service *s, const char *rest)
{
	if (s->verdict == RT_V_OOM)
		rt_say("service '%s' ran out of memory (status %d)%s", name, s->status, rest);
	else if (s->signal)
		rt_say("service '%s' was ended by signal %s (status %d)%s", name,
		       rt_signal_name(s->signal), s->status, rest);
	else
		rt_say("service '%s' exited with status %d%s", name, s->status, rest);
}

static const char *seconds(char *text, int64_t ns)
{
	if (ns % RT_SECOND)
		snprintf(text, 32, "%lldms", (long long)(ns / 1000000));
	else
		snprintf(text, 32, "%llds", (long long)(ns / RT_SECOND));
	return text;
}

/* The sentences about restarts and caps tell the two caps apart. */
static void say_policy(const char *name, const struct rt_service *s, const struct rt_action *a)
{
	const struct rt_service_def *def = s->def;
	char text[TEXT_ROOM], window[32];

	if (a->note == RT_NOTE_RESTARTING)
		snprintf(text, sizeof(text), "; restarting (%u/%u), %u/%u failures in %s",
			 a->restarts, def->max_restarts, a->window_count, def->max_in_window,
			 seconds(window, def->window));
	else if (a->note == RT_NOTE_LIFETIME_CAP)
		snprintf(text, sizeof(text), "; lifetime cap reached (%u/%u restarts): job fails",
			 a->restarts, def->max_restarts);
	else
		snprintf(text, sizeof(text), "; window cap reached (%u failures in %s): job fails",
			 a->window_count, seconds(window, def->window));
	rt_say("service '%s' exited with status %d%s", name, a->status, text);
}

static void say_end(const struct rt_sup *sup, const struct rt_action *a, const char *name)
{
	const struct rt_service *s = &sup->core.service[a->service];
	char why[TEXT_ROOM];

	if (s->verdict == RT_V_NOT_STARTED || s->verdict == RT_V_STEP_NOT_CREATED) {
		snprintf(why, sizeof(why), " (%s)%s", rt_verdict_name(s->verdict),
			 a->note == RT_NOTE_IGNORED ? "; ignored" : ": job fails");
		rt_say("service '%s' exited with status %d%s", name, s->status, why);
	} else {
		say_ended(name, s, a->note == RT_NOTE_IGNORED ? "; ignored" : ": job fails");
	}
}

static void say_waiting(const struct rt_sup *sup, const struct rt_action *a, const char *name)
{
	const struct rt_service *other = &sup->core.service[a->other];
	const char *why = other->probe == RT_PROBE_FAILED ? "never became ready"
			  : !other->status                ? "ended before it was ready"
							  : "ended with a failure";

	rt_say("service '%s' waits for '%s', which %s: job fails", name, other->def->name, why);
}

static void say_not_ready(const struct rt_sup *sup, const struct rt_action *a, const char *rest)
{
	const struct rt_service_def *def = sup->core.service[a->service].def;
	const char *seen = sup->proc[a->service].probe.seen;
	char time[32];

	rt_say("service '%s' was not ready within %s%s%s%s%s", def->name,
	       seconds(time, def->ready.time), rest, seen[0] ? " (last look: " : "", seen,
	       seen[0] ? ")" : "");
}

static void say_note(const struct rt_sup *sup, const struct rt_action *a)
{
	const struct rt_service *s = &sup->core.service[a->service];
	const char *name = s->def->name;
	char time[32];

	switch (a->note) {
	case RT_NOTE_LAUNCHED:
		rt_say("service '%s' started%s", name, s->launches > 1 ? " again" : "");
		break;
	case RT_NOTE_START_TIMEOUT:
		rt_say("service '%s' has not begun within %s: its launch has failed", name,
		       seconds(time, s->def->start_timeout));
		break;
	case RT_NOTE_READY:
		rt_say("service '%s' is ready", name);
		break;
	case RT_NOTE_READY_TIMEOUT:
		say_not_ready(sup, a, "; no service waits for it");
		break;
	case RT_NOTE_NEVER_READY:
		say_not_ready(sup, a, ": job fails");
		break;
	case RT_NOTE_PROLOGUE_FAILED:
		rt_say("prologue of service '%s' failed with status %d", name, a->status);
		break;
	case RT_NOTE_EPILOGUE_FAILED:
		rt_say("epilogue of service '%s' failed with status %d", name, a->status);
		break;
	case RT_NOTE_HOOK_FAILED:
		rt_say("%s hook of service '%s' failed with status %d",
		       s->phase == RT_PH_RESTART_HOOKS ? "restart" : "window_exhausted", name,
		       a->status);
		break;
	case RT_NOTE_COMPLETED:
		rt_say("service '%s' completed", name);
		break;
	case RT_NOTE_RESTARTING:
	case RT_NOTE_LIFETIME_CAP:
	case RT_NOTE_WINDOW_CAP:
		say_policy(name, s, a);
		break;
	case RT_NOTE_IGNORED:
	case RT_NOTE_JOB_FAILS:
		say_end(sup, a, name);
		break;
	case RT_NOTE_CONDITION_BROKEN:
		say_waiting(sup, a, name);
		break;
	case RT_NOTE_PUBLISH_FAILED:
		rt_say("publishing service '%s' failed with status %d: job fails", name, a->status);
		break;
	case RT_NOTE_DEPENDENTS_DONE:
		rt_say("service '%s' is no longer needed", name);
		break;
	case RT_NOTE_STOPPING:
		rt_say("stopping service '%s' (%s)", name, rt_signal_name(a->signal));
		break;
	case RT_NOTE_KILLING:
		rt_say("killing service '%s'", name);
		break;
	case RT_NOTE_STOPPED:
		say_ended(name, s, "; stopped");
		break;
	case RT_NOTE_LOST:
		rt_say("service '%s' did not end after KILL; going on without it", name);
		break;
	case RT_NOTE_SHUTDOWN:
		rt_say("signal %s: the job ends", rt_signal_name(a->signal));
		break;
	case RT_NOTE_TEARDOWN:
		break;
	case RT_NOTE_STARTING:
	case RT_NOTE_UP:
	case RT_NOTE_EXIT:
	case RT_NOTE_SKIPPED:
		break;
	}
}

static void write_event(struct rt_sup *sup, struct rt_out *out)
{
	rt_out_text(out, "\n");
	if (rt_out_flush(out) || sup->warned_events)
		return;
	sup->warned_events = true;
	rt_say("cannot write events.jsonl: %s; the job goes on", strerror(out->error));
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

	begin_event(sup, &out, s->def->name, rt_note_name(a->note));
	rt_json_text(&out, "state", rt_state_name(a->state));
	char verdict[RT_VERDICT_ROOM];
	rt_json_text(&out, "verdict", rt_verdict_text(s, verdict));
	if (s->exited || a->note == RT_NOTE_EXIT)
		rt_json_number(&out, "status", a->status);
	else
		rt_json_null(&out, "status");
	if (a->signal)
		rt_json_text(&out, "signal", rt_signal_name(a->signal));
	if (a->note == RT_NOTE_READY_TIMEOUT || a->note == RT_NOTE_NEVER_READY)
		rt_json_text(&out, "last_look", rt_state_last_look(sup, a->service));
	rt_json_number(&out, "launch", s->launches);
	rt_json_number(&out, "restart_count", a->restarts);
	rt_json_number(&out, "restart_failures_in_window", a->window_count);
	rt_json_close(&out, '}');
	write_event(sup, &out);
}

static bool speaks_of_job(enum rt_note note)
{
	return note == RT_NOTE_SHUTDOWN || note == RT_NOTE_TEARDOWN;
}

static void note_wall_time(struct rt_sup *sup, const struct rt_action *a)
{
	struct rt_proc *p = &sup->proc[a->service];

	if (a->note == RT_NOTE_LAUNCHED && !p->started_wall)
		p->started_wall = sup->wall;
	else if (a->note == RT_NOTE_READY)
		p->ready_wall = sup->wall;
	else if (a->note == RT_NOTE_EXIT || a->note == RT_NOTE_PROLOGUE_FAILED ||
		 a->note == RT_NOTE_LOST)
		p->ended_wall = sup->wall;
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
	write_event(sup, &out);
}

/* The sampler's last look is at what is about to be stopped. It sees the file soon, and nobody
 * waits. */
static void stop_sampler(struct rt_sup *sup)
{
	int fd = rt_open_plain(AT_FDCWD, rt_pool_format(&sup->pool, "%s/metrics/stop", sup->dir),
			       O_WRONLY | O_CREAT | O_NOFOLLOW, 0644);

	if (fd >= 0)
		close(fd);
}

void rt_report(struct rt_sup *sup, const struct rt_action *a)
{
	say_note(sup, a);
	if (a->note == RT_NOTE_TEARDOWN)
		stop_sampler(sup);
	if (!speaks_of_job(a->note))
		note_wall_time(sup, a);
	if (sup->events < 0)
		return;
	if (!speaks_of_job(a->note)) {
		service_event(sup, a);
		return;
	}
	struct rt_out out;
	begin_event(sup, &out, NULL, rt_note_name(a->note));
	rt_json_number(&out, "status", a->status);
	if (a->signal)
		rt_json_text(&out, "signal", rt_signal_name(a->signal));
	rt_json_close(&out, '}');
	write_event(sup, &out);
}
