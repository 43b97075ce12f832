/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/svg.h"

#include <math.h>

#include "driver/tale/markup.h"
#include "driver/tale/text.h"
#include "ir/support/utf8.h"

enum {
	WIDTH = 1000,
	PLOT_X = 180, /* where time begins */
	PLOT_WIDTH = 620,
	END_X = PLOT_X + PLOT_WIDTH + 10,
	AXIS_Y = 16, /* the line under the times */
	ROW = 20,
	CHART_HEIGHT = 120,
	CHART_TOP = 28,
	CHART_PLOT = 84,
	LEGEND_HEIGHT = 26,
	HEAD_HEIGHT = 30,
	LABEL_LETTERS = 23,
	END_LETTERS = 29,
	MOST_TICKS = 8,
	GROUP_PIECES = 310 /* of a line for several services */
};

/* Words as names of classes. */
static const char *const classes[TALE_KINDS] = {
	[TALE_SETUP] = "setup",     [TALE_WAITING] = "waiting", [TALE_STARTING] = "starting",
	[TALE_PROBING] = "probing", [TALE_RUNNING] = "running", [TALE_READY] = "ready",
	[TALE_HOOK] = "hook",       [TALE_BACKOFF] = "backoff", [TALE_STOPPING] = "stopping",
	[TALE_OVER] = "over",       [TALE_END] = "end",
};

/* How high the bar of a kind is: what waits is thin, so that colours aren't all that tells. */
static const int heights[TALE_KINDS] = {
	[TALE_SETUP] = 6,    [TALE_WAITING] = 2, [TALE_STARTING] = 6, [TALE_PROBING] = 10,
	[TALE_RUNNING] = 12, [TALE_READY] = 14,  [TALE_HOOK] = 10,    [TALE_BACKOFF] = 4,
	[TALE_STOPPING] = 8, [TALE_OVER] = 1,    [TALE_END] = 6,
};

static double x_of(const struct tale *t, double at)
{
	return t->end > 0 ? PLOT_X + at / t->end * PLOT_WIDTH : PLOT_X;
}

/* The text in at most so many columns. */
static struct str shortened(struct arena *a, struct str text, unsigned columns)
{
	struct str rest = str_visible(a, text, VISIBLE_LINE);
	unsigned used = 0;

	if (utf8_columns(rest) <= columns)
		return rest;
	struct str all = rest;
	while (rest.len > 0) {
		size_t length;

		used += utf8_width(utf8_decode(rest, &length));
		if (used >= columns)
			break;
		rest = str_from(rest, length);
	}
	return str_cat(a, str_slice(all, 0, all.len - rest.len), STR("…"));
}

static void open_svg(struct buf *out, int height, const char *id, struct str title, struct str desc)
{
	buf_add_fmt(out,
		    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
		    "height=\"%d\" role=\"img\" aria-labelledby=\"%s-title %s-desc\">\n",
		    WIDTH, height, WIDTH, height, id, id);
	buf_add_fmt(out, "<title id=\"%s-title\">", id);
	markup_line(out, title);
	buf_add_fmt(out, "</title>\n<desc id=\"%s-desc\">", id);
	markup_line(out, desc);
	buf_add_c(out, "</desc>\n");
}

/* Times over the plot, and a line down from each. */
static void add_axis(struct buf *out, const struct tale *t, int top, int bottom)
{
	double tick = tale_tick(t->end, MOST_TICKS);

	for (unsigned i = 0; t->end > 0 && tick * i <= t->end; i++) {
		double x = x_of(t, tick * i);

		buf_add_fmt(out, "<path class=\"grid\" d=\"M%.1f %dV%d\"/>", x, top, bottom);
		buf_add_fmt(out, "<text class=\"tick\" x=\"%.1f\" y=\"%d\">%.*s</text>\n", x,
			    top - 4, STR_ARG(tale_tick_text(t->arena, tick * i)));
	}
}

static void add_bar(struct buf *out, const struct tale *t, enum tale_kind kind, double from,
		    double to, int y, struct str title)
{
	double x = x_of(t, from), width = fmax(x_of(t, to) - x, 0.7);

	buf_add_fmt(out,
		    "<rect class=\"%s\" x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\">"
		    "<title>",
		    classes[kind], x, y + (ROW - heights[kind]) / 2, width, heights[kind]);
	markup_line(out, title);
	buf_add_c(out, "</title></rect>\n");
}

