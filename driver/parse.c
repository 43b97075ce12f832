/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line, read by the tables of options and commands. The command is the first word
 * that is neither an option nor an option's value; options may stand before and behind it.
 *
 *	hpcc -W error compose.yaml -o job.sbatch
 *	hpcc validate --format=json compose.yaml
 */
#include "driver/invocation.h"

#include <string.h>

#include "driver/compile.h"
#include "driver/jobs/jobs.h"

/* One argument of argv as an option: its row and its value. */
struct reading {
	const struct option *option;
	const char *value;  /* NULL: none given */
	bool is_value_next; /* the value is the following argument */
	const char *more;   /* further letters behind a one-letter switch */
};

/* Several commands have an option of one name, each with a meaning of its own; those are taken by their group. */
static bool is_first_of_name(const struct option *o)
{
	for (const struct option *other = options; other < o; other++)
		if (strcmp(other->name, o->name) == 0)
			return false;
	return true;
}

bool command_takes(const struct command *c, const struct option *o)
{
	struct str rest = str_c(c->options);
	const char *name = o->name + (strncmp(o->name, "--", 2) == 0 ? 2 : 1);
	struct str word;
	while (rest.len > 0) {
		rest = str_split(rest, ' ', &word);
		if (str_eq_c(word, o->group) || (str_eq_c(word, name) && is_first_of_name(o)))
			return true;
	}
	return false;
}

static const struct option *find_long(const struct command *c, struct str name)
{
	const struct option *other = NULL;

	for (size_t i = 0; i < n_options; i++) {
		if (!str_eq_c(name, options[i].name))
			continue;
		if (command_takes(c, &options[i]))
			return &options[i];
		other = &options[i];
	}
	return other;
}

/* A command's own meaning of a letter stands further down than the general one: logs -f follows. */
static const struct option *find_letter(const struct command *c, char letter)
{
	const struct option *taken = NULL, *other = NULL;

	for (size_t i = 0; i < n_options; i++) {
		if (options[i].letter != letter)
			continue;
		if (command_takes(c, &options[i]))
			taken = &options[i];
		other = other ? other : &options[i];
	}
	return taken ? taken : other;
}

bool command_has_letter(const struct command *c, const struct option *o)
{
	return o->letter && find_letter(c, o->letter) == o;
}

static bool takes_value(const struct option *o)
{
	return o->kind != OPTION_SWITCH && o->kind != OPTION_HELP;
}

/* False when no option is called so. */
static bool read_option(const struct command *c, const char *arg, struct reading *r)
{
	*r = (struct reading){0};
	if (strncmp(arg, "--", 2) == 0) {
		const char *equals = strchr(arg, '=');
		struct str name;
		struct str value = str_split(str_c(arg), '=', &name);
		r->option = find_long(c, name);
		r->value = equals ? value.ptr : NULL;
	} else {
		r->option = find_letter(c, arg[1]);
		if (r->option && arg[2] && takes_value(r->option))
			r->value = arg + 2 + (arg[2] == '=');
		else if (arg[2])
			r->more = arg + 2;
	}
	r->is_value_next = r->option && takes_value(r->option) && !r->value;
	return r->option != NULL;
}

static bool is_option(const char *arg)
{
	return arg[0] == '-' && arg[1] != '\0';
}

/* The command that argv names, else compiling. *at is its place in argv, or 0. */
static const struct command *find_command(int argc, char **argv, int *at)
{
	*at = 0;
	struct reading r;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--") == 0)
			break;
		if (is_option(argv[i])) {
			if (read_option(&command_compile, argv[i], &r) && r.is_value_next)
				i++;
			continue;
		}
		const struct command *c = command_find(argv[i]);
		if (c)
			*at = i;
		return c ? c : &command_compile;
	}
	return &command_compile;
}

static void complain_unknown_option(const struct invocation *inv, const char *arg)
{
	size_t n = 0;
	struct str name;
	str_split(str_c(arg), '=', &name);
	complain("unknown option '%.*s'", STR_ARG(name));
	const char *names[128];
	for (size_t i = 0; i < n_options && n < sizeof(names) / sizeof(*names); i++)
		if (command_takes(inv->command, &options[i]))
			names[n++] = options[i].name;
	/* All letters are near each other. */
	const char *near = name.len > 2 ? suggest_word(str_to_c(inv->arena, name), names, n) : NULL;
	if (near)
		advise("did you mean '%s'?", near);
	else
		advise("'hpcc %s%s--help' lists the options", inv->command->name,
		       *inv->command->name ? " " : "");
}

