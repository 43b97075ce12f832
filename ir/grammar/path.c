/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as text: nothing here asks the file system. */
#include "ir/grammar/grammar.h"

#include <string.h>

/* Drops the last part of the n bytes written so far, down to `keep`. */
static size_t drop_part(const char *out, size_t n, size_t keep)
{
	while (n > keep && out[n - 1] != '/')
		n--;
	return n > keep ? n - 1 : n;
}

bool path_fold(struct arena *a, struct str path, struct str *folded)
{
	bool is_absolute = str_has_prefix(path, "/");
	char *out = arena_alloc(a, path.len + 2);
	size_t n = 0, kept = 0; /* the first `kept` bytes are leading `..` */
	struct str rest = path, part;
	while (rest.len) {
		rest = str_split(rest, '/', &part);
		if (!part.len || str_eq_c(part, "."))
			continue;
		if (str_eq_c(part, "..") && n > kept) {
			n = drop_part(out, n, kept);
			continue;
		}
		if (str_eq_c(part, "..") && is_absolute)
			return false;
		if (is_absolute || n)
			out[n++] = '/';
		memcpy(out + n, part.ptr, part.len);
		n += part.len;
		if (str_eq_c(part, ".."))
			kept = n;
	}
	if (!n)
		out[n++] = is_absolute ? '/' : '.';
	out[n] = '\0';
	*folded = (struct str){out, n};
	return true;
}

bool path_is_below(struct str path, struct str folder)
{
	if (str_eq(path, folder) || (str_eq_c(folder, "/") && str_has_prefix(path, "/")))
		return true;
	return path.len > folder.len && path.ptr[folder.len] == '/' &&
	       str_eq(str_slice(path, 0, folder.len), folder);
}
