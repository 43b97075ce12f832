/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enroot, Apptainer, Singularity and Charliecloud, each by its own commands. What a prepare block
 * says becomes one shell script that runs inside a writable copy of the base image.
 */
#include "driver/image_tools.h"

#include <string.h>
#include <unistd.h>

#include "driver/child.h"
#include "driver/jobs.h"
#include "driver/remove.h"
#include "driver/system.h"

enum {
	MAX_WORDS = 16 /* without the mounts, two words each */
};

/* A command line being put together. */
struct words {
	const char *first[MAX_WORDS + 1];
	const char **more; /* instead of first, once put() was called */
	size_t n;
};

/* Room for the words of a prepare block's mounts, too. */
static void make_room(struct compilation *c, struct words *w, const struct plan_prepare *p)
{
	w->more = ARENA_ARRAY(c->inv->arena, MAX_WORDS + 2 * p->mounts.n + 1, const char *);
	memcpy(w->more, w->first, w->n * sizeof(w->first[0]));
}

static void put(struct words *w, const char *word)
{
	(w->more ? w->more : w->first)[w->n++] = word;
}

/* Enroot unpacks where the plan says: that folder is made, else a message, and false.
   Charliecloud's own cache would need git and a name for its commits; hpcc's does without. */
static bool set_environment(struct compilation *c, struct child_call *call, const char *env[2])
{
	const struct plan *plan = c->unit.plan;
	struct arena *a = c->inv->arena;
	struct str why, folder;

	if (plan->container.v == RUNTIME_BACKEND_CHARLIECLOUD) {
		env[0] = "CH_IMAGE_CACHE=disabled";
		env[1] = NULL;
		call->env = env;
	}
	if (plan->container.v != RUNTIME_BACKEND_PYXIS || !plan->unpack_dir)
		return true;
	folder = plan_path_here(a, c, plan->unpack_dir);
	if (!folder_make(a, folder, 0777, &why)) {
		complain("can't make 'enroot_temp_dir': %.*s", STR_ARG(why));
		return false;
	}
	env[0] = str_fmt(a, "ENROOT_TEMP_PATH=%.*s", STR_ARG(folder)).ptr;
	env[1] = NULL;
	call->env = env;
	return true;
}

static bool run(struct compilation *c, const struct words *w, const char *what)
{
	struct child_call call = {.argv = w->more ? w->more : w->first, .shows_output = true};
	const char *env[2];
	struct child_end end;

	if (!set_environment(c, &call, env))
		return false;
	if (child_run(c->inv->arena, &call, &end))
		return true;
	if (!end.is_found)
		complain("%s: '%s' isn't installed here", what, call.argv[0]);
	else
		complain("%s: '%s' ended with status %d", what, call.argv[0], end.status);
	return false;
}

static void add_quoted(struct buf *out, struct str text)
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

/* The commands of a prepare block, each in a shell of its own; the first failure ends it. */
static struct str prepare_script(struct arena *a, const struct plan_prepare *p)
{
	struct buf out;

	buf_init(&out, a);
	buf_add_c(&out, "set -eu\n");
	for (uint32_t i = 0; i < p->env.n; i++) {
		buf_add_fmt(&out, "export %.*s=", STR_ARG(p->env.items[i].key));
		add_quoted(&out, p->env.items[i].value.v);
		buf_add_byte(&out, '\n');
	}
	for (uint32_t i = 0; i < p->commands.n; i++) {
		buf_add_c(&out, "/bin/sh -c ");
		add_quoted(&out, p->commands.items[i].v);
		buf_add_byte(&out, '\n');
	}
	return str_dup(a, buf_str(&out));
}

/* A file beside the image that is being made. */
static bool write_helper(struct compilation *c, struct str image, const char *suffix,
			 struct str text, mode_t mode, struct str *path)
{
	struct str why;

	*path = str_fmt(c->inv->arena, "%.*s%s", STR_ARG(image), suffix);
	if (file_write(c->inv->arena, path->ptr, text, mode, &why))
		return true;
	complain("can't write '%.*s': %.*s", STR_ARG(*path), STR_ARG(why));
	return false;
}

static const char *mount_word(struct compilation *c, const struct plan_mount *m)
{
	struct arena *a = c->inv->arena;

	return str_fmt(a, "%.*s:%.*s%s%.*s", STR_ARG(plan_path_here(a, c, m->host)),
		       STR_ARG(m->container.v), m->mode.v.len > 0 ? ":" : "", STR_ARG(m->mode.v))
		.ptr;
}

