/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/tale/text.h"

#include <time.h>

#include "driver/jobs/status.h"
#include "ir/support/utf8.h"

enum {
	MIN_BAR = 16,
	MIN_TICK = 10,  /* columns from one time on the axis to the next */
	LABEL_PART = 3, /* names, and so the ends of lines, take a third of the line at most */
	END_PART = 3
};

static const double BLINK_S = 0.01;

static const struct {
	const char *wide, *ascii;
} glyphs[TALE_KINDS] = {
	[TALE_SETUP] = {"┄", ":"},   [TALE_WAITING] = {"·", "."}, [TALE_STARTING] = {"░", "-"},
	[TALE_PROBING] = {"▓", "="}, [TALE_RUNNING] = {"━", "="}, [TALE_READY] = {"█", "#"},
	[TALE_HOOK] = {"+", "+"},    [TALE_BACKOFF] = {"~", "~"}, [TALE_STOPPING] = {"▒", "%"},
	[TALE_OVER] = {" ", " "},    [TALE_END] = {"┄", ":"},
};
static const char *const failure_glyphs[] = {"×", "x"};

static const char *color_of(const struct style *style, enum tale_kind kind)
{
	switch (kind) {
	case TALE_RUNNING:
	case TALE_READY:
		return style->good;
	case TALE_STARTING:
	case TALE_PROBING:
	case TALE_BACKOFF:
	case TALE_STOPPING:
		return style->busy;
	case TALE_HOOK:
		return style->bold;
	case TALE_SETUP:
	case TALE_WAITING:
	case TALE_OVER:
	case TALE_END:
	case TALE_KINDS:
		break;
	}
	return style->dim;
}

static const char *glyph_of(const struct tale_look *look, enum tale_kind kind)
{
	return look->is_ascii ? glyphs[kind].ascii : glyphs[kind].wide;
}

struct str tale_time_text(struct arena *a, double wall)
{
	time_t seconds = (time_t)wall;
	struct tm tm;
	char text[40];

	if (!gmtime_r(&seconds, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm))
		return STR("an unknown time");
	return str_dup(a, str_c(text));
}

struct str tale_link_text(struct arena *a, const struct tale_link *link)
{
	double sums[TALE_KINDS] = {0};
	unsigned launches = 0;
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0; i < link->spans.n; i++) {
		const struct tale_span *span = &link->spans.items[i];

		sums[span->kind] += span->to - span->from;
		launches += span->kind == TALE_BACKOFF;
	}
	for (uint32_t i = 0; i < link->spans.n; i++) {
		enum tale_kind kind = link->spans.items[i].kind;

		/* A blink of an eye among others is left out. */
		if (sums[kind] <= 0 || (link->spans.n > 1 && sums[kind] < BLINK_S))
			continue;
		buf_add_fmt(&out, "%s%s %.*s", out.len > 0 ? ", " : "", tale_words[kind].word,
			    STR_ARG(duration_text(a, sums[kind])));
		sums[kind] = 0;
	}
	if (launches > 0)
		buf_add_fmt(&out, " (%u launches)", launches + 1);
	return str_dup(a, buf_str(&out));
}

bool tale_link_is_told(const struct tale_link *link)
{
	return link->service != TALE_JOB || link->because.len > 0 ||
	       link->to - link->from >= BLINK_S;
}

struct str tale_head_text(const struct tale *t)
{
	struct arena *a = t->arena;
	struct buf out;

	buf_init(&out, a);
	buf_add_fmt(&out, "job %.*s", STR_ARG(t->source->id));
	if (t->name.len > 0)
		buf_add_fmt(&out, " '%.*s'", STR_ARG(t->name));
	if (t->attempt > 0)
		buf_add_fmt(&out, ", attempt %llu", (unsigned long long)t->attempt);
	buf_add_fmt(&out, ": %.*s", STR_ARG(t->source->word));
	/* Its script may be at its end for a while after the services. */
	const char *until = t->source->is_over                ? ","
			    : state_is_over(t->source->state) ? ", and closes;"
							      : " until this moment,";
	if (t->begin_wall > 0)
		buf_add_fmt(&out, "%s %.*s from %.*s on", until, STR_ARG(duration_text(a, t->end)),
			    STR_ARG(tale_time_text(a, t->begin_wall)));
	return str_dup(a, buf_str(&out));
}

