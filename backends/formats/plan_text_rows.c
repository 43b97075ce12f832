/* SPDX-License-Identifier: Apache-2.0 */
/* The plan for people: rows that its job and its services have both. */
#include "backends/formats/plan_text.h"
#include "ir/support/run_text.h"

/* A text without marks stays as it is. */
static struct str shown_marks(struct arena *a, struct str text)
{
	return run_has_mark(text) ? run_shown(a, text) : text;
}

void row(struct report *r, const char *key, struct str text)
{
	text = secrets_redact(r->arena, r->hide, shown_marks(r->arena, text), SECRETS_QUOTED);
	buf_add_repeat(&r->out, ' ', r->margin);
	buf_add_fmt(&r->out, "%-12s ", key);
	for (size_t i = 0; i < text.len; i++) {
		buf_add_byte(&r->out, text.ptr[i]);
		if (text.ptr[i] == '\n')
			buf_add_repeat(&r->out, ' ', r->margin + 13);
	}
	buf_add_byte(&r->out, '\n');
}

struct str words_text(struct report *r, const struct v_list *list)
{
	struct emitter e;

	emit_init(&e, r->arena);
	for (uint32_t i = 0; i < list->n; i++) {
		if (i)
			emit_lit(&e, " ");
		if (list->items[i].is_secret)
			emit_lit(&e, "<redacted>");
		else
			emit_word(&e, shown_marks(r->arena, list->items[i].v));
	}
	return buf_str(&e.text);
}

struct str option_text(struct report *r, const struct plan_option *o)
{
	if (!IS_SET(o->value))
		return o->name.v;
	struct str text = o->value.v.len ? value_shown(o->value) : STR("''");
	return str_fmt(r->arena, "%.*s %.*s", STR_ARG(o->name.v), STR_ARG(text));
}

void write_env_setup(struct report *r, const struct plan_env_setup *setup)
{
	if (!setup)
		return;
	if (IS_SET(setup->purge) && setup->purge.v)
		row(r, "modules", STR("unload all"));
	if (setup->load.n)
		row(r, "modules", words_text(r, &setup->load));
	if (IS_SET(setup->spack_view))
		row(r, "spack view", value_shown(setup->spack_view));
}

/* The job folder is always mounted and not worth a line. */
void write_mounts(struct report *r, const char *key, const struct plan_mount *items, uint32_t n)
{
	bool is_first = true;

	for (uint32_t i = 0; i < n; i++) {
		const struct plan_mount *m = &items[i];
		if (m->host->base.v == PATH_BASE_JOB_DIR)
			continue;
		row(r, is_first ? key : "",
		    str_fmt(r->arena, "%.*s at %.*s%s%.*s", STR_ARG(path_text(r->arena, m->host)),
			    STR_ARG(value_shown(m->container)), IS_SET(m->mode) ? ", " : "",
			    STR_ARG(m->mode.v)));
		is_first = false;
	}
}

void write_variables(struct report *r, const char *key, const struct v_map *map)
{
	for (uint32_t i = 0; i < map->n; i++) {
		const struct v_pair *pair = &map->items[i];
		struct emitter e;
		emit_init(&e, r->arena);
		emit_verbatim(&e, pair->key);
		emit_lit(&e, "=");
		if (is_hidden(pair->key, &pair->value))
			emit_lit(&e, "<redacted>");
		else
			emit_word(&e, shown_marks(r->arena, pair->value.v));
		row(r, i ? "" : key, buf_str(&e.text));
	}
}
