/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the plan as text for people: paths, node sets, and what is never shown. */
#include "backends/formats/formats.h"
#include "ir/diag/diag_render.h"

struct str path_text(struct arena *a, const struct plan_path *path)
{
	static const char *const bases[PATH_BASE_N] = {
		[PATH_BASE_ABSOLUTE] = "",         [PATH_BASE_HOME] = "~",
		[PATH_BASE_SPEC_DIR] = ".",        [PATH_BASE_SUBMIT_DIR] = "<submit dir>",
		[PATH_BASE_CACHE_DIR] = "<cache>", [PATH_BASE_JOB_DIR] = "<job dir>",
		[PATH_BASE_SCRATCH] = "<scratch>",
	};
	struct str text = str_eq_c(path->text.v, ".") ? STR("") : path->text.v;
	if (path->text.is_secret)
		return value_shown(path->text);
	bool needs_slash = path->base.v != PATH_BASE_ABSOLUTE && text.len && text.ptr[0] != '/';

	return str_fmt(a, "%s%s%.*s", bases[path->base.v], needs_slash ? "/" : "", STR_ARG(text));
}

struct str node_set_text(struct arena *a, const struct v_nodeset *set)
{
	if (!set->items)
		return set->text; /* too many to be listed */
	struct buf out;
	buf_init(&out, a);
	for (uint32_t i = 0, next; i < set->n; i = next) {
		for (next = i + 1; next < set->n && set->items[next] == set->items[next - 1] + 1;)
			next++;
		buf_add_fmt(&out, i ? ",%u" : "%u", set->items[i]);
		if (next > i + 1)
			buf_add_fmt(&out, "-%u", set->items[next - 1]);
	}
	return buf_str(&out);
}

bool is_hidden(struct str name, const struct v_str *value)
{
	return value->is_secret || name_is_secret(name);
}
