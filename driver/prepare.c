/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the images of a plan: a lock per file, a temporary name, a rename at the end. Two of
 * hpcc that want the same image make it once. How an image is made is one struct per container
 * tool.
 */
#include "driver/prepare.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "driver/image_tools.h"
#include "driver/jobs.h"
#include "driver/style.h"
#include "driver/system.h"
#include "ir/print.h"

struct work {
	struct compilation *c;
	const struct image_tool *tool;
	struct style style;
	bool is_forced;
	unsigned made, kept;
};

/* Waits for whoever makes the same file. The lock's descriptor, or -1 after a message. */
static int lock_file(struct work *w, struct str path)
{
	struct arena *a = w->c->inv->arena;
	struct str lock = str_fmt(a, "%.*s.lock", STR_ARG(path)), why;
	int fd;

	if (!folder_make(a, path_folder(a, path), 0777, &why)) {
		complain("can't make the folder of images: %.*s", STR_ARG(why));
		return -1;
	}
	fd = open(lock.ptr, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0) {
		complain("can't write '%.*s': %s", STR_ARG(lock), strerror(errno));
		return -1;
	}
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	fprintf(stderr, "waiting: another hpcc makes %.*s\n", STR_ARG(path_base(path)));
	while (flock(fd, LOCK_EX) != 0)
		if (errno != EINTR)
			break;
	return fd;
}

static void say(const struct work *w, const char *verb, struct str what, struct str from)
{
	fprintf(stderr, "%s%-9s%s %.*s%s%.*s\n", w->style.bold, verb, w->style.off, STR_ARG(what),
		from.len > 0 ? " from " : "", STR_ARG(from));
}

typedef bool make_image(struct work *w, const struct plan_service *s, struct str temporary);

static bool make_base(struct work *w, const struct plan_service *s, struct str temporary)
{
	return w->tool->import(w->c, s->image->reference.v, temporary);
}

static bool make_prepared(struct work *w, const struct plan_service *s, struct str temporary)
{
	struct str base = plan_path_here(w->c->inv->arena, w->c, s->image->base_file);

	return w->tool->prepare(w->c, s, base, temporary);
}

/* Makes `path` with `make` unless it is there. */
static bool provide(struct work *w, const struct plan_service *s, struct str path, bool is_stale,
		    const char *verb, struct str from, make_image *make)
{
	struct arena *a = w->c->inv->arena;
	struct str temporary = str_fmt(a, "%.*s.part-%d", STR_ARG(path), (int)getpid());
	uint64_t start = clock_ns();
	bool ok;
	int fd;

	if (!is_stale && path_exists(path.ptr)) {
		w->kept++;
		return true;
	}
	fd = lock_file(w, path);
	if (fd < 0)
		return false;
	if (!is_stale && path_exists(path.ptr)) { /* it was made while we waited */
		close(fd);
		w->kept++;
		return true;
	}
	say(w, verb, path_base(path), from);
	ok = make(w, s, temporary);
	if (ok && rename(temporary.ptr, path.ptr) != 0) {
		complain("can't write '%.*s': %s", STR_ARG(path), strerror(errno));
		ok = false;
	}
	if (!ok)
		unlink(temporary.ptr);
	else
		fprintf(stderr, "%s          done in %.*s%s\n", w->style.dim,
			STR_ARG(duration_text(a, (double)(clock_ns() - start) / 1e9)),
			w->style.off);
	w->made += ok;
	close(fd);
	return ok;
}

static bool is_made_already(const struct plan *plan, uint32_t i, bool of_base)
{
	const struct plan_image *image = plan->services.items[i].image;

	for (uint32_t k = 0; k < i; k++) {
		const struct plan_image *other = plan->services.items[k].image;

		if (other && str_eq(of_base ? other->base_file->text.v : other->file->text.v,
				    of_base ? image->base_file->text.v : image->file->text.v))
			return true;
	}
	return false;
}

static bool provide_images(struct work *w, uint32_t i)
{
	const struct plan *plan = w->c->unit.plan;
	const struct plan_service *s = &plan->services.items[i];
	const struct plan_image *image = s->image;
	struct arena *a = w->c->inv->arena;

	if (!image || image->form.v == IMAGE_FORM_NONE)
		return true;
	if (image->form.v == IMAGE_FORM_REMOTE && !is_made_already(plan, i, true) &&
	    !provide(w, s, plan_path_here(a, w->c, image->base_file), w->is_forced, "importing",
		     value_shown(image->reference), make_base))
		return false;
	if (!image->prepare || is_made_already(plan, i, false))
		return true;
	return provide(w, s, plan_path_here(a, w->c, image->file),
		       w->is_forced || image->prepare->always.v, "preparing", s->name.v,
		       make_prepared);
}

/* Something has to be made, so the tool has to be there. */
static bool needs_tool(const struct work *w)
{
	const struct plan *plan = w->c->unit.plan;
	struct arena *a = w->c->inv->arena;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_image *image = plan->services.items[i].image;

		if (!image || image->form.v == IMAGE_FORM_NONE ||
		    (image->form.v == IMAGE_FORM_LOCAL && !image->prepare))
			continue;
		if (w->is_forced || (image->prepare && image->prepare->always.v) ||
		    !path_exists(plan_path_here(a, w->c, image->file).ptr))
			return true;
	}
	return false;
}

int prepare_images(struct compilation *c, bool is_forced)
{
	struct work w = {.c = c, .is_forced = is_forced, .style = style_for(c->inv, stderr)};
	const struct plan *plan = c->unit.plan;

	w.tool = image_tool_of((enum runtime_backend)plan->container.v);
	if (w.tool && needs_tool(&w)) {
		for (size_t i = 0; i < 3 && w.tool->programs[i]; i++) {
			if (program_find(c->inv->arena, w.tool->programs[i]).len > 0)
				continue;
			complain("images have to be made, and '%s' isn't installed here",
				 w.tool->programs[i]);
			advise("run 'hpcc prepare' where it is, with the same cache_dir");
			return EXIT_ENVIRONMENT;
		}
	}
	for (uint32_t i = 0; w.tool && i < plan->services.n; i++)
		if (!provide_images(&w, i))
			return EXIT_ENVIRONMENT;
	if (w.made > 0)
		fprintf(stderr, "images: %u made, %u found\n", w.made, w.kept);
	else if (w.kept > 0 && c->inv->command && strcmp(c->inv->command->name, "prepare") == 0)
		fprintf(stderr, "images: nothing to make, %u found\n", w.kept);
	return EXIT_OK;
}
