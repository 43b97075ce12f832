/* SPDX-License-Identifier: Apache-2.0 */
/* URG for the supervisor, by way of the batch script: to a local job's process, or by scancel. */
#include "driver/orders/orders.h"

#include <signal.h>

#include "driver/jobs/job_process.h"

enum {
	CALL_MAX = 64 /* jobs at a time */
};

static bool call_scancel(struct invocation *inv, const struct job_view *const *views,
			 const uint32_t *which, uint32_t n)
{
	const char *argv[CALL_MAX + 5] = {"scancel", "--batch", "--signal=URG"};
	const char *option = slurm_cluster_option(inv, views[which[0]]->job->cluster);
	uint32_t words = 3;

	if (option)
		argv[words++] = option;
	for (uint32_t i = 0; i < n; i++)
		argv[words++] = str_to_c(inv->arena, views[which[i]]->job->id);
	struct child_end end;
	struct str why;
	return slurm_call(inv, argv, &end, &why);
}

void jobs_nudge(struct invocation *inv, const struct job_view *const *views, uint32_t n,
		bool *is_told)
{
	uint32_t which[CALL_MAX], count = 0;

	for (uint32_t i = 0; i < n; i++) {
		is_told[i] = views[i]->job->is_local && local_job_signal(views[i]->job, SIGURG);
		if (!views[i]->job->is_local)
			which[count++] = i;
		if (count == 0 || (count < CALL_MAX && i + 1 < n))
			continue;
		bool ok = call_scancel(inv, views, which, count);
		for (uint32_t k = 0; k < count; k++)
			is_told[which[k]] = ok;
		count = 0;
	}
}
