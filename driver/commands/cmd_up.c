/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc submit and hpcc up: a job into the queue, or on this machine. */
#include <stdlib.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/elements.h"
#include "driver/interrupt.h"
#include "driver/jobs/local.h"
#include "driver/images/prepare.h"
#include "driver/jobs/report_job.h"
#include "driver/cluster/submit.h"
#include "driver/screen/watch.h"

static void print_submitted(struct invocation *inv, const struct job_files *job)
{
	if (inv->options.format == FORMAT_JSON)
		json_print(job_record_shown(inv->arena, job));
	else
		printf("submitted job %.*s; 'hpcc watch %.*s' shows it, 'hpcc cancel %.*s' ends "
		       "it\n",
		       STR_ARG(job->id), STR_ARG(job->id), STR_ARG(job->id));
	fflush(stdout);
}

int cmd_submit(struct invocation *inv)
{
	struct job_files job;
	int status = submit_spec(inv, &job);

	if (status != EXIT_OK)
		return status;
	print_submitted(inv, &job);
	interrupts_release();
	return EXIT_OK;
}

/* With JSON the job as it ended is the one result; what happens meanwhile is told on the side. */
static int watch_submitted(struct invocation *inv, const struct job_files *job)
{
	bool is_json = inv->options.format == FORMAT_JSON;
	struct job_list parts;

	if (!job_parts(inv, job, &parts))
		return EXIT_ENVIRONMENT;
	if (!is_json)
		print_submitted(inv, job);
	int status = watch_jobs(inv, job, &parts, true, is_json ? stderr : stdout);
	if (is_json)
		json_print(job_json(inv, job, &parts));
	return status;
}

int cmd_up(struct invocation *inv)
{
	if (inv->options.local)
		return local_up(inv);
	struct job_files job;
	int status = submit_spec(inv, &job);
	if (status != EXIT_OK)
		return status;
	if (!inv->options.detach)
		return watch_submitted(inv, &job);
	print_submitted(inv, &job);
	interrupts_release();
	return EXIT_OK;
}

int cmd_prepare(struct invocation *inv)
{
	struct compilation c;
	int status = compile_spec(&c, inv);

	return status == EXIT_OK ? prepare_images(&c, inv->options.force) : status;
}