/* Options as in fstab; without the first, the target would have to exist in the image. */
static const char *enroot_mount_word(struct compilation *c, const struct plan_mount *m)
{
	struct arena *a = c->inv->arena;

	return str_fmt(a, "%.*s:%.*s:x-create=auto,rbind%s%.*s",
		       STR_ARG(plan_path_here(a, c, m->host)), STR_ARG(m->container.v),
		       m->mode.v.len > 0 ? "," : "", STR_ARG(m->mode.v))
		.ptr;
}

/* docker://ghcr.io/o/a:1 is docker://ghcr.io#o/a:1 to enroot. */
static struct str enroot_reference(struct arena *a, struct str reference)
{
	struct str scheme, first, rest = reference;
	ptrdiff_t at = STR_NONE;

	if (str_find(reference, '#') != STR_NONE || !str_has_prefix(reference, "docker://"))
		return reference;
	scheme = str_slice(reference, 0, 9);
	rest = str_from(reference, 9);
	at = str_find(rest, '/');
	if (at == STR_NONE)
		return reference;
	first = str_slice(rest, 0, (size_t)at);
	if (!str_eq_c(first, "localhost") && str_find(first, '.') == STR_NONE &&
	    str_find(first, ':') == STR_NONE)
		return reference;
	return str_fmt(a, "%.*s%.*s#%.*s", STR_ARG(scheme), STR_ARG(first),
		       STR_ARG(str_from(rest, (size_t)at + 1)));
}

static bool enroot_import(struct compilation *c, struct str reference, struct str file)
{
	struct words w = {{"enroot", "import", "-o", file.ptr,
			   enroot_reference(c->inv->arena, reference).ptr},
			  .n = 5};

	return run(c, &w, "importing an image");
}

static bool enroot_run_script(struct compilation *c, const struct plan_prepare *p, const char *name,
			      struct str file)
{
	struct arena *a = c->inv->arena;
	struct words w = {{"enroot", "start"}, .n = 2};
	struct str rc;
	bool ok;

	/* The image's own start script would put its entrypoint in front of the command. */
	if (!write_helper(c, file, ".rc", STR("exec \"$@\"\n"), 0600, &rc))
		return false;
	make_room(c, &w, p);
	if (p->root.v)
		put(&w, "--root");
	put(&w, "--rw");
	put(&w, "--rc");
	put(&w, rc.ptr);
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		put(&w, "--mount");
		put(&w, enroot_mount_word(c, &p->mounts.items[i]));
	}
	put(&w, name);
	put(&w, "/bin/sh");
	put(&w, "-c");
	put(&w, prepare_script(a, p).ptr);
	ok = run(c, &w, "preparing an image");
	unlink(rc.ptr);
	return ok;
}

static bool enroot_prepare(struct compilation *c, const struct plan_service *s, struct str base,
			   struct str file)
{
	struct arena *a = c->inv->arena;
	const char *name = str_fmt(a, "hpcc-%d-%.*s", (int)getpid(), STR_ARG(s->token.v)).ptr;
	struct words create = {{"enroot", "create", "--force", "--name", name, base.ptr}, .n = 6};
	struct words save = {{"enroot", "export", "--force", "--output", file.ptr, name}, .n = 6};
	struct words drop = {{"enroot", "remove", "-f", name}, .n = 4};
	bool ok = run(c, &create, "unpacking the base image");

	if (!ok)
		return false;
	ok = enroot_run_script(c, s->image->prepare, name, file) &&
	     run(c, &save, "saving the prepared image");
	run(c, &drop, "removing the working copy");
	return ok;
}

static bool sif_import(struct compilation *c, const char *program, struct str reference,
		       struct str file)
{
	struct words w = {{program, "pull", file.ptr, reference.ptr}, .n = 4};

	return run(c, &w, "importing an image");
}

/* Places for what is mounted: building makes none. $1 is the source, $2 the place inside. */
static const char sif_place[] = "place() {\n"
				"to=${APPTAINER_ROOTFS:-$SINGULARITY_ROOTFS}$2\n"
				"if [ -e \"$to\" ] || [ -L \"$to\" ]; then return; fi\n"
				"if [ -d \"$1\" ]; then mkdir -p -- \"$to\"; return; fi\n"
				"mkdir -p -- \"${to%/*}\"\n"
				": >\"$to\"\n"
				"}\n";

