/* SPDX-License-Identifier: Apache-2.0 */
/* R130 to R153: placement, geometry, dependencies. */
#include "ir/rules/rules.h"

/* clang-format off: one string a line, as the example is written */
const struct rule rules_placement[] = {
	{.id = "R130", .name = "placement-choice",
	 .meaning =
	 "placement sets none or several of node_range, node_count, node_percent and "
	 "share_with.",
	 .remedy =
	 "They are four ways to say one thing; choose one.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 0-1, node_count: 2}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 0-1}\n"},
	{.id = "R131", .name = "node-set",
	 .meaning =
	 "A set of nodes is not written as one.",
	 .remedy =
	 "Numbers from 0 and ranges, joined by commas: 0-3,6.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 3-1}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 1-3}\n"},
	{.id = "R132", .name = "node-share",
	 .meaning =
	 "node_count is 0, or node_percent is not between 1 and 100.",
	 .remedy =
	 "A service runs on at least one node.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 0}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 2}\n"},
	{.id = "R133", .name = "share-with",
	 .meaning =
	 "share_with is blank, or stands with start_index or exclude.",
	 .remedy =
	 "It takes the other service's nodes as they are.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_count: 2}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: app, start_index: 1}}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_count: 2}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: app}}\n"},
	{.id = "R134", .name = "start-index",
	 .meaning =
	 "start_index stands without node_count or node_percent.",
	 .remedy =
	 "It says where counting begins; a range names its nodes itself.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 0-1, start_index: 1}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 2, start_index: 1}\n"},
	{.id = "R135", .name = "node-index",
	 .meaning =
	 "A node's number is not below the number of nodes.",
	 .remedy =
	 "Nodes count from 0, so the last one is nodes minus 1.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 2-4}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_range: 2-3}\n"},
	{.id = "R136", .name = "nodes-too-few",
	 .meaning =
	 "Fewer nodes are left than a placement asks for.",
	 .remedy =
	 "Count what start_index and exclude take away.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 3, start_index: 2}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 2, start_index: 2}\n"},
	{.id = "R137", .name = "nodes-placement",
	 .meaning =
	 "A service's nodes differs from the size of its placement.",
	 .remedy =
	 "The placement decides; leave nodes out.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 3\n"
	 "      placement: {node_count: 2}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 2\n"
	 "      placement: {node_count: 2}\n"},
	{.id = "R138", .name = "nodes-too-many",
	 .meaning =
	 "A service asks for more nodes than the allocation has.",
	 .remedy =
	 "Raise x-slurm.nodes at the root, or lower the service's.",
	 .bad =
	 "x-slurm: {nodes: 2}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 4\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 4\n"},
	{.id = "R139", .name = "nodes-one",
	 .meaning =
	 "The allocation has one node, a service asks for another number.",
	 .remedy =
	 "Raise x-slurm.nodes at the root, or leave the service's out.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 2\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 1\n"},
	{.id = "R140", .name = "nodes-between",
	 .meaning =
	 "A service asks for some of the nodes without saying which.",
	 .remedy =
	 "Without placement it runs on one node or on all. Add placement.node_count.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 2\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {node_count: 2}\n"},
	{.id = "R141", .name = "share-unknown",
	 .meaning =
	 "share_with names a service that does not exist.",
	 .remedy =
	 "Check the spelling.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      placement: {share_with: nobody}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_count: 2}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: app}}\n"},
	{.id = "R142", .name = "share-circle",
	 .meaning =
	 "Services share nodes with each other in a circle.",
	 .remedy =
	 "Give one of them a placement of its own.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: side}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: app}}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_count: 2}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {share_with: app}}\n"},
	{.id = "R143", .name = "nodes-overlap",
	 .meaning =
	 "Two services are placed on the same node and neither allows it.",
	 .remedy =
	 "Move one, share the other's nodes, or set allow_overlap: true.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_range: 0-1}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_range: 1-2}}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_range: 0-1}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {placement: {node_range: 2-3}}\n"},
	{.id = "R144", .name = "probe-locality",
	 .meaning =
	 "A readiness probe relies on localhost, but the service does not run on the "
	 "batch node alone.",
	 .remedy =
	 "Probes run on the first node. Use a log probe, or name a host.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"
	 "    x-slurm: {nodes: 4}\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: log, pattern: ready}\n"
	 "    x-slurm: {nodes: 4}\n"},
	{.id = "R145", .name = "ranks-overflow",
	 .meaning =
	 "nodes times ntasks_per_node does not fit into 32 bits.",
	 .remedy =
	 "No cluster runs that many tasks.",
	 .bad =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 4\n"
	 "      ntasks_per_node: 4000000000\n",
	 .good =
	 "x-slurm: {nodes: 4}\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm:\n"
	 "      nodes: 4\n"
	 "      ntasks_per_node: 4\n"},
	{.id = "R146", .name = "ranks-too-many",
	 .meaning =
	 "A step has more ranks than the allocation has tasks.",
	 .remedy =
	 "Raise ntasks at the root, or lower the service's.",
	 .bad =
	 "x-slurm:\n"
	 "  ntasks: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {ntasks: 4}\n",
	 .good =
	 "x-slurm:\n"
	 "  ntasks: 4\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {ntasks: 4}\n"},
	{.id = "R147", .name = "gpus-too-many",
	 .meaning =
	 "A step asks for more GPUs than the allocation has.",
	 .remedy =
	 "Raise gpus at the root, or lower the service's.",
	 .bad =
	 "x-slurm:\n"
	 "  gpus: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {gpus: 4}\n",
	 .good =
	 "x-slurm:\n"
	 "  gpus: 4\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {gpus: 4}\n"},
	{.id = "R148", .name = "service-above-job",
	 .meaning =
	 "A service asks for more per node, task or GPU than the job does.",
	 .remedy =
	 "A step cannot have more than its allocation.",
	 .bad =
	 "x-slurm:\n"
	 "  cpus_per_task: 2\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {cpus_per_task: 4}\n",
	 .good =
	 "x-slurm:\n"
	 "  cpus_per_task: 4\n"
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    x-slurm: {cpus_per_task: 4}\n"},
	{.id = "R149", .name = "expected-ranks",
	 .meaning =
	 "mpi.expected_ranks differs from the ranks that the step has.",
	 .remedy =
	 "Change the number of tasks, or the expectation.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {ntasks: 4, mpi: {type: pmix, expected_ranks: 8}}\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    command: run\n"
	 "    x-slurm: {ntasks: 4, mpi: {type: pmix, expected_ranks: 4}}\n"},
	{.id = "R150", .name = "dependency-unknown",
	 .meaning =
	 "depends_on names a service that does not exist.",
	 .remedy =
	 "Check the spelling.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: [databse]\n"
	 "  database:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: [database]\n"
	 "  database:\n"
	 "    image: redis:7\n"},
	{.id = "R151", .name = "dependency-circle",
	 .meaning =
	 "Services wait for each other in a circle.",
	 .remedy =
	 "Every edge of the circle is shown. None of them could ever start; take one "
	 "edge out.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: [side]\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    depends_on: [app]\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: [side]\n"
	 "  side:\n"
	 "    image: redis:7\n"},
	{.id = "R152", .name = "dependency-condition",
	 .meaning =
	 "The condition of a dependency is not one of the three.",
	 .remedy =
	 "service_started, service_healthy, service_completed_successfully.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_ready}}\n"
	 "  side:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_started}}\n"
	 "  side:\n"
	 "    image: redis:7\n"},
	{.id = "R153", .name = "dependency-health",
	 .meaning =
	 "A service waits for another to be healthy that has no readiness.",
	 .remedy =
	 "Add readiness to it, or wait for service_started.",
	 .bad =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_healthy}}\n"
	 "  side:\n"
	 "    image: redis:7\n",
	 .good =
	 "services:\n"
	 "  app:\n"
	 "    image: redis:7\n"
	 "    depends_on: {side: {condition: service_healthy}}\n"
	 "  side:\n"
	 "    image: redis:7\n"
	 "    readiness: {type: tcp, port: 6379}\n"},
};
/* clang-format on */
const size_t n_rules_placement = sizeof(rules_placement) / sizeof(rules_placement[0]);