static bool set_word(const struct option *o, const char *value, unsigned *place)
{
	size_t n = 0;

	for (; o->words[n]; n++)
		if (strcmp(o->words[n], value) == 0) {
			*place = (unsigned)n;
			return true;
		}
	const char *near = suggest_word(value, o->words, n);
	complain("%s doesn't know '%s'", o->name, value);
	if (near) {
		advise("did you mean '%s=%s'?", o->name, near);
	} else {
		fprintf(stderr, "help: it takes");
		for (size_t i = 0; i < n; i++)
			fprintf(stderr, "%s%s",
				i == 0       ? " "
				: i + 1 == n ? " or "
					     : ", ",
				o->words[i]);
		fputc('\n', stderr);
	}
	return false;
}

static bool set_option(struct invocation *inv, const struct option *o, const char *value)
{
	void *member = (char *)&inv->options + o->offset;

	*LIST_PUSH(inv->arena, &inv->given) = o;
	switch (o->kind) {
	case OPTION_SWITCH:
		*(bool *)member = true;
		return true;
	case OPTION_HELP:
		*(bool *)member = true;
		return !value || set_word(o, value, &inv->options.help_form);
	case OPTION_TEXT:
		*(const char **)member = value;
		return true;
	case OPTION_TEXTS:
		*LIST_PUSH(inv->arena, &((struct texts *)member)->list) = value;
		return true;
	case OPTION_WORD:
		return set_word(o, value, member);
	case OPTION_NUMBER:
		if (str_to_u64(str_c(value), member))
			return true;
		complain("%s wants a number, not '%s'", o->name, value);
		return false;
	}
	return false;
}

/* A letter that isn't the command's own is shown as it was written: another command's isn't what was meant. */
static bool check_reading(const struct invocation *inv, const struct reading *r, const char *arg)
{
	const struct command *c = inv->command;
	const char letter[] = {'-', arg[1], '\0'};

	if (!command_takes(c, r->option)) {
		complain("'%s' is no option of 'hpcc%s%s'",
			 arg[1] == '-' ? r->option->name : letter, *c->name ? " " : "", c->name);
		advise("'hpcc%s%s --help' lists the options", *c->name ? " " : "", c->name);
		return false;
	}
	if (r->value && r->option->kind == OPTION_SWITCH) {
		complain("%s takes no value", r->option->name);
		return false;
	}
	return true;
}

/* Reads the option at argv[*i], and its value if that is the next argument. */
static bool parse_option(struct invocation *inv, int argc, char **argv, int *i)
{
	const char *arg = argv[*i];
	char letters[3] = {'-', 0, 0};
	struct reading r;

	do {
		if (!read_option(inv->command, arg, &r)) {
			complain_unknown_option(inv, arg);
			return false;
		}
		if (!check_reading(inv, &r, arg))
			return false;
		if (r.is_value_next) {
			if (*i + 1 >= argc) {
				complain("%s wants a value: %s %s", r.option->name, r.option->name,
					 r.option->value ? r.option->value : r.option->words[0]);
				return false;
			}
			r.value = argv[++*i];
		}
		if (!set_option(inv, r.option, r.value))
			return false;
		if (r.more) {
			letters[1] = *r.more;
			arg = r.more[1] ? str_fmt(inv->arena, "-%s", r.more).ptr
					: str_to_c(inv->arena, str_c(letters));
		}
	} while (r.more);
	return true;
}

static bool check_words(const struct invocation *inv)
{
	const struct command *c = inv->command;

	if (inv->options.help || inv->options.version || inv->words.n <= c->max_words)
		return true;
	/* Of `hpcc validte compose.yaml` the first word is the mistake. */
	if (!spec_is_known(inv, inv->words.items[0]))
		return false;
	const char *extra = inv->words.items[c->max_words];
	complain("'%s' is one argument too many", extra);
	advise("usage: hpcc %s%s%s", c->name, *c->name ? " " : "", c->arguments);
	return false;
}

/* All words from here on are those of the program that the command runs. */
static bool is_others(const struct invocation *inv)
{
	uint32_t own = inv->command->own_words;

	return own > 0 &&
	       inv->words.n >= own + (inv->words.n > 0 && is_job_id(inv->words.items[0]));
}

bool invocation_parse(struct invocation *inv, int argc, char **argv)
{
	bool is_end = false;
	int at;

	inv->command = find_command(argc, argv, &at);
	for (int i = 1; i < argc; i++) {
		if (i == at)
			continue;
		if (!is_end && strcmp(argv[i], "--") == 0) {
			is_end = true;
			continue;
		}
		is_end = is_end || is_others(inv);
		if (is_end || !is_option(argv[i])) {
			*LIST_PUSH(inv->arena, &inv->words) = argv[i];
		} else if (!parse_option(inv, argc, argv, &i)) {
			return false;
		}
	}
	return check_words(inv);
}
