/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a node has for trials: the CPUs that this process may run on, the GPUs that it may see, and the
 * memory that Slurm has allocated.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/files.h"
#include "runtime/trials/agent.h"

static uint64_t variable(const char *name)
{
	const char *word = getenv(name);
	uint64_t n = 0;

	return word && rt_word_number(word, UINT32_MAX, &n) ? n : 0;
}

static bool number(const char *word, uint64_t max, uint64_t *n)
{
	if (!word || rt_word_number(word, max, n))
		return true;
	rt_say("trials-agent: '%s' is no number, or too large a one", word);
	return false;
}

/* A site without task/affinity lets a step run on all CPUs, others' too. Then there are as many as Slurm
   says, and the kernel places what runs. */
static bool find_cpus(struct rt_agent *a)
{
	cpu_set_t set;
	uint64_t count = 0, stated = a->cpus ? 0 : variable("SLURM_CPUS_ON_NODE");

	CPU_ZERO(&set);
	if (!sched_getaffinity(0, sizeof(set), &set))
		for (int i = 0; i < CPU_SETSIZE && count < RT_AGENT_CPUS; i++)
			if (CPU_ISSET(i, &set))
				a->cpu[count++] = i;
	if (!count)
		count = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t wanted = stated ? stated : count;
	if (!number(a->cpus, RT_AGENT_CPUS, &wanted))
		return false;
	a->can_pin = a->cpus ? wanted <= count : wanted == count;
	a->share.cpus = (uint32_t)(wanted < RT_AGENT_CPUS ? wanted : RT_AGENT_CPUS);
	return true;
}

static void add_gpu(struct rt_agent *a, const char *name)
{
	if (a->share.gpus < RT_AGENT_GPUS)
		a->gpu[a->share.gpus++] = name;
}

/* "0,1", "GPU-5d5ba0d6,…", or Slurm's "0-3". */
static void read_gpus(struct rt_agent *a, const char *list)
{
	for (size_t len; *list; list += len + (list[len] == ',')) {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;

		len = strcspn(list, ",");
		if (end == list || *end != '-') {
			add_gpu(a, rt_pool_text(&a->pool, list, len));
			continue;
		}
		last = strtoul(end + 1, NULL, 10);
		for (; first <= last && a->share.gpus < RT_AGENT_GPUS; first++)
			add_gpu(a, rt_pool_format(&a->pool, "%lu", first));
	}
}

static bool find_gpus(struct rt_agent *a)
{
	static const char *const names[] = {"CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
					    "SLURM_STEP_GPUS", "SLURM_JOB_GPUS"};
	uint64_t wanted = 0;

	if (!number(a->gpus, RT_AGENT_GPUS, &wanted))
		return false;
	if (a->gpus && wanted)
		read_gpus(a, rt_pool_format(&a->pool, "0-%u", (unsigned)wanted - 1));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !a->gpus; i++) {
		const char *list = getenv(names[i]);

		if (!list || !*list || !strcmp(list, "NoDevFiles"))
			continue;
		read_gpus(a, list);
		break;
	}
	return true;
}

/* What the runner says, or all that the machine has. */
static bool find_memory(struct rt_agent *a)
{
	a->share.memory =
		(uint64_t)sysconf(_SC_PHYS_PAGES) / 1024 * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
	return number(a->memory, UINT32_MAX, &a->share.memory);
}

bool rt_agent_find_share(struct rt_agent *a)
{
	return find_cpus(a) && find_gpus(a) && find_memory(a);
}

static void take(uint32_t *user, uint32_t count, uint32_t wanted, uint32_t slot)
{
	for (uint32_t i = 0; i < count && wanted; i++)
		if (!user[i]) {
			user[i] = slot + 1;
			wanted--;
		}
}

void rt_agent_take_share(struct rt_agent *a, uint32_t slot)
{
	const struct rt_share *wanted = &a->slot[slot].def->share;

	take(a->cpu_user, a->share.cpus, wanted->cpus, slot);
	take(a->gpu_user, a->share.gpus, wanted->gpus, slot);
}

static void give_back(uint32_t *user, uint32_t count, uint32_t slot)
{
	for (uint32_t i = 0; i < count; i++)
		if (user[i] == slot + 1)
			user[i] = 0;
}

void rt_agent_give_back(struct rt_agent *a, uint32_t slot)
{
	give_back(a->cpu_user, a->share.cpus, slot);
	give_back(a->gpu_user, a->share.gpus, slot);
}
