/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/samples.h"

#include <math.h>
#include <string.h>

#include "driver/jobs/status.h"
#include "ir/files.gen.h"

enum {
	MAX_SAMPLES = 256 << 20,
	MAX_SERIES = 100000
};

/* What one source (a node, a GPU, a step) showed in each piece of time. */
struct piece {
	double at, sum;
	uint32_t n;
};
struct series {
	struct str name;
	struct piece pieces[TALE_POINTS];
};

/* The sources of one chart. */
struct gathered {
	struct arena *arena;
	const struct tale *t;
	struct map by_name;
	LIST(struct series *) list;
};

static void gather(struct gathered *g, struct str name, double at, const json_t *value)
{
	double piece = g->t->end > 0 ? floor(at / g->t->end * TALE_POINTS) : -1;

	if (!json_is_number(value) || !isfinite(json_number_value(value)) || piece < 0)
		return;
	if (piece >= TALE_POINTS)
		piece = TALE_POINTS - 1; /* the last look comes when all is over */
	uint32_t i = map_get(&g->by_name, name);
	if (i == MAP_NONE) {
		if (g->list.n == MAX_SERIES)
			return;
		struct series *s = ARENA_ARRAY(g->arena, 1, struct series);
		s->name = str_dup(g->arena, name);
		i = g->list.n;
		*LIST_PUSH(g->arena, &g->list) = s;
		map_put(&g->by_name, g->arena, s->name, i);
	}
	struct piece *p = &g->list.items[i]->pieces[(int)piece];
	p->at += fmin(at, g->t->end);
	p->sum += json_number_value(value);
	p->n++;
}

typedef void sample_taker(void *context, const json_t *sample, double at);

static void read_samples(struct arena *a, const struct job_files *job, const struct tale *t,
			 const char *kind, sample_taker *take, void *context)
{
	const char *path = str_fmt(a, JOB_FILE_SAMPLES("%s"), kind).ptr;
	struct str text, why;

	if (!job_read(a, job, path, MAX_SAMPLES, &text, &why))
		return;
	while (str_find(text, '\n') != STR_NONE) {
		struct str line;
		text = str_split(text, '\n', &line);
		json_error_t error;
		json_t *sample = json_loadb(line.ptr, line.len, 0, &error);
		double at = state_time(sample, "at") - t->begin_wall;
		/* A sampler of an earlier run of the script leaves nothing, but clocks may be set. */
		if (json_is_object(sample) && at > -60)
			take(context, sample, at < 0 ? 0 : at);
		json_decref(sample);
	}
}

static void add_line(struct arena *a, struct tale_chart *chart, struct str name,
		     const struct piece *pieces)
{
	struct tale_line *line = LIST_PUSH(a, &chart->lines);

	*line = (struct tale_line){.name = name};
	for (int i = 0; i < TALE_POINTS; i++) {
		if (pieces[i].n == 0)
			continue;
		double n = pieces[i].n, value = pieces[i].sum / n;

		*LIST_PUSH(a, &line->points) = (struct tale_point){pieces[i].at / n, value};
		chart->top = fmax(chart->top, value);
	}
}

/* What all sources come to in each piece of time. */
enum union_of {
	UNION_MEAN,
	UNION_HIGHEST,
	UNION_SUM
};

static void add_union(struct arena *a, struct tale_chart *chart, struct str name,
		      const struct gathered *g, enum union_of what)
{
	struct piece *all = ARENA_ARRAY(a, TALE_POINTS, struct piece);

	for (uint32_t k = 0; k < g->list.n; k++)
		for (int i = 0; i < TALE_POINTS; i++) {
			const struct piece *p = &g->list.items[k]->pieces[i];

			if (p->n == 0)
				continue;
			double value = p->sum / p->n, at = p->at / p->n;
			if (what == UNION_HIGHEST && all[i].n > 0 && value <= all[i].sum)
				continue;
			bool is_first = all[i].n == 0 || what == UNION_HIGHEST;
			all[i].sum = is_first ? value : all[i].sum + value;
			all[i].at = is_first || what == UNION_SUM ? at : all[i].at + at;
			all[i].n = is_first || what == UNION_SUM ? 1 : all[i].n + 1;
		}
	add_line(a, chart, name, all);
}

static struct tale_chart *add_chart(struct arena *a, struct tale_charts *charts, const char *title,
				    const char *unit, double top)
{
	struct tale_chart *chart = LIST_PUSH(a, &charts->list);

	*chart = (struct tale_chart){.title = title, .unit = unit, .top = top};
	return chart;
}

