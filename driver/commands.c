/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: its rows are in driver/commands/rows.inc. Everything that speaks of
   commands is made from it. */
#include <limits.h>
#include <string.h>

#include "driver/commands/cmd.h"

#define SPEC_ARGUMENT    "[compose.yaml]"
#define COMPILER_OPTIONS "output forms script spec reports inside general"

const struct command command_compile = {
	.name = "",
	.summary = "compile a Compose-like spec into one Slurm batch script",
	.arguments = SPEC_ARGUMENT " [-o job.sbatch]",
	.options = COMPILER_OPTIONS,
	.detail = "Compiles a Compose-like spec into one batch script for one Slurm allocation.",
	.examples = {"hpcc compose.yaml -o job.sbatch", "hpcc up --local compose.yaml"},
	.max_words = 1,
	.run = cmd_compile,
};

/* A row without one of these parts doesn't compile. */
#define COMMAND(id, in, says, takes, has, tells, ...)                                              \
	{.name = #id,                                                                              \
	 .run = cmd_##id,                                                                          \
	 .group = (in),                                                                            \
	 .summary = (says),                                                                        \
	 .arguments = (takes),                                                                     \
	 .options = (has),                                                                         \
	 .detail = (tells),                                                                        \
	 __VA_ARGS__},
const struct command commands[] = {
#include "driver/commands/rows.inc"
};
#undef COMMAND
const size_t n_commands = sizeof(commands) / sizeof(*commands);

const struct command *command_from_elsewhere(struct str word)
{
	for (size_t i = 0; i < n_commands; i++)
		for (struct str rest = str_c(commands[i].elsewhere ? commands[i].elsewhere : ""),
				one;
		     rest.len > 0;) {
			rest = str_split(rest, ' ', &one);
			if (str_eq(one, word))
				return &commands[i];
		}
	return NULL;
}

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name) == 0 ||
		    (commands[i].alias && strcmp(commands[i].alias, name) == 0))
			return &commands[i];
	return NULL;
}
