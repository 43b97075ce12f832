/* SPDX-License-Identifier: Apache-2.0 */
/* The report as one HTML file, from the templates in driver/templates/report: no script, nothing from elsewhere. */
#include "driver/screen/style.h"
#include "driver/tale/markup.h"
#include "driver/tale/report.h"
#include "driver/tale/svg.h"
#include "driver/tale/text.h"

enum {
	MOST_FAILURES = 500
};

struct page {
	const struct report *report;
	const struct report_run *run;
	uint32_t n; /* of the run, from 1 */
};

static void add_cell(struct buf *out, const char *class, struct str text)
{
	buf_add_fmt(out, "<td class=\"%s\">", class);
	markup_line(out, text);
	buf_add_c(out, "</td>");
}

static void add_row_head(struct buf *out, struct str text)
{
	buf_add_c(out, "<th scope=\"row\">");
	markup_line(out, text);
	buf_add_c(out, "</th>");
}

/* Opens a table; columns whose head begins with '#' hold numbers. */
static void open_table(struct buf *out, struct str caption, const char *const *heads)
{
	buf_add_c(out, "<div class=\"table\"><table>\n<caption>");
	markup_line(out, caption);
	buf_add_c(out, "</caption>\n<thead><tr>");
	for (; *heads; heads++)
		buf_add_fmt(out, "<th scope=\"col\"%s>%s</th>",
			    **heads == '#' ? " class=\"number\"" : "", *heads + (**heads == '#'));
	buf_add_c(out, "</tr></thead>\n<tbody>\n");
}

static void close_table(struct buf *out)
{
	buf_add_c(out, "</tbody>\n</table></div>\n");
}

static void add_sentence(struct buf *out, const char *class, struct str text)
{
	buf_add_fmt(out, "<p class=\"%s\">", class);
	markup_line(out, text);
	buf_add_c(out, "</p>\n");
}

static void add_fact(struct buf *out, const char *what, struct str text)
{
	if (text.len == 0)
		return;
	buf_add_fmt(out, "<dt>%s</dt><dd>", what);
	markup_line(out, text);
	buf_add_c(out, "</dd>\n");
}

static void add_facts(struct buf *out, const struct report_run *run)
{
	const struct tale *t = &run->tale;
	struct arena *a = out->arena;

	add_fact(out, "State", t->source->word);
	add_fact(out, "Attempt",
		 str_fmt(a, "%llu%s", (unsigned long long)t->attempt,
			 t->attempt == 0 ? " (the first)" : ""));
	if (t->begin_wall > 0) {
		add_fact(out, "Began", tale_time_text(a, t->begin_wall));
		add_fact(out, t->source->is_over ? "Ended" : "This report's moment",
			 tale_time_text(a, t->begin_wall + t->end));
		add_fact(out, "Took", duration_text(a, t->end));
	}
	if (t->exit_status >= 0)
		add_fact(out, "Exit status", str_fmt(a, "%d", t->exit_status));
	add_fact(out, "Services", str_fmt(a, "%u", t->services.n));
	add_fact(out, "Nodes", t->nodes);
}

static void add_timeline(struct buf *out, const struct page *page)
{
	const struct tale *t = &page->run->tale;
	const struct tale_rows *rows = &page->run->rows;

	if (!t->has_events)
		return;
	buf_add_c(out, "<figure>\n");
	svg_timeline(out, t, rows, str_fmt(out->arena, "drawing%u", page->n).ptr);
	buf_add_c(out, "</figure>\n");
	if (rows->list.n + rows->left_out == t->services.n && rows->left_out == 0)
		return;
	struct tale_rows all;
	tale_rows(t, NULL, t->services.n, &all);
	buf_add_fmt(out,
		    "<details><summary>Each of the %u services on a line of its own</summary>\n"
		    "<figure>\n",
		    t->services.n);
	svg_timeline(out, t, &all, str_fmt(out->arena, "whole%u", page->n).ptr);
	buf_add_c(out, "</figure></details>\n");
}

