/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charliecloud: ch-run enters a folder or a squashfs file and turns into the command, so the step
 * shim gets the signals itself. It knows no image's own command.
 */
#include "backends/writer.h"

static void words(struct writer *w, const struct plan_service *s)
{
	emit_break(w);
	emit_tool(w, s, STR("ch-run"));
	struct word word;
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		word_init(&word, w->arena);
		word_text(&word, STR("--bind="));
		word_path(&word, s->mounts.items[i].host);
		word_text(&word, STR(":"));
		word_text(&word, s->mounts.items[i].container.v);
		emit_verbatim(&w->out, i ? STR(" \\\n    ") : STR(" "));
		emit_parts(&w->out, &word);
	}
	emit_lit(&w->out, " \\\n    ");
	emit_field_origin(w, s, s->image->reference.from.at, STR("image"));
	emit_path(w, s->image->file);
	emit_lit(&w->out, " --");
}

const struct container container_charliecloud = {
	.name = "charliecloud",
	.is_contained = true,
	.mount_bytes = ":",
	.prepare_tool = "ch-image",
	.prepare_bytes = ":",
	.tool = "ch-run",
	.image_env = "--image-env /ch/environment",
	.words = words,
};
