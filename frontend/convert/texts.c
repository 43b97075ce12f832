/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of Compose files as texts: variables, words of commands, times and sizes.
 *
 *	$TAG			->	${TAG:-}	empty when it isn't set, as in Compose
 *	sh -c 'echo "$$X"'	->	[sh, "-c", "echo \"$$X\""]
 */
#include "frontend/convert/convert_parts.h"

#include "frontend/variables/interpolate_tree.h"
#include "frontend/yaml/yaml_plain.h"
#include "ir/grammar/grammar.h"

struct str quoted(struct arena *a, struct str text)
{
	if (yaml_is_plain(text))
		return text;
	struct buf b;
	buf_init(&b, a);
	buf_add_json(&b, text);
	return buf_str(&b);
}

static const struct dotenv_entry *dotenv_find(const struct dotenv *file, struct str name)
{
	const struct dotenv_entry *found = NULL;
	for (uint32_t i = 0; i < file->entries.n; i++)
		if (str_eq(file->entries.items[i].name, name))
			found = &file->entries.items[i];
	return found;
}

static struct str part_text(struct str text, struct loc at)
{
	return str_slice(text, at.begin, at.end);
}

static void note_unset(struct converter *cv, struct str name)
{
	if (dotenv_find(&cv->dotenv, name))
		return;
	for (uint32_t i = 0; i < cv->unset.n; i++)
		if (str_eq(cv->unset.items[i], name))
			return;
	*LIST_PUSH(cv->a, &cv->unset) = str_dup(cv->a, name);
}

/* Its value is the folder of the Compose file, by which a spec's paths go anyway. */
static bool is_own_folder(struct str name)
{
	return str_eq(name, STR("PWD"));
}

static void add_parts(struct converter *cv, struct buf *b, struct str text,
		      const struct part_list *list, const char *otherwise);

