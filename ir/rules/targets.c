/* SPDX-License-Identifier: Apache-2.0 */
/* B01 to B07: what a container tool, a scheduler or their version can't carry. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_targets[] = {
	{.id = "B01", .name = "mount-syntax",
	 .meaning =
	 "A mount's path holds a byte that the container tool uses between mounts.",
	 .remedy =
	 "Pyxis and Apptainer separate mounts by commas and their parts by colons, and have no way "
	 "to write one in a path. A symbolic link with a plain name can stand for the path.",
	 .bad =
	 "x-slurm:\n"
	 "  resume: {path: \"/shared/a,b\"}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7.2\n",
	 .good =
	 "x-slurm:\n"
	 "  resume: {path: /shared/a-b}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7.2\n"},
	{.id = "B02", .name = "container-lacks",
	 .meaning =
	 "The spec asks for something that its container tool can't do.",
	 .remedy =
	 "Charliecloud has no read-only mounts and knows no image's own command.",
	 .bad =
	 "runtime: {backend: charliecloud}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: debian:12\n",
	 .good =
	 "runtime: {backend: charliecloud}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: debian:12\n"
	 "    command: [sleep, \"1\"]\n"},
	{.id = "B03", .name = "log-path",
	 .meaning =
	 "A path of a log holds a backslash.",
	 .remedy =
	 "Slurm takes it as the wish to replace no % specifier, and drops it. Choose a name without.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "x-slurm: {output: 'logs\\%j.out'}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "x-slurm: {output: logs/%j.out}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n"},
	{.id = "B04", .name = "script-variable",
	 .meaning =
	 "The root's x-env sets a variable that the script itself needs.",
	 .remedy =
	 "These are NODES, JOB_DIR, SPEC_DIR, CACHE_ROOT, SCRATCH_DIR, HOME, PWD, IFS and "
	 "SLURM_SUBMIT_DIR. A service's environment may set them.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "x-env:\n"
	 "  env: {NODES: \"4\"}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n"
	 "    environment: {NODES: \"4\"}\n"},
	{.id = "B05", .name = "target-too-old",
	 .meaning =
	 "--target names a version that can't run the job.",
	 .remedy =
	 "Slurm before 20.02 isn't known to hpcc; Pyxis before 0.15 has no --container-env, so the "
	 "image's own value of a variable would win.",
	 .needs = "slurm 22.05, pyxis 0.14",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7.2\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n"},
	{.id = "B06", .name = "sweep-not-run",
	 .meaning =
	 "The spec describes a sweep, and hpcc starts no trials of one.",
	 .remedy =
	 "The sweep is checked and shown by hpcc inspect. The script is that of one job: give the "
	 "parameters of the trial with --env, once for each trial that you want.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [train, \"--lr=${lr:-0.1}\"]\n"
	 "sweep:\n"
	 "  parameters: {lr: [0.1, 0.01]}\n"
	 "  matrix: full\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [train, \"--lr=${lr:-0.1}\"]\n"},
	{.id = "B07", .name = "probe-url",
	 .meaning =
	 "A readiness url names no host that could be asked by http or https.",
	 .remedy =
	 "The probe would be tried in vain until its time is up. Write http://HOST:PORT/PATH; an "
	 "address without a scheme is taken for http.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7.2\n"
	 "    readiness: {type: http, url: \"ftp://localhost/\"}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7.2\n"
	 "    readiness: {type: http, url: \"localhost:8000/health\"}\n"},
	{.id = "B08", .name = "search-path",
	 .meaning =
	 "The path of a Spack view holds a colon.",
	 .remedy =
	 "Its folders go to the front of PATH and the like, which are lists with colons. A symbolic "
	 "link with a plain name can stand for the view.",
	 .bad =
	 "runtime: {backend: host}\n"
	 "x-env: {spack: {view: \"/views/a:b\"}}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n",
	 .good =
	 "runtime: {backend: host}\n"
	 "x-env: {spack: {view: /views/a-b}}\n"
	 "services:\n"
	 "  app:\n"
	 "    command: [env]\n"},
};
const size_t n_rules_targets = sizeof(rules_targets) / sizeof(rules_targets[0]);
