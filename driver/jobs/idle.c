/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The idle watch: when the samples of a whole window show next to no work, while memory is held,
 * the follow-up commands say so. They read the job's own samples; nothing is measured here.
 */
#include "driver/jobs/idle.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	MAX_SAMPLES = 256 << 20
};

/* What the samples of a window say. */
struct usage {
	double work, memory; /* means, in percent */
	double first;        /* time of the earliest sample of all */
	unsigned n;
};

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

static struct usage read_usage(struct arena *a, const struct job_files *job, struct str path,
			       double since)
{
	struct usage u = {0};
	struct str text, why;

	if (!job_read(a, job, path.ptr, MAX_SAMPLES, &text, &why))
		return u;
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		json_error_t error;
		json_t *sample = json_loadb(line.ptr, line.len, 0, &error);
		double at = state_time(sample, "at");
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

/* MiB of "…AllocTRES=cpu=4,mem=8G,node=1…"; 0 when Slurm doesn't count memory. */
static double allocated_mib(struct invocation *inv, struct str id)
{
	const char *argv[] = {"scontrol", "show", "job", id.ptr, NULL};
	static const char units[] = "KMGTP";
	struct child_end end;
	struct str why;

	if (!slurm_call(inv, argv, &end, &why))
		return 0;
	const char *text = str_to_c(inv->arena, end.out);
	const char *tres = strstr(text, "AllocTRES=");
	if (!tres)
		tres = strstr(text, " TRES=");
	const char *mem = tres ? strstr(tres, "mem=") : NULL;
	if (!mem || memchr(tres, '\n', (size_t)(mem - tres)))
		return 0;
	char *rest;
	double mib = strtod(mem + 4, &rest);
	const char *unit = *rest ? strchr(units, *rest) : NULL;
	for (const char *u = unit; u && u > units + 1; u--)
		mib *= 1024;
	return unit == units ? mib / 1024 : mib;
}

/* Sum over the rows since then of a number, times another one unless that is NULL; *n counts them.
 */
static double sum_rows(struct arena *a, const struct job_files *job, const char *path, double since,
		       const char *key, const char *times, unsigned *n)
{
	double sum = 0;

	*n = 0;
	struct str text, why;
	if (!job_read(a, job, path, MAX_SAMPLES, &text, &why))
		return 0;
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		json_error_t error;
		json_t *row = json_loadb(line.ptr, line.len, 0, &error);
		if (json_is_object(row) && state_time(row, "at") >= since) {
			sum += number(row, key) * (times ? number(row, times) : 1);
			++*n;
		}
		json_decref(row);
	}
	return sum;
}

/* Percent of the job's own memory that its steps hold; below 0 when Slurm doesn't tell. */
static double memory_of_steps(struct invocation *inv, const struct job_view *view, double since)
{
	struct arena *a = inv->arena;

	if (view->job->is_local)
		return -1;
	unsigned rows;
	double held =
		sum_rows(a, view->job, JOB_FILE_SAMPLES("steps"), since, "rss_mib", "tasks", &rows);
	unsigned samples;
	sum_rows(a, view->job, JOB_FILE_SAMPLES("slurm"), since, "steps", NULL, &samples);
	double mib = rows > 0 && samples > 0 ? allocated_mib(inv, view->job->id) : 0;
	return mib > 0 ? held / samples / mib * 100 : -1;
}

static struct str look_at(struct invocation *inv, const struct job_view *view,
			  const json_t *watchdog, const char *kind)
{
	struct arena *a = inv->arena;
	double window = (double)json_uint(watchdog, str_fmt(a, "%s_window_s", kind).ptr);
	double below = (double)json_uint(watchdog, str_fmt(a, "%s_below", kind).ptr);
	double above = (double)json_uint(watchdog, str_fmt(a, "%s_memory_above", kind).ptr);
	double now = (double)time(NULL);

	struct usage u =
		read_usage(a, view->job, str_fmt(a, JOB_FILE_SAMPLES("%s"), kind), now - window);
	/* Only a window that is full says something. */
	if (u.n == 0 || u.first > now - window || u.work >= below)
		return STR("");
	/* Of a node others may have a share, too; where Slurm knows better, it is asked. */
	double own = strcmp(kind, "cpu") == 0 ? memory_of_steps(inv, view, now - window) : -1;
	if (own >= 0)
		u.memory = own;
	if (u.memory <= above)
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

	if (!watchdog || start <= 0 || json_str(view->state, "ended_at").len > 0 ||
	    (double)time(NULL) - start < (double)json_uint(watchdog, "grace_s"))
		return STR("");
	struct str warning = look_at(inv, view, watchdog, "gpu");
	if (warning.len == 0)
		warning = look_at(inv, view, watchdog, "cpu");
	return warning;
}
