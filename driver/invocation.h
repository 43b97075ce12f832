/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of hpcc: what the command line asked for, and how a command answers. Commands return
 * an exit code; only main() exits.
 */
#ifndef HPCC_DRIVER_INVOCATION_H
#define HPCC_DRIVER_INVOCATION_H

#include "driver/options.h"
#include "ir/support/visible.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_UNEXPECTED = 1,  /* a failure nobody could foresee, or a stale --check */
	EXIT_USAGE = 2,       /* wrong command line, or an invalid spec */
	EXIT_ENVIRONMENT = 3, /* a tool, folder or job that is needed isn't there */
	EXIT_ADVICE = 4,      /* advice under -W error */
};

struct command;

struct invocation {
	struct arena *arena;
	const struct command *command;
	struct options options;
	LIST(const char *) words; /* arguments that are no options */
	LIST(const struct option *) given;
	struct {
		const char *service; /* NULL: the spec is taken as it is */
		const char *const *command;
	} one_off; /* hpcc run: what stands for a service's command (driver/enter/one_off.h) */
};

struct command {
	const char *name;
	const char *alias;       /* or NULL */
	const char *group;       /* heading in the list of commands */
	const char *summary;     /* one line */
	const char *arguments;   /* as usage shows them */
	const char *options;     /* groups and names of options it takes, blank-separated */
	const char *detail;      /* a few sentences, for help and manual */
	const char *examples[4]; /* command lines, ended by NULL */
	const char *elsewhere;   /* what other tools call it, blank-separated, or NULL */
	bool is_daily;           /* the overview has its summary, of others the names */
	bool judges;             /* it says what would be wrong with a job, or hands it to Slurm */
	bool deletes;            /* it removes files: never what a slip of the keys is taken for */
	unsigned max_words;
	unsigned
		own_words; /* behind so many, and a job, all words are another program's; 0: none are */
	int (*run)(struct invocation *inv);
};

extern const struct command commands[];
extern const size_t n_commands;
extern const struct command command_compile; /* what runs without a command's name */

const struct command *command_find(const char *name);

/* The command that does what other tools have under this name, or NULL. */
const struct command *command_from_elsewhere(struct str word);

/* True when the command's list of options has this one. */
bool command_takes(const struct command *c, const struct option *o);

/* True when the option's letter means this option to the command. */
bool command_has_letter(const struct command *c, const struct option *o);

/* Reads argv; false after a message on a wrong command line. */
bool invocation_parse(struct invocation *inv, int argc, char **argv);

/* Text that users, files or other programs wrote, on its way to people: nothing in it makes a
   terminal do something (ir/support/visible.h). In a format: STR_ARG(str_visible(a, text, form)). */
void print_visible(FILE *out, struct str text, enum visible_form form);

/* "hpcc: …" on the standard error output; what it quotes is made visible. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* "help: …", below a complaint. */
void advise(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The word nearest to `given`, near enough to be what was meant, or NULL. */
const char *suggest_word(const char *given, const char *const *words, size_t n);

/* Help of the whole program (command_compile) or of one command; as a manual page in roff. */
void help_print(FILE *out, const struct command *c, bool all); /* all: with each summary */
void manual_print(FILE *out, const struct command *c);

#endif
