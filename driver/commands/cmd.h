/* SPDX-License-Identifier: Apache-2.0 */
/* What each driver/cmd_*.c offers to the table of commands. */
#ifndef HPCC_DRIVER_COMMANDS_CMD_H
#define HPCC_DRIVER_COMMANDS_CMD_H

#include "driver/invocation.h"

int cmd_artifacts(struct invocation *inv);
int cmd_cache(struct invocation *inv);
int cmd_cancel(struct invocation *inv);
int cmd_clean(struct invocation *inv);
int cmd_compile(struct invocation *inv);
int cmd_completions(struct invocation *inv);
int cmd_config(struct invocation *inv);
int cmd_down(struct invocation *inv);
int cmd_explain(struct invocation *inv);
int cmd_inspect(struct invocation *inv);
int cmd_jobs(struct invocation *inv);
int cmd_logs(struct invocation *inv);
int cmd_lsp(struct invocation *inv);
int cmd_new(struct invocation *inv);
int cmd_preflight(struct invocation *inv);
int cmd_prepare(struct invocation *inv);
int cmd_schema(struct invocation *inv);
int cmd_simulate(struct invocation *inv);
int cmd_stats(struct invocation *inv);
int cmd_status(struct invocation *inv);
int cmd_submit(struct invocation *inv);
int cmd_up(struct invocation *inv);
int cmd_validate(struct invocation *inv);
int cmd_watch(struct invocation *inv);

#endif
