/* SPDX-License-Identifier: Apache-2.0 */
/* Steps in a SIF image: the tool is a command of its own below srun. */
#include "backends/sif.h"

void sif_words(struct writer *w, const struct plan_service *s, struct str tool)
{
	emit_break(w);
	emit_tool(w, s, tool);
	emit_verbatim(&w->out, s->argv.n ? STR(" exec") : STR(" run"));
	if (IS_SET(s->use_gpu_flag) && s->use_gpu_flag.v) {
		emit_lit(&w->out, " ");
		emit_verbatim(&w->out, str_c(w->container->gpu_option));
	}
	if (s->mounts.n) {
		emit_lit(&w->out, " --bind ");
		emit_bindings(w, s, STR(""));
	}
	emit_lit(&w->out, " ");
	emit_field_origin(w, s, s->image->reference.from.at, STR("image"));
	emit_path(w, s->image->file);
}