/* The text, visible, in exactly that many columns: padded, or cut with a mark. */
static void add_clipped(struct buf *out, struct arena *a, struct str text, unsigned columns,
			const struct tale_look *look)
{
	const char *mark = look->is_ascii ? "~" : "…";
	struct str rest = str_visible(a, text, VISIBLE_LINE);
	unsigned used = utf8_columns(rest);
	bool is_cut = used > columns;

	for (used = 0; rest.len > 0;) {
		size_t length;
		unsigned width = utf8_width(utf8_decode(rest, &length));

		if (used + width + (is_cut ? 1 : 0) > columns)
			break;
		buf_add(out, str_slice(rest, 0, length));
		rest = str_from(rest, length);
		used += width;
	}
	if (is_cut && used < columns) {
		buf_add_c(out, mark);
		used++;
	}
	if (used < columns)
		buf_add_repeat(out, ' ', columns - used);
}

struct layout {
	unsigned label, bar, end; /* columns, with two blanks between them */
};

static void widen(struct arena *a, unsigned *columns, struct str text)
{
	unsigned wanted = utf8_columns(str_visible(a, text, VISIBLE_LINE));

	*columns = wanted > *columns ? wanted : *columns;
}

static struct str row_end(const struct tale *t, const struct tale_row *row)
{
	return tale_outcome(t->arena, t, &t->services.items[row->services.items[0]]);
}

static struct layout lay_out(const struct tale *t, const struct tale_rows *rows,
			     const struct tale_look *look)
{
	struct layout l = {.label = 3};

	for (uint32_t i = 0; i < rows->list.n; i++) {
		widen(t->arena, &l.label, rows->list.items[i].label);
		widen(t->arena, &l.end, row_end(t, &rows->list.items[i]));
	}
	if (l.label > look->columns / LABEL_PART)
		l.label = look->columns / LABEL_PART;
	if (l.end > look->columns / END_PART)
		l.end = look->columns / END_PART;
	unsigned taken = l.label + l.end + 4;
	l.bar = look->columns > taken + MIN_BAR ? look->columns - taken : MIN_BAR;
	return l;
}

static void add_cells(struct buf *out, const struct tale_cell *cells, unsigned n,
		      const struct tale_look *look)
{
	const char *now = "";

	for (unsigned i = 0; i < n; i++) {
		bool is_bad = cells[i].is_failure;
		const char *color =
			is_bad ? look->style.bad : color_of(&look->style, cells[i].kind);

		if (color != now) {
			buf_add_c(out, look->style.off);
			buf_add_c(out, color);
			now = color;
		}
		buf_add_c(out,
			  is_bad ? failure_glyphs[look->is_ascii] : glyph_of(look, cells[i].kind));
	}
	buf_add_c(out, look->style.off);
}

static void end_line(struct buf *out)
{
	while (out->len > 0 && out->ptr[out->len - 1] == ' ')
		out->len--;
	buf_add_byte(out, '\n');
}

static void add_axis(struct buf *out, const struct tale *t, const struct layout *l,
		     const struct tale_look *look)
{
	double tick = tale_tick(t->end, l->bar / MIN_TICK > 0 ? l->bar / MIN_TICK : 1);
	unsigned used = 0;

	buf_add_c(out, look->style.dim);
	buf_add_repeat(out, ' ', l->label + 2);
	for (unsigned i = 0; t->end > 0 && tick * i <= t->end; i++) {
		struct str text = tale_tick_text(t->arena, tick * i);
		unsigned at = (unsigned)(tick * i / t->end * l->bar);

		if (at < used || at + text.len > l->bar)
			continue;
		buf_add_repeat(out, ' ', at - used);
		buf_add(out, text);
		used = at + (unsigned)text.len;
	}
	buf_add_c(out, look->style.off);
	end_line(out);
}

