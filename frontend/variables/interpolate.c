/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interpolation: puts values in the place of variables, keeps where they came from, and finds the
 * characters of the file to blame.
 */
#include "frontend/variables/interpolate.h"

#include <string.h>

#include "frontend/variables/interpolate_tree.h"
#include "frontend/variables/variables.h"
#include "ir/support/run_text.h"

/* One text being expanded. */
struct expansion {
	struct unit *u;
	const struct node *node;
	struct str text;
	struct diag_subject about;
	unsigned flags;
	struct buf out;
	struct trail *trail, *last; /* one step for each variable so far */
	bool is_secret;
	bool has_failed;
	bool has_place; /* `place` is worked out */
	struct span place;
};

enum {
	MAX_EXPANDED = 64 << 20
}; /* bytes */

/* The bytes of the file that the whole text stands for byte by byte; none if they don't. */
static struct span verbatim_span(const struct expansion *e)
{
	const struct node *node = e->node;
	if (span_is_none(node->at) || e->text.ptr < node->text.ptr ||
	    e->text.ptr + e->text.len > node->text.ptr + node->text.len)
		return SPAN_NONE;
	struct str source = source_text(&e->u->sources, node->at);
	uint32_t quote = node->is_quoted ? 1 : 0;
	if (source.len < node->text.len + 2 * quote)
		return SPAN_NONE;
	if (!str_eq(str_slice(source, quote, quote + node->text.len), node->text))
		return SPAN_NONE;
	uint32_t begin = node->at.begin + quote + (uint32_t)(e->text.ptr - node->text.ptr);
	return (struct span){begin, begin + (uint32_t)e->text.len};
}

/* Where the bytes of the text stand in the file: exactly when it can be known, else the scalar. */
static struct span place_of(struct expansion *e, struct loc at)
{
	enum {
		MOST_SEARCHES = 100
	}; /* each reads the whole scalar */
	if (!e->has_place)
		e->place = verbatim_span(e);
	e->has_place = true;
	struct span all = e->place;
	if (!span_is_none(all))
		return (struct span){all.begin + (uint32_t)at.begin, all.begin + (uint32_t)at.end};
	struct str source = source_text(&e->u->sources, e->node->at);
	struct str part = str_slice(e->text, at.begin, at.end);
	if (span_is_none(e->node->at) || !part.len || part.len > source.len ||
	    e->u->diags.n_errors > MOST_SEARCHES)
		return e->node->at;
	const char *found = memmem(source.ptr, source.len, part.ptr, part.len);
	if (!found)
		return e->node->at;
	size_t offset = (size_t)(found - source.ptr);
	struct str rest = str_from(source, offset + 1);
	if (rest.len >= part.len && memmem(rest.ptr, rest.len, part.ptr, part.len))
		return e->node->at;
	uint32_t begin = e->node->at.begin + (uint32_t)offset;
	return (struct span){begin, begin + (uint32_t)part.len};
}

/* An error about one part; the value is spoilt. */
static struct diag *complain(struct expansion *e, struct loc at, enum rule_id rule,
			     const char *format, ...) __attribute__((format(printf, 4, 5)));
static struct diag *complain(struct expansion *e, struct loc at, enum rule_id rule,
			     const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *d = diag_about(&e->u->diags, SEVERITY_ERROR, place_of(e, at), rule, e->about,
				    format, args);
	va_end(args);
	e->has_failed = true;
	return d;
}

/* A variable took part: by its value, or only by being set. */
static void note_variable(struct expansion *e, const struct variable *variable, bool by_value)
{
	struct trail *step = ARENA_NEW(e->u->arena, struct trail);
	*step = (struct trail){TRAIL_VARIABLE, variable->at, variable->name, NULL};
	if (e->last)
		e->last->next = step;
	else
		e->trail = step;
	e->last = step;
	/* One whose name alone says so (DB_PASSWORD in .env) is a secret once it is used. */
	if (variable->is_secret)
		diags_hide(&e->u->diags, variable->value);
	e->is_secret |= by_value && variable->is_secret;
}

