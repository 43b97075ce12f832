/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pyxis: the container is a matter of srun's options. Without Slurm the same image runs under
 * Enroot, which Pyxis calls too. Enroot keeps an image's own command in its /etc/rc; srun refuses
 * to start without a command, so --container-entrypoint can't run it, and the shim runs that file.
 */
#include <string.h>

#include "backends/writer.h"
#include "ir/support/run_text.h"

/*
 * Both keep the container's variables in a file of lines, where a line break ends a value and
 * quotes round it are dropped. What that changes goes in under another name, on one line. Without
 * Slurm all do: the image's profile would win, and Enroot goes by some of them itself.
 */
static bool pyxis_is_apart(const struct writer *w, const struct v_pair *pair)
{
	struct str value = pair->value.v;

	return w->scheduler == &scheduler_local || str_has_prefix(pair->key, "ENROOT_") ||
	       run_has_mark(value) ||
	       (value.len &&
		(byte_is_in(value.ptr[0], "'\"") || memchr(value.ptr, '\n', value.len)));
}

static struct str name_apart(struct writer *w, struct str name)
{
	return str_cat(w->arena, STR("HPCC_LINES_"), name);
}

/* The same of a value that the job knows the rest of. */
static void emit_apart_at_run_time(struct writer *w, const struct v_pair *pair)
{
	struct str name = name_apart(w, pair->key);
	emit_lit(&w->out, "  ");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "=");
	emit_word(&w->out, pair->value.v);
	emit_lit(&w->out, "\n  ");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "=:${");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "//\\\\/\\\\\\\\}\n  export ");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "=\"${");
	emit_verbatim(&w->out, name);
	emit_lit(&w->out, "//$'\\n'/\\\\n}\"\n");
}

/* "export HPCC_LINES_NAME=':first\nsecond'": behind a colon, since neither a quote nor a backslash
   may come first, \n for a line break and two backslashes for one. */
static void pyxis_environment(struct writer *w, const struct plan_service *s)
{
	/* Enroot has no option for it. */
	if (w->scheduler == &scheduler_local && IS_SET(s->home))
		emit_verbatim(&w->out, s->home.v ? STR("  export ENROOT_MOUNT_HOME=yes\n")
						 : STR("  export ENROOT_MOUNT_HOME=no\n"));
	for (uint32_t i = 0; i < s->environment.n; i++) {
		const struct v_pair *pair = &s->environment.items[i];

		if (!pyxis_is_apart(w, pair))
			continue;
		if (run_has_mark(pair->value.v)) {
			emit_apart_at_run_time(w, pair);
			continue;
		}
		struct buf line;
		buf_init(&line, w->arena);
		buf_add_byte(&line, ':');
		for (size_t k = 0; k < pair->value.v.len; k++) {
			char byte = pair->value.v.ptr[k];

			if (byte == '\n' || byte == '\\')
				buf_add_byte(&line, '\\');
			buf_add_byte(&line, byte == '\n' ? 'n' : byte);
		}
		emit_lit(&w->out, "  export ");
		emit_word(&w->out, name_apart(w, pair->key));
		emit_lit(&w->out, "=");
		emit_word(&w->out, buf_str(&line));
		emit_lit(&w->out, "\n");
	}
}

static bool is_name_apart(const struct writer *w, const struct plan_service *s, struct str name)
{
	for (uint32_t i = 0; i < s->environment.n; i++)
		if (str_eq(s->environment.items[i].key, name))
			return pyxis_is_apart(w, &s->environment.items[i]);
	return false;
}

static bool some_group_name_is_apart(const struct writer *w, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->environment.n; i++)
		if (pyxis_is_apart(w, &s->environment.items[i]) &&
		    is_in_name_groups(w, s, s->environment.items[i].key))
			return true;
	return false;
}

static void add_comma(struct word *list)
{
	word_text(list, list->parts.n ? STR(",") : STR("--container-env="));
}

/* "$names_job,$names_ranks", or their names where one of them must be left out. */
static void add_groups(struct writer *w, struct word *list, const struct plan_service *s)
{
	bool is_whole = !some_group_name_is_apart(w, s);

	for (uint32_t i = 0; i < s->env_groups.n; i++) {
		const struct plan_names *group = name_group(w, &s->env_groups.items[i]);

		if (is_whole) {
			add_comma(list);
			word_constant(list,
				      str_cat(w->arena, STR("$" NAMES_PREFIX), group->group.v));
		}
		for (uint32_t k = 0; !is_whole && k < group->names.n; k++) {
			if (is_name_apart(w, s, group->names.items[k].v))
				continue;
			add_comma(list);
			word_text(list, group->names.items[k].v);
		}
	}
}

/* A name that no group has. */
static void add_own_name(struct writer *w, struct word *list, const struct plan_service *s,
			 struct str name)
{
	if (is_in_name_groups(w, s, name))
		return;
	add_comma(list);
	word_text(list, name);
}

