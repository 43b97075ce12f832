/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binding of scalars: strings take any scalar's own text, so nothing is ever reinterpreted;
 * integers, booleans and enumerations take exactly what YAML 1.2 says they are.
 */
#include "frontend/bind/bind.h"

#include <string.h>

#include "frontend/frontend.h"
#include "frontend/variables/interpolate.h"
#include "frontend/variables/variables.h"
#include "frontend/yaml/yaml_hints.h"

/* The row's own rule wins over the usual one. */
static struct diag *error_at(const struct site *s, enum rule_id own, enum rule_id usual,
			     struct str what)
{
	struct str path = scope_path(s->u->arena, s->scope);
	return diag_error(&s->u->diags, s->node->at, own ? own : usual, "%.*s: %.*s", STR_ARG(path),
			  STR_ARG(what));
}

/* "a string ('2')": what stands there, for people. */
static struct str found(struct arena *a, const struct node *node)
{
	enum {
		SHOWN = 40
	};
	const char *kind = node_kind_name(node->kind);
	if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP)
		return str_c(kind);
	if (!node->text.len || node->text.len > SHOWN || str_find(node->text, '\n') != STR_NONE)
		return str_c(kind);
	return str_fmt(a, "%s ('%.*s')", kind, STR_ARG(node->text));
}

void fix_value(const struct site *s, struct diag *d, struct str text)
{
	struct str source = source_text(&s->u->sources, s->node->at);
	if (!s->node->is_block && str_find(source, '$') == STR_NONE)
		diag_fix(&s->u->diags, d, s->node->at, text);
}

static bool is_digits(struct str text)
{
	uint64_t ignored;
	return str_to_u64(text, &ignored) && (text.len == 1 || text.ptr[0] != '0');
}

/* Quotes make a text, whatever its variables hold. In braces and brackets a plain scalar ends at
   the brace of ${NAME}, but not in $NAME. */
static void help_quoted_variable(const struct site *s, struct diag *d)
{
	diag_help(&s->u->diags, d,
		  "quotes make it a text: write $NAME or ${NAME} without them (${NAME} outside "
		  "{...} and [...] only)");
}

static void help_integer(const struct site *s, struct diag *d)
{
	struct str text = s->node->text;
	if (s->node->kind == NODE_STRING && is_digits(text)) {
		diag_help(&s->u->diags, d, "write %.*s without quotes", STR_ARG(text));
		if (s->node->is_quoted)
			fix_value(s, d, text);
	} else if (s->node->is_quoted && str_find(text, '$') != STR_NONE) {
		help_quoted_variable(s, d);
	} else {
		hint_integer(s, d);
	}
}

static void help_bool(const struct site *s, struct diag *d)
{
	if (s->node->is_quoted && str_find(s->node->text, '$') != STR_NONE) {
		help_quoted_variable(s, d);
		return;
	}
	static const char *const yes[] = {"yes", "on", "y", "true", "1", NULL};
	static const char *const no[] = {"no", "off", "n", "false", "0", NULL};
	const struct node *node = s->node;
	if (node->kind != NODE_STRING && node->kind != NODE_INT)
		return;
	for (size_t i = 0; yes[i]; i++) {
		bool is_yes = str_eq_nocase(node->text, str_c(yes[i]));
		if (!is_yes && !str_eq_nocase(node->text, str_c(no[i])))
			continue;
		diag_help(&s->u->diags, d, "write %s", is_yes ? "true" : "false");
		fix_value(s, d, is_yes ? STR("true") : STR("false"));
		return;
	}
}

void complain_kind(const struct site *s, const char *expected)
{
	struct arena *a = s->u->arena;
	struct str was = found(a, s->node);
	struct diag *d = error_at(s, s->field ? s->field->shape_rule : RULE_NONE, RULE_R013,
				  str_fmt(a, "expected %s, found %.*s", expected, STR_ARG(was)));
	bool is_collection = strncmp(expected, "a list", strlen("a list")) == 0 ||
			     strncmp(expected, "a mapping", strlen("a mapping")) == 0;
	if (is_collection && yaml_hint_value(s->u, d, s->node))
		return;
	if (strcmp(expected, "an integer") == 0)
		help_integer(s, d);
	else if (strcmp(expected, "a boolean") == 0)
		help_bool(s, d);
	else if (s->field && s->field->kind != KIND_RECORD && s->field->kind != KIND_NAMED &&
		 strncmp(expected, "a list", strlen("a list")) == 0)
		hint_list(s, d);
	else if (s->field && strcmp(expected, "a string") == 0)
		hint_text(s, d);
	else if (s->field && s->field->kind == KIND_NAMED && s->field->sub == &record_service)
		hint_service(s, d);
	else if (s->field && strcmp(s->field->arg, "version") == 0)
		diag_help(&s->u->diags, d, "write 1, or remove the key");
	else if (s->field)
		hint_mapping(s, d);
}

/* Bytes of the scalar's text as a place in the file; the whole value when escapes or variables
   stand between the two. */