static void add_places(struct compilation *c, const struct plan_prepare *p, struct buf *out)
{
	if (!p->mounts.n)
		return;
	buf_add_c(out, "%setup\n");
	buf_add_c(out, sif_place);
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		buf_add_c(out, "place ");
		add_quoted(out, plan_path_here(c->inv->arena, c, p->mounts.items[i].host));
		buf_add_byte(out, ' ');
		add_quoted(out, p->mounts.items[i].container.v);
		buf_add_byte(out, '\n');
	}
	buf_add_byte(out, '\n');
}

/* A definition file whose %post runs the script; binds are given by the command line. */
static bool sif_prepare(struct compilation *c, const char *program, const struct plan_service *s,
			struct str base, struct str file)
{
	const struct plan_prepare *p = s->image->prepare;
	struct arena *a = c->inv->arena;
	struct words w = {{program, "build"}, .n = 2};
	struct buf text;
	struct str definition;
	bool ok;

	buf_init(&text, a);
	buf_add_fmt(&text, "Bootstrap: localimage\nFrom: %.*s\n\n", STR_ARG(base));
	add_places(c, p, &text);
	buf_add_c(&text, "%post -c /bin/sh\n");
	buf_add(&text, prepare_script(a, p));
	if (!write_helper(c, file, ".def", buf_str(&text), 0600, &definition))
		return false;
	make_room(c, &w, p);
	if (p->root.v)
		put(&w, "--fakeroot");
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		put(&w, "--bind");
		put(&w, mount_word(c, &p->mounts.items[i]));
	}
	put(&w, file.ptr);
	put(&w, definition.ptr);
	ok = run(c, &w, "preparing an image");
	unlink(definition.ptr);
	return ok;
}

static bool apptainer_import(struct compilation *c, struct str reference, struct str file)
{
	return sif_import(c, "apptainer", reference, file);
}

static bool apptainer_prepare(struct compilation *c, const struct plan_service *s, struct str base,
			      struct str file)
{
	return sif_prepare(c, "apptainer", s, base, file);
}

static bool singularity_import(struct compilation *c, struct str reference, struct str file)
{
	return sif_import(c, "singularity", reference, file);
}

static bool singularity_prepare(struct compilation *c, const struct plan_service *s,
				struct str base, struct str file)
{
	return sif_prepare(c, "singularity", s, base, file);
}

/* A name of Charliecloud's own storage for the file that is being made. */
static const char *charliecloud_name(struct compilation *c, const char *kind)
{
	return str_fmt(c->inv->arena, "hpcc-%s-%d", kind, (int)getpid()).ptr;
}

/* ch-run makes no mount points, so the image gets those that every service needs. */
static bool make_mount_points(struct compilation *c, struct str folder)
{
	static const char *const points[] = {"hpc-compose/job", "hpc-compose/resume"};
	struct arena *a = c->inv->arena;
	struct str why;

	for (size_t i = 0; i < sizeof(points) / sizeof(*points); i++) {
		struct str point = str_fmt(a, "%.*s/%s", STR_ARG(folder), points[i]);

		if (folder_make(a, point, 0755, &why))
			continue;
		complain("can't make a mount point in the image: %.*s", STR_ARG(why));
		return false;
	}
	return true;
}

/* Takes an image out of Charliecloud's storage; one that never got there is no matter. */
static void charliecloud_forget(struct compilation *c, const char *name)
{
	const char *const argv[] = {"ch-image", "delete", name, NULL};
	struct child_call call = {.argv = argv};
	const char *env[2];
	struct child_end end;

	if (!set_environment(c, &call, env))
		return;
	child_run(c->inv->arena, &call, &end);
}

static void remove_helpers(struct compilation *c, struct str folder)
{
	struct str why;

	if (!folder_remove(c->inv->arena, folder, &why))
		complain("can't remove '%.*s': %.*s", STR_ARG(folder), STR_ARG(why));
}

static bool charliecloud_save(struct compilation *c, const char *name, struct str file)
{
	struct str folder = str_fmt(c->inv->arena, "%.*s.dir", STR_ARG(file));
	struct words unpack = {{"ch-convert", "-i", "ch-image", "-o", "dir", name, folder.ptr},
			       .n = 7};
	struct words save = {{"ch-convert", "-i", "dir", "-o", "squash", folder.ptr, file.ptr},
			     .n = 7};
	bool ok = run(c, &unpack, "unpacking an image") && make_mount_points(c, folder) &&
		  run(c, &save, "saving an image");

	remove_helpers(c, folder);
	return ok;
}

