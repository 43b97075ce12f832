/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics as a command prints them: -W applied, in the form that was asked for. */
#ifndef HPCC_DRIVER_REPORT_H
#define HPCC_DRIVER_REPORT_H

#include "driver/invocation.h"
#include "ir/unit.h"

/* Every -W names something. False after a message. */
bool report_check_names(const struct invocation *inv);

/* Prints all diagnostics, text to standard error and data (json, sarif) to `to`; the exit code that
   they call for. */
int report_print(const struct invocation *inv, struct unit *u, FILE *to);

#endif