static void pyxis_first_options(struct writer *w, const struct plan_service *s)
{
	struct word list;

	/* The host's value of a variable that the image sets too counts only when named here. */
	word_init(&list, w->arena);
	add_groups(w, &list, s);
	for (uint32_t i = 0; i < s->path_environment.n; i++)
		add_own_name(w, &list, s, s->path_environment.items[i].name.v);
	for (uint32_t i = 0; i < s->environment.n; i++)
		if (!pyxis_is_apart(w, &s->environment.items[i]))
			add_own_name(w, &list, s, s->environment.items[i].key);
	if (!list.parts.n)
		return;
	emit_lit(&w->out, " \\\n    ");
	emit_parts(&w->out, &list);
}

static void pyxis_last_options(struct writer *w, const struct plan_service *s)
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
	/* A site may have it run ahead of each step's command, which only suits some. */
	emit_lit(&w->out, " --no-container-entrypoint");
	emit_start_options(w, s);
}

/* A path as fstab writes it. */
static struct str in_fstab(struct writer *w, struct str path)
{
	struct buf escaped;

	buf_init(&escaped, w->arena);
	for (size_t i = 0; i < path.len; i++)
		if (byte_is_in(path.ptr[i], " \t\\"))
			buf_add(&escaped, str_fmt(w->arena, "\\%03o", (unsigned)path.ptr[i]));
		else
			buf_add_byte(&escaped, path.ptr[i]);
	return buf_str(&escaped);
}

/* HOST:CONTAINER:OPTIONS; without the first option, the target would have to exist. */
static void emit_enroot_mount(struct writer *w, const struct plan_mount *mount)
{
	emit_lit(&w->out, " \\\n    --mount=");
	struct word word;
	word_init(&word, w->arena);
	if (mount->host->base.v == PATH_BASE_ABSOLUTE && !run_has_mark(mount->host->text.v)) {
		word_text(&word, in_fstab(w, mount->host->text.v));
	} else {
		emit_lit(&w->out, "\"$(in_fstab ");
		emit_path(w, mount->host);
		emit_lit(&w->out, ")\"");
	}
	word_text(&word, STR(":"));
	word_text(&word, in_fstab(w, mount->container.v));
	word_text(&word, STR(":x-create=auto,rbind"));
	if (IS_SET(mount->mode)) {
		word_text(&word, STR(","));
		word_text(&word, mount->mode.v);
	}
	emit_parts(&w->out, &word);
}

static void emit_enroot_name(struct writer *w, const struct plan_service *s, struct str name)
{
	emit_lit(&w->out, " ");
	if (is_name_apart(w, s, name))
		name = name_apart(w, name);
	emit_word(&w->out, str_cat(w->arena, STR("--env="), name));
}

static void emit_own_enroot_name(struct writer *w, const struct plan_service *s, struct str name)
{
	if (!is_in_name_groups(w, s, name))
		emit_enroot_name(w, s, name);
}

/* Enroot would put the image's entrypoint in front of the command, which Pyxis doesn't. */
static void pyxis_set_up(struct writer *w)
{
	const struct bash_fill fills[] = {{"RC", .text = STR(JOB_FILE_RC)}, {0}};
	if (w->scheduler == &scheduler_local)
		emit_bash(w, bash_in_fstab, fills);
}

static void pyxis_words(struct writer *w, const struct plan_service *s)
{
	if (w->scheduler != &scheduler_local)
		return;
	emit_break(w);
	emit_tool(w, s, STR("enroot"));
	emit_lit(&w->out, " start --rc \"$JOB_DIR/" JOB_FILE_RC "\"");
	if (IS_SET(s->writable))
		emit_lit(&w->out, " --rw");
	if (s->remap_root.v)
		emit_lit(&w->out, " --root");
	for (uint32_t i = 0; i < s->mounts.n; i++)
		emit_enroot_mount(w, &s->mounts.items[i]);
	/* For the shim. */
	emit_lit(&w->out, " \\\n    --env=HPCC_MARK --env=HPCC_WIRE");
	for (uint32_t i = 0; i < s->env_groups.n; i++) {
		const struct plan_names *group = name_group(w, &s->env_groups.items[i]);
		for (uint32_t k = 0; k < group->names.n; k++)
			emit_enroot_name(w, s, group->names.items[k].v);
	}
	for (uint32_t i = 0; i < s->path_environment.n; i++)
		emit_own_enroot_name(w, s, s->path_environment.items[i].name.v);
	for (uint32_t i = 0; i < s->environment.n; i++)
		emit_own_enroot_name(w, s, s->environment.items[i].key);
	emit_lit(&w->out, " \\\n    ");
	emit_path(w, s->image->file);
}

static void pyxis_folders(struct writer *w)
{
	emit_bash(w, bash_enroot_folders, NULL);
}

static void pyxis_clean_up(struct writer *w)
{
	emit_lit(&w->out, "rm -rf -- \"${ENROOT_CACHE_PATH%/cache}\" || :\n");
}

static void pyxis_records(struct writer *w)
{
	if (w->scheduler == &scheduler_local)
		emit_lit(&w->out, "; declare -f in_fstab");
}

#define pyxis_end NULL
CONTAINER_EMITTER(pyxis);
