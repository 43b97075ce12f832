/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charliecloud: ch-run enters a folder or a squashfs file and turns into the command, so the step
 * shim gets the signals itself. It knows no image's own command.
 */
#include "backends/writer.h"

static void charliecloud_words(struct writer *w, const struct plan_service *s)
{
	emit_break(w);
	emit_tool(w, s, str_c(w->container->program));
	emit_start_options(w, s);
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

static void charliecloud_folders(struct writer *w)
{
	if (w->scheduler == &scheduler_local)
		emit_lit(&w->out, "export USER=\"${USER:-$(id -un)}\" # ch-run asks for it\n");
}

#define charliecloud_set_up        NULL
#define charliecloud_records       NULL
#define charliecloud_clean_up      NULL
#define charliecloud_first_options NULL
#define charliecloud_last_options  NULL
#define charliecloud_is_apart      NULL
#define charliecloud_environment   NULL
CONTAINER_EMITTER(charliecloud);
