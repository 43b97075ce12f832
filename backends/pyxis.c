/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pyxis: the container is a matter of srun's options. Without Slurm the same image runs under
 * Enroot, which Pyxis calls too. Enroot keeps an image's own command in its /etc/rc; srun refuses
 * to start without a command, so --container-entrypoint can't run it, and the shim runs that file.
 */
#include "backends/writer.h"

static void first_options(struct writer *w, const struct plan_service *s)
{
	struct buf names;

	if (!s->env_names.n)
		return;
	/* The host's value of a variable that the image sets too counts only when named here. */
	buf_init(&names, w->arena);
	buf_add_c(&names, "--container-env=");
	for (uint32_t i = 0; i < s->env_names.n; i++) {
		if (i)
			buf_add_byte(&names, ',');
		buf_add(&names, s->env_names.items[i].v);
	}
	emit_lit(&w->out, " \\\n    ");
	emit_word(&w->out, buf_str(&names));
}

static void last_options(struct writer *w, const struct plan_service *s)
{
	struct word image;

	word_init(&image, w->arena);
	word_text(&image, STR("--container-image="));
	word_path(&image, s->image->file);
	emit_lit(&w->out, " \\\n    ");
	emit_field_origin(w, s, s->image->reference.from.at, STR("image"));
	emit_parts(&w->out, &image);
	/* Given twice, only the last list of mounts would count. */
	emit_lit(&w->out, " \\\n    ");
	emit_bindings(w, s, STR("--container-mounts="));
}

/* HOST:CONTAINER:OPTIONS as in fstab; without the first option, the target would have to exist. */
static void emit_enroot_mount(struct writer *w, const struct plan_mount *mount)
{
	struct word word;

	word_init(&word, w->arena);
	word_text(&word, STR("--mount="));
	word_path(&word, mount->host);
	word_text(&word, STR(":"));
	word_text(&word, mount->container.v);
	word_text(&word, STR(":x-create=auto,rbind"));
	if (IS_SET(mount->mode)) {
		word_text(&word, STR(","));
		word_text(&word, mount->mode.v);
	}
	emit_lit(&w->out, " \\\n    ");
	emit_parts(&w->out, &word);
}

/* Enroot would put the image's entrypoint in front of the command, which Pyxis doesn't. */
static void emit_plain_start(struct writer *w)
{
	if (w->scheduler == &scheduler_local)
		emit_lit(&w->out, "printf 'exec \"$@\"\\n' >\"$JOB_DIR/bin/rc\" "
				  "# how Enroot starts a command\n");
}

static void words(struct writer *w, const struct plan_service *s)
{

	if (w->scheduler != &scheduler_local)
		return;
	emit_break(w);
	emit_tool(w, s, STR("enroot"));
	emit_lit(&w->out, " start");
	if (s->argv.n)
		emit_lit(&w->out, " --rc \"$JOB_DIR/bin/rc\"");
	for (uint32_t i = 0; i < s->mounts.n; i++)
		emit_enroot_mount(w, &s->mounts.items[i]);
	for (uint32_t i = 0; i < s->env_names.n; i++) {
		emit_verbatim(&w->out, i ? STR(" ") : STR(" \\\n    "));
		emit_word(&w->out, str_cat(w->arena, STR("--env="), s->env_names.items[i].v));
	}
	emit_lit(&w->out, " \\\n    ");
	emit_path(w, s->image->file);
}

const struct container container_pyxis = {
	.name = "pyxis",
	.is_contained = true,
	.has_default = true,
	.default_argv = "/bin/sh /etc/rc",
	.joins_mounts = true,
	/* Between double quotes of a shell script, too, which echoes the lines of an fstab. */
	.mount_bytes = ",:\n$\"`",
	.prepare_tool = "enroot",
	.prepare_bytes = ":",
	.tool = "pyxis",
	.first_options = first_options,
	.last_options = last_options,
	.set_up = emit_plain_start,
	.words = words,
};
