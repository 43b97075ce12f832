/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc wait: until services are ready, or have ended, or can't come to that any more.
 *
 *	hpcc wait server --for=ready && curl http://…
 */
#include <stdio.h>
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/interrupt.h"
#include "driver/jobs/elements.h"
#include "driver/screen/services.h"
#include "driver/story/pulse.h"
#include "driver/story/since.h"
#include "driver/system.h"

enum {
	EXIT_TIME = 124 /* as timeout(1) has it */
};

enum outlook {
	NOT_YET,
	IS_SO,
	NEVER /* it can't come to that any more */
};

struct awaited {
	const struct job_view *view; /* of its job, or element of an array */
	struct str name;             /* as in the spec */
	struct str shown;            /* with the element's index */
};

struct waiting {
	struct invocation *inv;
	struct pulse pulse;
	enum wait_for what;
	LIST(struct awaited) list; /* empty: the job itself */
	bool is_over;              /* the job */
};

static const json_t *service_of(const struct awaited *s)
{
	return json_named(json_object_get(s->view->state, "services"), s->name);
}

static bool is_word(const json_t *object, const char *key, const char *word)
{
	return str_eq_c(json_str(object, key), word);
}

/* What the state tells stands for good when the job goes on with it, or is over; between two attempts it is
   that of the past one. */
static bool is_settled(const struct waiting *w, const struct awaited *s)
{
	return w->is_over || job_view_is_over(s->view) || !state_is_over(s->view->state);
}

/* Without a probe a service is as ready as it will be once it runs. */
static bool is_ready(const json_t *service)
{
	bool has_probe = json_str(service, "readiness").len > 0;

	if (is_word(service, "state", "ready"))
		return true;
	if (is_word(service, "state", "exited") && is_word(service, "verdict", "completed"))
		return !has_probe || json_str(service, "ready_at").len > 0;
	return !has_probe && is_word(service, "state", "running");
}

static enum outlook look_at(const struct waiting *w, const struct awaited *s)
{
	const json_t *service = service_of(s);
	bool has_ended = is_word(service, "state", "exited");
	bool is_past = has_ended || is_word(service, "state", "skipped");

	if (!is_settled(w, s))
		return NOT_YET;
	if (w->what == WAIT_READY ? is_ready(service) : has_ended)
		return IS_SO;
	return is_past || w->is_over || job_view_is_over(s->view) ? NEVER : NOT_YET;
}

/* The status that a service has ended with; never 0 when it hasn't done what it had to. */
static int status_of(const struct awaited *s)
{
	const json_t *service = service_of(s);
	int code = (int)json_integer_value(json_object_get(service, "last_exit_code"));
	bool is_good =
		is_word(service, "verdict", "completed") || is_word(service, "verdict", "stopped");

	return code != 0 || is_good ? code & 255 : EXIT_UNEXPECTED;
}

/* "waiting for store (healthy)", "exited app-exit 3": as it is. */
static struct str words_of(const struct waiting *w, const struct awaited *s)
{
	const json_t *service = service_of(s);
	struct arena *a = w->inv->arena;
	struct str remark = service_remark(a, service);

	if (!service)
		return str_fmt(a, "the job is %.*s", STR_ARG(job_view_word(s->view)));
	return str_fmt(a, "it is %.*s%s%.*s", STR_ARG(json_str(service, "state")),
		       remark.len > 0 ? ": " : "", STR_ARG(remark));
}

static void say_of(const struct waiting *w, const struct awaited *s, const char *what)
{
	const char *wanted = w->what == WAIT_READY ? "ready" : "over";

	complain("'%.*s' %s %s: %.*s", STR_ARG(s->shown), what, wanted, STR_ARG(words_of(w, s)));
}

static int end_of_job(const struct waiting *w)
{
	uint32_t n = w->pulse.parts->list.n;

	if (w->what == WAIT_VERDICT)
		printf("%.*s: %.*s\n", STR_ARG(w->pulse.job->id),
		       STR_ARG(job_views_word(w->pulse.views, n)));
	return job_views_exit(w->pulse.views, n);
}

