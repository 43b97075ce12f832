/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc watch: a job as it goes on: a live view in a terminal, plain lines elsewhere. */
#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/screen/watch.h"

int cmd_watch(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	return watch_jobs(inv, &job, &parts, false, stdout);
}
