/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands. Everything that speaks of commands is made from it. */
#include <string.h>

#include "driver/cmd.h"

#define SPEC_ARGUMENT    "[compose.yaml]"
#define COMPILER_OPTIONS "output script spec reports inside general"

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

const struct command commands[] = {
	{
		.name = "compile",
		.group = "Compile and check",
		.summary = "compile a spec; the same as without a command",
		.arguments = SPEC_ARGUMENT,
		.options = COMPILER_OPTIONS,
		.detail = "Writes the batch script for a spec, or with --emit another form of it.",
		.examples = {"hpcc compose.yaml -o job.sbatch", "hpcc --emit=plan compose.yaml",
			     "hpcc --check job.sbatch compose.yaml"},
		.max_words = 1,
		.run = cmd_compile,
	},
	{
		.name = "validate",
		.group = "Compile and check",
		.summary = "all errors and advice, no output",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports backend target fix general",
		.detail = "Checks a spec and says everything that is wrong with it in one run.\n"
			  "With --fix, edits that are certain are made in the file.",
		.examples = {"hpcc validate compose.yaml",
			     "hpcc validate --diagnostics=sarif > hpcc.sarif"},
		.max_words = 1,
		.run = cmd_validate,
	},
	{
		.name = "completions",
		.group = "Housekeeping",
		.summary = "completions for bash, zsh or fish",
		.arguments = "bash|zsh|fish",
		.options = "general",
		.detail = "Prints a script that teaches a shell to complete hpcc's commands and "
			  "options.",
		.examples =
			{"hpcc completions bash > ~/.local/share/bash-completion/completions/hpcc"},
		.max_words = 1,
		.run = cmd_completions,
	},
};
const size_t n_commands = sizeof(commands) / sizeof(*commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i].name, name) == 0 ||
		    (commands[i].alias && strcmp(commands[i].alias, name) == 0))
			return &commands[i];
	return NULL;
}
