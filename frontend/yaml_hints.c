/* SPDX-License-Identifier: Apache-2.0 */
/* Hints for texts that YAML takes as they are, though their author meant a key or a list item. */
#include "frontend/yaml_hints.h"

#include <string.h>

static bool is_key_byte(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9') || (byte && strchr("_-.", byte));
}

/* Length of the key before a ':' that no blank follows, or 0. URLs have none. */
static size_t glued_key(struct str text)
{
	size_t n = 0;
	while (n < text.len && is_key_byte(text.ptr[n]))
		n++;
	bool is_glued = n && n + 1 < text.len && text.ptr[n] == ':' && text.ptr[n + 1] != '/' &&
			text.ptr[n + 1] != ' ' && text.ptr[n + 1] != '\n';
	return is_glued ? n : 0;
}

static bool hint_glued(struct unit *u, struct diag *d, struct span at)
{
	struct str source = source_text(&u->sources, at);
	size_t n = glued_key(source);
	if (!n)
		return false;
	uint32_t behind = at.begin + (uint32_t)n + 1;
	struct span place = {behind, behind};
	/* A no-break space stands there: replace it. */
	if (str_has_prefix(str_from(source, n + 1), "\xc2\xa0")) {
		place.end += 2;
		diag_help(&u->diags, d,
			  "the blank after '%.*s:' is a no-break space (U+00A0); YAML needs a "
			  "plain one",
			  STR_ARG(str_slice(source, 0, n)));
	} else {
		diag_help(&u->diags, d, "a blank is missing after '%.*s:'",
			  STR_ARG(str_slice(source, 0, n)));
	}
	diag_fix(&u->diags, d, place, STR(" "));
	return true;
}

/* Every line of the text begins with '-' and no blank. */
static bool hint_items(struct unit *u, struct diag *d, struct span at)
{
	struct str source = source_text(&u->sources, at);
	bool is_start = true, has_items = false;
	for (size_t i = 0; i < source.len; i++) {
		char byte = source.ptr[i];
		if (is_start && byte == '-' && i + 1 < source.len && source.ptr[i + 1] != ' ' &&
		    source.ptr[i + 1] != '-') {
			uint32_t behind = at.begin + (uint32_t)i + 1;
			diag_fix(&u->diags, d, (struct span){behind, behind}, STR(" "));
			has_items = true;
		}
		if (byte == '\n' || byte == '\r')
			is_start = true;
		else if (byte != ' ')
			is_start = false;
	}
	if (has_items)
		diag_help(&u->diags, d, "a blank is missing after '-'");
	return has_items;
}

bool yaml_hint_value(struct unit *u, struct diag *d, const struct node *node)
{
	if (node->kind != NODE_STRING || node->is_quoted)
		return false;
	return hint_glued(u, d, node->at) || hint_items(u, d, node->at);
}

bool yaml_hint_key(struct unit *u, struct diag *d, const struct entry *entry)
{
	return entry->value->kind == NODE_NULL && hint_glued(u, d, entry->key_at);
}