static void chart_sources(struct arena *a, struct tale_charts *charts, const struct gathered *g,
			  const char *title, const char *unit, double top)
{
	if (g->list.n == 0)
		return;
	struct tale_chart *chart = add_chart(a, charts, title, unit, top);
	for (uint32_t i = 0; i < g->list.n && g->list.n <= TALE_LINES; i++)
		add_line(a, chart, g->list.items[i]->name, g->list.items[i]->pieces);
	if (g->list.n <= TALE_LINES)
		return;
	add_union(a, chart, str_fmt(a, "highest of %u", g->list.n), g, UNION_HIGHEST);
	add_union(a, chart, str_fmt(a, "mean of %u", g->list.n), g, UNION_MEAN);
}

/* Two measures of one kind of sample. */
struct pair {
	struct gathered one, other;
	const struct tale *t;
};

static struct pair pair_of(struct arena *a, const struct tale *t)
{
	struct gathered none = {.arena = a, .t = t};

	return (struct pair){.one = none, .other = none, .t = t};
}

static void take_cpu(void *context, const json_t *sample, double at)
{
	struct pair *p = context;
	struct str node = json_str(sample, "node");
	const json_t *total = json_object_get(sample, "memory_total_mib");
	const json_t *left = json_object_get(sample, "memory_available_mib");

	gather(&p->one, node, at, json_object_get(sample, "utilization_pct"));
	if (!json_is_number(total) || !json_is_number(left))
		return;
	json_t *used = json_real(json_number_value(total) - json_number_value(left));
	gather(&p->other, node, at, used);
	json_decref(used);
}

static void take_gpu(void *context, const json_t *sample, double at)
{
	struct pair *p = context;
	struct str name = str_fmt(p->one.arena, "%.*s GPU %llu", STR_ARG(json_str(sample, "node")),
				  (unsigned long long)json_uint(sample, "index"));

	gather(&p->one, name, at, json_object_get(sample, "utilization_pct"));
	gather(&p->other, name, at, json_object_get(sample, "memory_used_mib"));
}

static void take_step(void *context, const json_t *sample, double at)
{
	struct pair *p = context;

	gather(&p->one, json_str(sample, "step_id"), at, json_object_get(sample, "read_mib"));
	gather(&p->other, json_str(sample, "step_id"), at, json_object_get(sample, "written_mib"));
}

static bool read_meta(struct arena *a, const struct job_files *job, struct tale_charts *charts)
{
	struct str text, why;

	if (!job_read(a, job, JOB_FILE_METRICS_META, MAX_SAMPLES, &text, &why))
		return false;
	json_error_t error;
	json_t *meta = json_loadb(text.ptr, text.len, 0, &error);
	charts->interval =
		str_fmt(a, "%llu s", (unsigned long long)json_uint(meta, "interval_seconds"));
	charts->is_degraded = json_is_true(json_object_get(meta, "degraded"));
	json_decref(meta);
	return true;
}

void tale_samples(struct arena *a, const struct job_files *job, const struct tale *t,
		  struct tale_charts *charts)
{
	*charts = (struct tale_charts){.interval = STR("")};
	if (!read_meta(a, job, charts))
		return;
	struct pair p = pair_of(a, t);
	read_samples(a, job, t, "cpu", take_cpu, &p);
	chart_sources(a, charts, &p.one, "CPU of nodes", "%", 100);
	chart_sources(a, charts, &p.other, "Memory in use on nodes", "MiB", 0);
	p = pair_of(a, t);
	read_samples(a, job, t, "gpu", take_gpu, &p);
	chart_sources(a, charts, &p.one, "GPUs", "%", 100);
	chart_sources(a, charts, &p.other, "Memory in use on GPUs", "MiB", 0);
	p = pair_of(a, t);
	read_samples(a, job, t, "steps", take_step, &p);
	if (p.one.list.n == 0 && p.other.list.n == 0)
		return;
	struct tale_chart *chart = add_chart(a, charts, "Disk, all steps together", "MiB", 0);
	add_union(a, chart, STR("read"), &p.one, UNION_SUM);
	add_union(a, chart, STR("written"), &p.other, UNION_SUM);
}

void tale_line_sums(const struct tale_line *line, double *mean, double *most)
{
	double sum = 0;

	*most = 0;
	for (uint32_t i = 0; i < line->points.n; i++) {
		sum += line->points.items[i].value;
		*most = fmax(*most, line->points.items[i].value);
	}
	*mean = line->points.n ? sum / line->points.n : 0;
}

struct str tale_samples_remark(struct arena *a, const struct tale_charts *charts)
{
	if (charts->interval.len == 0)
		return STR("This job took no samples. In the spec, 'x-slurm: {metrics: {enabled: "
			   "true}}' switches them on.");
	if (charts->list.n == 0)
		return STR("The sampler wrote nothing that can be drawn.");
	return str_fmt(a,
		       "A look every %.*s%s. GPUs are seen where nvidia-smi is, disks through "
		       "Slurm's sstat.",
		       STR_ARG(charts->interval),
		       charts->is_degraded ? ", at the first node alone" : "");
}
