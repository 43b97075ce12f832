/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The task of a running service that a command is to be run beside: which job, which node, by what the job
 * says of itself and by the marks of its tasks.
 */
#ifndef HPCC_DRIVER_ENTER_TARGET_H
#define HPCC_DRIVER_ENTER_TARGET_H

#include "driver/jobs/known.h"

struct enter_target {
	const struct job_files *job; /* an element, of an array */
	struct str service, token;
	uint64_t task;
	const json_t *component; /* the service's entry in the state, which says where it runs */
	struct str node;         /* as Slurm calls it; empty of a local job */
};

/* The command line names the job, and then the service; *rest is the first word behind that. An exit code,
   after a message: nothing of that kind runs, or there is none. */
int enter_find(struct invocation *inv, struct enter_target *target, uint32_t *rest);

/* The job and its one part that is meant, which runs. False after a message. */
bool enter_find_job(struct invocation *inv, struct known_job *known);

/* The service's entry in the state. False after a message: there is none of that name. */
bool enter_find_service(struct invocation *inv, const struct job_view *view, const char *name,
			const json_t **service);

#endif