/* For who asks where the variables of a spec are used. */
static void note_use(struct expansion *e, const struct part *part, struct str name,
		     enum variable_role role)
{
	if (!e->u->keeps_variable_uses)
		return;
	struct str fallback = role == USE_DEFAULT ? str_slice(e->text, part->operand->at.begin,
							      part->operand->at.end)
						  : STR("");
	*LIST_PUSH(e->u->arena, &e->u->variable_uses) =
		(struct variable_use){.name = name,
				      .fallback = fallback,
				      .role = role,
				      .at = place_of(e, part->at),
				      .path = e->about.path};
}

unsigned interpolate_flags(const struct field *f)
{
	return (f->bits & FIELD_JOB_ID ? INTERPOLATE_JOB_ID : 0) |
	       (f->bits & FIELD_RUN ? INTERPOLATE_RUN : 0);
}

static void add_text(struct expansion *e, struct loc at, struct str text)
{
	if (e->out.len + text.len <= MAX_EXPANDED) {
		buf_add(&e->out, text);
		return;
	}
	if (!e->has_failed)
		complain(e, at, RULE_R024, "the text grows above %d MiB", MAX_EXPANDED >> 20);
}

static void expand_list(struct expansion *e, const struct part_list *list);

/* A declared secret without a value has been complained about. */
static bool is_broken_secret(const struct expansion *e, struct str name)
{
	return node_entry(node_get(e->u->tree, "secrets"), name) != NULL;
}

/* A parameter of a sweep has a value in each trial; compiling takes one of them. */
static bool explain_parameter(struct expansion *e, struct diag *d, struct str name)
{
	const struct node *parameters = node_get(node_get(e->u->tree, "sweep"), "parameters");
	const struct entry *parameter = node_entry(parameters, name);
	if (!parameter)
		return false;
	diag_note(&e->u->diags, d, parameter->key_at, "it is a parameter of the sweep");
	diag_help(&e->u->diags, d, "choose the trial to compile: --env %.*s=...", STR_ARG(name));
	return true;
}

static void complain_unset(struct expansion *e, const struct part *part, struct str name)
{
	const char *why = part->op == OP_NONE ? "" : ", and --strict-env takes no default";
	struct diag *d = complain(e, part->at, RULE_R024, "variable %.*s is not set%s",
				  STR_ARG(problem_quote(e->u->arena, name)), why);
	struct str meant = variable_suggest(e->u, name);
	if (explain_parameter(e, d, name))
		return;
	if (str_has_prefix(name, "SLURM_") || str_has_prefix(name, "HPC_COMPOSE_") ||
	    str_has_suffix(name, "TMPDIR")) {
		diag_help(
			&e->u->diags, d,
			"it is set in the job alone: write ${run:%.*s}, or $$%.*s for a shell that "
			"runs there; names of log files take %%j",
			STR_ARG(name), STR_ARG(name));
		return;
	}
	if (meant.len) {
		diag_help(&e->u->diags, d, "did you mean '%.*s'?", STR_ARG(meant));
		return;
	}
	if (*why) {
		diag_help(&e->u->diags, d, "set it in .env, the environment, or by --env %.*s=…",
			  STR_ARG(name));
		return;
	}
	diag_help(&e->u->diags, d,
		  "set it in .env or the environment, give a default with ${%.*s:-...}, or write "
		  "$$%.*s when the program is to see the '$'",
		  STR_ARG(name), STR_ARG(name));
}

/* The author's own message, or a stock one. */
static void complain_required(struct expansion *e, const struct part *part, struct str name,
			      bool is_set)
{
	struct expansion message = *e;
	buf_init(&message.out, e->u->arena);
	expand_list(&message, part->operand);
	e->is_secret |= message.is_secret;
	struct str text = buf_str(&message.out);
	const char *state = is_set ? "empty" : "not set";
	if (message.has_failed && !e->has_failed) {
		e->has_failed = true; /* the message itself is broken, which has been said */
		return;
	}
	if (text.len)
		complain(e, part->at, RULE_R025, "%.*s (variable '%.*s' is %s)",
			 STR_ARG(message.is_secret ? STR("<redacted>") : text), STR_ARG(name),
			 state);
	else
		complain(e, part->at, RULE_R025, "variable '%.*s' is required, but it is %s",
			 STR_ARG(name), state);
}

