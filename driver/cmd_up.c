/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc submit and hpcc up: a job into the queue, or on this machine. */
#include <stdlib.h>

#include "driver/cmd.h"
#include "driver/local.h"
#include "driver/prepare.h"
#include "driver/submit.h"
#include "driver/watch.h"

static void print_submitted(struct invocation *inv, const struct job_files *job)
{
	if (inv->options.format == FORMAT_JSON) {
		char *text = json_dumps(job->record, JSON_INDENT(2));

		puts(text);
		free(text);
		return;
	}
	printf("submitted job %.*s; 'hpcc watch %.*s' shows it, 'hpcc cancel %.*s' ends it\n",
	       STR_ARG(job->id), STR_ARG(job->id), STR_ARG(job->id));
	fflush(stdout);
}

int cmd_submit(struct invocation *inv)
{
	struct job_files job;
	int status = submit_spec(inv, &job, false);

	if (status == EXIT_OK)
		print_submitted(inv, &job);
	return status;
}

int cmd_up(struct invocation *inv)
{
	struct job_files job;
	int status;

	if (inv->options.local)
		return local_up(inv);
	status = submit_spec(inv, &job, !inv->options.detach);
	if (status != EXIT_OK)
		return status;
	print_submitted(inv, &job);
	return inv->options.detach ? EXIT_OK : watch_job(inv, &job, true);
}

int cmd_prepare(struct invocation *inv)
{
	struct compilation c;
	int status = compile_spec(&c, inv);

	return status == EXIT_OK ? prepare_images(&c, inv->options.force) : status;
}
