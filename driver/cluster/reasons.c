/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/cluster/reasons.h"

#include "driver/cluster/refusals.h"

struct meaning {
	const char *word, *text;
};

static const struct meaning states[] = {
	{"PENDING", "it waits"},
	{"CONFIGURING", "its nodes are being made ready"},
	{"RUNNING", "it runs"},
	{"SUSPENDED", "it is suspended"},
	{"STOPPED", "it is stopped, and keeps its nodes"},
	{"COMPLETING", "it has ended, and its nodes are being cleaned up"},
	{"STAGE_OUT", "it has ended, and its burst buffer is being copied out"},
	{"SIGNALING", "it is being sent a signal"},
	{"RESIZING", "it changes its size"},
	{"REQUEUED", "it is put back into the queue"},
	{"REQUEUE_HOLD", "it is back in the queue, and held"},
	{"SPECIAL_EXIT", "it is back in the queue, and held"},
	{"RESV_DEL_HOLD", "its reservation was removed, and it is held"},
	{"COMPLETED", "it ended with success"},
	{"FAILED", "it ended with a failure"},
	{"CANCELLED", "it was cancelled"},
	{"TIMEOUT", "it was ended at its time limit"},
	{"DEADLINE", "it was ended at its deadline"},
	{"NODE_FAIL", "one of its nodes failed"},
	{"BOOT_FAIL", "one of its nodes didn't start"},
	{"PREEMPTED", "it had to make way for another job"},
	{"OUT_OF_MEMORY", "it ran out of memory"},
	{"REVOKED", "another cluster runs it"},
};

/* Those that are no refusals: the job is all right, and its turn hasn't come. */
static const struct meaning reasons[] = {
	{"Priority", "jobs with a higher priority come first"},
	{"Resources", "not enough of what it asks for is free"},
	{"Dependency", "jobs that it depends on haven't ended"},
	{"DependencyNeverSatisfied", "a job that it depends on ended otherwise: it waits for good"},
	{"BeginTime", "its time to begin hasn't come"},
	{"JobArrayTaskLimit", "as many elements of the array run as it lets run at once"},
	{"Licenses", "its licenses are in use"},
	{"Reservation", "its reservation hasn't begun"},
	{"Prolog", "its nodes are being made ready"},
	{"Cleaning", "it is requeued, and its last run is being cleaned up"},
	{"PartitionDown", "its partition takes no jobs at present"},
	{"PartitionInactive", "its partition starts no jobs at present"},
	{"NodeDown", "a node that it needs is down"},
	{"BadConstraints", "no node has what it asks for: it waits for good"},
	{"JobHoldMaxRequeue", "it was requeued too often, and is held"},
	{"JobLaunchFailure", "it couldn't be started"},
	{"SystemFailure", "Slurm or a node failed"},
	{"MaxJobsPerAccount", "your account runs as many jobs as it may"},
	{"FedJobLock", "the clusters of the federation settle who runs it"},
};

/* Families of reasons, one for each limit that there is: QOSMaxCpuPerUserLimit. */
static const struct meaning prefixes[] = {
	{"QOS", "a limit of its quality of service is reached"},
	{"Assoc", "a limit of your account is reached"},
	{"Reserved", "nodes that it needs are reserved"},
	{"ReqNodeNotAvail", "nodes that it needs are down, drained or reserved"},
	{"BurstBuffer", "its burst buffer isn't ready"},
};

static const char *find(const struct meaning *rows, size_t n, struct str word)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(word, rows[i].word))
			return rows[i].text;
	return NULL;
}

struct str slurm_state_text(struct str state)
{
	const char *text = find(states, sizeof(states) / sizeof(*states), state);

	return text ? str_c(text) : state;
}

struct str slurm_reason_text(struct str reason)
{
	const char *text = find(reasons, sizeof(reasons) / sizeof(*reasons), reason);

	for (size_t i = 0; i < n_refusals && !text; i++)
		if (str_eq_c(reason, refusals[i].words))
			text = refusals[i].meaning;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes) && !text; i++)
		if (str_has_prefix(reason, prefixes[i].word))
			text = prefixes[i].text;
	return str_c(text);
}
