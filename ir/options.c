/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm's options: look-up in the generated tables. */
#include "ir/options.h"
#include "ir/refusals.h"

#include <string.h>

#define REFUSAL(name, words, reason, when) [REFUSED_##name] = {words, reason, when},
const struct slurm_refused slurm_refusals[N_SLURM_REFUSALS] = {
#include "ir/refusals.gen.inc"
};
#undef REFUSAL

const struct slurm_version *slurm_version_for(uint32_t version)
{
	for (size_t i = 0; version && i < n_slurm_versions; i++)
		if (slurm_versions[i].since <= version)
			return &slurm_versions[i];
	return version ? NULL : &slurm_versions[0];
}

bool slurm_scripts_agree(uint32_t one, uint32_t other)
{
	return slurm_version_for(one) == slurm_version_for(other);
}

uint32_t slurm_oldest(void)
{
	return slurm_versions[n_slurm_versions - 1].since;
}

const struct slurm_option *step_option(struct str key)
{
	for (size_t i = 0; i < n_step_options; i++)
		if (str_eq_c(key, slurm_options[step_options[i]].key))
			return &slurm_options[step_options[i]];
	return NULL;
}

static bool is_key(const struct slurm_option *o, struct str key)
{
	size_t n = strlen(o->key);
	if (key.len != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (key.ptr[i] != o->key[i] && key.ptr[i] != o->name[i])
			return false;
	return true;
}

const struct slurm_option *option_of_key(struct str key)
{
	for (size_t i = 0; i < N_SLURM_OPTS; i++)
		if (is_key(&slurm_options[i], key))
			return &slurm_options[i];
	return NULL;
}

const struct slurm_option *option_of_letter(struct str key)
{
	for (size_t i = 0; key.len == 1 && i < N_SLURM_OPTS; i++)
		if (slurm_options[i].letter == key.ptr[0])
			return &slurm_options[i];
	return NULL;
}

static bool is_argument(const struct slurm_option *o, struct str argument)
{
	size_t n = strlen(o->name);
	if (!str_has_prefix(argument, "--"))
		return o->letter && argument.len > 1 && argument.ptr[1] == o->letter;
	struct str rest = str_from(argument, 2);
	return str_has_prefix(rest, o->name) && (rest.len == n || byte_is_in(rest.ptr[n], "= \t"));
}

const struct slurm_option *option_of_argument(struct str argument)
{
	for (size_t i = 0; str_has_prefix(argument, "-") && i < N_SLURM_OPTS; i++)
		if (is_argument(&slurm_options[i], argument))
			return &slurm_options[i];
	return NULL;
}

const struct origin *option_origin(const void *record, const struct option_field *f)
{
	return (const struct origin *)((const char *)record + f->offset);
}
