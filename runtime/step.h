/* SPDX-License-Identifier: Apache-2.0 */
/* The rank variables of a task (step_ranks.c), for the shim in step.c. */
#ifndef HPCC_RUNTIME_STEP_H
#define HPCC_RUNTIME_STEP_H

/* Sets HPC_COMPOSE_DIST_NODE_RANK, _LOCAL_RANK and _GLOBAL_RANK from what Slurm says. */
void rt_step_ranks(void);

#endif
