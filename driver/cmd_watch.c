/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc watch: a job as it goes on: a live view in a terminal, plain lines elsewhere. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/cmd.h"
#include "driver/screen.h"
#include "driver/system.h"
#include "driver/watch.h"

static bool is_terminal(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) &&
	       strcmp(env_or("TERM", "dumb"), "dumb") != 0;
}

int cmd_watch(struct invocation *inv)
{
	struct job_files job;

	if (!job_find(inv, &job))
		return EXIT_ENVIRONMENT;
	if (!inv->options.plain && is_terminal() && screen_watch(inv, &job))
		return EXIT_OK;
	return watch_job(inv, &job, false);
}
