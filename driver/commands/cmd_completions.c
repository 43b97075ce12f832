/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc completions SHELL: from the tables of commands and options. */
#include <string.h>

#include "driver/commands/cmd.h"
#include "ir/text/rules.h"
#include "ir/text/schema_text.h"

static void print_command_names(const char *separator)
{
	for (size_t i = 0; i < n_commands; i++) {
		printf("%s%s", i > 0 ? separator : "", commands[i].name);
		if (commands[i].alias)
			printf("%s%s", separator, commands[i].alias);
	}
}

static void print_option_names(const struct command *c)
{
	const char *separator = "";

	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (!command_takes(c, o))
			continue;
		printf("%s%s%s", separator, o->name, o->value && o->name[1] == '-' ? "=" : "");
		for (size_t k = 0; o->words && o->words[k]; k++)
			printf(" %s=%s", o->name, o->words[k]);
		separator = " ";
	}
}

/* Rules and fields. A field of services is found by what stands behind its service's name. */
static void print_explained(struct arena *a)
{
	struct record_list list = {0};

	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		printf("%s ", rules[i].id);
	schema_records(a, &list);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		const char *path = r->path;
		if (strncmp(path, "services.<name>", 15) == 0)
			path += path[15] == '.' ? 16 : 15;
		if (strchr(path, '<'))
			continue;
		for (size_t k = 0; k < r->n_fields; k++)
			printf("%s%s%s ", path, *path ? "." : "", r->fields[k].key);
	}
}

/* Advice by name, on and off. */
static void print_advice(void)
{
	fputs("error all no-all", stdout);
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		if (rule_is_advice(&rules[i]))
			printf(" %s no-%s", rules[i].name, rules[i].name);
}

/* Words that the command itself takes, apart from options and files. */
static const struct {
	const char *command, *words; /* NULL: rules and fields */
} command_words[] = {
	{"explain", NULL},
	{"completions", "bash zsh fish"},
	{"cache", "list prune"},
	{"schema", "spec settings cluster"},
	{"site", "show probe check"},
};

static int words_of(const struct command *c)
{
	for (size_t i = 0; i < sizeof(command_words) / sizeof(command_words[0]); i++)
		if (strcmp(command_words[i].command, c->name) == 0)
			return (int)i;
	return -1;
}

static bool has_words(const struct command *c)
{
	return words_of(c) >= 0;
}

static void print_words(struct arena *a, const struct command *c)
{
	int i = words_of(c);

	if (i >= 0 && command_words[i].words)
		fputs(command_words[i].words, stdout);
	else if (i >= 0)
		print_explained(a);
}

static int print_bash(struct arena *a)
{
	fputs("# bash completion for hpcc\n"
	      "_hpcc() {\n"
	      "\tlocal cur=${COMP_WORDS[COMP_CWORD]} words= command= option= i\n"
	      "\t# Bash takes '--emit=pl' for three words, '--emit', '=' and 'pl', and completes the last.\n"
	      "\tif [[ $cur == '=' ]]; then\n"
	      "\t\toption=${COMP_WORDS[COMP_CWORD - 1]}= cur=\n"
	      "\telif ((COMP_CWORD > 1)) && [[ ${COMP_WORDS[COMP_CWORD - 1]} == '=' ]]; then\n"
	      "\t\toption=${COMP_WORDS[COMP_CWORD - 2]}=\n"
	      "\tfi\n"
	      "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	      "\t\tcase ${COMP_WORDS[i]} in\n"
	      "\t\t-*) ;;\n"
	      "\t\t=) i=$((i + 1)) ;;\n"
	      "\t\t*)\n\t\t\tcommand=${COMP_WORDS[i]}\n\t\t\tbreak\n\t\t\t;;\n"
	      "\t\tesac\n"
	      "\tdone\n"
	      "\tcase $command in\n",
	      stdout);
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t%s%s%s) words='", commands[i].name, commands[i].alias ? " | " : "",
		       commands[i].alias ? commands[i].alias : "");
		print_option_names(&commands[i]);
		putchar(' ');
		print_words(a, &commands[i]);
		fputs("' ;;\n", stdout);
	}
	fputs("\t*) words='", stdout);
	print_option_names(&command_compile);
	fputs("' ;;\n\tesac\n\tif [[ -z $command && $option$cur != -* ]]; then\n\t\twords='",
	      stdout);
	print_command_names(" ");
	fputs("'\n\tfi\n"
	      "\t[[ ${COMP_WORDS[COMP_CWORD - 1]} != -W ]] || words='",
	      stdout);
	print_advice();
	fputs("'\n"
	      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$option$cur\")\n"
	      "\tif [[ -n $option ]]; then\n"
	      "\t\tCOMPREPLY=(\"${COMPREPLY[@]#\"$option\"}\")\n"
	      "\t\t[[ -n ${COMPREPLY[0]-} ]] || COMPREPLY=()\n"
	      "\tfi\n"
	      "\t[[ $cur == -* || (-n $option && ${#COMPREPLY[@]} -gt 0) ]] ||\n"
	      "\t\tmapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- \"$cur\")\n"
	      "\t[[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]] && compopt -o nospace\n"
	      "}\n"
	      "complete -o filenames -F _hpcc hpcc\n",
	      stdout);
	return EXIT_OK;
}

