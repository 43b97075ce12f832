/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as they are written in specs: folded, and beside the file that holds them. */
#include "frontend/extends.h"

struct str path_tidy(struct arena *a, struct str path)
{
	LIST(struct str) parts = {0};
	bool is_absolute = str_has_prefix(path, "/");
	for (struct str rest = path, part; rest.len;) {
		rest = str_split(rest, '/', &part);
		bool is_up = str_eq(part, STR(".."));
		if (!part.len || str_eq(part, STR(".")))
			continue;
		bool can_drop = parts.n && !str_eq(parts.items[parts.n - 1], STR(".."));
		if (is_up && can_drop)
			parts.n--;
		else if (!is_up || !is_absolute)
			*LIST_PUSH(a, &parts) = part;
	}
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < parts.n; i++) {
		if (i || is_absolute)
			buf_add_byte(&b, '/');
		buf_add(&b, parts.items[i]);
	}
	if (!b.len)
		buf_add(&b, is_absolute ? STR("/") : STR("."));
	return buf_str(&b);
}

struct str path_beside(struct arena *a, struct str holder, struct str path)
{
	ptrdiff_t slash = str_find_last(holder, '/');
	while (str_has_prefix(path, "./"))
		path = str_from(path, 2);
	if (slash == STR_NONE || str_has_prefix(path, "/"))
		return path;
	return str_cat(a, str_slice(holder, 0, (size_t)slash + 1), path);
}
