/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/submitted.h"

#include "backends/backend.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "ir/diag/diag_render.h"
#include "ir/files.gen.h"
#include "ir/support/utf8.h"

enum {
	RUN_VERSION = 1,
	MAX_SHOWN = 1 << 20, /* bytes of a script */
	MAX_RUN = 256 << 20,
	MAX_SCRIPT = 64 << 20
};

/* The text of a script, without a program that is appended to it. */
static struct str text_of_script(struct str script)
{
	size_t at = 0;

	if (script.len > MAX_SHOWN)
		script.len = MAX_SHOWN;
	while (at < script.len) {
		size_t length = utf8_valid_length(str_from(script, at));

		if (length == 0 || script.ptr[at] == '\0')
			break;
		at += length;
	}
	return str_slice(script, 0, at);
}

/* Names of a service's variables; values are nobody's business. */
static json_t *names_of(const struct plan_service *s)
{
	json_t *names = json_array();

	for (uint32_t i = 0; i < s->path_environment.n; i++)
		json_array_append_new(names, json_from(s->path_environment.items[i].name.v));
	for (uint32_t i = 0; i < s->environment.n; i++)
		json_array_append_new(names, json_from(s->environment.items[i].key));
	return names;
}

bool submitted_write(struct compilation *c, struct str script, struct str root, struct str *why)
{
	struct arena *a = c->inv->arena;
	const struct plan *plan = c->unit.plan;
	json_t *run = json_object(), *environment = json_array();

	plan_hide_secrets(&c->unit); /* values stand in the script as they are */
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];

		json_array_append_new(environment,
				      json_pack("{s:o, s:o}", "service", json_from(s->name.v),
						"names", names_of(s)));
	}
	json_object_set_new(run, "schema_version", json_integer(RUN_VERSION));
	/* Lines of a shell may have secrets of their own: export API_TOKEN=… */
	struct str spec = frontend_config(&c->unit, true, false);
	const struct diags *ds = &c->unit.diags;
	json_object_set_new(run, "spec", json_visible(a, diags_redact_lines(a, ds, spec)));
	json_object_set_new(run, "script",
			    json_visible(a, diags_redact_lines(a, ds, text_of_script(script))));
	json_object_set_new(run, "environment", environment);
	char *text = json_dumps(run, JSON_COMPACT);
	json_decref(run);
	bool is_written = text && file_put(a, path_join(a, root, STR(JOB_FILE_RUN)).ptr,
					   str_c(text), JOB_MODE_RUN, why);
	free(text);
	return is_written;
}

/* The files of a submission lie in the folder of the array, not in those of its elements. */
static bool read_of_job_or_array(struct arena *a, const struct job_files *job, const char *path,
				 size_t limit, struct str *bytes, struct str *why)
{
	if (job_read(a, job, path, limit, bytes, why))
		return true;
	ptrdiff_t task = str_find(job->id, '_');
	if (task == STR_NONE)
		return false;
	struct job_files array = *job;
	array.root = path_join(a, job->runtime_root, str_slice(job->id, 0, (size_t)task));
	return job_read(a, &array, path, limit, bytes, why);
}

json_t *submitted_read(struct arena *a, const struct job_files *job, struct str *why)
{
	struct str text;

	if (!read_of_job_or_array(a, job, JOB_FILE_RUN, MAX_RUN, &text, why))
		return NULL;
	json_error_t error;
	json_t *run = json_loadb(text.ptr, text.len, 0, &error);
	if (json_is_object(run))
		return run;
	json_decref(run);
	*why = STR("it can't be understood");
	return NULL;
}

struct str submitted_script(struct arena *a, const struct job_files *job)
{
	struct str text, why;

	if (!read_of_job_or_array(a, job, JOB_FILE_SCRIPT, MAX_SCRIPT, &text, &why))
		return (struct str){0};
	return text;
}