/* Text inside single quotes of zsh's _arguments: brackets and colons mean something there. */
static void print_zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", stdout);
		else if (*text == '[' || *text == ']' || *text == ':')
			printf("\\%c", *text);
		else
			putchar(*text);
	}
}

static void print_zsh_options(struct arena *a, const struct command *c)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (!command_takes(c, o))
			continue;
		printf(" \\\n\t\t\t'%s%s[", o->name,
		       o->value                             ? (o->name[1] == '-' ? "=" : "+")
		       : o->words && o->kind == OPTION_WORD ? "="
							    : "");
		print_zsh_text(o->help);
		putchar(']');
		if (o->value)
			printf(":%s:%s", "value",
			       strstr(o->value, "FILE") || strstr(o->value, "SCRIPT") ? "_files"
										      : "");
		else if (o->kind == OPTION_WORD) {
			printf(":word:(");
			for (size_t k = 0; o->words[k]; k++)
				printf("%s%s", k > 0 ? " " : "", o->words[k]);
			putchar(')');
		}
		putchar('\'');
	}
	fputs(" \\\n\t\t\t'*:", stdout);
	if (has_words(c)) {
		fputs("word:(", stdout);
		print_words(a, c);
		fputs(")'", stdout);
	} else {
		fputs("file:_files'", stdout);
	}
}

static int print_zsh(struct arena *a)
{
	fputs("#compdef hpcc\n"
	      "_hpcc() {\n"
	      "\tlocal -a commands=(",
	      stdout);
	for (size_t i = 0; i < n_commands; i++) {
		printf("\n\t\t'%s:", commands[i].name);
		print_zsh_text(commands[i].summary);
		putchar('\'');
	}
	fputs("\n\t)\n"
	      "\tif ((CURRENT == 2)) && [[ $words[2] != -* ]]; then\n"
	      "\t\t_describe command commands\n\t\t_files\n\t\treturn\n\tfi\n"
	      "\tcase $words[2] in\n",
	      stdout);
	for (size_t i = 0; i < n_commands; i++) {
		printf("\t%s%s%s)\n\t\t_arguments", commands[i].name, commands[i].alias ? "|" : "",
		       commands[i].alias ? commands[i].alias : "");
		print_zsh_options(a, &commands[i]);
		fputs("\n\t\t;;\n", stdout);
	}
	fputs("\t*)\n\t\t_arguments", stdout);
	print_zsh_options(a, &command_compile);
	fputs("\n\t\t;;\n\tesac\n}\n_hpcc \"$@\"\n", stdout);
	return EXIT_OK;
}

static void print_fish_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putchar('\\');
		putchar(*text);
	}
}

static void print_fish_options(const struct command *c, const char *condition)
{
	for (size_t i = 0; i < n_options; i++) {
		const struct option *o = &options[i];

		if (!command_takes(c, o))
			continue;
		printf("complete -c hpcc -n '%s'", condition);
		if (o->name[1] == '-')
			printf(" -l %s", o->name + 2);
		if (command_has_letter(c, o))
			printf(" -s %c", o->letter);
		if (o->kind == OPTION_WORD) {
			printf(" -x -a '");
			for (size_t k = 0; o->words[k]; k++)
				printf("%s%s", k > 0 ? " " : "", o->words[k]);
			putchar('\'');
		} else if (o->value) {
			printf(" -r");
		}
		printf(" -d '");
		print_fish_text(o->help);
		puts("'");
	}
}

static int print_fish(struct arena *a)
{
	for (size_t i = 0; i < n_commands; i++) {
		printf("complete -c hpcc -n __fish_use_subcommand -a %s -d '", commands[i].name);
		print_fish_text(commands[i].summary);
		puts("'");
	}
	print_fish_options(&command_compile, "__fish_use_subcommand");
	char condition[64];
	for (size_t i = 0; i < n_commands; i++) {
		snprintf(condition, sizeof(condition), "__fish_seen_subcommand_from %s",
			 commands[i].name);
		print_fish_options(&commands[i], condition);
		if (!has_words(&commands[i]))
			continue;
		printf("complete -c hpcc -n '%s' -a '", condition);
		print_words(a, &commands[i]);
		puts("'");
	}
	return EXIT_OK;
}

int cmd_completions(struct invocation *inv)
{
	const char *shell = inv->words.n > 0 ? inv->words.items[0] : "";

	if (strcmp(shell, "bash") == 0)
		return print_bash(inv->arena);
	if (strcmp(shell, "zsh") == 0)
		return print_zsh(inv->arena);
	if (strcmp(shell, "fish") == 0)
		return print_fish(inv->arena);
	complain(*shell ? "no completions for '%s'" : "for which shell?%s", shell);
	advise("usage: hpcc completions bash|zsh|fish");
	return EXIT_USAGE;
}