static void expand_variable(struct expansion *e, const struct part *part)
{
	struct str name = str_slice(e->text, part->name_at.begin, part->name_at.end);
	bool is_instead = part->op == OP_INSTEAD || part->op == OP_INSTEAD_FULL;
	if ((e->flags & INTERPOLATE_JOB_ID) && str_eq_c(name, "SLURM_JOB_ID")) {
		if (is_instead)
			expand_list(e, part->operand);
		else
			add_text(e, part->at, STR("${SLURM_JOB_ID}"));
		return;
	}
	const struct variable *variable = variable_find(e->u, name);
	bool is_set = variable != NULL, is_full = is_set && variable->value.len;
	bool is_good = is_full;
	switch (part->op) {
	case OP_NONE:
	case OP_DEFAULT_EMPTY:
	case OP_REQUIRED:
	case OP_INSTEAD:
		is_good = is_set;
		break;
	case OP_DEFAULT:
	case OP_REQUIRED_FULL:
	case OP_INSTEAD_FULL:
		break;
	}
	if (is_instead) {
		note_use(e, part, name, USE_INSTEAD);
		if (is_set)
			note_variable(e, variable, false);
		if (is_good)
			expand_list(e, part->operand);
		return;
	}
	if (is_good && run_has_mark(variable->value)) {
		complain(e, part->at, RULE_R038,
			 "the value of '%.*s' holds a character that no text has", STR_ARG(name));
		return;
	}
	if (is_good) {
		note_use(e, part, name, USE_VALUE);
		add_text(e, part->at, variable->value);
		note_variable(e, variable, true);
		return;
	}
	bool has_default = part->op == OP_DEFAULT || part->op == OP_DEFAULT_EMPTY;
	bool is_strict = e->u->is_strict_env && !is_set;
	note_use(e, part, name, has_default && !is_strict ? USE_DEFAULT : USE_MISSING);
	if (!is_set && is_broken_secret(e, name))
		e->has_failed = true;
	else if (part->op == OP_NONE || (has_default && is_strict))
		complain_unset(e, part, name);
	else if (has_default)
		expand_list(e, part->operand);
	else
		complain_required(e, part, name, is_set);
}

/* A variable of the batch job, or what is known of a service. */
static bool is_run_word(struct str word)
{
	static const char *const facts[] = {".host", ".nodes", ".port"};
	if (name_is_variable(word))
		return true;
	for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (str_has_suffix(word, facts[i]) && word.len > strlen(facts[i]))
			return true;
	const char *port = word.len ? memmem(word.ptr, word.len, ".port.", 6) : NULL;
	return port && port > word.ptr && port + 6 < word.ptr + word.len;
}

static void complain_run_place(struct expansion *e, const struct part *part)
{
	struct diag *d = complain(e, part->at, RULE_E14, "a value of the job can't stand here");
	diag_help(
		&e->u->diags, d,
		"environment, commands that are lists, host sides of volumes, scratch.base, staging, "
		"working_dir, and host and url of readiness take them; names of log files take %%j");
}

static void expand_run(struct expansion *e, const struct part *part)
{
	struct str words = str_slice(e->text, part->at.begin + strlen("${run:"), part->at.end - 1);
	const char *op = words.len ? memmem(words.ptr, words.len, ":-", 2) : NULL;
	struct str word = op ? str_slice(words, 0, (size_t)(op - words.ptr)) : words;
	struct str fallback = op ? str_from(words, word.len + 2) : STR("");
	if (!(e->flags & INTERPOLATE_RUN)) {
		complain_run_place(e, part);
	} else if (!is_run_word(word)) {
		struct diag *d = complain(e, part->at, RULE_E14, "%.*s names no value of a job",
					  STR_ARG(problem_quote(e->u->arena, word)));
		diag_help(&e->u->diags, d,
			  "there are ${run:VARIABLE}, ${run:SERVICE.host}, ${run:SERVICE.port}, "
			  "${run:SERVICE.port.NAME} and ${run:SERVICE.nodes}, each with :-default");
	} else if (str_find(fallback, '$') != STR_NONE || str_find(fallback, '\n') != STR_NONE) {
		complain(e, part->at, RULE_E14, "a default here is a plain text on one line");
	} else {
		*LIST_PUSH(e->u->arena, &e->u->run_values) =
			(struct run_value){.words = words,
					   .at = place_of(e, part->at),
					   .path = e->about.path,
					   .service = e->about.service};
		add_text(e, part->at, run_mark(e->u->arena, words));
	}
}