static void add_failure(struct buf *out, const struct tale *t, const struct tale_mark *m, int y)
{
	buf_add_fmt(out, "<path class=\"failure\" d=\"M%.2f %dl8 8m0 -8l-8 8\"><title>",
		    x_of(t, m->at) - 4, y + ROW / 2 - 4);
	markup_line(out, str_fmt(out->arena, "%.*s: %.*s",
				 STR_ARG(duration_text(out->arena, m->at)), STR_ARG(m->text)));
	buf_add_c(out, "</title></path>\n");
}

static void add_spans(struct buf *out, const struct tale *t, const struct tale_service *s, int y)
{
	struct arena *a = t->arena;

	for (uint32_t i = 0; i < s->spans.n; i++) {
		const struct tale_span *span = &s->spans.items[i];
		struct str title = str_fmt(a, "%.*s: %s for %.*s from %.*s on", STR_ARG(s->name),
					   tale_words[span->kind].word,
					   STR_ARG(duration_text(a, span->to - span->from)),
					   STR_ARG(duration_text(a, span->from)));

		if (span->kind != TALE_OVER)
			add_bar(out, t, span->kind, span->from, span->to, y, title);
	}
	for (uint32_t i = 0; i < s->marks.n; i++)
		if (s->marks.items[i].is_failure)
			add_failure(out, t, &s->marks.items[i], y);
}

/* A line for several: what most of them did. */
static void add_group(struct buf *out, const struct tale *t, const struct tale_row *row, int y)
{
	struct tale_cell *cells = ARENA_ARRAY(t->arena, GROUP_PIECES, struct tale_cell);
	double piece = t->end / GROUP_PIECES;

	tale_cells(t, row, cells, GROUP_PIECES);
	for (int i = 0, next; i < GROUP_PIECES; i = next) {
		for (next = i + 1; next < GROUP_PIECES && cells[next].kind == cells[i].kind;)
			next++;
		if (cells[i].kind != TALE_OVER)
			add_bar(out, t, cells[i].kind, piece * i, piece * next, y,
				str_fmt(t->arena, "most of them: %s",
					tale_words[cells[i].kind].word));
	}
	for (uint32_t k = 0; k < row->services.n; k++) {
		const struct tale_service *s = &t->services.items[row->services.items[k]];

		for (uint32_t i = 0; i < s->marks.n; i++)
			if (s->marks.items[i].is_failure)
				add_failure(out, t, &s->marks.items[i], y);
	}
}

static void add_label(struct buf *out, const char *class, int x, int y, struct str text,
		      unsigned letters)
{
	buf_add_fmt(out, "<text class=\"%s\" x=\"%d\" y=\"%d\">", class, x, y + ROW - 6);
	markup_line(out, shortened(out->arena, text, letters));
	buf_add_c(out, "<title>");
	markup_line(out, text);
	buf_add_c(out, "</title></text>\n");
}

static void add_row(struct buf *out, const struct tale *t, const struct tale_row *row, int y)
{
	const struct tale_service *s = &t->services.items[row->services.items[0]];

	add_label(out, "label", 4, y, row->label, LABEL_LETTERS);
	if (row->services.n > 1)
		add_group(out, t, row, y);
	else
		add_spans(out, t, s, y);
	add_label(out, "outcome", END_X, y, tale_outcome(t->arena, t, s), END_LETTERS);
}

/* The line of the drawing that a link of the chain is on; -1: it isn't drawn. */
static int line_of(const struct tale_rows *rows, uint32_t service)
{
	if (service == TALE_JOB)
		return 0;
	for (uint32_t i = 0; i < rows->list.n; i++)
		if (rows->list.items[i].services.items[0] == service)
			return (int)i + 1;
	return -1;
}

/* Along the bottoms of its services' lines, and down or up where the next one follows. */
static void add_chain(struct buf *out, const struct tale *t, const struct tale_rows *rows)
{
	bool is_drawing = false;

	if (t->chain.n == 0)
		return;
	buf_add_c(out, "<path class=\"chain\" d=\"");
	for (uint32_t i = 0; i < t->chain.n; i++) {
		const struct tale_link *link = &t->chain.items[i];
		int line = line_of(rows, link->service);
		int y = AXIS_Y + 4 + line * ROW + ROW - 1;

		if (line < 0) {
			is_drawing = false;
			continue;
		}
		if (is_drawing)
			buf_add_fmt(out, "V%dH%.2f", y, x_of(t, link->to));
		else
			buf_add_fmt(out, "M%.2f %dH%.2f", x_of(t, link->from), y,
				    x_of(t, link->to));
		is_drawing = true;
	}
	buf_add_c(out, "\"><title>the critical chain: what the end waited for</title></path>\n");
}

