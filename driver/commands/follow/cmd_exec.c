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

int cmd_exec(struct invocation *inv)
{
	if (!has_words(inv, true))
		return EXIT_USAGE;
	struct enter_target target;
	uint32_t rest;
	int status = enter_find(inv, &target, &rest);
	if (status != EXIT_OK)
		return status;
	*LIST_PUSH(inv->arena, &inv->words) = NULL;
	return enter_launch(inv, &target, inv->words.items + rest, !inv->options.no_tty);
}

int cmd_shell(struct invocation *inv)
{
	static const char *const shell[] = {
		"/bin/sh", "-c", "command -v bash >/dev/null 2>&1 && exec bash; exec sh", NULL};

	if (!has_words(inv, false))
		return EXIT_USAGE;
	struct enter_target target;
	uint32_t rest;
	int status = enter_find(inv, &target, &rest);
	if (status != EXIT_OK)
		return status;
	return enter_launch(inv, &target, shell, true);
}