/* Of services all of which are what was waited for. */
static int end_of_services(const struct waiting *w)
{
	int highest = EXIT_OK;

	for (uint32_t i = 0; i < w->list.n && w->what != WAIT_READY; i++) {
		const struct awaited *s = &w->list.items[i];

		if (status_of(s) > highest)
			highest = status_of(s);
		if (w->what != WAIT_VERDICT)
			continue;
		print_visible(stdout, s->shown, VISIBLE_LINE);
		printf(": ");
		print_visible(stdout, json_str(service_of(s), "verdict"), VISIBLE_LINE);
		putchar('\n');
	}
	return highest;
}

/* True with the result when there is nothing more to wait for. */
static bool look(struct waiting *w, int *status)
{
	bool is_all = true;

	w->is_over = pulse_look(&w->pulse);
	if (interrupt_is_noted())
		return false;
	for (uint32_t i = 0; i < w->list.n; i++) {
		enum outlook outlook = look_at(w, &w->list.items[i]);

		is_all = is_all && outlook == IS_SO;
		if (outlook != NEVER)
			continue;
		say_of(w, &w->list.items[i], "won't be");
		*status = EXIT_UNEXPECTED;
		return true;
	}
	if (w->list.n == 0 && w->what != WAIT_READY) {
		*status = w->is_over ? end_of_job(w) : EXIT_OK;
		return w->is_over;
	}
	if (is_all)
		*status = end_of_services(w);
	return is_all;
}

static void add_awaited(struct waiting *w)
{
	const struct job_list *parts = w->pulse.parts;
	bool is_job = w->what != WAIT_READY && w->inv->words.n <= services_begin(w->inv);

	for (uint32_t i = 0; i < parts->list.n && !is_job; i++) {
		const struct job_files *part = &parts->list.items[i];
		const json_t *services = json_object_get(part->record, "services");

		for (size_t k = 0; k < json_array_size(services); k++) {
			struct str name = json_str(json_array_get(services, k), "name");

			if (!service_is_wanted(w->inv, part, name))
				continue;
			struct awaited *s = LIST_PUSH(w->inv->arena, &w->list);
			*s = (struct awaited){
				&w->pulse.views[i], name,
				service_shown(w->inv->arena, part, name, parts->list.n > 1)};
		}
	}
}

static int say_late(const struct waiting *w)
{
	if (w->list.n == 0)
		complain("job %.*s isn't over after %s", STR_ARG(w->pulse.job->id),
			 w->inv->options.wait_limit);
	for (uint32_t i = 0; i < w->list.n; i++)
		if (look_at(w, &w->list.items[i]) == NOT_YET)
			say_of(w, &w->list.items[i], "isn't yet");
	return EXIT_TIME;
}

static int wait_until(struct waiting *w, double limit)
{
	uint64_t end = clock_ns() + (uint64_t)(limit * 1e9);

	while (pulse_beats(&w->pulse)) {
		int status;
		if (look(w, &status))
			return status;
		uint64_t now = clock_ns();
		if (limit > 0 && now >= end && !interrupt_is_noted())
			return say_late(w);
		pulse_wait(&w->pulse,
			   limit > 0 && now < end ? (int)((end - now) / 1000000) + 1 : 0);
	}
	return 128 + interrupt_take();
}

int cmd_wait(struct invocation *inv)
{
	const char *text = inv->options.wait_limit;
	double limit = 0;

	if (text && (!duration_read(inv->arena, str_c(text), &limit) || limit > 1e9)) {
		complain("--timeout wants a duration such as 30s, 10m or 2h, not '%s'", text);
		return EXIT_USAGE;
	}
	struct job_files job;
	struct job_list parts;
	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	if (!services_are_known(inv, &job, NULL))
		return EXIT_USAGE;
	struct waiting w = {.inv = inv, .what = inv->options.wait_for};
	pulse_begin(&w.pulse, inv, &job, &parts);
	add_awaited(&w);
	int status = wait_until(&w, limit);
	fflush(stdout);
	return status;
}