static void add_legend(struct buf *out, const struct tale *t, int y)
{
	static const enum tale_kind shown[] = {TALE_SETUP,   TALE_WAITING, TALE_STARTING,
					       TALE_PROBING, TALE_RUNNING, TALE_READY,
					       TALE_HOOK,    TALE_BACKOFF, TALE_STOPPING};
	int x = 4;

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const char *word = tale_words[shown[i]].word;
		int height = heights[shown[i]];

		buf_add_fmt(out,
			    "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"18\" height=\"%d\"/>"
			    "<text class=\"key\" x=\"%d\" y=\"%d\">%s</text>\n",
			    classes[shown[i]], x, y + (ROW - height) / 2, height, x + 22,
			    y + ROW - 6, word);
		x += 40 + 7 * (int)str_c(word).len;
	}
	buf_add_fmt(out,
		    "<path class=\"failure\" d=\"M%d %dl8 8m0 -8l-8 8\"/>"
		    "<text class=\"key\" x=\"%d\" y=\"%d\">failure</text>\n",
		    x, y + ROW / 2 - 4, x + 14, y + ROW - 6);
	if (t->chain.n > 0)
		buf_add_fmt(out,
			    "<path class=\"chain\" d=\"M%d %dh18\"/>"
			    "<text class=\"key\" x=\"%d\" y=\"%d\">critical chain</text>\n",
			    x + 70, y + ROW / 2, x + 92, y + ROW - 6);
}

static int timeline_height(const struct tale_rows *rows)
{
	return AXIS_Y + 4 + ((int)rows->list.n + 1) * ROW + LEGEND_HEIGHT;
}

static struct str timeline_words(const struct tale *t)
{
	struct buf out;

	buf_init(&out, t->arena);
	buf_add_fmt(&out, "%u services over %.*s.", t->services.n,
		    STR_ARG(duration_text(t->arena, t->end)));
	for (uint32_t i = 0; i < t->chain.n && i < 20; i++) {
		const struct tale_link *link = &t->chain.items[i];
		struct str name = link->service == TALE_JOB ? STR("the job")
							    : t->services.items[link->service].name;

		buf_add_fmt(&out, "%s %.*s: %.*s;", i ? "" : " The critical chain:", STR_ARG(name),
			    STR_ARG(tale_link_text(t->arena, link)));
	}
	return str_dup(t->arena, buf_str(&out));
}

void svg_timeline(struct buf *out, const struct tale *t, const struct tale_rows *rows,
		  const char *id)
{
	int height = timeline_height(rows), y = AXIS_Y + 4;

	open_svg(out, height, id, str_fmt(t->arena, "Timeline of job %.*s", STR_ARG(t->source->id)),
		 timeline_words(t));
	add_axis(out, t, AXIS_Y, height - LEGEND_HEIGHT);
	add_label(out, "label job", 4, y, STR("job"), LABEL_LETTERS);
	add_spans(out, t, &t->job, y);
	add_label(out, "outcome job", END_X, y, t->source->word, END_LETTERS);
	for (uint32_t i = 0; i < rows->list.n; i++)
		add_row(out, t, &rows->list.items[i], y += ROW);
	add_chain(out, t, rows);
	add_legend(out, t, height - LEGEND_HEIGHT + 4);
	buf_add_c(out, "</svg>\n");
}

static struct str value_text(struct arena *a, double value, const char *unit)
{
	if (value >= 10240 && unit[0] == 'M')
		return str_fmt(a, "%.1f GiB", value / 1024);
	return str_fmt(a, value >= 100 || value == floor(value) ? "%.0f %s" : "%.1f %s", value,
		       unit);
}

