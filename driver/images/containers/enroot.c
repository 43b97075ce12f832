/* SPDX-License-Identifier: Apache-2.0 */
/* Images by Enroot, which Pyxis runs. Unpacked ones are in its data folder while they are made. */
#include "driver/cluster/slurm.h"
#include "driver/images/image_parts.h"
#include "driver/jobs/jobs.h"
#include "driver/system.h"

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

static void check_pyxis(struct compilation *c, struct findings *f)
{
	const char *argv[] = {"srun", "--help", NULL};

	if (program_find(f->arena, "srun").len == 0)
		return;
	struct child_end end;
	struct str why;
	if (!slurm_call(c->inv, argv, &end, &why)) {
		finding_add(f, FINDING_FAILURE, STR("pyxis"), why, "");
		return;
	}
	if (!str_contains(end.out, "--container-image"))
		finding_add(
			f, FINDING_FAILURE, STR("pyxis"),
			STR("srun has no --container-image: Pyxis isn't installed on this cluster"),
			"use runtime.backend: apptainer, charliecloud or host; see "
			"docs/no-pyxis-here.md");
	else if (!str_contains(end.out, "--container-env"))
		finding_add(f, FINDING_FAILURE, STR("pyxis"),
			    STR("is older than 0.15: srun has no --container-env"),
			    "compile with --target=pyxis=0.14, or ask for a newer Pyxis");
	else
		finding_add(f, FINDING_OK, STR("pyxis"), STR("srun knows its options"), "");
}

static void enroot_look(struct compilation *c, struct findings *f)
{
	if (c->backend.is_local)
		finding_program(f, "enroot", "without Pyxis its images run under Enroot");
	else
		check_pyxis(c, f);
}

#define enroot_look_at_images NULL
CONTAINER_IMPORTER(enroot);
