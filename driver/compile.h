/* SPDX-License-Identifier: Apache-2.0 */
/* A compilation as commands use it: from the command line to a plan, diagnostics printed. */
#ifndef HPCC_DRIVER_COMPILE_H
#define HPCC_DRIVER_COMPILE_H

#include "backends/backend.h"
#include "driver/invocation.h"

struct compilation {
	struct invocation *inv;
	struct unit unit;
	struct backend_options backend;
	struct str text;    /* of the leaf file */
	bool is_refused;    /* a message has said why there will be no plan */
	struct str indices; /* it is submitted as the elements of this array, "0-9%4"; or empty */
};

/* False after a message when the word is no file and may be a command that was mistyped. */
bool spec_is_known(const struct invocation *inv, const char *word);
/* The spec that was named (an argument or --file), or the one found here; NULL after a message. */
const char *spec_find(struct invocation *inv);
/* The one of the settings, or found here; NULL without a message. */
const char *spec_here(struct invocation *inv);

/* Sets up the unit; the caller brings the text. False after a message. */
bool compilation_set_up(struct compilation *c, struct invocation *inv, const char *path);

/* Sets up the unit and reads the leaf file. False after a message. */
bool compilation_open(struct compilation *c, struct invocation *inv, const char *path);

/* The leaf file among all that were read; NULL before it is. */
const struct source *compilation_leaf(const struct compilation *c);

/* Reads and binds: tree and job. False when an error stands. */
bool compilation_bind(struct compilation *c);

/* Runs all passes and the backend's checks on top. False when an error stands. */
bool compilation_plan(struct compilation *c);

/*
 * Applies -W, prints the diagnostics once, and says how the command is to end: EXIT_OK, EXIT_USAGE
 * with errors, EXIT_ADVICE. Reports for programs (all forms but text) go to `to`.
 */
int compilation_report(struct compilation *c, FILE *to);
/* The same of one of several specs: report_end() prints what waits in the log. */
struct report_log;
int compilation_report_later(struct compilation *c, struct report_log *log);

/* Open, plan and report: EXIT_OK when there is a plan to work with. */
int compile_spec(struct compilation *c, struct invocation *inv);

/* The script, with its lines' origins. */
void compilation_script(struct compilation *c, struct script *script);

#endif
