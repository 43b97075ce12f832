/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enroot, Apptainer and Singularity, each by its own commands, and what all tools share. What a
 * prepare block says becomes one shell script that runs inside a writable copy of the base image.
 */
#include "driver/images/image_tools.h"

#include <string.h>

#include "driver/images/image_parts.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"

void words_put(struct arena *a, struct words *w, const char *const *more)
{
	for (; *more; more++)
		*LIST_PUSH(a, &w->list) = *more;
}

bool words_run(struct compilation *c, struct words *w, const char *const *env, struct str input,
	       const char *what)
{
	*LIST_PUSH(c->inv->arena, &w->list) = NULL;
	return tool_run(c->inv->arena, &c->unit.diags.secrets,
			&(struct tool_run){.argv = w->list.items, .env = env, .input = input},
			what);
}

void words_clean(struct arena *a, const char *const *argv, const char *const *env)
{
	static const struct secret_set none;

	tool_run(a, &none, &(struct tool_run){.argv = argv, .env = env, .is_cleaning = true}, "");
}

static void add_shell_word(struct buf *out, struct str text)
{
	buf_add_byte(out, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '\'')
			buf_add_c(out, "'\\''");
		else
			buf_add_byte(out, text.ptr[i]);
	}
	buf_add_byte(out, '\'');
}

struct str prepare_script(struct arena *a, const struct plan_prepare *p)
{
	struct buf out;

	buf_init(&out, a);
	buf_add_c(&out, "set -eu\n"
			"unset ENROOT_CACHE_PATH ENROOT_CONFIG_PATH ENROOT_DATA_PATH "
			"ENROOT_RUNTIME_PATH ENROOT_TEMP_PATH\n");
	for (uint32_t i = 0; i < p->env.n; i++) {
		buf_add_fmt(&out, "export %.*s=", STR_ARG(p->env.items[i].key));
		add_shell_word(&out, p->env.items[i].value.v);
		buf_add_byte(&out, '\n');
	}
	for (uint32_t i = 0; i < p->commands.n; i++) {
		buf_add_c(&out, "/bin/sh -c ");
		add_shell_word(&out, p->commands.items[i].v);
		buf_add_c(&out, " </dev/null\n");
	}
	return str_dup(a, buf_str(&out));
}

bool work_write(struct compilation *c, const struct work_place *place, const char *name,
		struct str text, struct str *path)
{
	*path = str_fmt(c->inv->arena, "%.*s/%s", STR_ARG(place->folder), name);
	struct str why;
	if (file_write(c->inv->arena, path->ptr, text, 0600, &why))
		return true;
	complain("can't write '%.*s': %.*s", STR_ARG(*path), STR_ARG(why));
	return false;
}

/* A path as fstab has it: what would end a field is a number. */
static void add_fstab_path(struct buf *out, struct str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (byte_is_in(path.ptr[i], " \t\n\\"))
			buf_add_fmt(out, "\\%03o", (unsigned char)path.ptr[i]);
		else
			buf_add_byte(out, path.ptr[i]);
	}
}

/* Options as in fstab; without the first, the target would have to exist in the image. */
static const char *enroot_mount_word(struct compilation *c, const struct plan_mount *m)
{
	struct buf out;

	buf_init(&out, c->inv->arena);
	add_fstab_path(&out, plan_path_here(c->inv->arena, c, m->host));
	buf_add_byte(&out, ':');
	add_fstab_path(&out, m->container.v);
	buf_add_fmt(&out, ":x-create=auto,rbind%s%.*s", m->mode.v.len > 0 ? "," : "",
		    STR_ARG(m->mode.v));
	return buf_str(&out).ptr;
}

/* docker://ghcr.io/o/a:1 is docker://ghcr.io#o/a:1 to enroot. */
static struct str enroot_reference(struct arena *a, struct str reference)
{
	struct str rest = reference;
	ptrdiff_t at = STR_NONE;

	if (str_find(reference, '#') != STR_NONE || !str_has_prefix(reference, "docker://"))
		return reference;
	struct str scheme = str_slice(reference, 0, 9);
	rest = str_from(reference, 9);
	at = str_find(rest, '/');
	if (at == STR_NONE)
		return reference;
	struct str first = str_slice(rest, 0, (size_t)at);
	if (!str_eq_c(first, "localhost") && str_find(first, '.') == STR_NONE &&
	    str_find(first, ':') == STR_NONE)
		return reference;
	return str_fmt(a, "%.*s%.*s#%.*s", STR_ARG(scheme), STR_ARG(first),
		       STR_ARG(str_from(rest, (size_t)at + 1)));
}

