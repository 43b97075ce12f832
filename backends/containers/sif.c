/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Apptainer and Singularity: steps in a SIF image. The tool is a command of its own below srun:
 *
 *	apptainer --quiet exec --nv --bind "$HOST":/data image.sif
 */
#include "backends/writer.h"

enum {
	COLUMNS = 100
};

/* " HPCC_ENV_NAME=", on a new line where that is due. */
static void emit_copy(struct writer *w, struct str name, size_t value_len, size_t *column)
{
	size_t len = sizeof(" HPCC_ENV_=") + name.len + value_len;

	if (*column + len > COLUMNS) {
		emit_lit(&w->out, " \\\n   ");
		*column = 4;
	}
	*column += len;
	emit_lit(&w->out, " HPCC_ENV_");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "=");
}

/* The value that a line above has given to the variable. */
static void emit_same(struct writer *w, struct str name, size_t *column)
{
	emit_copy(w, name, name.len + 3, column);
	emit_lit(&w->out, "\"$");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "\"");
}

/*
 * Inside, the image's own variables and the tool's HOME, PATH and LD_LIBRARY_PATH stand in the
 * place of the service's. So these travel under other names, and the step shim puts them in place:
 *
 *	export HPCC_ENV_PATH=/opt/bin:/bin HPCC_ENV_SEED="$SEED"
 *
 * (What APPTAINERENV_SEED holds would be evaluated by a shell.)
 */
static void sif_environment(struct writer *w, const struct plan_service *s)
{
	size_t column = sizeof("  export");

	/* Its working folder, which is no part of what the tool unpacks. */
	if (s->runs_entrypoint.v) {
		emit_lit(&w->out,
			 "  local image_folder\n  image_folder=$(\"$JOB_DIR/" JOB_FILE_PROGRAM
			 "\" image-folder -- ");
		emit_path(w, s->image->file);
		emit_lit(&w->out, ")\n");
	}
	/* The image's own command runs without the shim. */
	if (!service_has_words(s) || (!s->environment.n && !s->path_environment.n))
		return;
	emit_lit(&w->out, "  export");
	for (uint32_t i = 0; i < s->path_environment.n; i++)
		emit_same(w, s->path_environment.items[i].name.v, &column);
	for (uint32_t i = 0; i < s->environment.n; i++) {
		const struct v_pair *pair = &s->environment.items[i];

		if (!is_late(pair->key)) {
			emit_same(w, pair->key, &column);
			continue;
		}
		emit_copy(w, pair->key, pair->value.v.len, &column);
		emit_word(&w->out, pair->value.v);
	}
	emit_lit(&w->out, "\n");
}

static void sif_words(struct writer *w, const struct plan_service *s)
{
	emit_break(w);
	emit_tool(w, s, str_c(w->container->program));
	/* What it says of itself would stand in the service's log. */
	emit_lit(&w->out, " --quiet");
	emit_verbatim(&w->out, service_has_words(s) ? STR(" exec") : STR(" run"));
	if (IS_SET(s->use_gpu_flag) && s->use_gpu_flag.v) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out,
			      str_c(s->is_amd.v ? w->container->gpu_amd : w->container->gpu));
	}
	emit_start_options(w, s);
	if (s->mounts.n) {
		emit_lit(&w->out, " --bind ");
		emit_bindings(w, s, STR(""));
	}
	emit_lit(&w->out, " ");
	emit_field_origin(w, s, s->image->reference.from.at, STR("image"));
	emit_path(w, s->image->file);
}

#define sif_end           NULL
#define sif_folders       NULL
#define sif_set_up        NULL
#define sif_records       NULL
#define sif_clean_up      NULL
#define sif_first_options NULL
#define sif_last_options  NULL
#define sif_is_apart      NULL
CONTAINER_EMITTER(sif);
