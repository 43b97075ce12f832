/* SPDX-License-Identifier: Apache-2.0 */
/* Ports of a job's services, with the numbers that the job has chosen. */
#ifndef HPCC_DRIVER_REACH_PORTS_H
#define HPCC_DRIVER_REACH_PORTS_H

#include "driver/jobs/jobs.h"

/* Those that the job has chosen, by their places; none before it has. */
struct chosen_ports {
	LIST(uint64_t) list;
};
void chosen_ports_read(struct invocation *inv, const struct job_files *job,
		       struct chosen_ports *chosen);

/*
 * The ports of a service, by the record's entry of it (or NULL): a new list of objects with `name`, `number`, `last` of a
 * range, `protocol`. One that is to be chosen has no number until it is.
 */
json_t *service_ports(const json_t *record, const struct chosen_ports *chosen);

/* "6379,9125-9130/udp,http?": for people. */
struct str ports_text(struct arena *a, const json_t *ports);

/* "6379", "9125-9130/udp", "http?" */
struct str port_text(struct arena *a, const json_t *port);

#endif
