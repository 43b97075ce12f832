/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The idle watch: when the samples of a whole window show next to no work, while memory is held,
 * the follow-up commands say so. They read the job's own samples; nothing is measured here.
 */
#include "driver/idle.h"

#include <time.h>

#include "driver/system.h"

enum {
	MAX_SAMPLES = 256 << 20
};

/* What the samples of a window say. */
struct usage {
	double work, memory; /* means, in percent */
	double first;        /* time of the earliest sample of all */
	unsigned n;
};

json_t *idle_record(const struct plan *plan)
{
	const struct plan_watchdog *w = plan->watchdog;

	if (!w)
		return NULL;
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "grace_s", (json_int_t)w->grace_s.v,
			 "gpu_window_s", (json_int_t)w->gpu_window_s.v, "gpu_below",
			 (json_int_t)w->gpu_busy_pct.v, "gpu_memory_above",
			 (json_int_t)w->gpu_memory_pct.v, "cpu_window_s",
			 (json_int_t)w->cpu_window_s.v, "cpu_below", (json_int_t)w->cpu_busy_pct.v,
			 "cpu_memory_above", (json_int_t)w->cpu_memory_pct.v);
}

static double number(const json_t *sample, const char *key)
{
	return json_number_value(json_object_get(sample, key));
}

/* Percent of memory that is held: of a GPU, or of the node. */
static double memory_held(const json_t *sample)
{
	double total = number(sample, "memory_total_mib");
	double used = number(sample, "memory_used_mib");

	if (!json_object_get(sample, "memory_used_mib"))
		used = total - number(sample, "memory_available_mib");
	return total > 0 ? used / total * 100 : 0;
}

static struct usage read_usage(struct arena *a, struct str path, double since)
{
	struct usage u = {0};
	struct str text, line, why;

	if (!file_read(a, path.ptr, MAX_SAMPLES, &text, &why))
		return u;
	while (text.len > 0) {
		json_error_t error;
		json_t *sample;
		double at;

		text = str_split(text, '\n', &line);
		sample = json_loadb(line.ptr, line.len, 0, &error);
		at = state_time(sample, "at");
		if (u.first <= 0)
			u.first = at;
		if (at >= since && json_object_get(sample, "utilization_pct")) {
			u.n++;
			u.work += number(sample, "utilization_pct");
			u.memory += memory_held(sample);
		}
		json_decref(sample);
	}
	if (u.n > 0) {
		u.work /= u.n;
		u.memory /= u.n;
	}
	return u;
}

static struct str look_at(struct arena *a, struct str root, const json_t *watchdog,
			  const char *kind)
{
	double window = (double)json_uint(watchdog, str_fmt(a, "%s_window_s", kind).ptr);
	double below = (double)json_uint(watchdog, str_fmt(a, "%s_below", kind).ptr);
	double above = (double)json_uint(watchdog, str_fmt(a, "%s_memory_above", kind).ptr);
	double now = (double)time(NULL);
	struct usage u;

	u = read_usage(a, str_fmt(a, "%.*s/metrics/%s.jsonl", STR_ARG(root), kind), now - window);
	/* Only a window that is full says something. */
	if (u.n == 0 || u.first > now - window || u.work >= below || u.memory <= above)
		return STR("");
	return str_fmt(
		a,
		"the job looks idle: %s utilization was %.1f %% over the last %.0f s, while %.0f %% "
		"of the memory is held",
		kind, u.work, window, u.memory);
}

struct str idle_warning(struct invocation *inv, const struct job_view *view)
{
	const json_t *watchdog = json_object_get(view->job->record, "watchdog");
	double start = state_time(view->state, "started_at");
	struct str warning;

	if (!watchdog || start <= 0 || json_str(view->state, "ended_at").len > 0 ||
	    (double)time(NULL) - start < (double)json_uint(watchdog, "grace_s"))
		return STR("");
	warning = look_at(inv->arena, view->job->root, watchdog, "gpu");
	if (warning.len == 0)
		warning = look_at(inv->arena, view->job->root, watchdog, "cpu");
	return warning;
}
