/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of state.json that `begin` (before there is a table) and `supervise` both write. */
#ifndef HPCC_RUNTIME_LOOP_STATE_H
#define HPCC_RUNTIME_LOOP_STATE_H

#include <stdint.h>

#include "runtime/out.h"

struct rt_state_job {
	const char *id, *name, *status, *nodes;
	int exit_code;
	int64_t measured_at; /* wall time at which the last of those asked has told what it uses */
	int64_t started_at, ended_at; /* wall time; an ended job has an exit code */
	const char *begun_at;         /* what `begin` wrote in place of started_at, or NULL */
	uint32_t attempt;
};

/* Opens the object, writes the job's keys, and opens the array of services. */
void rt_state_job(struct rt_out *out, const struct rt_state_job *job);
void rt_state_nodes(struct rt_out *out, const char *nodes);
/* The rendezvous port that `begin` decided and `supervise` reads back. */
void rt_state_port(struct rt_out *out, const char *port);

#endif
