/* SPDX-License-Identifier: Apache-2.0 */
/* Services by their names, and copies by that of their service. */
#include "driver/screen/services.h"

#include <string.h>

uint32_t services_begin(const struct invocation *inv)
{
	const char *word = inv->words.n > 0 ? inv->words.items[0] : NULL;

	return word && (is_job_id(word) || word_is_spec(inv, word)) ? 1 : 0;
}

/* The service that this one is a copy of; empty of others, and where the record doesn't say. */
static struct str family_of(const struct job_files *job, struct str name)
{
	return json_str(json_named(json_object_get(job->record, "services"), name), "copy_of");
}

struct str service_shown(struct arena *a, const struct job_files *job, struct str name,
			 bool is_of_many)
{
	return is_of_many ? str_fmt(a, "%.*s/%.*s", STR_ARG(job->task), STR_ARG(name)) : name;
}

bool service_is_wanted(const struct invocation *inv, const struct job_files *job, struct str name)
{
	uint32_t first = services_begin(inv);
	struct str family = inv->words.n > first ? family_of(job, name) : STR("");

	for (uint32_t i = first; i < inv->words.n; i++) {
		struct str index = job->task;
		const char *word = word_in_element(inv->words.items[i], &index);

		if (str_eq(index, job->task) &&
		    (str_eq_c(name, word) || (family.len > 0 && str_eq_c(family, word))))
			return true;
	}
	return inv->words.n <= first;
}

/* What a service of the job may be called; their number. */
static size_t list_names(struct arena *a, const struct job_files *job, const char *other,
			 const char ***names)
{
	const json_t *services = json_object_get(job->record, "services");
	size_t n = 0, most = json_array_size(services);

	*names = ARENA_ARRAY(a, 2 * most + 1, const char *);
	for (size_t i = 0; i < most; i++) {
		struct str family = json_str(json_array_get(services, i), "copy_of");

		(*names)[n++] = json_str(json_array_get(services, i), "name").ptr;
		if (family.len > 0)
			(*names)[n++] = family.ptr;
	}
	if (other)
		(*names)[n++] = other;
	return n;
}

void service_complain_unknown(const struct invocation *inv, const struct job_files *job,
			      const char *name, const char *other)
{
	const char **names;
	size_t n = list_names(inv->arena, job, other, &names);
	const char *near = suggest_word(name, names, n);

	complain("job %.*s has no service '%s'", STR_ARG(job->id), name);
	if (near)
		advise("did you mean '%s'?", near);
}

bool services_are_known(const struct invocation *inv, const struct job_files *job,
			const char *other)
{
	const char **names;
	size_t n = list_names(inv->arena, job, other, &names);

	for (uint32_t i = services_begin(inv); i < inv->words.n; i++) {
		bool is_known = false;
		struct str index;
		bool is_in_array = job->is_array || job->task.len > 0;
		const char *word = is_in_array ? word_in_element(inv->words.items[i], &index)
					       : inv->words.items[i];

		for (size_t k = 0; k < n; k++)
			is_known = is_known || strcmp(names[k], word) == 0;
		if (is_known)
			continue;
		service_complain_unknown(inv, job, inv->words.items[i], other);
		return false;
	}
	return true;
}
