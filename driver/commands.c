/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands. Everything that speaks of commands is made from it. */
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
		.elsewhere = "render template generate translate",
		.max_words = 1,
		.run = cmd_compile,
	},
	{
		.name = "validate",
		.group = "Compile and check",
		.summary = "all errors and advice, no output",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports backend target fix format general",
		.detail = "Checks a spec and says everything that is wrong with it in one run.\n"
			  "With --fix, edits that are certain are made in the file.",
		.examples = {"hpcc validate compose.yaml",
			     "hpcc validate --diagnostics=sarif > hpcc.sarif"},
		.elsewhere = "lint check verify",
		.max_words = 1,
		.run = cmd_validate,
	},
	{
		.name = "new",
		.group = "Compile and check",
		.summary = "a starter spec from a template",
		.arguments = "[TEMPLATE]",
		.options = "output new general",
		.detail =
			"Writes compose.yaml from a template; without a name it lists the templates.",
		.examples = {"hpcc new", "hpcc new pipeline --name=nightly",
			     "hpcc new server-worker -o -"},
		.elsewhere = "init create-spec",
		.max_words = 1,
		.run = cmd_new,
	},
	{
		.name = "inspect",
		.group = "Compile and check",
		.summary = "what will happen: order, placement, commands, images",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports backend target tree format general",
		.detail =
			"Shows the plan of a spec for people: services in launch order, where each runs,\n"
			"what it runs, mounts, policies, and which images the cache holds.",
		.examples = {"hpcc inspect compose.yaml", "hpcc inspect --tree",
			     "hpcc inspect --format=json"},
		.elsewhere = "plan describe dry-run",
		.max_words = 1,
		.run = cmd_inspect,
	},
	{
		.name = "config",
		.group = "Compile and check",
		.summary = "the spec after extends and interpolation",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports output format general",
		.detail =
			"Prints the spec as the compiler sees it: bases merged, variables replaced,\n"
			"secrets redacted.",
		.examples = {"hpcc config compose.yaml", "hpcc config --env TAG=7.4"},
		.max_words = 1,
		.run = cmd_config,
	},
	{
		.name = "explain",
		.group = "Compile and check",
		.summary = "a rule, a field, or where a script line came from",
		.arguments = "[RULE | FIELD | SCRIPT:LINE]",
		.options = "spec script format general",
		.detail =
			"Says what a rule means, with an example that breaks it and one that doesn't;\n"
			"what a field takes and turns into; or which place in the spec a line of a script\n"
			"came from. Without an argument it lists all rules.",
		.examples = {"hpcc explain R012", "hpcc explain x-slurm.time",
			     "hpcc explain job.sbatch:42 -f compose.yaml"},
		.max_words = 1,
		.run = cmd_explain,
	},
	{
		.name = "simulate",
		.group = "Compile and check",
		.summary = "what restarts, caps and stops would do, without running",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports simulate format general",
		.detail =
			"Plays a scenario against the supervisor's own decisions under a virtual clock,\n"
			"and prints the timeline. Statements: 'S exits N at T, T', 'S ready at T',\n"
			"'S exits N after T every time', 'S never ready', 'S stops after T', 'TERM at T'.",
		.examples = {"hpcc simulate --scenario 'worker exits 42 at 10s, 12s; TERM at 60s'",
			     "hpcc simulate --scenario crash-loop.txt compose.yaml"},
		.elsewhere = "test",
		.max_words = 1,
		.run = cmd_simulate,
	},
	{
		.name = "schema",
		.group = "Compile and check",
		.summary = "JSON Schema of the language, for editors",
		.arguments = "",
		.options = "output general",
		.detail =
			"Prints a JSON Schema (2020-12) that accepts what the compiler's own checks of\n"
			"shape accept.",
		.examples = {"hpcc schema -o hpcc.schema.json"},
		.run = cmd_schema,
	},
	{
		.name = "preflight",
		.group = "Run",
		.summary = "is everything there that the job needs",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports backend target format timeout general",
		.detail = "Looks for the tools, folders, images, mounts and limits that the job "
			  "needs, and\n"
			  "for the container plugin. Nothing is changed.",
		.examples = {"hpcc preflight compose.yaml", "hpcc preflight --format=json"},
		.max_words = 1,
		.run = cmd_preflight,
	},
	{
		.name = "prepare",
		.group = "Run",
		.summary = "import and build the images of a spec",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports prepare format general",
		.detail = "Imports base images and runs the commands of prepare blocks, once per "
			  "content:\n"
			  "what is in the cache already is used as it is.",
		.examples = {"hpcc prepare compose.yaml", "hpcc prepare --force compose.yaml"},
		.elsewhere = "build pull import",
		.max_words = 1,
		.run = cmd_prepare,
	},
	{
		.name = "submit",
		.group = "Run",
		.summary = "check, prepare, compile, and hand the job to sbatch",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports script format timeout no-preflight general",
		.detail = "Checks the environment, makes missing images, and submits the job. A "
			  "record of\n"
			  "it is kept in .hpc-compose/jobs, for status, logs, cancel and the like.",
		.examples = {"hpcc submit compose.yaml", "hpcc submit --env LR=0.1 compose.yaml"},
		.max_words = 1,
		.run = cmd_submit,
	},
	{
		.name = "up",
		.group = "Run",
		.summary = "submit and watch; --local runs on this machine",
		.arguments = SPEC_ARGUMENT,
		.options = "spec reports script format timeout no-preflight up general",
		.detail = "Submits the job and shows what happens until it ends; ends with its "
			  "status.\n"
			  "Ctrl-C, TERM or HUP cancels it gracefully, and its end is shown; a "
			  "second one\n"
			  "leaves it running. With --local it runs here, without Slurm; then a "
			  "second one\n"
			  "hurries, and a third ends everything at once.",
		.examples = {"hpcc up --local compose.yaml", "hpcc up compose.yaml",
			     "hpcc up --detach compose.yaml"},
		.elsewhere = "run start create launch",
		.max_words = 1,
		.run = cmd_up,
	},
	{
		.name = "status",
		.alias = "ps",
		.group = "Follow",
		.summary = "where a job is, and each of its services",
		.arguments = "[JOB | compose.yaml]",
		.options = "job file format timeout general",
		.detail =
			"Shows the job's state and a line per service with its policy's counters. Of an\n"
			"array 4711 shows all elements, 4711_3 one, 4711_[1-4] some; so in all commands.",
		.examples = {"hpcc status", "hpcc status 4711_3", "hpcc ps --format=json"},
		.elsewhere = "debug queue show",
		.max_words = 1,
		.run = cmd_status,
	},
	{
		.name = "watch",
		.group = "Follow",
		.summary = "a job as it goes on",
		.arguments = "[JOB | compose.yaml]",
		.options = "job file watch timeout general",
		.detail =
			"Shows what the job's services do until it ends: in a terminal a table of\n"
			"services and the end of one's log, elsewhere a line for each event. Ends with\n"
			"the job's status; Ctrl-C ends watching, and the job goes on.",
		.examples = {"hpcc watch", "hpcc watch 4711"},
		.elsewhere = "top attach monitor view",
		.max_words = 1,
		.run = cmd_watch,
	},
	{
		.name = "logs",
		.group = "Follow",
		.summary = "logs of services and batch script",
		.arguments = "[JOB] [SERVICE…]",
		.options = "job file follow lines timeout general",
		.detail =
			"Prints the ends of the logs, a service's name before each line. 'batch' is the\n"
			"batch script. With -f it goes on until the job ends, and ends with its status;\n"
			"Ctrl-C ends it before, and the job goes on.",
		.examples = {"hpcc logs", "hpcc logs -f worker",
			     "hpcc logs 4711 --lines=100 batch"},
		.elsewhere = "log tail",
		.max_words = 64,
		.run = cmd_logs,
	},
	{
		.name = "stats",
		.group = "Follow",
		.summary = "what services used: times, steps, samples",
		.arguments = "[JOB | compose.yaml]",
		.options = "job file format timeout general",
		.detail =
			"Shows times and restarts of services, Slurm's statistics of their steps, and\n"
			"means and maxima of the job's samples.",
		.examples = {"hpcc stats", "hpcc stats 4711 --format=json"},
		.elsewhere = "usage metrics",
		.max_words = 1,
		.run = cmd_stats,
	},
	{
		.name = "artifacts",
		.group = "Follow",
		.summary = "list or export what a job collected",
		.arguments = "[list|export] [JOB]",
		.options = "job file artifacts format general",
		.detail =
			"Lists what was collected at the end of a job, or copies it to the spec's\n"
			"export_dir: the bundle 'default' there, others to bundles/NAME/.",
		.examples = {"hpcc artifacts", "hpcc artifacts export",
			     "hpcc artifacts export 4711 --bundle=model --to=results"},
		.max_words = 2,
		.run = cmd_artifacts,
	},
	{
		.name = "cancel",
		.group = "Follow",
		.summary = "end a job gracefully",
		.arguments = "[JOB | compose.yaml]",
		.options = "job file timeout general",
		.detail = "Asks the job to end: services are stopped in reverse order of "
			  "dependency, each\n"
			  "with its own signal and grace period; artifacts are collected.",
		.examples = {"hpcc cancel", "hpcc cancel 4711"},
		.elsewhere = "stop kill",
		.max_words = 1,
		.run = cmd_cancel,
	},
	{
		.name = "down",
		.group = "Follow",
		.summary = "cancel, wait for the end, remove the job's files",
		.arguments = "[JOB | compose.yaml]",
		.options = "job file timeout general",
		.detail = "Cancels the job if it hasn't ended, waits for its end, and removes its "
			  "folder.",
		.examples = {"hpcc down", "hpcc down 4711"},
		.deletes = true,
		.max_words = 1,
		.run = cmd_down,
	},
	{
		.name = "jobs",
		.group = "Housekeeping",
		.summary = "all jobs started from this folder",
		.arguments = "",
		.options = "format timeout general",
		.detail = "Lists the jobs that were started here, newest first.",
		.examples = {"hpcc jobs", "hpcc jobs --format=json"},
		.elsewhere = "ls list history",
		.run = cmd_jobs,
	},
	{
		.name = "clean",
		.group = "Housekeeping",
		.summary = "remove files of jobs that have ended",
		.arguments = "[JOB]",
		.options = "job clean dry-run format timeout general",
		.detail =
			"Removes folders, logs and records of jobs that are known to have ended; never\n"
			"of others.",
		.examples = {"hpcc clean --older-than=7d", "hpcc clean --all --dry-run",
			     "hpcc clean 4711"},
		.deletes = true,
		.max_words = 1,
		.run = cmd_clean,
	},
	{
		.name = "cache",
		.group = "Housekeeping",
		.summary = "list or prune cached images",
		.arguments = "list|prune [compose.yaml]",
		.options = "spec clean dry-run format timeout general",
		.detail =
			"Lists the images in the caches of the spec and of all jobs here, or removes\n"
			"those that no live job uses, with what a killed prepare has left.",
		.examples = {"hpcc cache list", "hpcc cache prune --older-than=30d"},
		.deletes = true,
		.max_words = 2,
		.run = cmd_cache,
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
	{
		.name = "lsp",
		.group = "Housekeeping",
		.summary = "language server for editors",
		.arguments = "",
		.options = "env env-file profile general",
		.detail =
			"Speaks the Language Server Protocol on standard input and output: diagnostics as\n"
			"you type, what the key under the cursor means, which keys and words may follow,\n"
			"edits that are certain.",
		.examples = {"hpcc lsp"},
		.run = cmd_lsp,
	},
};
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