static void add_chain(struct buf *out, const struct tale *t)
{
	static const char *const heads[] = {"Service",     "#From", "#Length",
					    "What it did", "Since", NULL};

	if (t->chain.n == 0)
		return;
	open_table(out,
		   t->source->is_over
			   ? STR("What the end waited for: the links follow one another from the "
				 "job's beginning to its end.")
			   : STR("What has led to this moment."),
		   heads);
	for (uint32_t i = 0; i < t->chain.n; i++) {
		const struct tale_link *link = &t->chain.items[i];

		if (!tale_link_is_told(link))
			continue;
		buf_add_c(out, "<tr>");
		add_row_head(out, link->service == TALE_JOB
					  ? STR("the job")
					  : t->services.items[link->service].name);
		add_cell(out, "number", duration_text(out->arena, link->from));
		add_cell(out, "number", duration_text(out->arena, link->to - link->from));
		add_cell(out, "text", tale_link_text(out->arena, link));
		add_cell(out, "text", link->because);
		buf_add_c(out, "</tr>\n");
	}
	close_table(out);
	if (!t->has_table)
		add_sentence(out, "soft",
			     STR("Its script can't be read: what waited for what isn't known."));
}

static void add_samples(struct buf *out, const struct page *page)
{
	const struct tale_charts *charts = &page->run->charts;

	for (uint32_t i = 0; i < charts->list.n; i++) {
		buf_add_c(out, "<figure>\n");
		svg_chart(out, &page->run->tale, &charts->list.items[i],
			  str_fmt(out->arena, "chart%u-%u", page->n, i).ptr);
		buf_add_c(out, "</figure>\n");
	}
	add_sentence(out, "soft", tale_samples_remark(out->arena, charts));
}

static bool has_failed(const struct tale_service *s)
{
	return s->verdict.len > 0 && !str_eq_c(s->verdict, "completed") &&
	       !str_eq_c(s->verdict, "stopped");
}

static void add_service(struct buf *out, const struct tale *t, const struct tale_service *s)
{
	struct report_times times = report_times_of(s);
	struct arena *a = out->arena;

	buf_add_fmt(out, "<tr%s>", has_failed(s) ? " class=\"failed\"" : "");
	add_row_head(out, s->name);
	add_cell(out, "outcome", tale_outcome(a, t, s));
	add_cell(out, "number", s->status < 0 ? STR("") : str_fmt(a, "%d", s->status));
	add_cell(out, "number", str_fmt(a, "%u", s->launches));
	add_cell(out, "number", report_seconds(a, times.started));
	add_cell(out, "number", report_seconds(a, times.ready));
	add_cell(out, "number", report_seconds(a, times.over));
	add_cell(out, "number", report_seconds(a, times.sums[TALE_WAITING]));
	add_cell(out, "number", report_seconds(a, s->cpu_seconds));
	add_cell(out, "number", report_bytes(a, s->max_memory_bytes));
	add_cell(out, "number", report_bytes(a, s->read_bytes));
	add_cell(out, "number", report_bytes(a, s->written_bytes));
	add_cell(out, "text", s->nodes);
	buf_add_c(out, "</tr>\n");
}

static void add_services(struct buf *out, const struct tale *t)
{
	static const char *const heads[] = {
		"Service", "End",  "#Status", "#Launches", "#Start",   "#Ready", "#Over",
		"#Waited", "#CPU", "#Memory", "#Read",     "#Written", "Nodes",  NULL};

	open_table(
		out,
		STR("How each service ended. Start, ready and over count from the job's beginning; memory is the "
		    "most that one task had."),
		heads);
	for (uint32_t i = 0; i < t->services.n; i++)
		add_service(out, t, &t->services.items[i]);
	close_table(out);
}

