/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc new: a starter spec from a template. The templates are the files in driver/templates/. */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/system.h"
#include "driver/templates.gen.h"

static void list_templates(FILE *out)
{
	for (size_t i = 0; i < sizeof(templates) / sizeof(*templates); i++) {
		struct str line, rest = str_c(templates[i].text);

		/* The first comment of a template says what it is. */
		str_split(rest, '\n', &line);
		fprintf(out, "  %-14s%.*s\n", templates[i].name,
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
	const char *wanted = inv->words.n > 0 ? inv->words.items[0] : NULL;
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
	struct str why;
	if (!file_write(inv->arena, path, text, plain_file_mode(), &why)) {
		complain("can't write '%s': %.*s", path, STR_ARG(why));
		return EXIT_UNEXPECTED;
	}
	if (strcmp(path, "-") != 0)
		printf("wrote %s; try: hpcc validate %s && hpcc up --local %s\n", path, path, path);
	return EXIT_OK;
}
