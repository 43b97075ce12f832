/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc new: a starter spec from a template. The templates are the files in driver/templates/, and the
 * recipes in examples/recipes/. A first line tells editors of the schema, which is written beside the
 * spec: login nodes may have no network.
 *
 *	# yaml-language-server: $schema=.hpc-compose/spec.schema.json
 */
#include <string.h>

#include "driver/cluster/first_steps.h"
#include "driver/commands/cmd.h"
#include "driver/system.h"
#include "driver/templates.gen.h"
#include "ir/text/schema_text.h"

#define SCHEMA_FILE ".hpc-compose/spec.schema.json"
#define MODELINE    "# yaml-language-server: $schema=" SCHEMA_FILE "\n"

/* False after a message. */
static bool write_file(struct invocation *inv, const char *path, struct str text)
{
	struct str why;

	if (file_write(inv->arena, path, text, plain_file_mode(), &why))
		return true;
	complain("can't write '%s': %.*s", path, STR_ARG(why));
	return false;
}

static bool write_schema(struct invocation *inv, struct str folder)
{
	struct arena *a = inv->arena;
	struct str path = path_join(a, folder, STR(SCHEMA_FILE)), why;

	if (!folder_make(a, path_folder(a, path), 0777, &why)) {
		complain("can't make '%.*s': %.*s", STR_ARG(path_folder(a, path)), STR_ARG(why));
		return false;
	}
	return write_file(inv, path.ptr, schema_json(a));
}

/* What goes to a pipe has no place for a file beside it. */
static bool write_spec(struct invocation *inv, const char *path, struct str text)
{
	bool is_file = strcmp(path, "-") != 0;

	if (is_file && !write_schema(inv, path_folder(inv->arena, str_c(path))))
		return false;
	return write_file(inv, path, is_file ? str_cat(inv->arena, STR(MODELINE), text) : text);
}

static void list_templates(FILE *out)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
		struct str line, rest = str_c(templates[i].text);

		/* The first comment of a template says what it is. */
		str_split(rest, '\n', &line);
		fprintf(out, "  %-22s%.*s\n", templates[i].name,
			(int)(line.len > 2 ? line.len - 2 : 0), line.ptr + 2);
	}
}

/* The text with the line "name: …" changed. */
static struct str named(struct arena *a, struct str text, const char *name)
{
	struct str rest = text;
	struct buf out;

	buf_init(&out, a);
	struct str line;
	while (rest.len > 0) {
		rest = str_split(rest, '\n', &line);
		if (str_has_prefix(line, "name: "))
			buf_add_fmt(&out, "name: %s\n", name);
		else
			buf_add_fmt(&out, "%.*s\n", STR_ARG(line));
	}
	return buf_str(&out);
}

static bool is_plain_name(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789._-")] == '\0';
}

int cmd_new(struct invocation *inv)
{
	const char *wanted = inv->words.n > 0 && !inv->options.lists ? inv->words.items[0] : NULL;
	const char *path = inv->options.output ? inv->options.output : "compose.yaml";
	const struct template *found = NULL;

	for (size_t i = 0; wanted && i < sizeof(templates) / sizeof(*templates); i++)
		if (strcmp(templates[i].name, wanted) == 0)
			found = &templates[i];
	if (!found) {
		if (wanted)
			complain("no template is called '%s'", wanted);
		fprintf(wanted ? stderr : stdout, "Templates for 'hpcc new TEMPLATE':\n");
		list_templates(wanted ? stderr : stdout);
		return wanted ? EXIT_USAGE : EXIT_OK;
	}
	if (inv->options.name && !is_plain_name(inv->options.name)) {
		complain("a job's name is made of letters, digits, '.', '_' and '-', not '%s'",
			 inv->options.name);
		return EXIT_USAGE;
	}
	if (strcmp(path, "-") != 0 && path_exists(path) && !inv->options.force) {
		complain("'%s' is there already; --force overwrites it", path);
		return EXIT_USAGE;
	}
	struct str text = str_c(found->text);
	if (inv->options.name)
		text = named(inv->arena, text, inv->options.name);
	if (!write_spec(inv, path, text))
		return EXIT_UNEXPECTED;
	if (strcmp(path, "-") != 0) {
		printf("wrote %s\n", path);
		first_steps_print(inv, text, path);
	}
	return EXIT_OK;
}
