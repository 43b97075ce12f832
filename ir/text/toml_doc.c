/* SPDX-License-Identifier: Apache-2.0 */
/* What people read about the keys of a TOML file, made from their rows. */
#include "ir/text/toml_text.h"

#include <string.h>

/* What a value looks like. */
static struct str kind_text(struct arena *a, const struct toml_row *row)
{
	switch (row->kind) {
	case TOML_VERSION:
		return STR("1");
	case TOML_TEXT:
	case TOML_NAME:
		return STR("string");
	case TOML_TEXTS:
		return STR("array of strings");
	case TOML_MOUNTS:
		return STR("array of mounts, `\"/a:/b:ro\"`");
	case TOML_RELEASE:
		return STR("version, `\"22.05\"`");
	case TOML_BOOL:
		return STR("`true`, `false`");
	case TOML_COUNT:
		return STR("integer from 1");
	case TOML_PORT:
		return STR("port");
	case TOML_MEMORY:
		return STR("`\"64G\"`, or megabytes");
	case TOML_TIME:
		return STR("`\"1-00:00:00\"`, `\"infinite\"`");
	case TOML_WORD:
		break;
	case TOML_SCALAR:
		return STR("plain value");
	case TOML_VARIABLES:
		return STR("table of variables");
	case TOML_LISTS:
		return STR("table of arrays of strings");
	case TOML_TABLE:
		return STR("table");
	case TOML_TABLES:
		return STR("tables by name");
	case TOML_ROWS:
		return STR("array of tables");
	}
	struct buf b;
	buf_init(&b, a);
	struct str word;
	for (struct str rest = str_c(row->arg); rest.len;) {
		rest = str_split(rest, ' ', &word);
		buf_add_fmt(&b, "%s`\"%.*s\"`", b.len ? ", " : "", STR_ARG(word));
	}
	return buf_str(&b);
}

struct str toml_reference(struct arena *a, const struct toml_keys *keys)
{
	struct buf b;
	buf_init(&b, a);
	const char *group = NULL;
	buf_add_c(&b, "| table | key | value | meaning |\n|---|---|---|---|\n");
	for (size_t i = 0; i < keys->n; i++) {
		const struct toml_row *row = &keys->rows[i];
		struct str path = toml_group_path(a, keys, row->group);
		bool is_first = !group || strcmp(group, row->group) != 0;
		group = row->group;
		if (!is_first)
			buf_add_c(&b, "| ");
		else if (path.len)
			buf_add_fmt(&b, "| `%.*s`", STR_ARG(path));
		else
			buf_add_c(&b, "| the root");
		buf_add_fmt(&b, "%s| `%s` | %.*s | %s |\n", is_first ? " " : "", row->name,
			    STR_ARG(kind_text(a, row)), row->help);
	}
	return buf_str(&b);
}