static struct span part_of(const struct site *s, struct str text, size_t begin, size_t end)
{
	struct span at = s->node->at;
	struct str source = source_text(&s->u->sources, at);
	size_t quote = s->node->is_quoted && !s->node->is_block;
	if (source.len != text.len + 2 * quote ||
	    !str_eq(str_slice(source, quote, quote + text.len), text))
		return at;
	uint32_t base = at.begin + (uint32_t)quote;
	return (struct span){base + (uint32_t)begin, base + (uint32_t)end};
}

void complain_problem(const struct site *s, struct v_str text, const struct problem *problem)
{
	struct diags *ds = &s->u->diags;
	struct str path = scope_path(s->u->arena, s->scope);
	struct problem p = problem_shown(ds->arena, problem, text.is_secret);
	struct span at = part_of(s, text.v, p.begin, p.end);
	struct diag *d = diag_error(ds, at, p.rule, "%.*s: %.*s", STR_ARG(path), STR_ARG(p.what));
	if (text.from.kind == ORIGIN_ENVIRONMENT && !text.is_secret)
		diag_note(ds, d, s->node->at, "with its variables replaced the value is '%.*s'",
			  STR_ARG(text.v));
	if (p.help.len)
		diag_help(ds, d, "%.*s", STR_ARG(p.help));
	if (!p.fix.len)
		return;
	if (s->node->is_quoted || str_find(p.fix, ':') != STR_NONE)
		fix_value(s, d, str_fmt(ds->arena, "\"%.*s\"", STR_ARG(p.fix)));
	else
		fix_value(s, d, p.fix);
}

