/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rank variables. The node rank counts in the order of the service's own node
 * list, which need not be the order of Slurm's node ids.
 */
#include "runtime/step/step.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *number_or_zero(const char *name)
{
	const char *value = getenv(name);

	return value && *value && value[strspn(value, "0123456789")] == '\0' ? value : "0";
}

static bool find_in_list(const char *list, const char *node, int *rank)
{
	size_t len = strlen(node);

	for (*rank = 0; *list; ++*rank) {
		size_t word = strcspn(list, " ");

		if (word == len && !memcmp(list, node, len))
			return true;
		list += word;
		list += strspn(list, " ");
	}
	return false;
}

void rt_step_ranks(void)
{
	const char *list = getenv("HPC_COMPOSE_SERVICE_NODELIST"),
		   *node = getenv("SLURMD_NODENAME");
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	setenv("HPC_COMPOSE_DIST_LOCAL_RANK", number_or_zero("SLURM_LOCALID"), 1);
	setenv("HPC_COMPOSE_DIST_GLOBAL_RANK", number_or_zero("SLURM_PROCID"), 1);
	char text[16];
	int rank;
	if ((list && node && find_in_list(list, node, &rank)) ||
	    (list && find_in_list(list, host, &rank))) {
		snprintf(text, sizeof(text), "%d", rank);
		setenv("HPC_COMPOSE_DIST_NODE_RANK", text, 1);
		return;
	}
	setenv("HPC_COMPOSE_DIST_NODE_RANK", number_or_zero("SLURM_NODEID"), 1);
}
