/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services of a job by the words of the command line. A copy goes by its own name and by that of the service
 * that it is a copy of: `web` means web-1, web-2 and so on.
 */
#ifndef HPCC_DRIVER_SCREEN_SERVICES_H
#define HPCC_DRIVER_SCREEN_SERVICES_H

#include "driver/jobs/jobs.h"

/* The command line's first word that isn't the job or the spec; of commands that take services. */
uint32_t services_begin(const struct invocation *inv);

/* How a service is called among several jobs: "3/worker" of element 3 of an array. */
struct str service_shown(struct arena *a, const struct job_files *job, struct str name,
			 bool is_of_many);

/* Some word is the service's name, or no service is named. `batch` and the like have no record. */
bool service_is_wanted(const struct invocation *inv, const struct job_files *job, struct str name);

/* A word that names no service of the job, nor is `other` (or NULL), is a mistake: false after a message. */
bool services_are_known(const struct invocation *inv, const struct job_files *job,
			const char *other);

/* Says that there is no service of this name, and which one may be meant. */
void service_complain_unknown(const struct invocation *inv, const struct job_files *job,
			      const char *name, const char *other);

#endif
