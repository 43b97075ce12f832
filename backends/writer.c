/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What all parts of a script are written with: fragments of fixed bash, notes, here-documents.
 *
 *	#if nodes			emit_bash(w, bash_copy, fills) writes what stands between them where
 *	  cp -R "$from" "$to"		fills has {"nodes", .is_on = true}, and what follows #else elsewhere
 *	#end
 */
#include "backends/writer.h"

#include <string.h>

#include "ir/support/bug.h"

static const struct bash_fill *find_fill(const struct bash_fill *fills, struct str name)
{
	for (; fills && fills->name; fills++)
		if (str_eq_c(name, fills->name))
			return fills;
	BUG("a fragment asks for what nobody fills in");
}

/* A line with @NAME@ in it. */
static void emit_filled(struct writer *w, struct str line, const struct bash_fill *fills)
{
	while (line.len) {
		struct str before;
		struct str rest = str_split(line, '@', &before);
		struct str name;
		struct str behind = str_split(rest, '@', &name);
		bool is_hole = name.len && name.len < rest.len;
		for (size_t i = 0; i < name.len; i++)
			is_hole = is_hole && name.ptr[i] >= 'A' && name.ptr[i] <= 'Z';
		if (!is_hole) {
			size_t n = before.len < line.len ? before.len + 1 : before.len;
			emit_verbatim(&w->out, str_slice(line, 0, n));
			line = str_from(line, n);
			continue;
		}
		emit_verbatim(&w->out, before);
		emit_verbatim(&w->out, find_fill(fills, name)->text);
		line = behind;
	}
	emit_lit(&w->out, "\n");
}

void emit_bash(struct writer *w, const char *fragment, const struct bash_fill *fills)
{
	bool is_on = true;
	for (struct str rest = str_c(fragment), line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		if (str_has_prefix(line, "#if "))
			is_on = find_fill(fills, str_from(line, strlen("#if ")))->is_on;
		else if (str_eq_c(line, "#else"))
			is_on = !is_on;
		else if (str_eq_c(line, "#end"))
			is_on = true;
		else if (is_on && str_has_prefix(line, "#call "))
			find_fill(fills, str_from(line, strlen("#call ")))->write(w);
		else if (is_on)
			emit_filled(w, line, fills);
	}
}

void emit_note(struct writer *w, struct span at, struct str what)
{
	if (!w->options->annotate || !w->options->sources || span_is_none(at))
		return;
	struct place place = source_place(w->options->sources, at.begin);
	emit_comment(&w->out, str_fmt(w->arena, "%.*s:%u: %.*s", STR_ARG(place.source->name),
				      place.line, STR_ARG(what)));
}

struct str service_field(struct arena *a, const struct plan_service *s, struct str field)
{
	struct str name = IS_SET(s->copy_of) ? s->copy_of.v : s->name.v;
	return str_fmt(a, "services.%.*s%s%.*s", STR_ARG(name), field.len ? "." : "",
		       STR_ARG(field));
}

void emit_field_origin(struct writer *w, const struct plan_service *s, struct span at,
		       struct str field)
{
	if (w->out.keeps_origins)
		emit_origin(&w->out, at, service_field(w->out.text.arena, s, field));
}

void emit_break(struct writer *w)
{
	emit_verbatim(&w->out, w->scheduler == &scheduler_slurm ? STR(" \\\n    ") : STR(" "));
}

/* The text is written where it stays. Should the mark turn out to be one of its lines, then it is
   written once more, behind another mark. */
void emit_here_document(struct writer *w, const char *mark, here_text *text, const void *of,
			struct str behind)
{
	const struct emitter before = w->out;
	struct str end = str_c(mark), chosen = STR("");

	while (!str_eq(end, chosen)) {
		emit_rewind(&w->out, &before);
		chosen = end;
		emit_lit(&w->out, "<<'");
		emit_verbatim(&w->out, chosen);
		emit_lit(&w->out, "'");
		emit_verbatim(&w->out, behind);
		emit_lit(&w->out, "\n");
		size_t begin = w->out.text.len;
		text(w, of);
		end = emit_end_mark(w->arena, mark, str_from(buf_str(&w->out.text), begin));
	}
	emit_verbatim(&w->out, end);
	emit_lit(&w->out, "\n");
}

/* " --option", where there is one. */
static void emit_row_option(struct writer *w, const char *option)
{
	if (!*option)
		return;
	emit_lit(&w->out, " ");
	emit_verbatim(&w->out, str_c(option));
}

void emit_start_options(struct writer *w, const struct plan_service *s)
{
	const struct container *c = w->container;

	for (uint32_t i = 0; i < s->container_options.n; i++) {
		emit_lit(&w->out, " ");
		emit_word(&w->out, s->container_options.items[i].v);
	}
	if (IS_SET(s->writable))
		emit_row_option(w, c->writable);
	if (IS_SET(s->home))
		emit_row_option(w, s->home.v ? c->home : c->no_home);
	if (IS_SET(s->remap_root))
		emit_row_option(w, s->remap_root.v ? c->remap_root : c->no_remap_root);
}

/* Of all tools that are used, each byte once. */
const char *mounted_odd_bytes(struct writer *w)
{
	struct buf b;

	buf_init(&b, w->arena);
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!plan_uses_container(w->plan, i))
			continue;
		const char *odd = mount_odd_bytes(&containers[i], w->scheduler == &scheduler_local);
		for (; *odd; odd++)
			if (str_find(buf_str(&b), *odd) == STR_NONE)
				buf_add_byte(&b, *odd);
	}
	return str_dup(w->arena, buf_str(&b)).ptr;
}

struct str odd_bytes_text(struct writer *w, struct str odd)
{
	struct buf bytes;
	buf_init(&bytes, w->arena);
	buf_add_c(&bytes, "$'");
	for (size_t i = 0; i < odd.len; i++) {
		if (byte_is_in(odd.ptr[i], "'\\"))
			buf_add_byte(&bytes, '\\');
		if (odd.ptr[i] == '\n')
			buf_add_c(&bytes, "\\n");
		else
			buf_add_byte(&bytes, odd.ptr[i]);
	}
	buf_add_c(&bytes, "'");
	return buf_str(&bytes);
}
