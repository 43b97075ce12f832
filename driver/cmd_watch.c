/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc watch: a job as it goes on. */
#include "driver/cmd.h"
#include "driver/watch.h"

int cmd_watch(struct invocation *inv)
{
	struct job_files job;

	if (!job_find(inv, &job))
		return EXIT_ENVIRONMENT;
	return watch_job(inv, &job, false);
}
