/* SPDX-License-Identifier: Apache-2.0 */
/* Binding of scalars that have a grammar: times, node sets, mounts, signals, job ids, arrays. */
#include "frontend/bind/bind.h"

#include <string.h>

void bind_walltime(const struct site *s, void *value)
{
	struct v_time *time = value;
	struct v_str text = {0};
	struct problem p = {0};
	bool is_fine = bind_text(s, &text);
	if (is_fine && !grammar_walltime(s->u->arena, text.v, &time->seconds, &p)) {
		complain_problem(s, text, &p);
		is_fine = false;
	}
	time->from = text.from;
	time->text = text.v;
	time->is_secret = text.is_secret;
	if (!is_fine)
		time->from.kind = ORIGIN_POISON;
}

/* An integer or a string. */
void bind_duration(const struct site *s, void *value)
{
	struct v_time *time = value;
	struct v_str text = {0};
	struct problem p = {0};
	bool is_fine = false;
	if (s->node->kind != NODE_INT && s->node->kind != NODE_STRING)
		complain_kind(s, "a duration such as 30 or 1m30s");
	else if (bind_text(s, &text))
		is_fine = true;
	if (is_fine && !grammar_duration(s->u->arena, text.v, &time->seconds, &p)) {
		complain_problem(s, text, &p);
		is_fine = false;
	}
	time->from =
		is_fine ? text.from : (struct origin){.at = s->node->at, .kind = ORIGIN_POISON};
	time->text = text.v;
	time->is_secret = text.is_secret;
}

enum {
	MAX_SET_NODES = 1 << 26 /* in all different sets of a spec */
};

/* Reads a set, or takes what was read of the same text. */
static bool read_nodeset(struct unit *u, struct str text, struct v_nodeset *set, struct problem *p)
{
	struct node_sets *known = &u->node_sets;
	uint32_t before = map_get(&known->texts, text);
	if (before != MAP_NONE) {
		*set = known->list.items[before];
		return true;
	}
	if (known->n_nodes > MAX_SET_NODES) {
		*p = (struct problem){.rule = RULE_R131, .end = text.len};
		p->what =
			str_fmt(u->arena, "the sets of this spec name more than %d nodes together",
				MAX_SET_NODES);
		return false;
	}
	if (!grammar_nodeset(u->arena, text, set, p))
		return false;
	map_put(&known->texts, u->arena, text, known->list.n);
	*LIST_PUSH(u->arena, &known->list) = *set;
	known->n_nodes += set->n;
	return true;
}

void bind_nodeset(const struct site *s, void *value)
{
	struct v_nodeset *set = value;
	struct v_str text = {0};
	struct problem p = {0};
	bool is_fine = bind_text(s, &text);
	if (is_fine && !read_nodeset(s->u, text.v, set, &p)) {
		complain_problem(s, text, &p);
		is_fine = false;
	}
	set->from = text.from;
	set->text = text.v;
	set->is_secret = text.is_secret;
	if (!is_fine)
		set->from.kind = ORIGIN_POISON;
}

static void bind_mount(const struct site *s, struct v_mount *mount)
{
	struct v_str text = {0};
	struct problem p = {0};
	bool is_fine = bind_text(s, &text);
	if (is_fine && !grammar_mount(s->u->arena, text.v, mount, &p)) {
		complain_problem(s, text, &p);
		is_fine = false;
	}
	mount->from = text.from;
	mount->text = text.v;
	mount->is_secret = text.is_secret;
	if (!is_fine)
		mount->from.kind = ORIGIN_POISON;
}

void bind_mounts(const struct site *s, void *value)
{
	struct v_mounts *mounts = value;
	if (!expect_kind(s, NODE_LIST, "a list of HOST:CONTAINER[:ro|:rw]", &mounts->from))
		return;
	mounts->n = s->node->n;
	mounts->items = ARENA_ARRAY(s->u->arena, mounts->n, struct v_mount);
	for (uint32_t i = 0; i < mounts->n; i++) {
		struct scope scope;
		struct site site = site_of_item(s, i, &scope);
		bind_mount(&site, &mounts->items[i]);
	}
}

bool check_scalar(const struct site *s)
{
	enum node_kind kind = s->node->kind;
	if (strcmp(s->field->arg, "signal") == 0 && kind != NODE_STRING && kind != NODE_INT) {
		complain_kind(s, "a signal's name or number");
		return false;
	}
	if (strcmp(s->field->arg, "version") == 0 && kind != NODE_STRING && kind != NODE_INT &&
	    kind != NODE_FLOAT) {
		complain_kind(s, "\"1\" or 1");
		return false;
	}
	return true;
}

/* R007. The numbers of Docker Compose files mean nothing here. */
static bool check_version(const struct site *s, const struct v_str *value)
{
	struct str text = value->v;
	if (str_eq_c(text, "1"))
		return true;
	struct diag *d = diag_error(&s->u->diags, s->node->at, RULE_R007,
				    "version '%.*s' is unknown; the only one is 1", STR_ARG(text));
	bool is_compose = str_eq_c(text, "2") || str_eq_c(text, "3") ||
			  str_has_prefix(text, "3.") || str_has_prefix(text, "2.");
	if (is_compose)
		diag_help(&s->u->diags, d,
			  "'version' numbers this language, not Docker Compose: write 1, or "
			  "remove the key");
	else
		diag_help(&s->u->diags, d, "write 1, or remove the key");
	fix_value(s, d, s->node->is_quoted ? STR("\"1\"") : STR("1"));
	return false;
}

static bool check_name_text(const struct site *s, const struct v_str *value)
{
	if (!str_is_blank(value->v))
		return true;
	site_error(s, s->node->at, RULE_R013, "a name can't be blank");
	return false;
}

bool check_text(const struct site *s, struct v_str *value)
{
	const char *grammar = s->field->arg;
	struct arena *a = s->u->arena;
	struct problem p = {0};
	bool is_fine = true;
	if (strcmp(grammar, "version") == 0)
		return check_version(s, value);
	if (strcmp(grammar, "name") == 0)
		return check_name_text(s, value);
	struct v_str written = *value;
	if (strcmp(grammar, "signal") == 0)
		is_fine = grammar_signal(a, written.v, &value->v, &p);
	else if (strcmp(grammar, "array") == 0)
		is_fine = grammar_array(a, written.v, &p);
	else if (strcmp(grammar, "job_id") == 0)
		is_fine = grammar_job_id(a, written.v, &p);
	else
		is_fine = grammar_slurm(a, grammar, written.v, &p);
	if (!is_fine)
		complain_problem(s, written, &p);
	return is_fine;
}
