/* SPDX-License-Identifier: Apache-2.0 */
/* The source map: offsets to files, lines and columns. */
#include "ir/support/source.h"

#include <string.h>

#include "ir/support/bug.h"
#include "ir/support/utf8.h"

void source_map_init(struct source_map *map, struct arena *a)
{
	*map = (struct source_map){.arena = a, .next = 1};
}

uint32_t source_add(struct source_map *map, struct str name, struct str bytes)
{
	if (bytes.len >= UINT32_MAX - 2 - map->next)
		return UINT32_MAX;
	struct source *file = LIST_PUSH(map->arena, &map->files);
	*file = (struct source){
		.name = str_dup(map->arena, name), .bytes = bytes, .base = map->next};
	/* One offset between files, so that the end of one is not the start of the next. */
	map->next += (uint32_t)bytes.len + 1;
	return map->files.n - 1;
}

const struct source *source_at(const struct source_map *map, uint32_t offset)
{
	uint32_t low = 0, high = map->files.n;
	if (!offset || !high)
		return NULL;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (map->files.items[middle].base <= offset)
			low = middle;
		else
			high = middle;
	}
	return &map->files.items[low];
}

struct span source_span(const struct source *file, size_t begin, size_t end)
{
	if (begin > file->bytes.len || end > file->bytes.len || end < begin)
		BUG("span outside its file");
	return (struct span){file->base + (uint32_t)begin, file->base + (uint32_t)end};
}

/* The next carriage return or line feed; NULL if there is none. */
static const char *line_end(const char *at, const char *end, bool has_returns)
{
	if (!has_returns && at < end)
		return memchr(at, '\n', (size_t)(end - at));
	while (at < end && *at != '\n' && *at != '\r')
		at++;
	return at < end ? at : NULL;
}

static void find_lines(const struct source_map *map, struct source *file)
{
	LIST(uint32_t) lines = {0};
	*LIST_PUSH(map->arena, &lines) = 0;
	const char *text = file->bytes.ptr, *end = text + file->bytes.len;
	bool has_returns = str_find(file->bytes, '\r') != STR_NONE;
	for (const char *at = text; (at = line_end(at, end, has_returns)); at++)
		if (*at == '\n' || at + 1 == end || at[1] != '\n')
			*LIST_PUSH(map->arena, &lines) = (uint32_t)(at - text) + 1;
	file->lines = lines.items;
	file->n_lines = lines.n;
}

static const struct source *with_lines(const struct source_map *map, const struct source *file)
{
	struct source *own = &map->files.items[file - map->files.items];
	if (!own->lines)
		find_lines(map, own);
	return own;
}

struct place source_place(const struct source_map *map, uint32_t offset)
{
	const struct source *file = source_at(map, offset);
	if (!file)
		return (struct place){0};
	file = with_lines(map, file);
	uint32_t at = offset - file->base, low = 0, high = file->n_lines;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (file->lines[middle] <= at)
			low = middle;
		else
			high = middle;
	}
	struct str before = str_slice(file->bytes, file->lines[low], at);
	if (low == 0 && str_has_prefix(before, "\xef\xbb\xbf"))
		before = str_from(before, 3); /* a byte order mark has no column */
	uint32_t column = 1;
	for (size_t n; before.len; before = str_from(before, n), column++)
		utf8_decode(before, &n);
	return (struct place){.source = file, .line = low + 1, .column = column};
}

struct str source_line(const struct source_map *map, const struct source *file, uint32_t line)
{
	file = with_lines(map, file);
	if (line < 1 || line > file->n_lines)
		return STR("");
	size_t end = line < file->n_lines ? file->lines[line] : file->bytes.len;
	struct str text = str_slice(file->bytes, file->lines[line - 1], end);
	while (text.len && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
		text.len--;
	return text;
}

struct str source_text(const struct source_map *map, struct span at)
{
	const struct source *file = source_at(map, at.begin);
	if (!file)
		return STR("");
	return str_slice(file->bytes, at.begin - file->base, at.end - file->base);
}

struct span source_part(const struct source_map *map, struct span at, struct str text, size_t begin,
			size_t end)
{
	struct str source = source_text(map, at);
	uint32_t quote = source.len == text.len + 2 ? 1 : 0;
	if (span_is_none(at) || source.len != text.len + 2 * quote ||
	    !str_eq(str_slice(source, quote, quote + text.len), text))
		return at;
	return (struct span){at.begin + quote + (uint32_t)begin, at.begin + quote + (uint32_t)end};
}
