/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc watch: a job as it goes on: a live view in a terminal, plain lines elsewhere. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/screen/screen.h"
#include "driver/system.h"
#include "driver/screen/watch.h"

static bool is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
	       strcmp(env_or("TERM", "dumb"), "dumb") != 0;
}

int cmd_watch(struct invocation *inv)
{
	struct job_files job;
	struct job_list parts;

	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	int status;
	if (parts.list.n == 1 && !inv->options.plain && is_terminal() &&
	    screen_watch(inv, &parts.list.items[0], &status))
		return status;
	return watch_jobs(inv, &job, &parts, false, stdout);
}
