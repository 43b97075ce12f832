/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc schema: JSON Schema of the language, or of a file beside the spec, for editors; its fields as a manual page. */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/system.h"
#include "ir/text/schema_text.h"
#include "ir/text/toml_text.h"

static struct str cluster_schema(struct arena *a)
{
	return toml_schema(a, &cluster_keys);
}

static struct str settings_schema(struct arena *a)
{
	return toml_schema(a, &settings_keys);
}

static const struct {
	const char *name;
	struct str (*write)(struct arena *a);
} schemas[] = {
	{"spec", schema_json},
	{"settings", settings_schema},
	{"cluster", cluster_schema},
	{"manual", schema_manual},
};

int cmd_schema(struct invocation *inv)
{
	const char *word = inv->words.n > 0 ? inv->words.items[0] : schemas[0].name;

	for (size_t i = 0; i < sizeof(schemas) / sizeof(*schemas); i++)
		if (strcmp(word, schemas[i].name) == 0)
			return file_write_result(inv->arena, inv->options.output,
						 schemas[i].write(inv->arena), plain_file_mode());
	complain("there is no schema '%s'", word);
	advise("usage: hpcc schema %s", inv->command->arguments);
	return EXIT_USAGE;
}
