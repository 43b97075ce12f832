/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/images/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BAR = 20
};

void progress_begin(struct progress *p, FILE *out)
{
	const char *term = getenv("TERM");

	*p = (struct progress){.out = out, .percent = -1};
	p->is_screen = isatty(fileno(out)) && term && *term && strcmp(term, "dumb") != 0;
}

static bool is_digit(char byte)
{
	return byte >= '0' && byte <= '9';
}

/* "41.9%", "41 %" */
int percent_in(struct str text)
{
	int found = -1;

	for (size_t i = 0; i < text.len; i++) {
		uint64_t value;
		size_t from = i, to;

		while (i < text.len && is_digit(text.ptr[i]))
			i++;
		to = i;
		if (to == from)
			continue;
		if (i + 1 < text.len && text.ptr[i] == '.' && is_digit(text.ptr[i + 1]))
			for (i++; i < text.len && is_digit(text.ptr[i]); i++)
				;
		size_t sign = i < text.len && text.ptr[i] == ' ' ? i + 1 : i;
		if (sign < text.len && text.ptr[sign] == '%' &&
		    str_to_u64(str_slice(text, from, to), &value) && value <= 100)
			found = (int)value;
	}
	return found;
}

bool progress_take(struct progress *p, struct str piece)
{
	int percent = p->is_screen ? percent_in(piece) : -1;

	if (percent < 0)
		return false;
	if (p->is_drawn && percent == p->percent)
		return true;
	fprintf(p->out, "\r\033[K  [");
	for (int i = 0; i < BAR; i++)
		fputc(i < percent * BAR / 100 ? '#' : '-', p->out);
	fprintf(p->out, "] %3d%%", percent);
	fflush(p->out);
	p->is_drawn = true;
	p->percent = percent;
	return true;
}

void progress_clear(struct progress *p)
{
	if (!p->is_drawn)
		return;
	fputs("\r\033[K", p->out);
	fflush(p->out);
	p->is_drawn = false;
}

void drop_escapes(struct buf *text)
{
	size_t kept = 0;

	for (size_t i = 0; i < text->len; i++) {
		if (text->ptr[i] != '\x1b') {
			text->ptr[kept++] = text->ptr[i];
			continue;
		}
		if (i + 1 >= text->len || text->ptr[i + 1] != '[')
			continue;
		/* Up to the letter that says what is done. */
		for (i += 2; i < text->len && (text->ptr[i] < '@' || text->ptr[i] > '~'); i++)
			;
	}
	text->len = kept;
}
