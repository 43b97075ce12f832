/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc --check. Secrets are taken out of both scripts before they are compared for people, also the
 * old values of secrets that have changed since: they stand where the fresh script has the new
 * ones.
 *
 *	-  export TOKEN='old'		-  export TOKEN=<redacted>
 *	+  export TOKEN=new		+  export TOKEN=<redacted>
 */
#include "driver/screen/stale.h"

#include <string.h>

#include "driver/screen/diff.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "ir/diag/diag_render.h"

/* What stands before the first secret of a line of the fresh script. */
struct heads {
	LIST(struct str) list;
	struct map lines; /* all of its lines */
};

static struct str head_of(struct arena *a, struct str line)
{
	const char *mark = strstr(str_dup(a, line).ptr, REDACTED);

	return mark ? str_slice(line, 0, line.len - strlen(mark)) : STR("");
}

static void find_heads(struct arena *a, struct str fresh, struct heads *heads)
{
	*heads = (struct heads){0};
	for (struct str line, head; fresh.len > 0;) {
		fresh = str_split(fresh, '\n', &line);
		map_put(&heads->lines, a, line, 1);
		head = head_of(a, line);
		if (!str_is_blank(head))
			*LIST_PUSH(a, &heads->list) = head;
	}
}

/* The bytes of the line that the fresh script has in common with it up to a secret; 0: none. */
static size_t head_length(const struct heads *heads, struct str line)
{
	size_t longest = 0;

	for (uint32_t i = 0; i < heads->list.n; i++) {
		struct str head = heads->list.items[i];

		if (head.len > longest && line.len > head.len &&
		    str_eq(str_slice(line, 0, head.len), head))
			longest = head.len;
	}
	return longest;
}

/* Whether a quote is open at the end of the line, when one was at its start or not. */
static bool is_open_after(struct str line, bool is_open)
{
	for (size_t i = 0; i < line.len; i++) {
		if (line.ptr[i] == '\\' && !is_open)
			i++;
		else if (line.ptr[i] == '\'')
			is_open = !is_open;
	}
	return is_open;
}

/* The old script without values that stand where the fresh one has secrets. */
static struct str without_old_values(struct arena *a, struct str old, struct str fresh)
{
	bool is_open = false;
	struct heads heads;
	find_heads(a, fresh, &heads);
	struct buf out;
	buf_init(&out, a);
	for (struct str line; old.len > 0;) {
		bool has_end = str_find(old, '\n') != STR_NONE;
		size_t head = 0;

		old = str_split(old, '\n', &line);
		if (is_open) {
			buf_add_c(&out, REDACTED);
			is_open = is_open_after(line, true);
		} else if (map_get(&heads.lines, line) == MAP_NONE &&
			   (head = head_length(&heads, line)) > 0) {
			buf_add(&out, str_slice(line, 0, head));
			buf_add_c(&out, REDACTED);
			is_open = is_open_after(str_from(line, head), false);
		} else {
			buf_add(&out, line);
		}
		buf_add_c(&out, has_end ? "\n" : "");
	}
	return buf_str(&out);
}

/* A value may have been bare yesterday, and in quotes today. */
static struct str without_quotes(struct arena *a, struct str text)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < text.len; i++) {
		buf_add_byte(&out, text.ptr[i]);
		if (!str_has_suffix(buf_str(&out), REDACTED))
			continue;
		out.len -= strlen(REDACTED);
		while (out.len > 0 && byte_is_in(out.ptr[out.len - 1], "'\"\\"))
			out.len--;
		buf_add_c(&out, REDACTED);
		while (i + 1 < text.len && byte_is_in(text.ptr[i + 1], "'\""))
			i++;
	}
	return buf_str(&out);
}

/* What names the files on a command line. */
static struct str spec_words(const struct compilation *c)
{
	if (c->unit.overlays.n == 0)
		return c->unit.path;
	struct buf out;
	buf_init(&out, c->inv->arena);
	buf_add_fmt(&out, "-f %.*s", STR_ARG(c->unit.path));
	for (uint32_t i = 0; i < c->unit.overlays.n; i++)
		buf_add_fmt(&out, " -f %.*s", STR_ARG(c->unit.overlays.items[i]));
	return buf_str(&out);
}

int script_compare(struct compilation *c, const char *path, struct str fresh)
{
	struct arena *a = c->inv->arena;
	struct str committed, why;

	if (!stream_read(a, path, FRONTEND_MAX_FILE, &committed, &why)) {
		complain("can't read '%s': %.*s", path, STR_ARG(why));
		return EXIT_USAGE;
	}
	if (str_eq(committed, fresh))
		return EXIT_OK;
	plan_hide_secrets(&c->unit);
	fresh = without_quotes(a, diags_redact_lines(a, &c->unit.diags, fresh));
	committed = diags_redact_lines(a, &c->unit.diags, committed);
	committed = without_quotes(a, without_old_values(a, committed, fresh));
	struct str diff =
		diff_unified(a, str_c(path), committed,
			     str_fmt(a, "compiled from %.*s", STR_ARG(c->unit.path)), fresh);
	print_visible(stdout, diff, VISIBLE_TEXT);
	complain("'%s' is stale%s; 'hpcc %.*s -o %s' writes it anew", path,
		 diff.len > 0 ? "" : ": the value of a secret differs", STR_ARG(spec_words(c)),
		 path);
	return EXIT_UNEXPECTED;
}
