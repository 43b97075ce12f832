/* SPDX-License-Identifier: Apache-2.0 */
/* A Compose file to a spec: reads it, has each key converted, and applies the edits. */
#include "frontend/convert/convert_parts.h"

#include <string.h>

#include "frontend/frontend.h"

enum {
	CONVERT_MAX = 4 << 20 /* bytes: what people write by hand is far below */
};

/* Bytes of a line break that is none to most programs: a lone CR, NEL, LS, PS; 0 for others. */
static size_t odd_break(struct str text, size_t at)
{
	static const char *const breaks[] = {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"};
	struct str rest = str_from(text, at);
	if (str_has_prefix(rest, "\r"))
		return !str_has_prefix(rest, "\r\n");
	for (size_t i = 0; i < sizeof(breaks) / sizeof(*breaks); i++)
		if (str_has_prefix(rest, breaks[i]))
			return strlen(breaks[i]);
	return 0;
}

/* Edits go by lines, and YAML knows breaks that editors don't. */
static bool check_breaks(struct converter *cv, const struct source *file)
{
	for (size_t at = 0; at < cv->text.len; at++) {
		size_t n = byte_is_in(cv->text.ptr[at], "\r\xc2\xe2") ? odd_break(cv->text, at) : 0;
		if (!n)
			continue;
		struct diag *d = diag_error(&cv->u->diags, source_span(file, at, at + n), RULE_R001,
					    "a line is broken by something else than a newline");
		diag_help(&cv->u->diags, d,
			  "write a newline; in a text, an escape such as \\u2028");
		return false;
	}
	return true;
}

bool converter_begin(struct converter *cv, struct unit *u, struct str path, struct str text,
		     struct conversion *out)
{
	*cv = (struct converter){.u = u, .a = u->arena, .out = out};
	*out = (struct conversion){.text = text};
	if (text.len > CONVERT_MAX) {
		diag_error(&u->diags, SPAN_NONE, RULE_R001, "'%.*s' is too large to be converted",
			   STR_ARG(path));
		return false;
	}
	if (str_has_prefix(text, "\xef\xbb\xbf"))
		text = str_from(text, 3);
	uint32_t file = source_add(&u->sources, path, text);
	if (file == UINT32_MAX)
		return false;
	const struct node *root = frontend_compose(u, file);
	if (!root || u->diags.n_errors)
		return false;
	if (root->kind != NODE_MAP) {
		diag_error(&u->diags, root->at, RULE_R003, "the file must be a mapping, not %s",
			   node_kind_name(root->kind));
		return false;
	}
	cv->text = u->sources.files.items[file].bytes;
	cv->base = u->sources.files.items[file].base;
	cv->root = root;
	cv->services = node_get(root, "services");
	cv->is_spec = node_get(root, "x-slurm") || node_get(root, "runtime");
	if (!check_breaks(cv, &u->sources.files.items[file]))
		return false;
	edits_begin(cv);
	if (span_is_none(cv->explicit_at))
		return true;
	struct diag *d = diag_error(
		&u->diags, cv->explicit_at, RULE_R001,
		"a key behind '?', or with an anchor or a tag of its own, can't be converted");
	diag_help(&u->diags, d, "write 'key: value'");
	return false;
}

void read_dotenv(struct converter *cv)
{
	struct str why, path = str_fmt(cv->a, "%.*s/.env", STR_ARG(cv->u->spec_dir));
	dotenv_read(cv->u, path, false, &cv->dotenv, &why);
}

static void decide_variables(struct converter *cv)
{
	struct buf b;
	buf_init(&b, cv->a);
	for (uint32_t i = 0; i < cv->unset.n; i++)
		buf_add_fmt(&b, "%s%.*s", i ? ", " : "", STR_ARG(cv->unset.items[i]));
	if (b.len)
		decide(cv,
		       "variables: give %.*s in .env beside the spec; without a value they are "
		       "empty, as in Compose",
		       STR_ARG(buf_str(&b)));
}

bool frontend_convert(struct unit *u, struct str text, struct conversion *out)
{
	struct converter cv;
	if (!converter_begin(&cv, u, u->path, text, out))
		return false;
	if (!cv.services || cv.services->kind != NODE_MAP || !cv.services->n) {
		struct diag *d = diag_error(&u->diags, cv.root->at, RULE_R009,
					    "there are no services to convert");
		diag_help(&u->diags, d, "a Compose file has them under 'services'");
		return false;
	}
	read_dotenv(&cv);
	add_root(&cv);
	struct spot root = {.value = cv.root};
	walk_map(&cv, &root, "root");
	decide_variables(&cv);
	mend_aliases(&cv);
	out->text = edits_apply(&cv);
	return true;
}

/* The smallest entry or item round a place that can go: not a service, and nothing above. */
static bool find_spot(struct converter *cv, const struct spot *s, struct span at, int depth,
		      struct spot *found)
{
	bool is_map = s->value->kind == NODE_MAP;
	for (uint32_t i = 0; (is_map || s->value->kind == NODE_LIST) && i < s->value->n; i++) {
		struct spot below = part_spot(cv, s, i);
		struct span value = written_at(&below);
		uint32_t from = is_map ? below.entry->key_at.begin : value.begin;
		uint32_t to = value.end > from ? value.end : from;
		if (is_map && below.entry->key_at.end > to)
			to = below.entry->key_at.end;
		if (at.begin < from || at.begin > to || at.end > to)
			continue;
		bool is_image = is_map && str_eq(below.entry->key, STR("image"));
		if (depth >= 2 && !is_image)
			*found = below;
		if (depth < 3)
			find_spot(cv, &below, at, depth + 1, found);
		return found->value != NULL;
	}
	return false;
}

bool frontend_convert_refused(struct unit *u, struct str text,
			      const struct convert_refusal *refused, uint32_t n,
			      struct conversion *out)
{
	struct converter cv;
	if (!converter_begin(&cv, u, u->path, text, out))
		return false;
	bool is_any = false;
	struct spot root = {.value = cv.root};
	for (uint32_t i = 0; i < n; i++) {
		struct spot found = {0};
		struct span at = {refused[i].at.begin + cv.base, refused[i].at.end + cv.base};
		if (!find_spot(&cv, &root, at, 0, &found))
			continue;
		is_any = true;
		uint32_t from = found.entry ? found.entry->key_at.begin : written_at(&found).begin;
		if (take_place(&cv, from, PLACE_TAKEN)) {
			cut(&cv, &found, refused[i].why);
			decide(&cv, "%.*s: %.*s", STR_ARG(found.path), STR_ARG(refused[i].why));
		}
	}
	mend_aliases(&cv);
	out->text = edits_apply(&cv);
	return is_any;
}