/* Enroot unpacks where the plan says: that folder is made, else a message, and false. */
static bool enroot_run(struct compilation *c, struct words *w, struct str input, const char *what)
{
	const struct plan *plan = c->unit.plan;
	struct arena *a = c->inv->arena;
	const char *env[2] = {0};

	if (plan->unpack_dir) {
		struct str folder = plan_path_here(a, c, plan->unpack_dir);
		struct str why;
		if (!folder_make(a, folder, 0777, &why)) {
			complain("can't make 'enroot_temp_dir': %.*s", STR_ARG(why));
			return false;
		}
		env[0] = str_fmt(a, "ENROOT_TEMP_PATH=%.*s", STR_ARG(folder)).ptr;
	}
	return words_run(c, w, env, input, what);
}

static bool enroot_call(struct compilation *c, const char *const *argv, const char *what)
{
	struct words w = {0};

	words_put(c->inv->arena, &w, argv);
	return enroot_run(c, &w, STR(""), what);
}

static bool enroot_import(struct compilation *c, const struct work_place *place,
			  struct str reference)
{
	const char *source = enroot_reference(c->inv->arena, reference).ptr;

	return enroot_call(c, WORDS("enroot", "import", "-o", place->image.ptr, source),
			   "importing an image");
}

static bool enroot_run_script(struct compilation *c, const struct work_place *place,
			      const struct plan_prepare *p)
{
	struct arena *a = c->inv->arena;
	struct words w = {0};
	struct str rc;

	/* The image's own start script would put its entrypoint in front of the command. */
	if (!work_write(c, place, "rc", STR("exec \"$@\"\n"), &rc))
		return false;
	words_put(a, &w, WORDS("enroot", "start"));
	if (p->root.v)
		words_put(a, &w, WORDS("--root"));
	words_put(a, &w, WORDS("--rw", "--rc", rc.ptr));
	for (uint32_t i = 0; i < p->mounts.n; i++)
		words_put(a, &w, WORDS("--mount", enroot_mount_word(c, &p->mounts.items[i])));
	words_put(a, &w, WORDS(place->name.ptr, "/bin/sh"));
	return enroot_run(c, &w, prepare_script(a, p), "preparing an image");
}

static bool enroot_prepare(struct compilation *c, const struct work_place *place,
			   const struct plan_service *s, struct str base)
{
	const char *name = place->name.ptr;

	return enroot_call(c, WORDS("enroot", "create", "--force", "--name", name, base.ptr),
			   "unpacking the base image") &&
	       enroot_run_script(c, place, s->image->prepare) &&
	       enroot_call(c,
			   WORDS("enroot", "export", "--force", "--output", place->image.ptr, name),
			   "saving the prepared image");
}

/* A working copy lives on in Enroot's data folder until it is removed. */
static void enroot_forget(struct arena *a, struct str name)
{
	words_clean(a, WORDS("enroot", "remove", "-f", name.ptr), NULL);
}

static bool sif_run(struct compilation *c, const struct work_place *place, struct words *w,
		    const char *what)
{
	struct arena *a = c->inv->arena;
	const char *const env[] = {
		str_fmt(a, "APPTAINER_TMPDIR=%.*s", STR_ARG(place->temporary)).ptr,
		str_fmt(a, "SINGULARITY_TMPDIR=%.*s", STR_ARG(place->temporary)).ptr, NULL};

	return words_run(c, w, env, STR(""), what);
}

static bool sif_import(struct compilation *c, const char *program, const struct work_place *place,
		       struct str reference)
{
	struct words w = {0};

	words_put(c->inv->arena, &w, WORDS(program, "pull", place->image.ptr, reference.ptr));
	return sif_run(c, place, &w, "importing an image");
}

/* Places for what is mounted: building makes none. $1 is what it is, $2 the place inside. */
static const char sif_place[] = "place() {\n"
				"to=${APPTAINER_ROOTFS:-$SINGULARITY_ROOTFS}$2\n"
				"if [ -e \"$to\" ] || [ -L \"$to\" ]; then return; fi\n"
				"if [ \"$1\" = folder ]; then mkdir -p -- \"$to\"; return; fi\n"
				"mkdir -p -- \"${to%/*}\"\n"
				": >\"$to\"\n"
				"}\n";

/* What is mounted stays out of the definition, which an image keeps. */
static void add_places(struct compilation *c, const struct plan_prepare *p, struct buf *out)
{
	buf_add_c(out, "%setup\n");
	buf_add_c(out, sif_place);
	buf_add_c(out, "place folder " PREPARE_VIEW "\n");
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		struct str host = plan_path_here(c->inv->arena, c, p->mounts.items[i].host);

		buf_add_c(out, path_is_folder(host.ptr) ? "place folder " : "place file ");
		add_shell_word(out, p->mounts.items[i].container.v);
		buf_add_byte(out, '\n');
	}
	buf_add_byte(out, '\n');
}

