/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Binding of scalars: integers, booleans and enumerations take exactly what YAML 1.2 says they are.
 */
#include "frontend/bind/bind.h"

#include <string.h>

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
	if (!expect_kind(s, NODE_BOOL, "a boolean", &truth->from))
		return;
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

static void bind_number(const struct site *s, struct v_uint *number, const char *type)
{
	if (!expect_kind(s, NODE_INT, "an integer", &number->from))
		return;
	uint64_t low, high;
	uint_range(type, &low, &high);
	bool does_fit = parse_integer(s->node->text, &number->v) && number->v <= high;
	if (does_fit && number->v == 0 && strcmp(type, "pos") == 0) {
		site_error(s, s->node->at, RULE_R039, "must be at least 1, not 0");
		number->from.kind = ORIGIN_POISON;
	} else if (!does_fit) {
		site_error(s, s->node->at, RULE_R016, "%.*s is outside %llu to %llu",
			   STR_ARG(s->node->text), (unsigned long long)low,
			   (unsigned long long)high);
		number->from.kind = ORIGIN_POISON;
	}
}

void bind_uint(const struct site *s, void *value)
{
	struct v_uint *number = value;
	bool has_auto = strcmp(s->field->arg, "nodes") == 0;
	if (has_auto && s->node->kind == NODE_STRING && !s->node->is_poison &&
	    str_eq_c(s->node->text, "auto")) {
		*number = (struct v_uint){.from = origin_of(s->node), .v = NODES_AUTO};
		return;
	}
	bind_number(s, number, has_auto ? "pos" : s->field->arg);
}

void bind_gpus(const struct site *s, void *value)
{
	struct v_gpus *gpus = value;
	const struct node *node = s->node;
	bool is_text = node->kind == NODE_STRING && !node->is_poison;
	if (is_text && grammar_gpus(node->text, &gpus->type, &gpus->v)) {
		gpus->from = origin_of(node);
		return;
	}
	gpus->type = STR("");
	bind_number(s, (struct v_uint *)value, "pos");
}

void bind_port(const struct site *s, void *value)
{
	struct v_port *port = value;
	const struct node *node = s->node;
	uint64_t number;
	bool is_name = node->kind == NODE_STRING && !node->is_poison && name_is_port(node->text) &&
		       !str_to_u64(node->text, &number);
	port->name = is_name ? node->text : STR("");
	if (is_name)
		port->from = origin_of(node);
	else
		bind_number(s, (struct v_uint *)value, "port");
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

static const char *nearest_word(struct str word, const char *const *words)
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
	enum rule_id rule = s->field->word_rule ? s->field->word_rule : RULE_R014;
	struct diag *d = site_error(s, s->node->at, rule,
				    words[1] ? "'%.*s' is none of %.*s"
					     : "'%.*s' is not '%.*s', the only value",
				    STR_ARG(word), STR_ARG(all));
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
