/* SPDX-License-Identifier: Apache-2.0 */
/* The function of each command: driver/commands/rows.inc has their names. */
#ifndef HPCC_DRIVER_COMMANDS_CMD_H
#define HPCC_DRIVER_COMMANDS_CMD_H

#include "driver/invocation.h"

#define COMMAND(id, ...) int cmd_##id(struct invocation *inv);
#include "driver/commands/rows.inc"
#undef COMMAND

#endif
