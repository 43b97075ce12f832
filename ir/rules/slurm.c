/* SPDX-License-Identifier: Apache-2.0 */
/* R051 to R069: x-slurm, from directives to the watchdog. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_slurm[] = {
	{.id = "R051", .name = "cpus-twice",
	 .meaning =
	 "cpus_per_task and cpus_per_gpu stand in one scope.",
	 .remedy =
	 "Slurm takes one of them. Keep the one that you think in.",
	 .bad =
	 "x-slurm:\n"
	 "  cpus_per_task: 4\n"
	 "  cpus_per_gpu: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  cpus_per_task: 4\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R052", .name = "memory-twice",
	 .meaning =
	 "mem and mem_per_gpu stand together at the root.",
	 .remedy =
	 "Slurm takes one of them.",
	 .bad =
	 "x-slurm:\n"
	 "  mem: 4G\n"
	 "  mem_per_gpu: 2G\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  mem: 4G\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R053", .name = "gpus-twice",
	 .meaning =
	 "gpus and a GPU entry in gres stand in one scope.",
	 .remedy =
	 "They would ask for GPUs twice. Other entries of gres are fine.",
	 .bad =
	 "x-slurm:\n"
	 "  gpus: 2\n"
	 "  gres: gpu:2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  gpus: 2\n"
	 "  gres: \"lustre:1\"\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R054", .name = "submit-flag-owned",
	 .meaning =
	 "An item of submit_args is a flag that a field of x-slurm owns.",
	 .remedy =
	 "Write the field instead, so that the plan knows it: --nodes is nodes, --time "
	 "is time, and so on.",
	 .bad =
	 "x-slurm:\n"
	 "  submit_args: [\"--nodes=2\"]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  submit_args: [\"--exclusive\"]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R055", .name = "mail-twice",
	 .meaning =
	 "notify.email is set and submit_args sets mail flags, too.",
	 .remedy =
	 "Keep notify.email.",
	 .bad =
	 "x-slurm:\n"
	 "  notify: {email: {to: me@example.org}}\n"
	 "  submit_args: [\"--mail-type=ALL\"]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  notify: {email: {to: me@example.org}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R056", .name = "mail-array",
	 .meaning =
	 "Mail is asked for array tasks, but the job is no array.",
	 .remedy =
	 "Drop array_tasks from notify.email.on, or set array.",
	 .bad =
	 "x-slurm:\n"
	 "  notify: {email: {to: me@example.org, on: [array_tasks]}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  array: 0-3\n"
	 "  notify: {email: {to: me@example.org, on: [array_tasks]}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R057", .name = "mail-blank",
	 .meaning =
	 "notify.email.to is blank.",
	 .remedy =
	 "Write an address.",
	 .bad =
	 "x-slurm:\n"
	 "  notify: {email: {to: \" \"}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  notify: {email: {to: me@example.org}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R058", .name = "srun-flag-owned",
	 .meaning =
	 "An item of extra_srun_args is a flag that a field of the service's x-slurm "
	 "owns.",
	 .remedy =
	 "Write the field instead, so that the plan knows it.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      extra_srun_args: [\"--ntasks=2\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      extra_srun_args: [\"--label\"]\n"},
	{.id = "R059", .name = "mpi-twice",
	 .meaning =
	 "mpi is set and extra_srun_args names --mpi, too.",
	 .remedy =
	 "Keep mpi.type.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm:\n"
	 "      mpi: {type: pmix}\n"
	 "      extra_srun_args: [\"--mpi=pmi2\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm:\n"
	 "      mpi: {type: pmix}\n"},
	{.id = "R060", .name = "service-partition",
	 .meaning =
	 "partition, qos or account stands in a service.",
	 .remedy =
	 "One allocation has one of each; write it in the root x-slurm.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      partition: gpu\n",
	 .good =
	 "x-slurm: {partition: gpu}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R061", .name = "scratch-path",
	 .meaning =
	 "scratch.base is blank, or scratch.mount is blank or not absolute.",
	 .remedy =
	 "base is a folder on the nodes, mount the path that services see.",
	 .bad =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: scratch}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R062", .name = "stage-path",
	 .meaning =
	 "A path of stage_in or stage_out is blank.",
	 .remedy =
	 "Name both from and to.",
	 .bad =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_out: [{from: \" \", to: ./out}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_out: [{from: /scratch/out, to: ./out}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R063", .name = "stage-source",
	 .meaning =
	 "A stage_in entry has both from and hf, or neither.",
	 .remedy =
	 "It copies a path or downloads a repository, one of the two.",
	 .bad =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{to: /scratch/in}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{from: ./in, to: /scratch/in}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R064", .name = "hf-repo",
	 .meaning =
	 "hf.repo is not of the form organisation/name.",
	 .remedy =
	 "Letters, digits, dot, underscore and hyphen on both sides of the slash.",
	 .bad =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{to: /scratch/m, hf: {repo: bert, revision: 0e9e39f}}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{to: /scratch/m, hf: {repo: google/bert, revision: 0e9e39f}}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R065", .name = "hf-revision",
	 .meaning =
	 "hf.revision can change under your feet.",
	 .remedy =
	 "Pin a commit (7 or more hexadecimal digits) or a version tag such as v1.2.0; "
	 "main is refused.",
	 .bad =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{to: /scratch/m, hf: {repo: google/bert, revision: main}}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  scratch: {base: /local, mount: /scratch}\n"
	 "  stage_in: [{to: /scratch/m, hf: {repo: google/bert, revision: v1.2.0}}]\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R066", .name = "burst-buffer",
	 .meaning =
	 "A burst-buffer line begins neither with #BB nor with #DW and a blank.",
	 .remedy =
	 "These lines go into the script as they are, where only these two prefixes are "
	 "read.",
	 .bad =
	 "x-slurm:\n"
	 "  burst_buffer: {directives: [\"BB create\"]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  burst_buffer: {directives: [\"#BB create\"]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R067", .name = "metrics-interval",
	 .meaning =
	 "metrics.interval_seconds is 0.",
	 .remedy =
	 "Sampling needs a pause; switch it off with enabled: false.",
	 .bad =
	 "x-slurm:\n"
	 "  metrics: {interval_seconds: 0}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  metrics: {interval_seconds: 10}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R068", .name = "watchdog-cancel",
	 .meaning =
	 "watchdog.action: cancel is reserved.",
	 .remedy =
	 "The watchdog warns; write warn or leave the key out.",
	 .bad =
	 "x-slurm:\n"
	 "  watchdog: {action: cancel}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  watchdog: {action: warn}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R069", .name = "watchdog-range",
	 .meaning =
	 "A watchdog time is 0, or a percentage is above 100.",
	 .remedy =
	 "Times are seconds above 0, percentages 0 to 100.",
	 .bad =
	 "x-slurm:\n"
	 "  watchdog: {grace_period_seconds: 0}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  watchdog: {grace_period_seconds: 60}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
};
/* clang-format on */
const size_t n_rules_slurm = sizeof(rules_slurm) / sizeof(rules_slurm[0]);
