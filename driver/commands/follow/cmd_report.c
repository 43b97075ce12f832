/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc report: the run of a job as one file, for a browser, a page or a program. */
#include <stdlib.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/known.h"
#include "driver/story/submitted.h"
#include "driver/system.h"
#include "driver/tale/report.h"
#include "driver/tale/svg.h"
#include "ir/files.gen.h"

enum {
	MOST_ROWS = 120, /* of a drawing, before services share lines */
	MOST_RUNS = 100  /* elements of an array in one file */
};

static bool add_run(struct invocation *inv, const struct job_view *view, struct report *report)
{
	struct arena *a = inv->arena;
	struct report_run *run = LIST_PUSH(a, &report->runs);

	*run = (struct report_run){.not_submitted = STR("")};
	struct str why;
	if (!tale_read(inv, view, &run->tale, &why)) {
		complain("can't tell of job %.*s: %.*s", STR_ARG(view->job->id), STR_ARG(why));
		report->runs.n--;
		return false;
	}
	tale_rows(&run->tale, NULL, MOST_ROWS, &run->rows);
	tale_samples(a, view->job, &run->tale, &run->charts);
	run->submitted = submitted_read(a, view->job, &why);
	if (!run->submitted)
		run->not_submitted = str_fmt(a, "Not recorded for this job (%s: %.*s).",
					     JOB_FILE_RUN, STR_ARG(why));
	return true;
}

/* What was asked for; else what the name of the output ends in; else HTML. */
static enum report_form form_of(const struct options *o)
{
	static const struct {
		const char *ending;
		enum report_form form;
	} endings[] = {{".svg", FORM_SVG}, {".md", FORM_MARKDOWN}, {".json", FORM_JSON}};

	if (o->report != FORM_AUTO)
		return (enum report_form)o->report;
	for (size_t i = 0; o->output && i < sizeof(endings) / sizeof(*endings); i++)
		if (str_has_suffix(str_c(o->output), endings[i].ending))
			return endings[i].form;
	return FORM_HTML;
}

/* The value is given up. */
static void add_json(struct buf *out, json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(15));

	buf_add_fmt(out, "%s\n", text ? text : "[]");
	free(text);
	json_decref(value);
}

static struct str report_text(struct arena *a, const struct report *report, enum report_form form)
{
	const struct report_run *first = &report->runs.items[0];
	struct buf out;

	buf_init(&out, a);
	switch (form) {
	case FORM_SVG:
		svg_alone(&out, &first->tale, &first->rows, &first->charts);
		break;
	case FORM_MARKDOWN:
		report_markdown(&out, report);
		break;
	case FORM_JSON:
		add_json(&out, report_json(report));
		break;
	case FORM_AUTO:
	case FORM_HTML:
		report_html(&out, report);
		break;
	}
	return buf_str(&out);
}

/* One file can't hold everything: false after a message. */
static bool fits(const struct known_job *one, enum report_form form)
{
	uint32_t n = one->parts.list.n, most = form == FORM_SVG ? 1 : MOST_RUNS;

	if (n <= most)
		return true;
	complain("job %.*s has %u elements, and %s report holds %u", STR_ARG(one->job.id), n,
		 form == FORM_SVG ? "an SVG" : "a", most);
	advise("name some of them: hpcc report %.*s_%.*s", STR_ARG(one->job.id),
	       STR_ARG(one->parts.list.items[0].task));
	return false;
}

int cmd_report(struct invocation *inv)
{
	enum report_form form = form_of(&inv->options);
	struct report report = {0};
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	if (!fits(&one, form))
		return EXIT_USAGE;
	for (uint32_t i = 0; i < one.parts.list.n; i++)
		add_run(inv, &one.views[i], &report);
	if (report.runs.n == 0)
		return EXIT_ENVIRONMENT;
	return file_write_result(inv->arena, inv->options.output,
				 report_text(inv->arena, &report, form), plain_file_mode());
}