/* "· waiting  ░ starting": of what is there to see. */
static void add_legend(struct buf *out, const bool *is_seen, bool has_failure,
		       const struct tale_look *look)
{
	unsigned used = 0;

	for (int k = 0; k <= TALE_KINDS; k++) {
		bool is_failure = k == TALE_KINDS;
		const char *word = is_failure ? "failure" : tale_words[k].word;
		unsigned width = (unsigned)str_c(word).len + 4;

		if (k == TALE_OVER || (is_failure ? !has_failure : !is_seen[k]))
			continue;
		if (used > 0 && used + width > look->columns) {
			end_line(out);
			used = 0;
		}
		used += width;
		buf_add_fmt(out, "%s%s%s %s  ",
			    is_failure ? look->style.bad
				       : color_of(&look->style, (enum tale_kind)k),
			    is_failure ? failure_glyphs[look->is_ascii]
				       : glyph_of(look, (enum tale_kind)k),
			    look->style.off, word);
	}
	if (used > 0)
		end_line(out);
}

static void note_seen(const struct tale_cell *cells, unsigned n, bool *is_seen, bool *has_failure)
{
	for (unsigned i = 0; i < n; i++) {
		is_seen[cells[i].kind] = is_seen[cells[i].kind] || !cells[i].is_failure;
		*has_failure = *has_failure || cells[i].is_failure;
	}
}

static bool has_other_than(const struct tale_cell *cells, unsigned n, enum tale_kind kind)
{
	for (unsigned i = 0; i < n; i++)
		if (cells[i].kind != kind)
			return true;
	return false;
}

static void add_rows(struct buf *out, const struct tale *t, const struct tale_rows *rows,
		     const struct tale_look *look)
{
	struct layout l = lay_out(t, rows, look);
	struct tale_cell *cells = ARENA_ARRAY(t->arena, l.bar, struct tale_cell);
	bool is_seen[TALE_KINDS] = {false}, has_failure = false;

	add_axis(out, t, &l, look);
	tale_cells_of(t, &t->job, cells, l.bar);
	if (has_other_than(cells, l.bar, TALE_RUNNING)) {
		buf_add_c(out, look->style.dim);
		add_clipped(out, t->arena, STR("job"), l.label, look);
		buf_add_c(out, "  ");
		add_cells(out, cells, l.bar, look);
		end_line(out);
		note_seen(cells, l.bar, is_seen, &has_failure);
	}
	for (uint32_t i = 0; i < rows->list.n; i++) {
		const struct tale_row *row = &rows->list.items[i];
		const struct tale_service *s = &t->services.items[row->services.items[0]];

		add_clipped(out, t->arena, row->label, l.label, look);
		buf_add_c(out, "  ");
		tale_cells(t, row, cells, l.bar);
		add_cells(out, cells, l.bar, look);
		buf_add_fmt(out, "  %s", style_of_state(&look->style, s->state, s->verdict));
		add_clipped(out, t->arena, row_end(t, row), l.end, look);
		while (out->len > 0 && out->ptr[out->len - 1] == ' ')
			out->len--;
		buf_add_c(out, look->style.off);
		end_line(out);
		note_seen(cells, l.bar, is_seen, &has_failure);
	}
	if (rows->left_out > 0)
		buf_add_fmt(out, "and %u service%s more; --all shows them\n", rows->left_out,
			    plural(rows->left_out));
	add_legend(out, is_seen, has_failure, look);
}