static void add_failures(struct buf *out, const struct tale *t)
{
	static const char *const heads[] = {"#Time", "Service", "What happened", NULL};
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->services.n; i++)
		for (uint32_t k = 0; k < t->services.items[i].marks.n && n <= MOST_FAILURES; k++) {
			const struct tale_mark *m = &t->services.items[i].marks.items[k];

			if (n++ == 0)
				open_table(out, STR("What went wrong, by service."), heads);
			if (n > MOST_FAILURES)
				continue;
			buf_add_c(out, "<tr>");
			add_cell(out, "number", duration_text(out->arena, m->at));
			add_row_head(out, t->services.items[i].name);
			add_cell(out, "text", m->text);
			buf_add_c(out, "</tr>\n");
		}
	if (n > 0)
		close_table(out);
	else
		add_sentence(out, "soft", STR("Nothing went wrong."));
	if (n > MOST_FAILURES)
		add_sentence(out, "soft", STR("There is more; these are the first ones."));
}

/* A text of run.json behind a line that opens it. */
static void add_text(struct buf *out, const struct report_run *run, const char *key,
		     const char *summary)
{
	struct str text = json_str(run->submitted, key);

	if (text.len == 0) {
		add_sentence(out, "soft", run->not_submitted);
		return;
	}
	buf_add_fmt(out, "<details><summary>%s</summary>\n<pre tabindex=\"0\">", summary);
	markup_block(out, text);
	buf_add_c(out, "</pre></details>\n");
}

static void add_environment(struct buf *out, const struct report_run *run)
{
	static const char *const heads[] = {"Service", "Names", NULL};
	const json_t *list = json_object_get(run->submitted, "environment");

	if (!run->submitted) {
		add_sentence(out, "soft", run->not_submitted);
		return;
	}
	buf_add_c(out,
		  "<details><summary>Names of the variables that each service gets</summary>\n");
	open_table(out, STR("Values aren't recorded."), heads);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i), *names = json_object_get(one, "names");

		buf_add_c(out, "<tr>");
		add_row_head(out, json_str(one, "service"));
		buf_add_c(out, "<td class=\"names\">");
		for (size_t k = 0; k < json_array_size(names); k++) {
			const json_t *name = json_array_get(names, k);

			buf_add_c(out, k ? " " : "");
			markup_line(out, str_c(json_string_value(name)));
		}
		buf_add_c(out, "</td></tr>\n");
	}
	close_table(out);
	buf_add_c(out, "</details>\n");
}

static void fill_run(struct buf *out, struct str name, void *context)
{
	const struct page *page = context;
	const struct tale *t = &page->run->tale;

	if (str_eq_c(name, "n"))
		buf_add_uint(out, page->n);
	else if (str_eq_c(name, "head"))
		markup_line(out, tale_head_text(t));
	else if (str_eq_c(name, "cause") && report_cause(t).len > 0)
		add_sentence(out, "cause", report_cause(t));
	else if (str_eq_c(name, "facts"))
		add_facts(out, page->run);
	else if (str_eq_c(name, "timeline"))
		add_timeline(out, page);
	else if (str_eq_c(name, "chain"))
		add_chain(out, t);
	else if (str_eq_c(name, "samples"))
		add_samples(out, page);
	else if (str_eq_c(name, "services"))
		add_services(out, t);
	else if (str_eq_c(name, "failures"))
		add_failures(out, t);
	else if (str_eq_c(name, "spec"))
		add_text(out, page->run, "spec", "The spec as it was compiled, secrets redacted");
	else if (str_eq_c(name, "script"))
		add_text(out, page->run, "script", "The script that ran, secrets redacted");
	else if (str_eq_c(name, "environment"))
		add_environment(out, page->run);
}

static void fill_page(struct buf *out, struct str name, void *context)
{
	const struct report *report = context;

	if (str_eq_c(name, "title"))
		markup_line(out, tale_head_text(&report->runs.items[0].tale));
	else if (str_eq_c(name, "page-css"))
		buf_add_c(out, markup_template("page.css"));
	else if (str_eq_c(name, "drawing-css"))
		buf_add_c(out, markup_template("drawing.css"));
	else if (str_eq_c(name, "runs"))
		for (uint32_t i = 0; i < report->runs.n; i++) {
			struct page page = {report, &report->runs.items[i], i + 1};

			markup_fill(out, markup_template("run.html"), fill_run, &page);
		}
}

void report_html(struct buf *out, const struct report *report)
{
	struct report copy = *report;

	markup_fill(out, markup_template("page.html"), fill_page, &copy);
}