static const char *bind_word(struct compilation *c, const struct plan_mount *m)
{
	return str_fmt(c->inv->arena, "%.*s:%.*s%s%.*s",
		       STR_ARG(plan_path_here(c->inv->arena, c, m->host)), STR_ARG(m->container.v),
		       m->mode.v.len > 0 ? ":" : "", STR_ARG(m->mode.v))
		.ptr;
}

/* The definition runs the script by its place: an image keeps its definition. */
static bool write_definition(struct compilation *c, const struct work_place *place,
			     const struct plan_prepare *p, struct str base, struct str *definition)
{
	struct str folder = str_fmt(c->inv->arena, "%.*s/view", STR_ARG(place->folder));
	struct buf text;

	buf_init(&text, c->inv->arena);
	buf_add_fmt(&text, "Bootstrap: localimage\nFrom: %.*s\n\n", STR_ARG(base));
	add_places(c, p, &text);
	buf_add_c(&text, "%post -c /bin/sh\n/bin/sh " PREPARE_VIEW "/prepare\n");
	struct str path, why;
	if (folder_make(c->inv->arena, folder, 0700, &why))
		return work_write(c, place, "definition", buf_str(&text), definition) &&
		       work_write(c, place, "view/prepare", prepare_script(c->inv->arena, p),
				  &path);
	complain("can't make '%.*s': %.*s", STR_ARG(folder), STR_ARG(why));
	return false;
}

/* Binds are given by the command line. */
static bool sif_prepare(struct compilation *c, const char *program, const struct work_place *place,
			const struct plan_service *s, struct str base)
{
	const struct plan_prepare *p = s->image->prepare;
	struct arena *a = c->inv->arena;
	struct words w = {0};
	struct str definition;

	if (!write_definition(c, place, p, base, &definition))
		return false;
	words_put(a, &w, WORDS(program, "build"));
	if (p->root.v)
		words_put(a, &w, WORDS("--fakeroot"));
	words_put(a, &w,
		  WORDS("--bind",
			str_fmt(a, "%.*s/view:" PREPARE_VIEW ":ro", STR_ARG(place->folder)).ptr));
	for (uint32_t i = 0; i < p->mounts.n; i++)
		words_put(a, &w, WORDS("--bind", bind_word(c, &p->mounts.items[i])));
	words_put(a, &w, WORDS(place->image.ptr, definition.ptr));
	return sif_run(c, place, &w, "preparing an image");
}

static bool apptainer_import(struct compilation *c, const struct work_place *place,
			     struct str reference)
{
	return sif_import(c, "apptainer", place, reference);
}

static bool apptainer_prepare(struct compilation *c, const struct work_place *place,
			      const struct plan_service *s, struct str base)
{
	return sif_prepare(c, "apptainer", place, s, base);
}

static bool singularity_import(struct compilation *c, const struct work_place *place,
			       struct str reference)
{
	return sif_import(c, "singularity", place, reference);
}

static bool singularity_prepare(struct compilation *c, const struct work_place *place,
				const struct plan_service *s, struct str base)
{
	return sif_prepare(c, "singularity", place, s, base);
}

static const struct image_tool enroot = {
	.word = "enroot",
	.programs = {"enroot"},
	.import = enroot_import,
	.prepare = enroot_prepare,
	.forget = enroot_forget,
};
static const struct image_tool apptainer = {
	.word = "apptainer",
	.programs = {"apptainer"},
	.has_temporary = true,
	.import = apptainer_import,
	.prepare = apptainer_prepare,
};
static const struct image_tool singularity = {
	.word = "singularity",
	.programs = {"singularity"},
	.has_temporary = true,
	.import = singularity_import,
	.prepare = singularity_prepare,
};

static const struct image_tool *const tools[RUNTIME_BACKEND_N] = {
	[RUNTIME_BACKEND_PYXIS] = &enroot,
	[RUNTIME_BACKEND_APPTAINER] = &apptainer,
	[RUNTIME_BACKEND_SINGULARITY] = &singularity,
	[RUNTIME_BACKEND_CHARLIECLOUD] = &image_tool_charliecloud,
};

const struct image_tool *image_tool_of(enum runtime_backend backend)
{
	return backend < RUNTIME_BACKEND_N ? tools[backend] : NULL;
}

void image_tool_forget(struct arena *a, struct str word, struct str name)
{
	for (size_t i = 0; i < RUNTIME_BACKEND_N; i++)
		if (tools[i] && tools[i]->forget && str_eq_c(word, tools[i]->word))
			tools[i]->forget(a, name);
}
