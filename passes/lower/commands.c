/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands: the argument list of each step. String forms go to a shell as one script, entrypoint
 * before command; list forms are joined; nothing at all means the image's default. What the image's
 * ENTRYPOINT is to run is words, in Docker's meaning.
 *
 *	command: redis-server --port 1	["/bin/sh", "-c", "redis-server --port 1"]
 *	the same, entrypoint: image	["redis-server", "--port", "1"]
 */
#include "passes/lower.h"

static struct v_list shell(struct unit *u, struct origin from, struct str script, bool is_secret)
{
	struct v_list argv = {.from = origin_derived(from), .n = 3};
	argv.items = ARENA_ARRAY(u->arena, 3, struct v_str);
	argv.items[0] = plan_str(from, STR("/bin/sh"));
	argv.items[1] = plan_str(from, STR("-c"));
	argv.items[2] = plan_str(from, script);
	argv.items[2].is_secret = is_secret;
	return argv;
}

struct v_list plan_argv(struct unit *u, const struct v_command *command)
{
	if (command->form == COMMAND_STRING)
		return shell(u, command->from, command->text, command->is_secret);
	return (struct v_list){.from = command->from, .items = command->items, .n = command->n};
}

/* The forms agree, else a check has complained and the result is of no use. */
static struct v_list joined(struct unit *u, const struct v_command *x, const struct v_command *y)
{
	struct v_list argv = {.from = origin_derived(x->from), .n = x->n + y->n};
	argv.items = ARENA_ARRAY(u->arena, argv.n, struct v_str);
	for (uint32_t i = 0; i < x->n; i++)
		argv.items[i] = x->items[i];
	for (uint32_t i = 0; i < y->n; i++)
		argv.items[x->n + i] = y->items[i];
	return argv;
}

/* A text by the quotes of a shell; one of several lines is a script already. */
static struct v_list words_of(struct unit *u, const struct v_command *command)
{
	struct v_list argv = {.from = origin_derived(command->from)};
	struct problem fault; /* a check has complained */
	LIST(struct str) words = {0};
	struct str rest = command->text, word;

	while (grammar_word(u->arena, &rest, &word, &fault))
		*LIST_PUSH(u->arena, &words) = word;
	argv.n = words.n;
	argv.items = ARENA_ARRAY(u->arena, words.n, struct v_str);
	for (uint32_t i = 0; i < words.n; i++) {
		argv.items[i] = plan_str(command->from, words.items[i]);
		argv.items[i].is_secret = command->is_secret;
	}
	return argv;
}

static struct v_list command_of(struct unit *u, const struct service *s)
{
	const struct v_command *entrypoint = &s->entrypoint, *command = &s->command;
	if (IS_POISON(*entrypoint) || IS_POISON(*command) || IS_POISON(s->script))
		return (struct v_list){.from = {.kind = ORIGIN_POISON}};
	if (IS_SET(s->script) && !IS_SET(*command))
		return shell(u, s->script.from, s->script.v, s->script.is_secret);
	if (IS_SET(*entrypoint) && IS_SET(*command)) {
		if (entrypoint->form != command->form)
			return (struct v_list){.from = {.kind = ORIGIN_POISON}};
		if (command->form == COMMAND_LIST)
			return joined(u, entrypoint, command);
		struct str text = str_fmt(u->arena, "%.*s %.*s", STR_ARG(entrypoint->text),
					  STR_ARG(command->text));
		return shell(u, command->from, text, entrypoint->is_secret || command->is_secret);
	}
	const struct v_command *one = IS_SET(*entrypoint) ? entrypoint : command;
	if (!IS_SET(*one))
		return (struct v_list){0};
	if (one->form == COMMAND_STRING && service_runs_entrypoint(u, s))
		return words_of(u, one);
	return plan_argv(u, one);
}

void lower_commands(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct service *s = u->pass_state->services[i];
		struct plan_service *p = &u->plan->services.items[i];
		p->argv = command_of(u, s);
		p->working_dir = s->working_dir;
		if (service_runs_entrypoint(u, s))
			p->runs_entrypoint = plan_bool(s->head.from, true);
	}
}
