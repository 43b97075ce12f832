/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc --check: whether a script is what its spec compiles to. */
#ifndef HPCC_DRIVER_SCREEN_STALE_H
#define HPCC_DRIVER_SCREEN_STALE_H

#include "driver/compile.h"

/* EXIT_OK when the file at `path` has these bytes; else shows what differs, without secrets. */
int script_compare(struct compilation *c, const char *path, struct str fresh);

/* hpcc --check FOLDER [SPECS]: all scripts of hpcc in a folder, each against its own spec. */
int scripts_check(struct invocation *inv);

#endif