/* R037, R038. */
static bool check_line(const struct site *s, struct v_str *value)
{
	struct str text = value->v;
	if (text.len && memchr(text.ptr, '\0', text.len)) {
		error_at(s, RULE_NONE, RULE_R038, STR("a NUL byte can't stand in a text"));
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	if (!(s->field->bits & FIELD_LINE))
		return true;
	if (str_find(text, '\n') == STR_NONE && str_find(text, '\r') == STR_NONE)
		return true;
	struct diag *d =
		error_at(s, RULE_NONE, RULE_R037, STR("a line break in a text of one line"));
	if (s->node->is_block)
		diag_help(
			&s->u->diags, d,
			"a block scalar ends in a line break: write the text on one line, or '>-'");
	value->from.kind = ORIGIN_POISON;
	return false;
}

/* Aliases, 'extends' and variables can make a small file large. Once there is too much, no text is
   taken any more, and one message stands for all. */
static bool is_too_much(const struct site *s)
{
	return s->u->n_text > FRONTEND_MAX_TEXT;
}

static bool count_text(const struct site *s, struct v_str *value)
{
	s->u->n_text += value->v.len;
	if (!is_too_much(s))
		return true;
	error_at(s, RULE_NONE, RULE_R001,
		 str_fmt(s->u->arena,
			 "the texts of this spec make more than %d MiB once aliases, 'extends' and "
			 "variables are expanded",
			 FRONTEND_MAX_TEXT >> 20));
	value->from.kind = ORIGIN_POISON;
	return false;
}

bool bind_text(const struct site *s, struct v_str *value)
{
	const struct node *node = s->node;
	value->from = origin_of(node);
	if (node->is_poison || is_too_much(s)) {
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP) {
		complain_kind(s, "a string");
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	value->v = node->text;
	if (is_from_ir(node)) {
		value->is_secret = is_ir_secret(node);
	} else if (s->field->bits & FIELD_INTERP && node->text.len &&
		   memchr(node->text.ptr, '$', node->text.len)) {
		unsigned flags = s->field->bits & FIELD_JOB_ID ? INTERPOLATE_JOB_ID : 0;
		struct str path = scope_path(s->u->arena, s->scope);
		if (!interpolate(s->u, node, node->text, path, flags, value))
			return false;
		if (value->from.kind == ORIGIN_ENVIRONMENT)
			*LIST_PUSH(s->u->arena, &s->u->interpolated) = value->from;
	} else if (s->u->diags.secrets.list.n) {
		value->is_secret = variable_is_secret_text(s->u, value->v);
	}
	return count_text(s, value) && check_line(s, value);
}

bool is_left_blank(const struct field *f, const struct v_str *text)
{
	return f->bits & FIELD_BLANK && str_is_blank(text->v);
}

void bind_str(const struct site *s, void *value)
{
	struct v_str *text = value;
	if (*s->field->arg && !s->node->is_poison && !check_scalar(s)) {
		text->from = (struct origin){.at = s->node->at, .kind = ORIGIN_POISON};
		return;
	}
	if (!bind_text(s, text))
		return;
	if (is_left_blank(s->field, text)) {
		*text = (struct v_str){0};
		fill_default(s->u->arena, s->field, text, s->node->at);
	} else if (*s->field->arg && !check_text(s, text)) {
		text->from.kind = ORIGIN_POISON;
	}
}

void bind_bool(const struct site *s, void *value)
{
	struct v_bool *truth = value;
	truth->from = origin_of(s->node);
	if (s->node->kind != NODE_BOOL) {
		complain_kind(s, "a boolean");
		truth->from.kind = ORIGIN_POISON;
		return;
	}
	char first = s->node->text.ptr[0];
	truth->v = first == 't' || first == 'T';
}

/* Decimal with a sign, 0x, 0o, 0b. False when it doesn't fit (or is below 0, but for -0). */
static bool parse_integer(struct str text, uint64_t *value)
{
	bool is_negative = text.len && text.ptr[0] == '-';
	if (is_negative || (text.len && text.ptr[0] == '+'))
		text = str_from(text, 1);
	uint64_t base = 10, sum = 0;
	if (text.len > 2 && text.ptr[0] == '0') {
		char mark = text.ptr[1];
		base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
	}
	for (size_t i = base == 10 ? 0 : 2; i < text.len; i++) {
		char c = text.ptr[i];
		uint64_t digit = (uint64_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
		if (digit >= base || sum > (UINT64_MAX - digit) / base)
			return false;
		sum = sum * base + digit;
	}
	*value = sum;
	return !is_negative || sum == 0;
}

static void uint_range(const char *type, uint64_t *low, uint64_t *high)
{
	*low = 0;
	*high = UINT64_MAX;
	if (strcmp(type, "pos") == 0 || strcmp(type, "u32") == 0)
		*high = UINT32_MAX;
	else if (strcmp(type, "u16") == 0 || strcmp(type, "port") == 0)
		*high = UINT16_MAX;
	if (strcmp(type, "pos") == 0 || strcmp(type, "port") == 0)
		*low = 1;
}

void bind_uint(const struct site *s, void *value)
{
	struct v_uint *number = value;
	struct arena *a = s->u->arena;
	const char *type = s->field->arg;
	number->from = origin_of(s->node);
	if (s->node->kind != NODE_INT) {
		complain_kind(s, "an integer");
		number->from.kind = ORIGIN_POISON;
		return;
	}
	uint64_t low, high;
	uint_range(type, &low, &high);
	bool does_fit = parse_integer(s->node->text, &number->v) && number->v <= high;
	if (does_fit && number->v == 0 && strcmp(type, "pos") == 0) {
		error_at(s, RULE_NONE, RULE_R039, STR("must be at least 1, not 0"));
		number->from.kind = ORIGIN_POISON;
	} else if (!does_fit) {
		error_at(s, RULE_NONE, RULE_R016,
			 str_fmt(a, "%.*s is outside %llu to %llu", STR_ARG(s->node->text),
				 (unsigned long long)low, (unsigned long long)high));
		number->from.kind = ORIGIN_POISON;
	}
}

/* The only one of the words that holds the text, or that the text holds: "restart" for
   restart_on_failure. */
static const char *only_related(struct str word, const char *const *words)
{
	const char *found_word = NULL;
	for (size_t i = 0; word.len > 2 && words[i]; i++) {
		if (!memmem(words[i], strlen(words[i]), word.ptr, word.len) &&
		    !str_contains(word, words[i]))
			continue;
		if (found_word)
			return NULL;
		found_word = words[i];
	}
	return found_word;
}

const char *nearest_word(struct str word, const char *const *words)
{
	struct nearest near = nearest_to(word);
	const char *found_word = NULL;
	for (size_t i = 0; words[i]; i++)
		if (is_nearest(&near, str_c(words[i])))
			found_word = words[i];
	return found_word ? found_word : only_related(word, words);
}

ptrdiff_t bind_word(const struct site *s, struct str word)
{
	const char *const *words = s->field->words;
	for (ptrdiff_t i = 0; words[i]; i++)
		if (str_eq_c(word, words[i]))
			return i;
	struct str all = field_words(s->u->arena, s->field);
	struct diag *d = error_at(s, s->field ? s->field->word_rule : RULE_NONE, RULE_R014,
				  words[1] ? str_fmt(s->u->arena, "'%.*s' is none of %.*s",
						     STR_ARG(word), STR_ARG(all))
					   : str_fmt(s->u->arena,
						     "'%.*s' is not '%.*s', the only "
						     "value",
						     STR_ARG(word), STR_ARG(all)));
	const char *near = nearest_word(word, words);
	if (!near && str_eq_c(str_c(s->field->key), "dependency"))
		diag_help(&s->u->diags, d,
			  "a job to wait for goes under after_job: {id: ..., condition: ...}");
	if (!near)
		return -1;
	diag_help(&s->u->diags, d, "did you mean '%s'?", near);
	if (str_distance(word, str_c(near), 2) <= 2 && word.len > 3)
		fix_value(s, d, str_c(near));
	return -1;
}

void bind_enum(const struct site *s, void *value)
{
	struct v_enum *word = value;
	word->from = origin_of(s->node);
	ptrdiff_t i = -1;
	if (s->node->kind == NODE_STRING)
		i = bind_word(s, s->node->text);
	else
		complain_kind(s, str_fmt(s->u->arena, s->field->words[1] ? "one of %.*s" : "'%.*s'",
					 STR_ARG(field_words(s->u->arena, s->field)))
					 .ptr);
	word->v = i < 0 ? 0 : (uint32_t)i;
	if (i < 0)
		word->from.kind = ORIGIN_POISON;
}
