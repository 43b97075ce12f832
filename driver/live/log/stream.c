/* SPDX-License-Identifier: Apache-2.0 */
/* Whole lines of several logs, as they are written. */
#include "driver/live/log/stream.h"

#include "driver/screen/services.h"
#include "ir/support/utf8.h"
#include "ir/support/visible.h"

static void add_source(struct log_stream *s, struct invocation *inv, const struct job_files *job,
		       const json_t *service, bool from_end)
{
	struct arena *a = inv->arena;
	struct str name = service_shown(a, job, json_str(service, "name"), job->task.len > 0);
	struct log_source *source = LIST_PUSH(a, &s->sources);

	*source = (struct log_source){0};
	logbook_init(&source->book, a, name, job, str_dup(a, json_str(service, "token")));
	source->book.from_end = from_end;
	source->line.name = str_dup(a, str_visible(a, name, VISIBLE_LINE));
	source->line.columns = utf8_columns(source->line.name);
	source->line.color = name_color(&s->writer.style, s->sources.n - 1);
	buf_init(&source->line.text, a);
	widen_for(a, &s->writer.name_width, name);
}

void log_stream_begin(struct log_stream *s, struct invocation *inv, const struct job_files *job,
		      FILE *out, bool from_end)
{
	const json_t *services = json_object_get(job->record, "services");

	*s = (struct log_stream){0};
	arena_init(&s->scratch);
	log_writer_init(&s->writer, inv, out);
	for (size_t i = 0; i < json_array_size(services); i++)
		add_source(s, inv, job, json_array_get(services, i), from_end);
}

static void take_line(void *data, const struct log_news *news)
{
	struct log_stream *s = data;
	struct log_source *source = s->reading;

	source->open = (struct log_entry){.length = news->length, .offset = news->offset};
	source->has_open = !news->is_ended;
	if (news->is_ended)
		*LIST_PUSH(&s->scratch, &s->lines) = source->open;
}

static void show(struct log_stream *s, const struct log_entry *line)
{
	struct log_source *source = s->reading;

	log_line_add(&s->writer, &source->line,
		     logbook_line(&source->book, line->offset, line->length));
	log_line_add(&s->writer, &source->line, STR("\n"));
}

static bool read_source(struct log_stream *s, struct log_source *source)
{
	s->reading = source;
	memset(&s->lines, 0, sizeof(s->lines));
	logbook_read(&source->book, &s->scratch, take_line, s);
	for (uint32_t i = 0; i < s->lines.n; i++)
		show(s, &s->lines.items[i]);
	arena_reset(&s->scratch);
	return s->lines.n > 0;
}

bool log_stream_step(struct log_stream *s)
{
	bool any = false;

	for (uint32_t i = 0; i < s->sources.n; i++)
		any = read_source(s, &s->sources.items[i]) || any;
	if (any)
		fflush(s->writer.out);
	return any;
}

void log_stream_end(struct log_stream *s)
{
	while (log_stream_step(s))
		;
	for (uint32_t i = 0; i < s->sources.n; i++) {
		s->reading = &s->sources.items[i];
		if (s->reading->has_open)
			show(s, &s->reading->open);
		logbook_close(&s->reading->book);
	}
	fflush(s->writer.out);
	arena_free(&s->scratch);
}
