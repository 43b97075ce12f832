/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc exec: a command where a service runs; hpcc shell: a shell there. */
#include "driver/commands/cmd.h"
#include "driver/enter/launch.h"
#include "driver/screen/services.h"

#include <string.h>

/* The service is named, and as many words behind it as there have to be. */
static bool has_words(const struct invocation *inv, bool needs_command)
{
	uint32_t at = services_begin(inv);

	if (inv->words.n > at + needs_command)
		return true;
	complain(inv->words.n > at ? "no command for the service to run" : "no service is named");
	advise("usage: hpcc %s %s", inv->command->name, inv->command->arguments);
	return false;
}

/* Where the command that is named goes; else a status behind a message. `rest`: its first word. */
static int find_place(struct invocation *inv, bool needs_command, struct enter_target *target,
		      uint32_t *rest)
{
	return has_words(inv, needs_command) ? enter_find(inv, target, rest) : EXIT_USAGE;
}

int cmd_exec(struct invocation *inv)
{
	struct enter_target target;
	uint32_t rest;
	int status = find_place(inv, true, &target, &rest);

	if (status != EXIT_OK)
		return status;
	*LIST_PUSH(inv->arena, &inv->words) = NULL;
	return enter_launch(inv, &target, inv->words.items + rest, !inv->options.no_tty);
}

int cmd_shell(struct invocation *inv)
{
	static const char *const shell[] = {
		"/bin/sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh", NULL};
	struct enter_target target;
	uint32_t rest;
	int status = find_place(inv, false, &target, &rest);

	return status == EXIT_OK ? enter_launch(inv, &target, shell, true) : status;
}
