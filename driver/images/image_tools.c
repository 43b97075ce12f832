/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the importers of images share, and which there are. What a prepare block says becomes one
 * shell script that runs inside a writable copy of the base image.
 */
#include "driver/images/image_tools.h"

#include <string.h>

#include "backends/bash.gen.h"
#include "driver/images/image_parts.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"

void words_put(struct arena *a, struct words *w, const char *const *more)
{
	for (; *more; more++)
		*LIST_PUSH(a, &w->list) = *more;
}

bool words_run(struct compilation *c, struct words *w, const char *const *env, struct str input,
	       const char *what)
{
	*LIST_PUSH(c->inv->arena, &w->list) = NULL;
	return tool_run(c->inv->arena, &c->unit.diags.secrets,
			&(struct tool_run){.argv = w->list.items, .env = env, .input = input},
			what);
}

void words_clean(struct arena *a, const char *const *argv, const char *const *env)
{
	static const struct secret_set none;

	tool_run(a, &none, &(struct tool_run){.argv = argv, .env = env, .is_cleaning = true}, "");
}

void add_shell_word(struct buf *out, struct str text)
{
	buf_add_byte(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			buf_add_c(out, "'\\''");
		else
			buf_add_byte(out, text.ptr[i]);
	}
	buf_add_byte(out, '\'');
}

struct str prepare_script(struct arena *a, const struct plan_prepare *p)
{
	struct buf out;

	buf_init(&out, a);
	buf_add_c(&out, bash_prepare_head);
	for (uint32_t i = 0; i < p->env.n; i++) {
		buf_add_fmt(&out, "export %.*s=", STR_ARG(p->env.items[i].key));
		add_shell_word(&out, p->env.items[i].value.v);
		buf_add_byte(&out, '\n');
	}
	for (uint32_t i = 0; i < p->commands.n; i++) {
		buf_add_c(&out, "/bin/sh -c ");
		add_shell_word(&out, p->commands.items[i].v);
		buf_add_c(&out, " </dev/null\n");
	}
	return str_dup(a, buf_str(&out));
}

bool work_write(struct compilation *c, const struct work_place *place, const char *name,
		struct str text, struct str *path)
{
	*path = str_fmt(c->inv->arena, "%.*s/%s", STR_ARG(place->folder), name);
	struct str why;
	if (file_write(c->inv->arena, path->ptr, text, 0600, &why))
		return true;
	complain("can't write '%.*s': %.*s", STR_ARG(*path), STR_ARG(why));
	return false;
}

#define IMPORTER_ROW(number, name) [RUNTIME_BACKEND_##number] = &importer_##name,
static const struct container_importer *const importers[RUNTIME_BACKEND_N] = {
	CONTAINER_IMPORTERS(IMPORTER_ROW)};

const struct container_importer *importer_of(const struct container *container)
{
	return importers[container - containers];
}

void importer_forget(struct arena *a, struct str importer, struct str name)
{
	for (size_t i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!importers[i] || !importers[i]->forget ||
		    !str_eq_c(importer, importers[i]->name))
			continue;
		importers[i]->forget(a, name);
		return;
	}
}
