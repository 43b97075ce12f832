/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts, limits and versions as Slurm and container tools print them. */
#include "ir/grammar/grammar.h"

bool grammar_mib(struct arena *a, struct str text, uint64_t *mib)
{
	uint64_t bytes;
	bool is_known, has_unit;
	struct problem p;
	if (!grammar_memory(a, text, &bytes, &is_known, &has_unit, &p) || !is_known)
		return false;
	*mib = has_unit ? bytes >> 20 : bytes;
	return true;
}

bool grammar_limit(struct arena *a, struct str text, uint64_t *seconds)
{
	*seconds = 0;
	if (str_eq_nocase(text, STR("infinite")) || str_eq_nocase(text, STR("unlimited")))
		return true;
	struct problem p;
	return grammar_walltime(a, text, seconds, &p);
}

bool grammar_release(struct str text, uint32_t *version)
{
	struct str head, minor_text;
	struct str tail = str_split(text, '.', &head);
	str_split(tail, '.', &minor_text);
	uint64_t major, minor = 0;
	if (!str_to_u64(head, &major) || major > 1000 ||
	    (minor_text.len && (!str_to_u64(minor_text, &minor) || minor > 99)))
		return false;
	*version = (uint32_t)(major * 100 + minor);
	return true;
}
