/* SPDX-License-Identifier: Apache-2.0 */
/* The report as Markdown, for an issue or a notebook: the drawing is text in a block of code. */
#include "driver/screen/style.h"
#include "driver/tale/report.h"
#include "driver/tale/text.h"

enum {
	COLUMNS = 100,
	MOST_FAILURES = 100
};

/* One line of text: what Markdown or the HTML in it would act upon is escaped. */
static void add_words(struct buf *out, struct str text)
{
	text = str_visible(out->arena, text, VISIBLE_LINE);
	for (size_t i = 0; i < text.len; i++) {
		if (byte_is_in(text.ptr[i], "\\`*_{}[]<>()#+-.!|~&$:@"))
			buf_add_byte(out, '\\');
		buf_add_byte(out, text.ptr[i]);
	}
}

/* A block of code: its fence is longer than any row of backticks in it. */
static void add_block(struct buf *out, const char *language, struct str text)
{
	size_t fence = 3, run = 0;

	text = str_visible(out->arena, text, VISIBLE_TEXT);
	for (size_t i = 0; i < text.len; i++) {
		run = text.ptr[i] == '`' ? run + 1 : 0;
		fence = run >= fence ? run + 1 : fence;
	}
	buf_add_repeat(out, '`', fence);
	buf_add_fmt(out, "%s\n", language);
	buf_add(out, text);
	if (text.len == 0 || text.ptr[text.len - 1] != '\n')
		buf_add_byte(out, '\n');
	buf_add_repeat(out, '`', fence);
	buf_add_c(out, "\n\n");
}

static void add_cell(struct buf *out, struct str text)
{
	buf_add_c(out, " ");
	add_words(out, text);
	buf_add_c(out, " |");
}

/* Columns whose head begins with '#' are aligned to the right. */
static void open_table(struct buf *out, const char *const *heads)
{
	for (size_t i = 0; heads[i]; i++)
		buf_add_fmt(out, "%s %s |", i ? "" : "|", heads[i] + (*heads[i] == '#'));
	buf_add_c(out, "\n|");
	for (size_t i = 0; heads[i]; i++)
		buf_add_c(out, *heads[i] == '#' ? "---:|" : "---|");
	buf_add_c(out, "\n");
}

static void add_paragraph(struct buf *out, struct str text)
{
	if (text.len == 0)
		return;
	add_words(out, text);
	buf_add_c(out, "\n\n");
}

static void add_chain(struct buf *out, const struct tale *t)
{
	static const char *const heads[] = {"Service",     "#From", "#Length",
					    "What it did", "Since", NULL};
	struct arena *a = out->arena;

	if (t->chain.n == 0)
		return;
	buf_add_c(out, "## Critical chain\n\n");
	open_table(out, heads);
	for (uint32_t i = 0; i < t->chain.n; i++) {
		const struct tale_link *link = &t->chain.items[i];

		if (!tale_link_is_told(link))
			continue;
		buf_add_byte(out, '|');
		add_cell(out, link->service == TALE_JOB ? STR("the job")
							: t->services.items[link->service].name);
		add_cell(out, duration_text(a, link->from));
		add_cell(out, duration_text(a, link->to - link->from));
		add_cell(out, tale_link_text(a, link));
		add_cell(out, link->because);
		buf_add_byte(out, '\n');
	}
	buf_add_byte(out, '\n');
}

static void add_samples(struct buf *out, const struct report_run *run)
{
	static const char *const heads[] = {"What", "Where", "#Mean", "#Most", "Unit", NULL};
	const struct tale_charts *charts = &run->charts;
	struct arena *a = out->arena;

	buf_add_c(out, "## CPU, memory, GPU, disk\n\n");
	if (charts->list.n > 0)
		open_table(out, heads);
	for (uint32_t i = 0; i < charts->list.n; i++)
		for (uint32_t k = 0; k < charts->list.items[i].lines.n; k++) {
			const struct tale_line *line = &charts->list.items[i].lines.items[k];
			double mean, most;

			tale_line_sums(line, &mean, &most);
			buf_add_byte(out, '|');
			add_cell(out, str_c(charts->list.items[i].title));
			add_cell(out, line->name);
			add_cell(out, str_fmt(a, "%.1f", mean));
			add_cell(out, str_fmt(a, "%.1f", most));
			add_cell(out, str_c(charts->list.items[i].unit));
			buf_add_byte(out, '\n');
		}
	if (charts->list.n > 0)
		buf_add_byte(out, '\n');
	add_paragraph(out, tale_samples_remark(a, charts));
}

