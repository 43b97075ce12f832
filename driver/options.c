/* SPDX-License-Identifier: Apache-2.0 */
/* The table of options. Commands name groups or single options of it (driver/commands/rows.inc). */
#include "driver/options.h"

#include <stddef.h>

#include "ir/containers.h"

static const char *const emit_words[] = {"script", "tokens", "tree", "ir",    "plan", "json",
					 "dot",    "map",    "deps", "table", NULL};
static const char *const backend_words[] = {"slurm", "local", NULL};
static const char *const report_words[] = {"text", "json", "sarif", "github", "gitlab", NULL};
static const char *const color_words[] = {"auto", "always", "never", NULL};
static const char *const format_words[] = {"text", "json", NULL};
static const char *const table_words[] = {"text", "json", "csv", NULL};
static const char *const wait_words[] = {"ready", "end", "verdict", NULL};
static const char *const help_words[] = {"text", "man", NULL};

#define AT(member)         offsetof(struct options, member)
#define VERSION_WORD(name) #name "=, "

const struct option options[] = {
	{"--help", 'h', "general", OPTION_HELP, AT(help), NULL, help_words, "show this help"},
	{"--version", 0, "general", OPTION_SWITCH, AT(version), NULL, NULL, "show the version"},
	{"--color", 0, "general", OPTION_WORD, AT(color), NULL, color_words,
	 "colours; NO_COLOR in the environment counts"},

	{"--file", 'f', "spec", OPTION_TEXTS, AT(files), "FILE", NULL,
	 "the spec; - reads it from standard input; later ones are laid over it"},
	{"--env", 0, "spec", OPTION_TEXTS, AT(env), "NAME=VALUE", NULL,
	 "set a variable for interpolation"},
	{"--env-file", 0, "spec", OPTION_TEXTS, AT(env_files), "FILE", NULL,
	 "read such variables from a file"},
	{"--strict-env", 0, "spec", OPTION_SWITCH, AT(strict_env), NULL, NULL,
	 "a variable that isn't set is an error, whatever default it has"},
	{"--profile", 0, "spec", OPTION_TEXTS, AT(profiles), "NAME", NULL,
	 "profile of the settings, or of services"},

	{"-W", 'W', "reports", OPTION_TEXTS, AT(warnings), "NAME", NULL,
	 "advice on; no-NAME off; error: advice counts as errors"},
	{"--diagnostics", 0, "reports", OPTION_WORD, AT(diagnostics), NULL, report_words,
	 "form of errors and advice"},

	{"--output", 'o', "output", OPTION_TEXT, AT(output), "FILE", NULL,
	 "write to FILE instead of standard output"},
	{"--emit", 0, "forms", OPTION_WORD, AT(emit), NULL, emit_words, "what to write"},
	{"--check", 0, "forms", OPTION_TEXT, AT(check), "SCRIPT|FOLDER", NULL,
	 "compare a script, or all in a folder: 0 same, 1 stale with a diff"},

	{"--backend", 0, "script", OPTION_WORD, AT(backend), NULL, backend_words,
	 "scheduler to write for"},
	{"--target", 0, "script", OPTION_TEXT, AT(target), "slurm=V,…", NULL,
	 "versions to write for: slurm=, " CONTAINER_VERSIONS(VERSION_WORD) "bash="},
	{"--annotate", 0, "script", OPTION_SWITCH, AT(annotate), NULL, NULL,
	 "comments that tie script lines to the spec"},
	{"--embed-runtime", 0, "script", OPTION_SWITCH, AT(embed_runtime), NULL, NULL,
	 "append hpcc-rt to the script"},

	{"--print-passes", 0, "inside", OPTION_SWITCH, AT(print_passes), NULL, NULL,
	 "list the passes"},
	{"--emit-after", 0, "inside", OPTION_TEXT, AT(emit_after), "PASS", NULL,
	 "stop there and write the plan"},
	{"--time-passes", 0, "inside", OPTION_SWITCH, AT(time_passes), NULL, NULL,
	 "how long each pass took"},

	{"--format", 0, "results", OPTION_WORD, AT(format), NULL, format_words,
	 "form of the result"},
	{"--job", 'j', "job", OPTION_TEXT, AT(job), "ID", NULL,
	 "the job; default: the latest one here"},
	{"--timeout", 0, "calls", OPTION_NUMBER, AT(timeout), "SECONDS", NULL,
	 "limit of one call of a Slurm command (20)"},

	{"--fix", 0, "validate", OPTION_SWITCH, AT(fix), NULL, NULL,
	 "apply the edits that are certain"},
	{"--variables", 0, "config", OPTION_SWITCH, AT(variables), NULL, NULL,
	 "each variable of the spec: its value, where that comes from, where it is used"},
	{"--probe-nodes", 0, "preflight", OPTION_SWITCH, AT(probe_nodes), NULL, NULL,
	 "run one small step to look at mounts and tools on a compute node"},
	{"--partition", 'p', "doctor", OPTION_TEXT, AT(partition), "NAME", NULL,
	 "the partition to try (the default one)"},
	{"--account", 'A', "doctor", OPTION_TEXT, AT(account), "NAME", NULL,
	 "the account that is charged for a minute"},
	{"--qos", 0, "doctor", OPTION_TEXT, AT(qos), "NAME", NULL, "its quality of service"},
	{"--tree", 0, "inspect", OPTION_SWITCH, AT(tree), NULL, NULL, "the tree of dependencies"},
	{"--scenario", 0, "simulate", OPTION_TEXT, AT(scenario), "FILE|TEXT", NULL,
	 "what happens, and when"},
	{"--until", 0, "simulate", OPTION_TEXT, AT(until), "TIME", NULL,
	 "end of the simulation (24h)"},
	{"--force", 0, "prepare", OPTION_SWITCH, AT(force), NULL, NULL,
	 "make images again that are there"},
	{"--dry-run", 'n', "dry", OPTION_SWITCH, AT(dry_run), NULL, NULL,
	 "say what would be done, do nothing"},
	{"--no-preflight", 0, "submit", OPTION_SWITCH, AT(no_preflight), NULL, NULL,
	 "skip the checks of the environment"},
	{"--local", 0, "up", OPTION_SWITCH, AT(local), NULL, NULL,
	 "run on this machine, without Slurm"},
	{"--detach", 'd', "up", OPTION_SWITCH, AT(detach), NULL, NULL,
	 "return once the job is submitted"},
	{"--follow", 'f', "logs", OPTION_SWITCH, AT(follow), NULL, NULL,
	 "go on until the job ends"},
	{"--follow", 'f', "events", OPTION_SWITCH, AT(follow), NULL, NULL,
	 "go on until the job ends"},
	{"--for", 0, "wait", OPTION_WORD, AT(wait_for), NULL, wait_words, "what to wait for"},
	{"--timeout", 0, "wait", OPTION_TEXT, AT(wait_limit), "TIME", NULL,
	 "wait no longer than that: 30s, 10m, 2h"},
	{"--lines", 'n', "logs", OPTION_NUMBER, AT(lines), "N", NULL,
	 "last lines of each log (20)"},
	{"--lines", 0, "status", OPTION_SWITCH, AT(as_lines), NULL, NULL,
	 "a line a service with its policy's counters, for scripts"},
	{"--format", 0, "table", OPTION_WORD, AT(format), NULL, table_words, "form of the result"},
	{"--plain", 0, "watch", OPTION_SWITCH, AT(plain), NULL, NULL,
	 "plain lines in a terminal, too"},
	{"--logs", 0, "watch", OPTION_SWITCH, AT(shows_logs), NULL, NULL,
	 "lines: events, and the services' logs as they come"},
	{"--bundle", 0, "artifacts", OPTION_TEXT, AT(bundle), "NAME", NULL, "this bundle only"},
	{"--to", 0, "artifacts", OPTION_TEXT, AT(to), "FOLDER", NULL,
	 "instead of the spec's export_dir"},
	{"--tarball", 0, "artifacts", OPTION_SWITCH, AT(tarball), NULL, NULL,
	 "write NAME.tar.gz per bundle"},
	{"--all", 'a', "clean", OPTION_SWITCH, AT(all), NULL, NULL,
	 "every job or image that nothing uses"},
	{"--yes", 'y', "yes", OPTION_SWITCH, AT(yes), NULL, NULL, "don't ask before removing"},
	{"--older-than", 0, "clean", OPTION_TEXT, AT(older_than), "TIME", NULL,
	 "ended or last used longer ago: 7d, 12h"},
	{"--all", 'a', "timeline", OPTION_SWITCH, AT(all), NULL, NULL,
	 "each service on a line of its own"},
	{"--name", 0, "new", OPTION_TEXT, AT(name), "NAME", NULL, "job name in the new spec"},
	{"--check", 0, "convert", OPTION_SWITCH, AT(only_check), NULL, NULL,
	 "say what would be lost, write nothing: 0 nothing, 1 something"},
	{"--force", 0, "convert", OPTION_SWITCH, AT(force), NULL, NULL,
	 "overwrite a file that is there"},
	{"--force", 0, "site", OPTION_SWITCH, AT(force), NULL, NULL,
	 "overwrite a file that is there"},
	{"--force", 0, "new", OPTION_SWITCH, AT(force), NULL, NULL,
	 "overwrite a file that is there"},
	{"--interactive", 'i', "exec", OPTION_SWITCH, AT(interactive), NULL, NULL,
	 "the command gets standard input: it always does"},
	{"--tty", 't', "exec", OPTION_SWITCH, AT(tty), NULL, NULL,
	 "the command gets a terminal: it does where hpcc has one; else say so"},
	{"--no-tty", 'T', "exec", OPTION_SWITCH, AT(no_tty), NULL, NULL,
	 "no terminal for the command: what it prints comes as it is"},
	{"--task", 0, "task", OPTION_NUMBER, AT(task), "N", NULL,
	 "of a service with several tasks: which (0)"},
};
const size_t n_options = sizeof(options) / sizeof(*options);
