/* SPDX-License-Identifier: Apache-2.0 */
/* Steps through rows of lines, which may be many: none is asked for that isn't near. */
#include "driver/live/log/scroll.h"

static unsigned rows_of(const struct scroll_text *text, uint32_t line)
{
	return text->rows(text->data, line);
}

static void step_up(struct scroll *s, const struct scroll_text *text, unsigned long rows)
{
	for (;;) {
		if (rows <= s->row) {
			s->row -= (unsigned)rows;
			return;
		}
		rows -= s->row;
		s->row = 0;
		if (s->line == 0)
			return;
		s->line--;
		s->row = rows_of(text, s->line);
	}
}

static void step_down(struct scroll *s, const struct scroll_text *text, unsigned long rows)
{
	while (rows > 0 && s->line < text->n) {
		unsigned left = rows_of(text, s->line) - s->row;

		if (rows < left) {
			s->row += (unsigned)rows;
			return;
		}
		rows -= left;
		s->line++;
		s->row = 0;
	}
}

/* The last place at which the pane is full. */
static struct scroll last_place(const struct scroll_text *text)
{
	struct scroll s = {.line = text->n};

	step_up(&s, text, text->height);
	return s;
}

static bool is_behind(const struct scroll *a, const struct scroll *b)
{
	return a->line > b->line || (a->line == b->line && a->row >= b->row);
}

void scroll_to_begin(struct scroll *s)
{
	*s = (struct scroll){0};
}

void scroll_to_end(struct scroll *s, const struct scroll_text *text)
{
	*s = last_place(text);
	s->follows = true;
}

void scroll_move(struct scroll *s, const struct scroll_text *text, long rows)
{
	scroll_settle(s, text);
	s->follows = false;
	if (rows < 0) {
		step_up(s, text, (unsigned long)-rows);
		return;
	}
	struct scroll last = last_place(text);
	step_down(s, text, (unsigned long)rows);
	if (is_behind(s, &last))
		scroll_to_end(s, text);
}

void scroll_to_line(struct scroll *s, const struct scroll_text *text, uint32_t line)
{
	struct scroll below = *s, last = last_place(text);

	step_down(&below, text, text->height);
	if (line < s->line || (line == s->line && s->row > 0) || line >= below.line) {
		*s = (struct scroll){.line = line};
		step_up(s, text, text->height / 3);
	}
	s->follows = false;
	if (is_behind(s, &last))
		*s = last;
}

void scroll_settle(struct scroll *s, const struct scroll_text *text)
{
	struct scroll last = last_place(text);

	if (s->follows)
		scroll_to_end(s, text);
	else if (is_behind(s, &last))
		*s = last;
	else if (s->row >= rows_of(text, s->line))
		s->row = rows_of(text, s->line) - 1;
}
