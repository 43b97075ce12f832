/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source map: every file that was read, in one space of byte offsets. A span is two offsets
 * into that space; line and column are worked out only when something is printed.
 */
#ifndef HPCC_IR_SUPPORT_SOURCE_H
#define HPCC_IR_SUPPORT_SOURCE_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* Half open; {0, 0} is nowhere. */
struct span {
	uint32_t begin, end;
};

#define SPAN_NONE ((struct span){0, 0})

static inline bool span_is_none(struct span s)
{
	return s.begin == 0;
}

struct source {
	struct str name;  /* as the user would write it */
	struct str bytes; /* the whole file */
	uint32_t base;    /* offset of its first byte, never 0 */
	uint32_t *lines;  /* offset of each line's start in bytes, made on demand */
	uint32_t n_lines;
};

struct source_map {
	struct arena *arena;
	LIST(struct source) files;
	uint32_t next; /* base of the next file */
};

/* A place for people: 1-based line, 1-based column counted in code points. */
struct place {
	const struct source *source;
	uint32_t line, column;
};

void source_map_init(struct source_map *map, struct arena *a);

/* Adds a file and returns its number; UINT32_MAX when the offset space (4 GiB) is used up. The
   bytes must live as long as the map; the name is copied. */
uint32_t source_add(struct source_map *map, struct str name, struct str bytes);

/* The file that an offset lies in (its end included), or NULL for nowhere. The pointer is valid
   until the next source_add. */
const struct source *source_at(const struct source_map *map, uint32_t offset);

struct span source_span(const struct source *file, size_t begin, size_t end);
struct place source_place(const struct source_map *map, uint32_t offset);

/* Text of a 1-based line without its line end. */
struct str source_line(const struct source_map *map, const struct source *file, uint32_t line);
struct str source_text(const struct source_map *map, struct span at);

/* The bytes of the file behind bytes of a text that is written at `at`: exact when the file has the
   very same bytes there, bare or in quotes; else all of `at`. */
struct span source_part(const struct source_map *map, struct span at, struct str text, size_t begin,
			size_t end);

#endif