static void complain_name(struct expansion *e, const struct part *part)
{
	struct str name = str_slice(e->text, part->name_at.begin, part->name_at.end);
	struct diag *d;
	if (name.len)
		d = complain(e, part->at, RULE_R026,
			     "%.*s doesn't begin with the name of a variable",
			     STR_ARG(problem_quote(e->u->arena, name)));
	else
		d = complain(e, part->at, RULE_R026, "'${}' names no variable");
	diag_help(&e->u->diags, d,
		  "names are letters, digits and '_', not beginning with a digit; write '$${' for "
		  "the characters themselves");
}

static void complain_syntax(struct expansion *e, const struct part *part)
{
	struct str name = str_slice(e->text, part->name_at.begin, part->name_at.end);
	struct str rest = str_slice(e->text, part->name_at.end, part->at.end - 1);
	struct loc at = {part->name_at.end, part->name_at.end + (rest.len ? 1 : 0)};
	if (str_has_prefix(rest, ":") && rest.len > 1)
		at.end++;
	struct diag *d =
		complain(e, at, RULE_R027, "%.*s can't follow the name of a variable",
			 STR_ARG(problem_quote(e->u->arena, str_slice(e->text, at.begin, at.end))));
	diag_help(&e->u->diags, d,
		  "there are ${%.*s}, ${%.*s:-default}, ${%.*s:?message} and ${%.*s:+instead}, "
		  "the last three also without ':'",
		  STR_ARG(name), STR_ARG(name), STR_ARG(name), STR_ARG(name));
}

static void expand_list(struct expansion *e, const struct part_list *list)
{
	for (const struct part *part = list->first; part; part = part->next) {
		switch (part->kind) {
		case PART_TEXT:
			add_text(e, part->at, str_slice(e->text, part->at.begin, part->at.end));
			break;
		case PART_DOLLAR:
			add_text(e, part->at, STR("$"));
			break;
		case PART_RUN:
			expand_run(e, part);
			break;
		case PART_VARIABLE:
			expand_variable(e, part);
			break;
		case PART_BAD_NAME:
			complain_name(e, part);
			break;
		case PART_BAD_SYNTAX:
			complain_syntax(e, part);
			break;
		}
	}
}

static bool expand(struct expansion *e, struct v_str *value)
{
	struct template_scan template;
	if (!template_read(&template, e->u->arena, e->text)) {
		struct problem *p = &template.problem;
		struct diag *d = complain(e, (struct loc){p->begin, p->end}, p->rule, "%.*s",
					  STR_ARG(p->what));
		if (p->help.len)
			diag_help(&e->u->diags, d, "%.*s", STR_ARG(p->help));
		return false;
	}
	buf_init(&e->out, e->u->arena);
	expand_list(e, template.result);
	if (e->has_failed)
		return false;
	value->v = str_dup(e->u->arena, buf_str(&e->out));
	if (e->trail) {
		e->last->next = origin_trail(value->from);
		value->from = origin_new(value->from.at, e->trail, ORIGIN_ENVIRONMENT);
	}
	return true;
}

bool interpolate(struct unit *u, const struct node *node, struct str text,
		 struct diag_subject about, unsigned flags, struct v_str *value)
{
	struct expansion e = {.u = u, .node = node, .text = text, .about = about, .flags = flags};
	value->v = text;
	if (str_find(text, '$') != STR_NONE && !expand(&e, value)) {
		value->v = STR("");
		value->from.kind = ORIGIN_POISON;
		return false;
	}
	value->is_secret = e.is_secret || variable_is_secret_text(u, value->v);
	return true;
}

struct str doubled_dollars(struct arena *a, struct str text)
{
	if (str_find(text, '$') == STR_NONE)
		return text;
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '$')
			buf_add_byte(&b, '$');
		buf_add_byte(&b, text.ptr[i]);
	}
	return buf_str(&b);
}
