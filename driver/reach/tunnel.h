/* SPDX-License-Identifier: Apache-2.0 */
/* The ssh line that brings ports of a service to a laptop, and what in it is guessed. */
#ifndef HPCC_DRIVER_REACH_TUNNEL_H
#define HPCC_DRIVER_REACH_TUNNEL_H

#include "driver/jobs/jobs.h"

/* The machine that a laptop connects to, as far as this one can tell. */
struct tunnel_end {
	struct str user; /* or empty */
	struct str host;
	struct str port;    /* of its sshd; empty: the usual one */
	bool is_local;      /* the job runs on it */
	bool is_by_session; /* by the ssh session that hpcc runs in, else the name of this machine */
};

void tunnel_end_guess(struct arena *a, const struct job_files *job, struct tunnel_end *end);

enum tunnel_way {
	TUNNEL_TO_NODE, /* ssh -N -L 8080:n1:8080 me@login1 */
	TUNNEL_INTO_NODE, /* ssh -N -J me@login1 -L 8080:localhost:8080 me@n1: for what listens on 127.0.0.1 there */
};

/* The line for the service's tcp ports at its first node, by its state and its ports; empty where there are none, or no
   node. Words are quoted for a shell. */
struct str tunnel_line(struct arena *a, const struct tunnel_end *end, enum tunnel_way way,
		       const json_t *state, const json_t *ports);

/* A sentence about what may be otherwise. */
struct str tunnel_guesses(struct arena *a, const struct tunnel_end *end);

#endif
