/* SPDX-License-Identifier: Apache-2.0 */
/* Manual pages in roff, from the tables of commands and options. */
#include <ctype.h>
#include <string.h>

#include "driver/invocation.h"

/* Text with roff's own characters made harmless. */
static void print_roff(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\n' && (text[1] == '.' || text[1] == '\''))
			fputs("\n\\&", out);
		else
			fputc(*text, out);
	}
}

static void print_upper(FILE *out, const char *text)
{
	for (; *text; text++)
		fputc(toupper((unsigned char)*text), out);
}

static void print_option(FILE *out, const struct command *c, const struct option *o)
{
	fputs(".TP\n.B ", out);
	if (command_has_letter(c, o) && o->name[1] == '-')
		fprintf(out, "\\-%c, ", o->letter);
	print_roff(out, o->name);
	if (o->value) {
		fputs(o->name[1] == '-' ? "=" : " ", out);
		print_roff(out, o->value);
	}
	for (size_t i = 0; o->words && o->words[i]; i++) {
		fputs(i == 0 ? "=" : "|", out);
		print_roff(out, o->words[i]);
	}
	fputc('\n', out);
	print_roff(out, o->help);
	fputc('\n', out);
}

static void print_command_list(FILE *out)
{
	fputs(".SH COMMANDS\n", out);
	for (size_t i = 0; i < n_commands; i++) {
		fprintf(out, ".TP\n.B %s%s%s\n", commands[i].name, commands[i].alias ? ", " : "",
			commands[i].alias ? commands[i].alias : "");
		print_roff(out, commands[i].summary);
		fputc('\n', out);
	}
}

static void print_exit_status(FILE *out)
{
	fputs(".SH EXIT STATUS\n"
	      ".TP\n.B 0\nsuccess\n"
	      ".TP\n.B 1\nan unexpected failure, or a stale script under \\-\\-check\n"
	      ".TP\n.B 2\na wrong command line or an invalid spec\n"
	      ".TP\n.B 3\nthe environment isn't ready: a tool, folder or job is missing\n"
	      ".TP\n.B 4\nadvice under \\-W error\n"
	      ".PP\n.B hpcc up\nends with the status of the job.\n",
	      out);
}

static void print_environment(FILE *out)
{
	fputs(".SH ENVIRONMENT\n"
	      ".TP\n.B HPCC_RT\nanother supervisor than the one that hpcc carries\n"
	      ".TP\n.B HPCC_SITE\nthe site's file, in place of /etc/hpcc/cluster.toml; empty for none\n"
	      ".TP\n.B HPCC_TRUSTED_FOLDERS\nfolders, separated by colons, below which records,\n"
	      "settings and job folders of other users count; one a line in\n"
	      "~/.config/hpc\\-compose/trusted\\-folders does the same\n"
	      ".TP\n.B NO_COLOR\nno colours, unless \\-\\-color asks for them\n",
	      out);
}

void manual_print(FILE *out, const struct command *c)
{
	const char *dash = *c->name ? "-" : "";

	fputs(".TH HPCC", out);
	fputs(dash, out);
	print_upper(out, c->name);
	fprintf(out, " 1 \"\" \"hpcc %s\" \"hpcc manual\"\n.SH NAME\nhpcc%s%s \\- ", HPCC_VERSION,
		dash, c->name);
	print_roff(out, c->summary);
	fprintf(out, "\n.SH SYNOPSIS\n.B hpcc%s%s\n[OPTION...] ", *dash ? " " : "", c->name);
	print_roff(out, c->arguments);
	if (c == &command_compile)
		fputs("\n.br\n.B hpcc\nCOMMAND [OPTION...] [ARGUMENT...]", out);
	fputs("\n.SH DESCRIPTION\n", out);
	print_roff(out, c->detail);
	fputc('\n', out);
	if (c == &command_compile)
		print_command_list(out);
	fputs(".SH OPTIONS\n", out);
	for (size_t i = 0; i < n_options; i++)
		if (command_takes(c, &options[i]))
			print_option(out, c, &options[i]);
	fputs(".SH EXAMPLES\n.nf\n", out);
	for (size_t i = 0; i < 4 && c->examples[i]; i++) {
		print_roff(out, c->examples[i]);
		fputc('\n', out);
	}
	fputs(".fi\n", out);
	print_exit_status(out);
	if (c == &command_compile)
		print_environment(out);
	fputs(".SH SEE ALSO\n", out);
	fputs(c == &command_compile ? "hpcc\\-compose(5), sbatch(1), srun(1)\n"
				    : "hpcc(1), hpcc\\-compose(5)\n",
	      out);
}