/* Words from that column on, over as many lines as they need. The first line has that much already. */
static void add_wrapped(struct buf *out, struct str text, unsigned indent, unsigned columns)
{
	unsigned used = indent;

	while (text.len > 0) {
		struct str word;

		text = str_split(text, ' ', &word);
		unsigned width = utf8_columns(word);
		if (used > indent && used + 1 + width > columns) {
			end_line(out);
			buf_add_repeat(out, ' ', indent);
			used = indent;
		} else if (used > indent) {
			buf_add_byte(out, ' ');
			used++;
		}
		buf_add(out, word);
		used += width;
	}
	end_line(out);
}

static void add_link(struct buf *out, const struct tale *t, const struct tale_link *link,
		     unsigned width, const struct tale_look *look)
{
	bool is_job = link->service == TALE_JOB;
	struct str name = is_job ? STR("job") : t->services.items[link->service].name;
	unsigned indent = width + 12;

	if (!tale_link_is_told(link))
		return;
	buf_add_fmt(out, "%s%8.*s%s  %s", look->style.dim,
		    STR_ARG(duration_text(t->arena, link->from)), look->style.off,
		    is_job ? look->style.dim : "");
	add_clipped(out, t->arena, name, width, look);
	buf_add_fmt(out, "%s  ", is_job ? look->style.off : "");
	add_wrapped(out, tale_link_text(t->arena, link), indent, look->columns);
	if (link->because.len == 0)
		return;
	buf_add_repeat(out, ' ', indent);
	buf_add_c(out, look->style.dim);
	struct str because = str_visible(t->arena, link->because, VISIBLE_LINE);
	add_wrapped(out, str_cat(t->arena, STR("since "), because), indent, look->columns);
	out->len--;
	buf_add_fmt(out, "%s\n", look->style.off);
}

static void add_chain(struct buf *out, const struct tale *t, const struct tale_look *look)
{
	unsigned width = 3;

	buf_add_fmt(out, "\n%scritical chain%s: what %s\n", look->style.bold, look->style.off,
		    t->source->is_over ? "the end waited for" : "has led to this moment");
	for (uint32_t i = 0; i < t->chain.n; i++)
		if (t->chain.items[i].service != TALE_JOB)
			widen(t->arena, &width, t->services.items[t->chain.items[i].service].name);
	if (width > look->columns / LABEL_PART)
		width = look->columns / LABEL_PART;
	for (uint32_t i = 0; i < t->chain.n; i++)
		add_link(out, t, &t->chain.items[i], width, look);
}

struct str tale_drawing_text(const struct tale *t, const struct tale_rows *rows,
			     const struct tale_look *look)
{
	struct buf out;

	buf_init(&out, t->arena);
	add_rows(&out, t, rows, look);
	return str_dup(t->arena, buf_str(&out));
}

struct str tale_text(const struct tale *t, const struct tale_rows *rows,
		     const struct tale_look *look)
{
	struct buf out;

	buf_init(&out, t->arena);
	buf_add_c(&out, look->style.bold);
	add_wrapped(&out, str_visible(t->arena, tale_head_text(t), VISIBLE_LINE), 0, look->columns);
	out.len--;
	buf_add_fmt(&out, "%s\n", look->style.off);
	if (!t->has_events) {
		buf_add_c(&out, "no service has begun\n");
		return str_dup(t->arena, buf_str(&out));
	}
	if (t->ended.len > 0 && t->decider != TALE_JOB)
		add_wrapped(&out,
			    str_visible(t->arena,
					str_fmt(t->arena, "ended since '%.*s' %.*s",
						STR_ARG(t->services.items[t->decider].name),
						STR_ARG(t->ended)),
					VISIBLE_LINE),
			    0, look->columns);
	else if (t->ended.len > 0)
		add_wrapped(&out, str_visible(t->arena, t->ended, VISIBLE_LINE), 0, look->columns);
	else if (t->is_cut_off)
		buf_add_c(&out, "cut off: its supervisor could not say how it ended\n");
	add_rows(&out, t, rows, look);
	if (t->chain.n > 0)
		add_chain(&out, t, look);
	if (!t->has_table)
		buf_add_c(&out, "its script can't be read: what waited for what isn't known\n");
	return str_dup(t->arena, buf_str(&out));
}
