/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of logs: whole ones behind their names, endless ones as they come. */
#include "driver/screen/log_lines.h"

#include <string.h>
#include <unistd.h>

#include "ir/support/utf8.h"

void log_writer_init(struct log_writer *w, const struct invocation *inv, FILE *out)
{
	*w = (struct log_writer){.out = out, .style = style_for(inv, out), .has_names = true};
	w->is_raw = !isatty(fileno(out)) && !*w->style.off;
}

static void begin_line(struct log_writer *w, const struct log_line *line)
{
	if (w->open == line)
		return;
	if (w->open)
		fputc('\n', w->out);
	unsigned pad = w->name_width > line->columns ? w->name_width - line->columns : 0;
	if (w->has_names)
		fprintf(w->out, "%s%.*s%*s |%s ", line->color ? line->color : w->style.dim,
			STR_ARG(line->name), (int)pad, "", w->style.off);
	if (line->when[0])
		fprintf(w->out, "%s%s%s ", w->style.dim, line->when, w->style.off);
	w->open = line;
}

static void show(const struct log_writer *w, struct str text)
{
	if (w->is_raw)
		fwrite(text.ptr, 1, text.len, w->out);
	else
		print_visible(w->out, text, *w->style.off ? VISIBLE_COLORS : VISIBLE_TEXT);
}

/* The progress bar of a program that goes back to the start of its line: the last state. */
static struct str last_state(const struct log_writer *w, struct str text)
{
	if (w->is_raw)
		return text;
	while (text.len > 0 && text.ptr[text.len - 1] == '\r')
		text.len--;
	ptrdiff_t at = str_find_last(text, '\r');
	return at == STR_NONE ? text : str_from(text, (size_t)at + 1);
}

void log_line_end(struct log_writer *w, struct log_line *line)
{
	if (w->open != line && line->text.len == 0)
		return;
	begin_line(w, line);
	if (line->text.len > 0)
		show(w, last_state(w, buf_str(&line->text)));
	fputc('\n', w->out);
	w->open = NULL;
	line->text.len = 0;
}

/* Bytes at the end that belong to a character or an escape sequence which isn't whole. */
static size_t unfinished(struct str text)
{
	enum {
		LONGEST = 32
	};
	size_t from = text.len > LONGEST ? text.len - LONGEST : 0;

	for (size_t i = text.len; i-- > from;) {
		unsigned char byte = (unsigned char)text.ptr[i];
		size_t n = text.len - i;

		if (byte == 0x1b)
			return n;
		if (byte >= 0xc0 && n < (byte >= 0xf0 ? 4u : byte >= 0xe0 ? 3u : 2u))
			return n;
	}
	return 0;
}

/* A line that won't end goes out, but for what can't be shown without what follows. */
static void show_part(struct log_writer *w, struct log_line *line)
{
	struct str text = buf_str(&line->text);
	size_t keep = unfinished(text);

	begin_line(w, line);
	show(w, str_slice(text, 0, text.len - keep));
	memmove(line->text.ptr, line->text.ptr + text.len - keep, keep);
	line->text.len = keep;
}

void log_line_add(struct log_writer *w, struct log_line *line, struct str bytes)
{
	while (bytes.len > 0) {
		ptrdiff_t at = str_find(bytes, '\n');
		size_t n = at == STR_NONE ? bytes.len : (size_t)at;

		if (n > LOG_LINE_MAX)
			n = LOG_LINE_MAX;
		buf_add(&line->text, str_slice(bytes, 0, n));
		bytes = str_from(bytes, n);
		if (str_has_prefix(bytes, "\n")) {
			/* An empty line is a line, too. */
			begin_line(w, line);
			log_line_end(w, line);
			bytes = str_from(bytes, 1);
		} else if (line->text.len >= LOG_LINE_MAX) {
			show_part(w, line);
		}
	}
}
