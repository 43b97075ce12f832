/* SPDX-License-Identifier: Apache-2.0 */
/* R154 to R166: sweeps, and what a command can do. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_sweeps[] = {
	{.id = "R154", .name = "sweep-empty",
	 .meaning =
	 "sweep.parameters is empty, or one of them has no values.",
	 .remedy =
	 "Each parameter is a list of values to try.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: []}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [0.1, 0.01]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R155", .name = "sweep-name",
	 .meaning =
	 "The name of a sweep parameter is not allowed.",
	 .remedy =
	 "It becomes a variable: letters, digits and _; HPC_COMPOSE_SWEEP_ at the "
	 "beginning is taken.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {learning-rate: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {learning_rate: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R156", .name = "sweep-value",
	 .meaning =
	 "A sweep value is null, a list or a mapping.",
	 .remedy =
	 "Values are texts, numbers or booleans.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [[1, 2]]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R157", .name = "sweep-matrix",
	 .meaning =
	 "sweep.matrix is neither full nor a mapping with random.",
	 .remedy =
	 "full tries every combination, random: N a sample of them.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: half\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: {random: 1}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R158", .name = "sweep-random",
	 .meaning =
	 "matrix.random is 0 or above the number of combinations.",
	 .remedy =
	 "The sample has no repeats.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: {random: 3}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: {random: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R159", .name = "sweep-replicates",
	 .meaning =
	 "sweep.replicates is 0.",
	 .remedy =
	 "Each combination runs at least once.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  replicates: 0\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  replicates: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R160", .name = "objective-source",
	 .meaning =
	 "A sweep objective sets both or neither of log_pattern and json_path, or "
	 "json_path without json_field.",
	 .remedy =
	 "Its value is read from one place.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize, log_pattern: \"loss=([0-9.]+)\"}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R161", .name = "objective-pattern",
	 .meaning =
	 "objective.group is 0, or log_pattern is no regular expression.",
	 .remedy =
	 "Groups count from 1; the pattern is a POSIX extended one.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize, log_pattern: \"loss=([0-9.]+\"}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize, log_pattern: \"loss=([0-9.]+)\"}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R162", .name = "scaling-axis",
	 .meaning =
	 "objective.scaling_axis names no parameter, or one that has a value that is no "
	 "positive number.",
	 .remedy =
	 "It is the x axis of a report, so all its values are positive numbers.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, x]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize, log_pattern: \"l=(.*)\", scaling_axis: LR}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  objective: {direction: minimize, log_pattern: \"l=(.*)\", scaling_axis: LR}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R163", .name = "sweep-array",
	 .meaning =
	 "A sweep of a job array is submitted.",
	 .remedy =
	 "Each trial is a job of its own. Drop array, or make the index a parameter.",
	 .bad =
	 "x-slurm: {array: 0-3}\n"
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "sweep"},
	{.id = "R164", .name = "sweep-ceiling",
	 .meaning =
	 "A sweep would submit more jobs than the ceiling.",
	 .remedy =
	 "100 unless raised on the command line. Take a sample with matrix: {random: N}.",
	 .bad =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  replicates: 51\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "sweep:\n"
	 "  parameters: {LR: [1, 2]}\n"
	 "  matrix: full\n"
	 "  replicates: 50\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "sweep"},
	{.id = "R165", .name = "local-run",
	 .meaning =
	 "A local run of something that only a cluster can do.",
	 .remedy =
	 "Arrays, job dependencies, extra srun arguments, MPI and several nodes need "
	 "Slurm.",
	 .bad =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm: {nodes: 1}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "local"},
	{.id = "R166", .name = "attached-array",
	 .meaning =
	 "A submission of an array job that stays attached.",
	 .remedy =
	 "There is no single job to watch. Use hpcc submit, or up with --detach.",
	 .bad =
	 "x-slurm: {array: 0-3}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .needs = "attached"},
};
/* clang-format on */
const size_t n_rules_sweeps = sizeof(rules_sweeps) / sizeof(rules_sweeps[0]);
