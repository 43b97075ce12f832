/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as a command prints them: -W applied, in the form that was asked for. */
#ifndef HPCC_DRIVER_REPORT_H
#define HPCC_DRIVER_REPORT_H

#include "driver/invocation.h"
#include "ir/diag/diag_render.h"
#include "ir/unit.h"

/* Every -W names something. False after a message. */
bool report_check_names(const struct invocation *inv);

/* The diagnostics of one spec, or of several that a run looks at: text goes to standard error with each
   of them, data (json, sarif, github, gitlab) waits for the last. */
struct report_log {
	diag_reports list;
};

/* Takes what was found in a spec, which has to live until the end; the exit code that it calls for. */
int report_take(const struct invocation *inv, struct unit *u, struct report_log *log);
/* Prints the data that waits. */
void report_end(const struct invocation *inv, struct report_log *log, FILE *to);

/* Of two exit codes the one that says more: a stale script more than advice, an invalid spec more than
   that, and a broken environment most. */
int exit_graver(int a, int b);

#endif
