/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charliecloud: ch-run enters a folder or a squashfs file and turns into the command, so the step
 * shim gets the signals itself. It knows no image's own command.
 */
#include "backends/writer.h"

static void word_bind(struct word *word, const struct plan_mount *m)
{
	word_text(word, STR("--bind="));
	word_path(word, m->host);
	word_text(word, STR(":"));
	word_text(word, m->container.v);
}

/* Where own_root puts a service's copy of its image. */
static void emit_own_root(struct writer *w, const struct plan_service *s)
{
	emit_lit(&w->out, "  local root write; own_root ");
	emit_path(w, s->image->file);
	emit_lit(&w->out, " \"$JOB_DIR/" JOB_FOLDER_ROOTS "/");
	emit_verbatim(&w->out, s->token.v);
	emit_lit(&w->out, "\" || exit\n");
}

static void charliecloud_environment(struct writer *w, const struct plan_service *s)
{
	if (IS_SET(s->writable))
		emit_own_root(w, s);
	struct word word;
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		if (!mount_is_hosts(s, &s->mounts.items[i]))
			continue;
		word_init(&word, w->arena);
		word_bind(&word, &s->mounts.items[i]);
		emit_lit(&w->out, "  local hosts=''; ! has_hosts ");
		emit_path(w, s->image->file);
		emit_lit(&w->out, " || hosts=");
		emit_parts(&w->out, &word);
		emit_lit(&w->out, "\n");
	}
}

static bool has_own_roots(const struct writer *w)
{
	for (uint32_t i = 0; i < w->plan->services.n; i++) {
		const struct plan_service *s = &w->plan->services.items[i];
		if (IS_SET(s->writable) && emitter_of(w->plan, s) == &emitter_charliecloud)
			return true;
	}
	return false;
}

static void charliecloud_set_up(struct writer *w)
{
	if (has_own_roots(w))
		emit_bash(w, bash_own_root, NULL);
	if (IS_SET(w->plan->hosts_files))
		emit_bash(w, bash_has_hosts, NULL);
}

static void charliecloud_records(struct writer *w)
{
	if (has_own_roots(w))
		emit_lit(&w->out, "; declare -f own_root");
	if (IS_SET(w->plan->hosts_files))
		emit_lit(&w->out, "; declare -f has_hosts");
}

static void charliecloud_words(struct writer *w, const struct plan_service *s)
{
	emit_break(w);
	emit_tool(w, s, str_c(w->container->program));
	emit_start_options(w, s);
	struct word word;
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		emit_verbatim(&w->out, i ? STR(" \\\n    ") : STR(" "));
		if (mount_is_hosts(s, &s->mounts.items[i])) {
			emit_lit(&w->out, "${hosts:+\"$hosts\"}");
			continue;
		}
		word_init(&word, w->arena);
		word_bind(&word, &s->mounts.items[i]);
		emit_parts(&w->out, &word);
	}
	emit_lit(&w->out, " \\\n    ");
	emit_field_origin(w, s, s->image->reference.from.at, STR("image"));
	if (IS_SET(s->writable))
		emit_lit(&w->out, "\"$root\"");
	else
		emit_path(w, s->image->file);
	emit_lit(&w->out, " --");
}

static void charliecloud_folders(struct writer *w)
{
	if (w->scheduler == &scheduler_local)
		emit_lit(&w->out, "export USER=\"${USER:-$(id -un)}\" # ch-run asks for it\n");
}

static void charliecloud_end(struct writer *w)
{
	if (has_own_roots(w))
		emit_lit(&w->out, "  rm -rf -- \"$JOB_DIR/" JOB_FOLDER_ROOTS "\" || :\n");
}

#define charliecloud_clean_up      NULL
#define charliecloud_first_options NULL
#define charliecloud_last_options  NULL
#define charliecloud_is_apart      NULL
CONTAINER_EMITTER(charliecloud);
