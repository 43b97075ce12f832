/* SPDX-License-Identifier: Apache-2.0 */
/* R070 to R085: artifacts, resume, rendezvous, parallelism, resource profiles. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_artifacts[] = {
	{.id = "R070", .name = "export-dir",
	 .meaning =
	 "artifacts.export_dir is missing or blank.",
	 .remedy =
	 "It says where hpcc artifacts puts what was collected.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: \" \", paths: [/hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R071", .name = "artifacts-empty",
	 .meaning =
	 "artifacts has neither paths nor bundles.",
	 .remedy =
	 "Name what to collect, or drop the block.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R072", .name = "bundle-name",
	 .meaning =
	 "The name of a bundle is not allowed.",
	 .remedy =
	 "Letters, digits, _ and -; default is taken by artifacts.paths.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, bundles: {default: {paths: [/hpc-compose/job/a]}}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, bundles: {model: {paths: [/hpc-compose/job/a]}}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R073", .name = "bundle-empty",
	 .meaning =
	 "A bundle has no paths.",
	 .remedy =
	 "Name what belongs to it, or drop the bundle.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, bundles: {model: {paths: []}}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, bundles: {model: {paths: [/hpc-compose/job/a]}}}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R074", .name = "artifact-outside",
	 .meaning =
	 "An artifact's path is not at or below /hpc-compose/job.",
	 .remedy =
	 "Only the job's own folder is collected; let the service write there.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/data/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R075", .name = "artifact-own",
	 .meaning =
	 "An artifact's path lies in the folder that artifacts are collected into.",
	 .remedy =
	 "Collect from another folder of the job.",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/artifacts/x]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/x]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R076", .name = "path-climbs",
	 .meaning =
	 "A path climbs above / with .. parts.",
	 .remedy =
	 "Take out the surplus ..",
	 .bad =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/../../hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  artifacts: {export_dir: ./out, paths: [/hpc-compose/job/out]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R077", .name = "resume-path",
	 .meaning =
	 "resume.path is blank, relative, or below /hpc-compose.",
	 .remedy =
	 "It is a shared folder on the host that outlives the job.",
	 .bad =
	 "x-slurm:\n"
	 "  resume: {path: checkpoints}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  resume: {path: /shared/checkpoints}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R078", .name = "discover-empty",
	 .meaning =
	 "rendezvous.discover names nothing.",
	 .remedy =
	 "Name at least one record, or drop the block.",
	 .bad =
	 "x-slurm:\n"
	 "  rendezvous: {discover: []}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [model]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R079", .name = "rendezvous-name",
	 .meaning =
	 "A rendezvous name is not allowed.",
	 .remedy =
	 "Letters, digits, dot, underscore and hyphen, but not . or .. alone.",
	 .bad =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [a/b]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [a-b]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R080", .name = "rendezvous-clash",
	 .meaning =
	 "Two names in discover give the same variable names.",
	 .remedy =
	 "Case and punctuation are lost when a name becomes part of a variable; a-b and "
	 "a.b clash.",
	 .bad =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [a-b, a.b]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [a-b, c]}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R081", .name = "rendezvous-timeout",
	 .meaning =
	 "rendezvous.timeout_seconds is 0.",
	 .remedy =
	 "Looking up takes at least a second; require: false goes on without a record.",
	 .bad =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [model], timeout_seconds: 0}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  rendezvous: {discover: [model], timeout_seconds: 10}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R082", .name = "register",
	 .meaning =
	 "A value of rendezvous.register is out of bounds.",
	 .remedy =
	 "Port and lifetime are above 0, a path begins with /, protocol and metadata "
	 "keys hold letters, digits and a few signs.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      rendezvous: {register: {name: m, port: 80, path: v1}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      rendezvous: {register: {name: m, port: 80, path: /v1}}\n"},
	{.id = "R083", .name = "parallelism-zero",
	 .meaning =
	 "parallelism.tensor or parallelism.pipeline is 0.",
	 .remedy =
	 "Write 1 for no split.",
	 .bad =
	 "x-slurm:\n"
	 "  parallelism: {tensor: 0, pipeline: 1}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  parallelism: {tensor: 1, pipeline: 1}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R084", .name = "parallelism-gpus",
	 .meaning =
	 "tensor times pipeline is not the number of GPUs of its scope.",
	 .remedy =
	 "It must equal nodes times gpus_per_node.",
	 .bad =
	 "x-slurm:\n"
	 "  nodes: 1\n"
	 "  gpus_per_node: 4\n"
	 "  parallelism: {tensor: 2, pipeline: 1}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 1\n"
	 "  gpus_per_node: 4\n"
	 "  parallelism: {tensor: 2, pipeline: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "R085", .name = "profile-unknown",
	 .meaning =
	 "x-slurm.resources names a profile that the settings do not have.",
	 .remedy =
	 "Profiles live in .hpc-compose/settings.toml; the message lists those there.",
	 .bad =
	 "x-slurm:\n"
	 "  resources: huge\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 1\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
};
/* clang-format on */
const size_t n_rules_artifacts = sizeof(rules_artifacts) / sizeof(rules_artifacts[0]);
