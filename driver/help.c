/* SPDX-License-Identifier: Apache-2.0 */
/* Help for a terminal, from the tables of commands and options: one screen, ending in examples. */
#include <string.h>

#include "driver/invocation.h"

enum {
	HELP_COLUMN = 28,
	HELP_WIDTH = 80
};

/* "  -o, --output=FILE" */
static size_t print_option_name(FILE *out, const struct command *c, const struct option *o)
{
	size_t n = 0;
	bool is_short = o->name[1] != '-';

	if (command_has_letter(c, o) && !is_short)
		n += (size_t)fprintf(out, "  -%c, %s", o->letter, o->name);
	else
		n += (size_t)fprintf(out, is_short ? "  %s" : "      %s", o->name);
	if (o->kind == OPTION_HELP)
		return n;
	if (o->value)
		n += (size_t)fprintf(out, "%s%s", is_short ? " " : "=", o->value);
	for (size_t i = 0; o->words && o->words[i]; i++) {
		if (i >= 4)
			return n + (size_t)fprintf(out, "|…") - 2;
		n += (size_t)fprintf(out, "%s%s", i == 0 ? "=" : "|", o->words[i]);
	}
	return n;
}

static void print_help_text(FILE *out, size_t column, const char *text)
{
	struct str rest = str_c(text);

	if (column + 2 > HELP_COLUMN) {
		fputc('\n', out);
		column = 0;
	}
	fprintf(out, "%*s", (int)(HELP_COLUMN - column), "");
	column = HELP_COLUMN;
	struct str word;
	while (rest.len > 0) {
		rest = str_split(rest, ' ', &word);
		if (column > HELP_COLUMN && column + 1 + word.len > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", STR_ARG(word));
		column += word.len;
	}
	fputc('\n', out);
}

static void print_all_words(FILE *out, const struct option *o)
{
	size_t column = HELP_COLUMN;

	fprintf(out, "%*s", HELP_COLUMN, "");
	for (size_t i = 0; o->words[i]; i++) {
		if (column + strlen(o->words[i]) + 1 > HELP_WIDTH) {
			fprintf(out, "\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		}
		column += (size_t)fprintf(out, "%s%s", o->words[i], o->words[i + 1] ? " " : "");
	}
	fputc('\n', out);
}

/* Few words fit behind the option's name already. */
static bool has_many_words(const struct option *o)
{
	size_t n = 0;

	while (o->kind == OPTION_WORD && o->words[n] != NULL)
		n++;
	return n > 4;
}

static void print_options(FILE *out, const struct command *c)
{
	fputs("\nOptions:\n", out);
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (!command_takes(c, o))
			continue;
		print_help_text(out, print_option_name(out, c, o), o->help);
		if (has_many_words(o))
			print_all_words(out, o);
	}
}

/* Those of the group that have no line of their own. */
static void print_also(FILE *out, const char *group)
{
	size_t column = 0;

	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(group, c->group) != 0 || c->is_daily)
			continue;
		if (column == 0)
			column = (size_t)fprintf(out, "%-16s", "  also");
		else if (column + 1 + strlen(c->name) > HELP_WIDTH)
			column = (size_t)fprintf(out, "\n%-16s", "") - 1;
		else
			column += (size_t)fprintf(out, " ");
		column += (size_t)fprintf(out, "%s", c->name);
	}
	if (column > 0)
		fputc('\n', out);
}

static void print_commands(FILE *out, bool all)
{
	const char *group = "";

	for (size_t i = 0; i < n_commands; i++) {
		const struct command *c = &commands[i];

		if (strcmp(group, c->group) != 0) {
			if (*group && !all)
				print_also(out, group);
			fprintf(out, "%s%s:\n", *group ? "" : "\n", c->group);
		}
		group = c->group;
		if (!all && !c->is_daily)
			continue;
		size_t n = (size_t)fprintf(out, "  %s%s%s", c->name, c->alias ? ", " : "",
					   c->alias ? c->alias : "");
		fprintf(out, "%*s%s\n", n < 16 ? (int)(16 - n) : 1, "", c->summary);
	}
	if (!all)
		print_also(out, group);
}

static void print_examples(FILE *out, const struct command *c)
{
	fputs("\nExamples:\n", out);
	for (size_t i = 0; i < 4 && c->examples[i]; i++)
		fprintf(out, "  %s\n", c->examples[i]);
}

void help_print(FILE *out, const struct command *c, bool all)
{
	fprintf(out, "Usage: hpcc %s%s[OPTION…] %s\n", c->name, *c->name ? " " : "", c->arguments);
	if (c == &command_compile)
		fputs("       hpcc COMMAND [OPTION…] [ARGUMENT…]\n", out);
	fprintf(out, "\n%s\n", c->detail);
	if (c == &command_compile) {
		print_commands(out, all);
		fputs("\n'hpcc COMMAND --help' explains a command, 'hpcc compile --help' the options "
		      "of\n"
		      "the compiler; 'hpcc --help=all' has a line for each command.\n",
		      out);
	} else {
		print_options(out, c);
	}
	print_examples(out, c);
}
