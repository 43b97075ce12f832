/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/reports.h"

#include <string.h>

struct arena arena;
struct source_map map;
struct diags ds;

int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	source_map_init(&map, &arena);
	diags_init(&ds, &arena);
	return 0;
}

int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

void use_file(const char *name, const char *text)
{
	source_add(&map, str_c(name), str_c(text));
}

struct span span_of(const char *part)
{
	for (uint32_t i = 0; i < map.files.n; i++) {
		const struct source *file = &map.files.items[i];
		const char *found = strstr(file->bytes.ptr, part);
		if (!found)
			continue;
		size_t begin = (size_t)(found - file->bytes.ptr);
		return source_span(file, begin, begin + strlen(part));
	}
	fail_msg("no '%s'", part);
	return SPAN_NONE;
}