static void add_services(struct buf *out, const struct tale *t)
{
	static const char *const heads[] = {"Service", "End",    "#Status",  "#Launches",
					    "#Start",  "#Ready", "#Over",    "#CPU",
					    "#Memory", "#Read",  "#Written", NULL};
	struct arena *a = out->arena;

	buf_add_c(out, "## Services\n\n");
	open_table(out, heads);
	for (uint32_t i = 0; i < t->services.n; i++) {
		const struct tale_service *s = &t->services.items[i];
		struct report_times times = report_times_of(s);

		buf_add_byte(out, '|');
		add_cell(out, s->name);
		add_cell(out, tale_outcome(a, t, s));
		add_cell(out, s->status < 0 ? STR("") : str_fmt(a, "%d", s->status));
		add_cell(out, str_fmt(a, "%u", s->launches));
		add_cell(out, report_seconds(a, times.started));
		add_cell(out, report_seconds(a, times.ready));
		add_cell(out, report_seconds(a, times.over));
		add_cell(out, report_seconds(a, s->cpu_seconds));
		add_cell(out, report_bytes(a, s->max_memory_bytes));
		add_cell(out, report_bytes(a, s->read_bytes));
		add_cell(out, report_bytes(a, s->written_bytes));
		buf_add_byte(out, '\n');
	}
	buf_add_byte(out, '\n');
}

static void add_failures(struct buf *out, const struct tale *t)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->services.n; i++)
		for (uint32_t k = 0; k < t->services.items[i].marks.n; k++) {
			const struct tale_mark *m = &t->services.items[i].marks.items[k];

			if (n++ == 0)
				buf_add_c(out, "## Failures\n\n");
			if (n > MOST_FAILURES)
				continue;
			buf_add_c(out, "- ");
			add_words(out,
				  str_fmt(out->arena, "%.*s '%.*s' %.*s",
					  STR_ARG(duration_text(out->arena, m->at)),
					  STR_ARG(t->services.items[i].name), STR_ARG(m->text)));
			buf_add_byte(out, '\n');
		}
	if (n > MOST_FAILURES)
		buf_add_fmt(out, "- and %u more\n", n - MOST_FAILURES);
	if (n > 0)
		buf_add_byte(out, '\n');
}

static void add_text(struct buf *out, const struct report_run *run, const char *title,
		     const char *key, const char *language)
{
	struct str text = json_str(run->submitted, key);

	buf_add_fmt(out, "## %s\n\n", title);
	if (text.len > 0)
		add_block(out, language, text);
	else
		add_paragraph(out, run->not_submitted);
}

static void add_environment(struct buf *out, const struct report_run *run)
{
	const json_t *list = json_object_get(run->submitted, "environment");

	buf_add_c(out, "## Environment\n\n");
	if (!run->submitted)
		add_paragraph(out, run->not_submitted);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i), *names = json_object_get(one, "names");

		buf_add_c(out, "- ");
		add_words(out, json_str(one, "service"));
		for (size_t k = 0; k < json_array_size(names); k++) {
			buf_add_c(out, k ? ", " : ": ");
			add_words(out, str_c(json_string_value(json_array_get(names, k))));
		}
		buf_add_byte(out, '\n');
	}
	if (json_array_size(list) > 0)
		buf_add_byte(out, '\n');
}

static void add_run(struct buf *out, const struct report_run *run)
{
	const struct tale *t = &run->tale;
	struct tale_look look = {{"", "", "", "", "", ""}, COLUMNS, false};

	buf_add_c(out, "# ");
	add_paragraph(out, tale_head_text(t));
	add_paragraph(out, report_cause(t));
	buf_add_c(out, "## Timeline\n\n");
	if (t->has_events)
		add_block(out, "text", tale_drawing_text(t, &run->rows, &look));
	add_chain(out, t);
	add_samples(out, run);
	add_services(out, t);
	add_failures(out, t);
	add_text(out, run, "Spec", "spec", "yaml");
	add_text(out, run, "Script", "script", "bash");
	add_environment(out, run);
}

void report_markdown(struct buf *out, const struct report *report)
{
	for (uint32_t i = 0; i < report->runs.n; i++)
		add_run(out, &report->runs.items[i]);
}