static bool charliecloud_import(struct compilation *c, struct str reference, struct str file)
{
	const char *name = charliecloud_name(c, "base");
	const char *source = strstr(reference.ptr, "://");
	struct words pull = {{"ch-image", "pull", source ? source + 3 : reference.ptr, name},
			     .n = 4};
	bool ok = run(c, &pull, "importing an image") && charliecloud_save(c, name, file);

	charliecloud_forget(c, name);
	return ok;
}

/* A folder with the recipe and the script, which the recipe doesn't hold: its lines are printed,
   and kept in the image, and the script may hold secrets. */
static bool write_recipe(struct compilation *c, const struct plan_prepare *p, const char *base,
			 struct str folder)
{
	struct arena *a = c->inv->arena;
	struct str path, why;
	struct str recipe = str_fmt(a, "FROM %s\nRUN [\"/bin/sh\", \"%s\"]\n", base,
				    "/hpc-compose/job/prepare");

	if (folder_make(a, folder, 0700, &why))
		return write_helper(c, folder, "/recipe", recipe, 0600, &path) &&
		       write_helper(c, folder, "/prepare", prepare_script(a, p), 0600, &path);
	complain("can't make '%.*s': %.*s", STR_ARG(folder), STR_ARG(why));
	return false;
}

static bool charliecloud_build(struct compilation *c, const struct plan_prepare *p,
			       const char *base, const char *name, struct str file)
{
	struct arena *a = c->inv->arena;
	struct str folder = str_fmt(a, "%.*s.build", STR_ARG(file));
	struct words build = {{"ch-image", "build", "-t", name}, .n = 4};
	bool ok = write_recipe(c, p, base, folder);

	make_room(c, &build, p);
	if (p->root.v)
		put(&build, "--force"); /* as if root could give files away */
	put(&build, "--bind");
	put(&build, str_fmt(a, "%.*s:/hpc-compose/job", STR_ARG(folder)).ptr);
	for (uint32_t i = 0; i < p->mounts.n; i++) {
		const struct plan_mount *m = &p->mounts.items[i];
		put(&build, "--bind");
		put(&build, str_fmt(a, "%.*s:%.*s", STR_ARG(plan_path_here(a, c, m->host)),
				    STR_ARG(m->container.v))
				    .ptr);
	}
	put(&build, "-f");
	put(&build, str_cat(a, folder, STR("/recipe")).ptr);
	put(&build, folder.ptr);
	ok = ok && run(c, &build, "preparing an image");
	remove_helpers(c, folder);
	return ok;
}

static bool charliecloud_prepare(struct compilation *c, const struct plan_service *s,
				 struct str base, struct str file)
{
	const char *base_name = charliecloud_name(c, "base"), *name = charliecloud_name(c, "made");
	const char *form = path_is_folder(base.ptr) ? "dir" : "squash";
	struct words load = {{"ch-convert", "-i", form, "-o", "ch-image", base.ptr, base_name},
			     .n = 7};
	bool ok = run(c, &load, "unpacking the base image") &&
		  charliecloud_build(c, s->image->prepare, base_name, name, file) &&
		  charliecloud_save(c, name, file);

	charliecloud_forget(c, name);
	charliecloud_forget(c, base_name);
	return ok;
}

const struct image_tool *image_tool_of(enum runtime_backend backend)
{
	static const struct image_tool tools[] = {
		[RUNTIME_BACKEND_PYXIS] = {{"enroot"}, enroot_import, enroot_prepare},
		[RUNTIME_BACKEND_APPTAINER] = {{"apptainer"}, apptainer_import, apptainer_prepare},
		[RUNTIME_BACKEND_SINGULARITY] = {{"singularity"},
						 singularity_import,
						 singularity_prepare},
		[RUNTIME_BACKEND_CHARLIECLOUD] = {{"ch-image", "ch-convert"},
						  charliecloud_import,
						  charliecloud_prepare},
		[RUNTIME_BACKEND_HOST] = {{NULL}, NULL, NULL},
	};

	return backend < RUNTIME_BACKEND_N && tools[backend].import ? &tools[backend] : NULL;
}
