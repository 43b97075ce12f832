/* SPDX-License-Identifier: Apache-2.0 */
/* R024 to R050: variables, files, secrets, texts. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_values[] = {
	{.id = "R024", .name = "variable-unset",
	 .meaning =
	 "A text uses a variable that has no value.",
	 .remedy =
	 "Set it in .env, in the environment or with --env, or give a default: "
	 "${NAME:-default}. Write $$ for a dollar sign.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"
	 "    environment: {DATA: \"$DATA_DIR/x\"}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: serve\n"
	 "    environment: {DATA: \"${DATA_DIR:-/data}/x\"}\n"},
	{.id = "R025", .name = "variable-required",
	 .meaning =
	 "A variable that the text marks as required has no value.",
	 .remedy =
	 "${NAME:?message} asks for a value that is not empty, ${NAME?message} for any. "
	 "The message is the author's.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:${TAG:?choose a tag}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:${TAG:-7}\n"},
	{.id = "R026", .name = "variable-name",
	 .meaning =
	 "What stands behind ${ is no name of a variable.",
	 .remedy =
	 "Names begin with a letter or _ and go on with letters, digits and _. Write $$ "
	 "for a dollar sign.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    working_dir: /${1}\n"
	 "    command: serve\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    working_dir: /$${1}\n"
	 "    command: serve\n"},
	{.id = "R027", .name = "variable-operator",
	 .meaning =
	 "The name in ${...} is followed by an operator that is not known.",
	 .remedy =
	 "Known are :- and - for a default, :? and ? for a required value.",
	 .bad =
	 "name: ${JOB:+x}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "name: ${JOB:-x}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R028", .name = "variable-unclosed",
	 .meaning =
	 "A ${ has no closing brace.",
	 .remedy =
	 "Add the }. Inside a default every ${ needs one of its own.",
	 .bad =
	 "name: ${JOB:-x\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "name: ${JOB:-x}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R029", .name = "dotenv-line",
	 .meaning =
	 "A line of a dotenv file has no =, or nothing before it.",
	 .remedy =
	 "Lines are NAME=value, empty, or comments that begin with #.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    env_file: app.env\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: {A: 1}\n",
	 .needs = "", .file_name = "app.env",
	 .file_text =
	 "BROKEN\n"},
	{.id = "R030", .name = "env-file-missing",
	 .meaning =
	 "A file named by env_file does not exist.",
	 .remedy =
	 "The path goes by the folder of the spec given on the command line.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    env_file: missing.env\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    env_file: app.env\n",
	 .needs = "", .file_name = "app.env",
	 .file_text =
	 "A=1\n"},
	{.id = "R031", .name = "env-item",
	 .meaning =
	 "An item of an environment list has no =.",
	 .remedy =
	 "List items are NAME=value. hpcc never copies a variable from the shell that "
	 "submits.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: [DEBUG]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: [DEBUG=1]\n"},
	{.id = "R032", .name = "env-name",
	 .meaning =
	 "A name of an environment variable is not one.",
	 .remedy =
	 "Names begin with a letter or _ and go on with letters, digits and _.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: {MY-VAR: 1}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: {MY_VAR: 1}\n"},
	{.id = "R033", .name = "secret-source",
	 .meaning =
	 "A secret sets both file and env, or neither.",
	 .remedy =
	 "It comes from one place: a file, or a variable.",
	 .bad =
	 "secrets:\n"
	 "  KEY: {}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "secrets:\n"
	 "  KEY: {file: key.txt}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "key.txt",
	 .file_text =
	 "abc\n"},
	{.id = "R034", .name = "secret-name",
	 .meaning =
	 "A secret's name is not the name of a variable.",
	 .remedy =
	 "It becomes a variable for interpolation, so it begins with a letter or _ and "
	 "goes on with letters, digits and _.",
	 .bad =
	 "secrets:\n"
	 "  my-key: {file: key.txt}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "secrets:\n"
	 "  my_key: {file: key.txt}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "key.txt",
	 .file_text =
	 "abc\n"},
	{.id = "R035", .name = "secret-unreadable",
	 .meaning =
	 "A secret's file cannot be read.",
	 .remedy =
	 "The path goes by the folder of the spec given on the command line.",
	 .bad =
	 "secrets:\n"
	 "  KEY: {file: nowhere.txt}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "secrets:\n"
	 "  KEY: {file: key.txt}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = "key.txt",
	 .file_text =
	 "abc\n"},
	{.id = "R036", .name = "secret-unset",
	 .meaning =
	 "The variable that a secret comes from is not set.",
	 .remedy =
	 "Set it in .env or in the environment of hpcc.",
	 .bad =
	 "secrets:\n"
	 "  KEY: {env: NOT_SET_ANYWHERE}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "secrets:\n"
	 "  KEY: {env: GIVEN}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "", .file_name = ".env",
	 .file_text =
	 "GIVEN=abc\n"},
	{.id = "R037", .name = "line-break",
	 .meaning =
	 "A text that becomes one line of a script holds a line break.",
	 .remedy =
	 "Directives and options are one line each. Drop the line break, or fold the "
	 "text with >-.",
	 .bad =
	 "x-slurm:\n"
	 "  partition: \"a\\nb\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  partition: a\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R038", .name = "nul-byte",
	 .meaning =
	 "A text holds a NUL character.",
	 .remedy =
	 "No argument, variable or path can carry it.",
	 .bad =
	 "x-slurm:\n"
	 "  partition: \"a\\0b\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  partition: ab\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R039", .name = "zero",
	 .meaning =
	 "A count that must be at least 1 is 0.",
	 .remedy =
	 "Leave the key out when no value is meant.",
	 .bad =
	 "x-slurm:\n"
	 "  nodes: 0\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 1\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R040", .name = "walltime",
	 .meaning =
	 "A time limit is not written as Slurm writes it.",
	 .remedy =
	 "Minutes (90), minutes:seconds, hours:minutes:seconds, days-hours, or days- "
	 "hours:minutes:seconds. Units such as 1h are not known to Slurm.",
	 .bad =
	 "x-slurm:\n"
	 "  time: 1h\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  time: 1:00:00\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R041", .name = "array",
	 .meaning =
	 "The array is not a list of task numbers.",
	 .remedy =
	 "Numbers and ranges joined by commas: 0-9, 1-10:2, 0,3,8-12; %4 at the end lets "
	 "four run at once. No blanks.",
	 .bad =
	 "x-slurm:\n"
	 "  array: 9-1\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  array: 0-9%4\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R042", .name = "job-id",
	 .meaning =
	 "An id in after_job is not a job's.",
	 .remedy =
	 "A number above 0, or number_task for one element of an array job.",
	 .bad =
	 "x-slurm:\n"
	 "  after_job: latest\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  after_job: \"12345\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R043", .name = "signal-name",
	 .meaning =
	 "The signal is not one of HUP, INT, QUIT, USR1, USR2, TERM.",
	 .remedy =
	 "Write the name without SIG, or its number 1, 2, 3, 10, 12, 15.",
	 .bad =
	 "x-slurm:\n"
	 "  signal: {name: SIGUSR1, at_seconds: 60}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  signal: {name: USR1, at_seconds: 60}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R044", .name = "signal-time",
	 .meaning =
	 "signal.at_seconds is not between 1 and 65535.",
	 .remedy =
	 "It tells how long before the time limit the signal is sent; Slurm keeps it in "
	 "16 bits.",
	 .bad =
	 "x-slurm:\n"
	 "  signal: {name: USR1, at_seconds: 0}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  signal: {name: USR1, at_seconds: 60}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R045", .name = "log-pattern",
	 .meaning =
	 "The output or error path is blank or climbs with ..",
	 .remedy =
	 "Name the path directly. Slurm's patterns such as %j are fine.",
	 .bad =
	 "x-slurm:\n"
	 "  output: ../logs/%j.out\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  output: logs/%j.out\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R046", .name = "profile-blank",
	 .meaning =
	 "x-slurm.resources is blank.",
	 .remedy =
	 "Name a resource profile of the settings file, or leave the key out.",
	 .bad =
	 "x-slurm:\n"
	 "  resources: \" \"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 1\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R047", .name = "mount-parts",
	 .meaning =
	 "A mount does not have two or three parts between colons.",
	 .remedy =
	 "host:container or host:container:mode. Neither path may hold a colon.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [./data]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:/data\"]\n"},
	{.id = "R048", .name = "mount-mode",
	 .meaning =
	 "The third part of a mount is neither ro nor rw.",
	 .remedy =
	 "Docker's other modes have no counterpart.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:/data:cached\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:/data:ro\"]\n"},
	{.id = "R049", .name = "mount-empty",
	 .meaning =
	 "A mount has an empty path.",
	 .remedy =
	 "Both the host path and the container path are needed.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\":/data\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:/data\"]\n"},
	{.id = "R050", .name = "mount-relative",
	 .meaning =
	 "The container path of a mount is not absolute.",
	 .remedy =
	 "Begin it with /. Only host paths may be relative; they go by the spec's "
	 "folder.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:data\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"./data:/data\"]\n"},
};
/* clang-format on */
const size_t n_rules_values = sizeof(rules_values) / sizeof(rules_values[0]);
