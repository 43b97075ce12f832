/* SPDX-License-Identifier: Apache-2.0 */
/* What all forms of a report share. */
#include "driver/tale/report.h"

#include "driver/screen/style.h"

struct report_times report_times_of(const struct tale_service *s)
{
	struct report_times times = {.started = -1, .ready = -1, .over = s->over_at};

	for (uint32_t i = 0; i < s->spans.n; i++) {
		const struct tale_span *span = &s->spans.items[i];

		times.sums[span->kind] += span->to - span->from;
		if (times.started < 0 && span->kind != TALE_WAITING)
			times.started = span->from;
		if (times.ready < 0 && span->kind == TALE_READY)
			times.ready = span->from;
	}
	if (times.started < 0)
		times.over = -1; /* it never began */
	return times;
}

struct str report_bytes(struct arena *a, double bytes)
{
	static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
	size_t i = 0;

	if (bytes < 0)
		return STR("");
	for (; bytes >= 1024 && i + 1 < sizeof(units) / sizeof(*units); i++)
		bytes /= 1024;
	return str_fmt(a, i == 0 ? "%.0f %s" : "%.1f %s", bytes, units[i]);
}

struct str report_seconds(struct arena *a, double seconds)
{
	return seconds < 0 ? STR("") : duration_text(a, seconds);
}

struct str report_cause(const struct tale *t)
{
	struct arena *a = t->arena;

	if (!t->source->is_over)
		return STR("The job goes on: this is its report up to this moment.");
	if (!t->has_events)
		return STR("No service has begun.");
	if (t->is_cut_off)
		return STR("It was cut off: its supervisor could not say how it ended.");
	if (t->ended.len == 0)
		return STR("");
	if (t->decider == TALE_JOB)
		return str_fmt(a, "It ended since: %.*s.", STR_ARG(t->ended));
	return str_fmt(a, "It ended since '%.*s' %.*s.",
		       STR_ARG(t->services.items[t->decider].name), STR_ARG(t->ended));
}