static struct str chart_words(const struct tale *t, const struct tale_chart *chart)
{
	struct arena *a = t->arena;
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0; i < chart->lines.n; i++) {
		const struct tale_line *line = &chart->lines.items[i];
		double mean, most;

		tale_line_sums(line, &mean, &most);
		buf_add_fmt(&out, "%s%.*s: on average %.*s, at most %.*s.", i ? " " : "",
			    STR_ARG(line->name), STR_ARG(value_text(a, mean, chart->unit)),
			    STR_ARG(value_text(a, most, chart->unit)));
	}
	return str_dup(a, buf_str(&out));
}

static void add_line(struct buf *out, const struct tale *t, const struct tale_chart *chart,
		     uint32_t i)
{
	const struct tale_line *line = &chart->lines.items[i];
	double top = chart->top > 0 ? chart->top : 1;

	buf_add_fmt(out, "<path class=\"line line%u\" d=\"", i);
	for (uint32_t k = 0; k < line->points.n; k++)
		buf_add_fmt(out, "%s%.1f %.1f", k ? "L" : "M", x_of(t, line->points.items[k].at),
			    CHART_TOP + CHART_PLOT * (1 - line->points.items[k].value / top));
	/* A single look is a dot. */
	buf_add_fmt(out, "%s\"/>\n", line->points.n == 1 ? "h1" : "");
	buf_add_fmt(out, "<path class=\"line line%u\" d=\"M%d %dh12\"/>", i, END_X,
		    CHART_TOP + 6 + (int)i * 11);
	buf_add_fmt(out, "<text class=\"series\" x=\"%d\" y=\"%d\">", END_X + 16,
		    CHART_TOP + 9 + (int)i * 11);
	markup_line(out, shortened(out->arena, line->name, END_LETTERS));
	buf_add_c(out, "</text>\n");
}

void svg_chart(struct buf *out, const struct tale *t, const struct tale_chart *chart,
	       const char *id)
{
	int bottom = CHART_TOP + CHART_PLOT;

	open_svg(out, CHART_HEIGHT, id, str_c(chart->title), chart_words(t, chart));
	add_axis(out, t, CHART_TOP - 4, bottom);
	buf_add_fmt(out, "<path class=\"frame\" d=\"M%d %dh%dM%d %dh%d\"/>\n", PLOT_X, CHART_TOP,
		    PLOT_WIDTH, PLOT_X, bottom, PLOT_WIDTH);
	buf_add_fmt(out, "<text class=\"label\" x=\"4\" y=\"%d\">%s</text>\n",
		    CHART_TOP + CHART_PLOT / 2 + 4, chart->title);
	buf_add_fmt(out,
		    "<text class=\"scale\" x=\"%d\" y=\"%d\">%.*s</text>"
		    "<text class=\"scale\" x=\"%d\" y=\"%d\">0</text>\n",
		    PLOT_X - 6, CHART_TOP + 4,
		    STR_ARG(value_text(t->arena, chart->top, chart->unit)), PLOT_X - 6, bottom + 4);
	for (uint32_t i = 0; i < chart->lines.n; i++)
		add_line(out, t, chart, i);
	buf_add_c(out, "</svg>\n");
}

/* A drawing at its place in another one. */
static void place(struct buf *out, int y)
{
	buf_add_fmt(out, "<g transform=\"translate(0 %d)\">\n", y);
}

void svg_alone(struct buf *out, const struct tale *t, const struct tale_rows *rows,
	       const struct tale_charts *charts)
{
	int drawing = timeline_height(rows), y = HEAD_HEIGHT;
	int height = HEAD_HEIGHT + drawing + (int)charts->list.n * CHART_HEIGHT;

	buf_add_c(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	open_svg(out, height, "report", tale_head_text(t), timeline_words(t));
	buf_add_fmt(out, "<style>\n%s</style>\n<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n",
		    markup_template("drawing.css"), WIDTH, height);
	buf_add_c(out, "<text class=\"head\" x=\"4\" y=\"20\">");
	markup_line(out, shortened(t->arena, tale_head_text(t), 110));
	buf_add_c(out, "</text>\n");
	place(out, y);
	svg_timeline(out, t, rows, "timeline");
	buf_add_c(out, "</g>\n");
	y += drawing;
	for (uint32_t i = 0; i < charts->list.n; i++, y += CHART_HEIGHT) {
		place(out, y);
		svg_chart(out, t, &charts->list.items[i], str_fmt(t->arena, "chart-%u", i).ptr);
		buf_add_c(out, "</g>\n");
	}
	buf_add_c(out, "</svg>\n");
}