/* What stands in ${NAME-VALUE} wherever that does. */
static bool is_simple(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if (!byte_is_in(value.ptr[i], "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					      "0123456789_./@+-"))
			return false;
	return true;
}

/* A variable of an included file whose folder gives it a value; others stay as they are. */
static void add_own_variable(struct converter *cv, struct buf *b, struct str text,
			     const struct part *p)
{
	struct str name = part_text(text, p->name_at);
	const struct dotenv_entry *own = dotenv_find(cv->own, name);
	bool is_instead = p->op == OP_INSTEAD || p->op == OP_INSTEAD_FULL;
	bool takes_empty = p->op == OP_DEFAULT_EMPTY || p->op == OP_NONE;
	if (own && !is_instead && is_simple(own->value) && (own->value.len || takes_empty)) {
		buf_add_fmt(b, "${%.*s-%.*s}", STR_ARG(name), STR_ARG(own->value));
		return;
	}
	if (own && !dotenv_find(&cv->dotenv, name))
		decide(cv,
		       "variables: give %.*s in .env beside the spec; an included file has its own value",
		       STR_ARG(name));
	buf_add(b, part_text(text, p->at));
}

static void add_variable(struct converter *cv, struct buf *b, struct str text, const struct part *p,
			 const char *otherwise)
{
	struct str name = part_text(text, p->name_at);
	bool is_required = p->op == OP_REQUIRED || p->op == OP_REQUIRED_FULL;
	if (p->op == OP_NONE || is_required) {
		if (is_own_folder(name))
			otherwise = ".";
		else
			note_unset(cv, name);
		buf_add_fmt(b, "${%.*s:-%s}", STR_ARG(name), otherwise);
		return;
	}
	if (!p->operand) {
		buf_add(b, part_text(text, p->at));
		return;
	}
	buf_add(b, str_slice(text, p->at.begin, p->operand->at.begin));
	add_parts(cv, b, text, p->operand, "");
	buf_add(b, str_slice(text, p->operand->at.end, p->at.end));
}

static void add_parts(struct converter *cv, struct buf *b, struct str text,
		      const struct part_list *list, const char *otherwise)
{
	for (const struct part *p = list->first; p; p = p->next)
		if (p->kind == PART_VARIABLE && cv->own)
			add_own_variable(cv, b, text, p);
		else if (p->kind == PART_VARIABLE)
			add_variable(cv, b, text, p, otherwise);
		else
			buf_add(b, part_text(text, p->at));
}

struct str with_defaults(struct converter *cv, struct str text, const char *otherwise)
{
	if (str_find(text, '$') == STR_NONE)
		return text;
	struct template_scan t;
	if (!template_read(&t, cv->a, text))
		return text;
	struct buf b;
	buf_init(&b, cv->a);
	add_parts(cv, &b, text, t.result, otherwise);
	return buf_str(&b);
}

/* In all scalars of a value, where they are written. */
void fix_variables(struct converter *cv, const struct spot *s, const char *otherwise)
{
	if (s->value->kind == NODE_MAP || s->value->kind == NODE_LIST) {
		for (uint32_t i = 0; i < s->value->n; i++) {
			struct spot below = part_spot(cv, s, i);
			fix_variables(cv, &below, otherwise);
		}
		return;
	}
	size_t begin = place_of(cv, s->value->at.begin), end = place_of(cv, s->value->at.end);
	struct str written = str_slice(cv->text, begin, end);
	struct str fixed = with_defaults(cv, written, otherwise);
	/* Braces in a text without quotes mean something else, in flow style. */
	bool needs_quotes = !s->value->is_quoted && str_find(written, '{') == STR_NONE;
	if (str_eq(written, fixed) || !take_place(cv, s->value->at.begin, PLACE_FIXED))
		return;
	if (needs_quotes)
		fixed = quoted(cv->a, with_defaults(cv, s->value->text, otherwise));
	edit_text(cv, begin, end, fixed);
}

static bool resolve_parts(const struct converter *cv, struct buf *b, struct str text,
			  const struct part_list *list)
{
	bool is_known = true;
	for (const struct part *p = list->first; p; p = p->next) {
		if (p->kind != PART_VARIABLE) {
			buf_add(b, p->kind == PART_DOLLAR ? STR("$") : part_text(text, p->at));
			continue;
		}
		const struct dotenv_entry *e =
			dotenv_find(&cv->dotenv, part_text(text, p->name_at));
		bool is_instead = p->op == OP_INSTEAD || p->op == OP_INSTEAD_FULL;
		bool takes_empty = p->op == OP_DEFAULT_EMPTY || p->op == OP_NONE;
		if (e && !is_instead && (e->value.len || takes_empty))
			buf_add(b, e->value);
		else if (p->operand &&
			 (p->op == OP_DEFAULT || p->op == OP_DEFAULT_EMPTY || (is_instead && e)))
			is_known &= resolve_parts(cv, b, text, p->operand);
		else if (!e && is_own_folder(part_text(text, p->name_at)))
			buf_add_byte(b, '.');
		else
			is_known &= is_instead;
	}
	return is_known;
}

bool resolve(const struct converter *cv, struct str text, struct str *value)
{
	*value = text;
	if (str_find(text, '$') == STR_NONE)
		return true;
	struct template_scan t;
	if (!template_read(&t, cv->a, text))
		return true;
	struct buf b;
	buf_init(&b, cv->a);
	bool is_known = resolve_parts(cv, &b, text, t.result);
	*value = buf_str(&b);
	return is_known;
}

struct str resolved(const struct converter *cv, const struct node *node)
{
	struct str value = STR("");
	if (node && node->kind != NODE_MAP && node->kind != NODE_LIST && node->kind != NODE_NULL)
		resolve(cv, node->text, &value);
	return str_trim(value);
}

/* Behind a `${` and all up to its `}`. */
static size_t skip_variable(struct str text, size_t at)
{
	unsigned depth = 0;
	for (; at < text.len; at++) {
		if (text.ptr[at] == '$' && at + 1 < text.len && text.ptr[at + 1] == '{')
			depth++, at++;
		else if (text.ptr[at] == '}' && --depth == 0)
			return at + 1;
	}
	return text.len;
}

/* One word from *at on, quotes and backslashes taken away as Compose does. */
static struct str next_word(struct converter *cv, struct str text, size_t *at)
{
	struct buf b;
	char quote = '\0';
	buf_init(&b, cv->a);
	while (*at < text.len) {
		char c = text.ptr[*at];
		if (c == '$' && *at + 1 < text.len && text.ptr[*at + 1] == '{') {
			size_t end = skip_variable(text, *at);
			buf_add(&b, str_slice(text, *at, end));
			*at = end;
			continue;
		}
		++*at;
		bool is_escape = c == '\\' && quote != '\'' && *at < text.len;
		if (is_escape)
			buf_add_byte(&b, text.ptr[(*at)++]);
		else if (quote && c == quote)
			quote = '\0';
		else if (!quote && (c == '"' || c == '\''))
			quote = c;
		else if (!quote && byte_is_in(c, " \t\r\n"))
			break;
		else
			buf_add_byte(&b, c);
	}
	return buf_str(&b);
}

struct str split_words(struct converter *cv, struct str text)
{
	struct buf b;
	buf_init(&b, cv->a);
	buf_add_byte(&b, '[');
	for (size_t at = 0;;) {
		while (at < text.len && byte_is_in(text.ptr[at], " \t\r\n"))
			at++;
		if (at >= text.len)
			break;
		struct str word = next_word(cv, text, &at);
		buf_add_c(&b, b.len > 1 ? ", " : "");
		buf_add(&b, quoted(cv->a, with_defaults(cv, word, "")));
	}
	buf_add_byte(&b, ']');
	return buf_str(&b);
}

static const struct {
	const char *name;
	uint64_t ns;
} units[] = {{"ns", 1},         {"us", 1000},       {"µs", 1000},         {"ms", 1000000},
	     {"s", 1000000000}, {"m", 60000000000}, {"h", 3600000000000}, {"d", 86400000000000}};

/* "1.5s" of a Go duration from *at on, in nanoseconds; false when there is none. */
static bool take_segment(struct str text, size_t *at, uint64_t *ns)
{
	uint64_t whole = 0, part = 0, scale = 1;
	size_t begin = *at;
	for (; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
		whole = whole < 1000000000 ? whole * 10 + (uint64_t)(text.ptr[*at] - '0') : whole;
	if (*at < text.len && text.ptr[*at] == '.')
		for (++*at; *at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9'; ++*at)
			if (scale < 1000) {
				part = part * 10 + (uint64_t)(text.ptr[*at] - '0');
				scale *= 10;
			}
	size_t end = *at;
	while (end < text.len && !(text.ptr[end] >= '0' && text.ptr[end] <= '9'))
		end++;
	struct str unit = str_slice(text, *at, end);
	for (size_t i = 0; *at > begin && i < sizeof(units) / sizeof(*units); i++)
		if (str_eq_c(unit, units[i].name) && whole < 100000) {
			*ns += whole * units[i].ns + part * units[i].ns / scale;
			*at = end;
			return true;
		}
	return false;
}

bool seconds_of(struct arena *a, struct str duration, uint64_t *seconds)
{
	struct problem p = {0};
	uint64_t ns = 0;
	if (grammar_duration(a, duration, seconds, &p))
		return true;
	for (size_t at = 0; at < duration.len;)
		if (!take_segment(duration, &at, &ns))
			return false;
	*seconds = (ns + 999999999) / 1000000000;
	return duration.len > 0;
}

struct str whole_seconds(struct arena *a, struct str duration)
{
	struct problem p = {0};
	uint64_t seconds = 0;
	if (grammar_duration(a, duration, &seconds, &p))
		return duration;
	if (!seconds_of(a, duration, &seconds))
		return STR("");
	return str_fmt(a, "%llus", (unsigned long long)seconds);
}

bool mib_of(struct arena *a, struct str size, uint64_t *mib)
{
	uint64_t bytes = 0;
	bool is_known, has_unit;
	struct problem p = {0};
	if (!grammar_memory(a, size, &bytes, &is_known, &has_unit, &p) || !is_known)
		return false;
	*mib = (bytes >> 20) + ((bytes & ((1 << 20) - 1)) != 0);
	return *mib > 0;
}
