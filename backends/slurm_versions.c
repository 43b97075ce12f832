/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the versions of Slurm differ in, as far as a step's options go. Newest first; a version
 * takes the first row that isn't newer.
 */
#include "backends/writer.h"

static const struct slurm_facts versions[] = {
	/* --overlap covers CPUs, memory and GPUs and meets every other step; steps that state CPUs
	   must not have it, or they get those of others. */
	{.since = 2205, .exact = "--exact", .share = "--overlap", .has_mem_zero = true},
	/* A step that shares keeps its CPUs from one that doesn't, so all share; those that state
	   CPUs get idle ones first, and so their own. Memory and GPUs are kept even then. */
	{.since = 2108,
	 .exact = "--exact --overlap",
	 .share = "--overlap",
	 .has_mem_zero = true,
	 .share_keeps_gres = true},
	/* 20.11.3 and later; --mem=0 of a step isn't dependable before 21.08. */
	{.since = 2011,
	 .exact = "--exact --overlap",
	 .share = "--overlap",
	 .share_keeps_gres = true},
	/* Steps share unless told not to. */
	{.since = 2002, .exact = "--exclusive", .share = "", .share_keeps_gres = true},
};

enum {
	N_VERSIONS = sizeof(versions) / sizeof(versions[0])
};

const struct slurm_facts *slurm_facts_for(uint32_t version)
{
	for (size_t i = 0; version && i < N_VERSIONS; i++)
		if (versions[i].since <= version)
			return &versions[i];
	return version ? NULL : &versions[0];
}

bool slurm_scripts_agree(uint32_t one, uint32_t other)
{
	return slurm_facts_for(one) == slurm_facts_for(other);
}

uint32_t slurm_oldest(void)
{
	return versions[N_VERSIONS - 1].since;
}
