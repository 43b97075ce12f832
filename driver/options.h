/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one table of options. Parser, usage, help, manual pages and completions walk it; each
 * command names the groups or options it takes.
 */
#ifndef HPCC_DRIVER_OPTIONS_H
#define HPCC_DRIVER_OPTIONS_H

#include <stdio.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"

enum option_kind {
	OPTION_SWITCH, /* bool */
	OPTION_TEXT,   /* const char * */
	OPTION_TEXTS,  /* struct texts: may be repeated */
	OPTION_WORD,   /* unsigned: position in words */
	OPTION_NUMBER, /* uint64_t */
	OPTION_HELP,   /* bool; its word is optional */
};

struct texts {
	LIST(const char *) list;
};
#define FIRST_TEXT(texts) ((texts).list.n ? (texts).list.items[0] : NULL)

enum emit {
	EMIT_SCRIPT,
	EMIT_TOKENS,
	EMIT_TREE,
	EMIT_IR,
	EMIT_PLAN,
	EMIT_JSON,
	EMIT_DOT,
	EMIT_MAP,
	EMIT_DEPS,
	EMIT_TABLE,
};
enum backend_choice {
	BACKEND_SLURM,
	BACKEND_LOCAL
};
enum report_style {
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_SARIF,
	REPORT_GITHUB,
	REPORT_GITLAB
};
enum color_choice {
	COLOR_AUTO,
	COLOR_ALWAYS,
	COLOR_NEVER
};
enum output_format {
	FORMAT_TEXT,
	FORMAT_JSON,
	FORMAT_CSV
};
enum wait_for {
	WAIT_READY,
	WAIT_END,
	WAIT_VERDICT
};
/* Of a report. */
enum report_form {
	FORM_AUTO, /* as the output's name says */
	FORM_HTML,
	FORM_SVG,
	FORM_MARKDOWN,
	FORM_JSON
};
enum help_form {
	HELP_TEXT,
	HELP_MAN,
	HELP_ALL /* with the summary of every command */
};

struct options {
	/* everywhere */
	bool help, version;
	unsigned help_form;
	unsigned color;
	/* input */
	struct texts files, env, env_files, profiles;
	/* compiler */
	const char *output, *target, *check, *emit_after;
	unsigned emit, backend, diagnostics;
	bool annotate, embed_runtime, print_passes, time_passes;
	struct texts warnings;
	/* commands beside a service */
	bool interactive, tty, no_tty;
	uint64_t task;
	/* sweeps */
	unsigned sweep_form;
	uint64_t limit, max_trials;
	/* commands */
	unsigned format, wait_for, report;
	bool fix, tree, detach, follow, local, force, tarball, dry_run, all, no_preflight, plain;
	bool only_check, strict_env, variables, probe_nodes, as_lines, yes;
	bool shows_logs, lists;
	bool timestamps, merge, no_prefix;
	const char *partition, *account, *qos;
	const char *job, *scenario, *bundle, *to, *service, *name, *older_than, *until, *wait_limit,
		*since, *log_until, *grep, *log_lines;
	uint64_t timeout, interval;
};

struct option {
	const char *name;  /* "--output" */
	char letter;       /* 'o', or 0 */
	const char *group; /* heading in help; commands take whole groups, or the first of a name */
	enum option_kind kind;
	size_t offset;            /* of the value in struct options */
	const char *value;        /* what stands for it in help: "FILE" */
	const char *const *words; /* OPTION_WORD, OPTION_HELP; ended by NULL */
	const char *help;
};

extern const struct option options[];
extern const size_t n_options;

#endif
