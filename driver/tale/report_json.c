/* SPDX-License-Identifier: Apache-2.0 */
/* The report for programs: the tale, and beside it samples, spec, script and names of variables. */
#include "driver/tale/json.h"
#include "driver/tale/report.h"

static json_t *chart_json(struct arena *a, const struct tale_chart *chart)
{
	json_t *lines = json_array();

	for (uint32_t i = 0; i < chart->lines.n; i++) {
		const struct tale_line *line = &chart->lines.items[i];
		json_t *points = json_array();

		for (uint32_t k = 0; k < line->points.n; k++)
			json_array_append_new(
				points, json_pack("[o, o]", json_seconds(line->points.items[k].at),
						  json_seconds(line->points.items[k].value)));
		json_array_append_new(lines,
				      json_pack("{s:o, s:o}", "name", json_visible(a, line->name),
						"points", points));
	}
	return json_pack("{s:s, s:s, s:o}", "title", chart->title, "unit", chart->unit, "lines",
			 lines);
}

static void set_or_null(json_t *one, const char *key, const json_t *run)
{
	json_t *value = json_object_get(run, key);

	json_object_set_new(one, key, value ? json_incref(value) : json_null());
}

json_t *report_json(const struct report *report)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < report->runs.n; i++) {
		const struct report_run *run = &report->runs.items[i];
		json_t *one = tale_json(&run->tale), *charts = json_array();

		for (uint32_t k = 0; k < run->charts.list.n; k++)
			json_array_append_new(
				charts, chart_json(run->tale.arena, &run->charts.list.items[k]));
		json_object_set_new(one, "charts", charts);
		set_or_null(one, "spec", run->submitted);
		set_or_null(one, "script", run->submitted);
		set_or_null(one, "environment", run->submitted);
		json_array_append_new(list, one);
	}
	return list;
}
