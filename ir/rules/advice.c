/* SPDX-License-Identifier: Apache-2.0 */
/* A01 to A20: advice, told as warnings. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_advice[] = {
	{.id = "A01", .name = "started-without-readiness",
	 .meaning =
	 "A service waits only for the start of another one that has no readiness.",
	 .remedy =
	 "Started says that its process runs, not that it answers. Add readiness and "
	 "wait for service_healthy.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_started}}\n"
	 "  side:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_started}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
	{.id = "A02", .name = "memory-per-cpu",
	 .meaning =
	 "The memory per CPU is unusual: below 512 MiB or above 512 GiB.",
	 .remedy =
	 "Often a unit is wrong: mem: 4 means 4 megabytes.",
	 .bad =
	 "x-slurm:\n"
	 "  mem: 1G\n"
	 "  ntasks: 1\n"
	 "  cpus_per_task: 16\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  mem: 32G\n"
	 "  ntasks: 1\n"
	 "  cpus_per_task: 16\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A03", .name = "ignored-writes",
	 .meaning =
	 "A service whose failures are ignored can write to shared storage.",
	 .remedy =
	 "What it leaves half-written goes unnoticed. Mount it :ro, or choose another "
	 "mode.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"/shared/data:/data\"]\n"
	 "    x-slurm: {failure_policy: {mode: ignore}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"/shared/data:/data:ro\"]\n"
	 "    x-slurm: {failure_policy: {mode: ignore}}\n"},
	{.id = "A04", .name = "cache-node-local",
	 .meaning =
	 "cache_dir lies on storage that other nodes don't see.",
	 .remedy =
	 "Images are prepared on the login node and run on others; use a shared folder.",
	 .bad =
	 "x-slurm:\n"
	 "  cache_dir: /tmp/cache\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  cache_dir: /shared/cache\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A05", .name = "volume-node-local",
	 .meaning =
	 "A volume's host path lies on storage that other nodes don't see.",
	 .remedy =
	 "What is there on the login node is missing where the job runs. Use a shared "
	 "folder or scratch.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"/tmp/data:/data\"]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    volumes: [\"/shared/data:/data\"]\n"},
	{.id = "A06", .name = "condition-implied",
	 .meaning =
	 "A dependency does not say what it waits for.",
	 .remedy =
	 "It means service_started. Write the condition, so that readers need not know.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: [side]\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_healthy}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
	{.id = "A07", .name = "image-tag",
	 .meaning =
	 "An image has the tag latest, or no tag.",
	 .remedy =
	 "What it means changes from day to day; name a version or a digest.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A08", .name = "tasks-disagree",
	 .meaning =
	 "nodes times ntasks_per_node is not ntasks.",
	 .remedy =
	 "Slurm then reads ntasks_per_node as an upper limit. Drop one of the three.",
	 .bad =
	 "x-slurm:\n"
	 "  nodes: 2\n"
	 "  ntasks: 5\n"
	 "  ntasks_per_node: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  nodes: 2\n"
	 "  ntasks: 4\n"
	 "  ntasks_per_node: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A09", .name = "memory-unit",
	 .meaning =
	 "A memory size has no unit.",
	 .remedy =
	 "Slurm reads megabytes. Write 4G or 4096M.",
	 .bad =
	 "x-slurm:\n"
	 "  mem: 4096\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  mem: 4G\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A10", .name = "limit-above-job",
	 .meaning =
	 "A service's time_limit is above the time of the job.",
	 .remedy =
	 "The job ends first.",
	 .bad =
	 "x-slurm:\n"
	 "  time: 1:00:00\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {time_limit: 2:00:00}\n",
	 .good =
	 "x-slurm:\n"
	 "  time: 2:00:00\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {time_limit: 1:00:00}\n"},
	{.id = "A11", .name = "dependency-ends-first",
	 .meaning =
	 "A service may run longer than one that it depends on.",
	 .remedy =
	 "Give the dependency at least the same time_limit.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_healthy}}\n"
	 "    x-slurm: {time_limit: 2:00:00}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"
	 "    x-slurm: {time_limit: 1:00:00}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_healthy}}\n"
	 "    x-slurm: {time_limit: 1:00:00}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"
	 "    x-slurm: {time_limit: 2:00:00}\n"},
	{.id = "A12", .name = "helper-limit",
	 .meaning =
	 "A helper's time_limit differs from that of the service on all nodes.",
	 .remedy =
	 "Helpers usually live as long as the service they help.",
	 .bad =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {nodes: 2, time_limit: 2:00:00}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {nodes: 1, time_limit: 1:00:00}\n",
	 .good =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {nodes: 2, time_limit: 2:00:00}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {nodes: 1, time_limit: 2:00:00}\n"},
	{.id = "A13", .name = "mpi-unusual",
	 .meaning =
	 "The MPI plugin is unusual for the library.",
	 .remedy =
	 "Open MPI and MPICH start with pmix or pmi2; Intel MPI with pmi2 and "
	 "I_MPI_PMI_LIBRARY.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmi1, profile: openmpi}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {mpi: {type: pmix, profile: openmpi}}\n"},
	{.id = "A14", .name = "resume-node-local",
	 .meaning =
	 "resume.path lies on storage that is cleared or not shared.",
	 .remedy =
	 "A later attempt may run on another node. Use a shared folder.",
	 .bad =
	 "x-slurm:\n"
	 "  resume: {path: /tmp/checkpoints}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-slurm:\n"
	 "  resume: {path: /shared/checkpoints}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A15", .name = "site-disagrees",
	 .meaning =
	 "The site's cluster profile disagrees with the plan.",
	 .remedy =
	 "The message shows both. The profile, .hpc-compose/cluster.toml, holds what the "
	 "site knows about services on several nodes; drop your own value, or be sure "
	 "that you know better.",
	 .bad =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    environment: {NCCL_SOCKET_IFNAME: eth0}\n"
	 "    x-slurm: {nodes: 2}\n",
	 .good =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {nodes: 2}\n",
	 .file_name = ".hpc-compose/cluster.toml",
	 .file_text =
	 "[distributed.env]\n"
	 "NCCL_SOCKET_IFNAME = \"ib0\"\n"},
	{.id = "A16", .name = "window-idle",
	 .meaning =
	 "The restart window can never trip.",
	 .remedy =
	 "Backoff keeps restarts so far apart, or the window's limit is so high, that "
	 "max_restarts is reached first. A window_exhausted hook never runs.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure, max_restarts: 3, max_restarts_in_window: 3}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      failure_policy: {mode: restart_on_failure, max_restarts: 10, max_restarts_in_window: 3, backoff_seconds: 1, window_seconds: 60}\n"},
	{.id = "A17", .name = "extension-near",
	 .meaning =
	 "A key of your own at the root is nearly a key that hpcc knows.",
	 .remedy =
	 "Keys that begin with x- and aren't known are left alone, so a misspelt one would "
	 "do nothing, unnoticed. Keys that hold an anchor aren't asked about.",
	 .bad =
	 "x-slrum: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "x-common: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"},
	{.id = "A18", .name = "look-alike",
	 .meaning =
	 "A text without quotes begins or ends with a character that looks like a quote or a "
	 "blank and is neither.",
	 .remedy =
	 "Typographic quotes and no-break spaces come from word processors and web pages, and "
	 "become a part of the text. If that is meant, put the text in quotes.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: “redis:7”\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: \"redis:7\"\n"},
	{.id = "A19", .name = "no-such-directive",
	 .meaning =
	 "The job's cpu_bind becomes an option that sbatch does not have.",
	 .remedy =
	 "sbatch refuses the script. CPUs are bound step by step: give cpu_bind to the "
	 "services that need it.",
	 .bad =
	 "x-slurm: {cpu_bind: cores}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {cpu_bind: cores}\n"},
	{.id = "A20", .name = "amount-uncertain",
	 .meaning =
	 "A service asks for CPUs or GPUs that it isn't sure to get.",
	 .remedy =
	 "A job that states no CPUs is given one for each task. A step that asks for more, or has more "
	 "tasks, is refused, and steps that ask for more together wait for each other, unless the site "
	 "gives whole nodes. State cpus_per_task under the job's x-slurm. GPUs are asked for by the job "
	 "first, then by its services. cpus_per_gpu of a service is sure to count beside gpus_per_task only.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {cpus_per_task: 8}\n",
	 .good =
	 "x-slurm: {cpus_per_task: 8}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {cpus_per_task: 8}\n"},
};
/* clang-format on */
const size_t n_rules_advice = sizeof(rules_advice) / sizeof(rules_advice[0]);
