/* SPDX-License-Identifier: Apache-2.0 */
/* The services of a job, a row each: what record, state and plan say of one, in words for people. */
#ifndef HPCC_DRIVER_SCREEN_ROSTER_H
#define HPCC_DRIVER_SCREEN_ROSTER_H

#include "driver/jobs/status.h"
#include "driver/screen/style.h"

struct roster_row {
	const struct job_view *view;
	const json_t *state;  /* of the service, or NULL: the job hasn't written any */
	const json_t *record; /* likewise */
	json_t *port_list;    /* its ports (driver/reach/ports.h) */
	struct str name;
	const char *words;  /* "ready", "restarting", "out of memory" */
	const char *family; /* what counts put together: "failed", "waiting", … */
	bool is_bad;
	double since;      /* seconds since 1970, or 0 */
	struct str nodes;  /* "n1", "n1+3"; or empty */
	struct str tries;  /* "1/5": restarts of those that it may have; or empty */
	struct str ready;  /* "tcp 8080": what makes it ready; or empty */
	struct str ports;  /* "8080,9125/udp"; or empty */
	struct str end;    /* "42", "app-exit 42": how it ended last; or empty */
	struct str remark; /* what it waits for, what its last look saw; or empty */
};

struct roster {
	LIST(struct roster_row) rows;
};

/* Adds the services of one job, or of an element of an array, that the command line names. */
void roster_add(struct invocation *inv, const struct job_view *view, struct roster *roster);

/* Lists of ports are no memory of the arena: for rosters that are made again and again. */
void roster_free(struct roster *roster);

/* "50 services: 3 failed, 7 waiting, 40 ready", or without the word; what is grave comes first. */
struct str roster_counts(struct arena *a, const struct roster *roster, const char *word);

/* Where a family stands among all: what asks for attention first is 0. */
unsigned roster_rank(const char *family);

/* The colour of a row's words. */
const char *roster_color(const struct style *style, const struct roster_row *row);

/* Under what name state.json has the last launch of a service. */
const char *roster_launch_key(const json_t *service);

/* The bad one that ended first, or NULL. */
const struct roster_row *roster_first_failure(const struct roster *roster);

#endif
