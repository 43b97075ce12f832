/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/cluster/binaries.h"

#include <stdlib.h>
#include <string.h>

#include "driver/compile.h"
#include "driver/screen/variable_list.h"
#include "driver/system.h"
#include "frontend/settings.h"

/* What was read, once: a command asks for many programs. */
static struct {
	struct compilation c;
	bool is_read;
	LIST(const char *) missing; /* that somebody was told of */
} here;

/* Commands that read a spec have told what is wrong with the settings before they start a program. */
static void read_settings(struct invocation *inv)
{
	here.is_read = true;
	if (!compilation_set_up(&here.c, inv, "-") || settings_load(&here.c.unit, STR(".")))
		return;
	compilation_report(&here.c, stderr);
	complain("settings with errors name no programs: those on PATH are taken");
	here.c.unit.settings = NULL;
}

/* A key of TOML has a line where the program's name may have a dash. */
static bool is_program_of_key(const char *name, struct str key)
{
	size_t i = 0;

	while (i < key.len && name[i] &&
	       (name[i] == key.ptr[i] || (name[i] == '-' && key.ptr[i] == '_')))
		i++;
	return i == key.len && !name[i];
}

/* A program that isn't there would be told as one that isn't installed. */
static void tell_missing(struct invocation *inv, const struct settings_value *v)
{
	for (uint32_t i = 0; i < here.missing.n; i++)
		if (here.missing.items[i] == v->value.ptr)
			return;
	*LIST_PUSH(inv->arena, &here.missing) = v->value.ptr;
	complain("%.*s: '%.*s', which binaries.%.*s names, is no program",
		 STR_ARG(place_text(&here.c, v->at)), STR_ARG(v->value), STR_ARG(v->name));
}

const char *binary_of_settings(void *invocation, const char *name)
{
	struct invocation *inv = invocation;

	if (!here.is_read)
		read_settings(inv);
	const struct settings *s = here.c.unit.settings;
	for (uint32_t i = 0; s && i < s->binaries.n; i++) {
		const struct settings_value *v = &s->binaries.items[i];
		if (!is_program_of_key(name, v->name))
			continue;
		struct str path = str_dup(inv->arena, v->value);
		if (str_find(path, '/') == STR_NONE)
			return path.ptr;
		path = path_absolute(inv->arena, path);
		if (!is_program(path))
			tell_missing(inv, v);
		return path.ptr;
	}
	return NULL;
}
