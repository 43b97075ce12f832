/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making the images of a plan, each in a work place of its own (driver/images/work.h), put in its place
 * once it is whole. Two of hpcc that want the same image make it once. How an image is made is one
 * struct per container tool.
 */
#include "driver/images/prepare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "driver/images/image_tools.h"
#include "driver/jobs/jobs.h"
#include "driver/json.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "driver/images/tool.h"
#include "ir/text/print.h"

struct work {
	struct compilation *c;
	struct style style;
	bool is_forced;
	unsigned made, kept;
	unsigned number, total; /* of the image at hand, and of all */
	json_t *report;         /* an array, or NULL */
};

/* An image that the plan needs. */
struct wanted {
	const struct plan_service *service;
	struct str path, shown_path;
	bool is_base; /* as it comes from its registry; else what a prepare block makes of it */
	bool is_stale;
};

/* "ghcr.io/example/tool:1.2", or "worker, from ghcr.io/example/tool:1.2" */
static struct str image_text(struct work *w, const struct wanted *it)
{
	struct arena *a = w->c->inv->arena;
	const struct plan_service *s = it->service;
	struct str from = value_shown(s->image->reference);
	const char *scheme = strstr(str_dup(a, from).ptr, "://");

	if (scheme)
		from = str_c(scheme + 3);
	if (!it->is_base)
		from = str_fmt(a, "the image of %.*s from %.*s", STR_ARG(s->name.v), STR_ARG(from));
	return str_visible(a, secrets_redact(a, &w->c->unit.diags.secrets, from, 0), VISIBLE_LINE);
}

static json_t *json_shown(struct compilation *c, struct str text)
{
	return json_visible(c->inv->arena,
			    secrets_redact(c->inv->arena, &c->unit.diags.secrets, text, 0));
}

static void report(struct work *w, const struct wanted *it, const char *state, double seconds)
{
	struct str image = value_shown(it->service->image->reference);

	if (!w->report)
		return;
	json_t *one = json_object();
	json_object_set_new(one, "kind", json_string(it->is_base ? "base" : "prepared"));
	json_object_set_new(one, "image", json_shown(w->c, image));
	if (!it->is_base)
		json_object_set_new(one, "service", json_shown(w->c, it->service->name.v));
	json_object_set_new(one, "file", json_shown(w->c, it->shown_path));
	json_object_set_new(one, "state", json_string(state));
	if (seconds >= 0)
		json_object_set_new(one, "seconds", json_seconds(seconds));
	json_array_append_new(w->report, one);
}

static bool make(struct work *w, const struct wanted *it, struct work_place *place)
{
	const struct container *container = container_of(w->c->unit.plan, it->service);
	const struct container_importer *importer = importer_of(container);

	if (!work_begin(w->c->inv->arena, place, importer->name, container))
		return false;
	if (it->is_base)
		/* A copy of its own: it becomes a word of a command line. */
		return importer->import(w->c, place,
					str_dup(w->c->inv->arena, it->service->image->reference.v));
	struct str base = plan_path_here(w->c->inv->arena, w->c, it->service->image->base_file);
	return importer->prepare(w->c, place, it->service, base);
}

static bool is_command_prepare(const struct work *w)
{
	return w->c->inv->command && strcmp(w->c->inv->command->name, "prepare") == 0;
}

/* "image 1 of 3: importing redis:7" */
static void say_image(struct work *w, const struct wanted *it, const char *what)
{
	fprintf(stderr, "%simage %u of %u%s: %s %.*s\n", w->style.bold, w->number, w->total,
		w->style.off, what, STR_ARG(image_text(w, it)));
}

/* Makes it in the place that is locked. */
static bool make_there(struct work *w, const struct wanted *it, struct work_place *place)
{
	struct arena *a = w->c->inv->arena;
	uint64_t start = clock_ns();

	say_image(w, it, it->is_base ? "importing" : "preparing");
	bool ok = make(w, it, place) && !tool_is_interrupted();
	if (ok && rename(place->image.ptr, it->path.ptr) != 0) {
		complain("can't write '%.*s': %s", STR_ARG(it->shown_path), strerror(errno));
		ok = false;
	}
	double seconds = (double)(clock_ns() - start) / 1e9;
	if (ok)
		fprintf(stderr, "%simage %u of %u: done in %.*s%s\n", w->style.dim, w->number,
			w->total, STR_ARG(duration_text(a, seconds)), w->style.off);
	report(w, it, ok ? "made" : "failed", seconds);
	w->made += ok;
	return ok;
}

static bool is_there(struct work *w, const struct wanted *it)
{
	if (it->is_stale || !path_exists(it->path.ptr))
		return false;
	w->kept++;
	if (is_command_prepare(w))
		say_image(w, it, "found");
	report(w, it, "found", -1);
	return true;
}

/* Makes the image unless it is there. */
static bool provide(struct work *w, const struct wanted *it)
{
	struct arena *a = w->c->inv->arena;

	w->number++;
	if (is_there(w, it))
		return true;
	struct work_place place;
	if (!work_lock(a, it->path, image_text(w, it), &place))
		return false;
	/* It may have been made while we waited. */
	bool ok = is_there(w, it) || make_there(w, it, &place);
	work_end(a, &place);
	return ok;
}

static bool is_made_already(const struct plan *plan, uint32_t i, bool of_base)
{
	const struct plan_image *image = plan->services.items[i].image;

	for (uint32_t k = 0; k < i; k++) {
		const struct plan_image *other = plan->services.items[k].image;

		if (other && other->base_file &&
		    str_eq(of_base ? other->base_file->text.v : other->file->text.v,
			   of_base ? image->base_file->text.v : image->file->text.v))
			return true;
	}
	return false;
}

/* A mount that the tool's syntax has no way to write; folders of this machine are known here alone.
 */
static bool check_mounts(struct work *w, const struct plan_service *s)
{
	const struct container *container = container_of(w->c->unit.plan, s);
	const struct plan_prepare *p = s->image->prepare;
	struct str maker;

	for (uint32_t i = 0; i < p->mounts.n; i++) {
		struct str host = plan_path_here(w->c->inv->arena, w->c, p->mounts.items[i].host);

		for (size_t k = 0; k < host.len; k++) {
			if (!byte_is_in(host.ptr[k], container->prepare_bytes))
				continue;
			str_split(str_c(container->makers), ' ', &maker);
			complain("%.*s can't mount '%.*s' while it prepares an image: no path of a "
				 "mount may hold a '%.*s'",
				 STR_ARG(maker),
				 STR_ARG(plan_path_shown(w->c->inv->arena, w->c,
							 p->mounts.items[i].host)),
				 STR_ARG(str_visible(w->c->inv->arena, str_slice(host, k, k + 1),
						     VISIBLE_LINE)));
			return false;
		}
	}
	return true;
}

static bool provide_images(struct work *w, uint32_t i)
{
	const struct plan *plan = w->c->unit.plan;
	const struct plan_service *s = &plan->services.items[i];
	const struct plan_image *image = s->image;
	struct arena *a = w->c->inv->arena;
	struct wanted it = {.service = s, .is_base = true, .is_stale = w->is_forced};

	if (!image || image->form.v == IMAGE_FORM_NONE)
		return true;
	it.path = plan_path_here(a, w->c, image->base_file);
	it.shown_path = plan_path_shown(a, w->c, image->base_file);
	if (image->form.v == IMAGE_FORM_REMOTE && !is_made_already(plan, i, true) &&
	    !provide(w, &it))
		return false;
	if (!image->prepare || is_made_already(plan, i, false))
		return true;
	it.path = plan_path_here(a, w->c, image->file);
	it.shown_path = plan_path_shown(a, w->c, image->file);
	it.is_base = false;
	it.is_stale = w->is_forced || image->prepare->always.v;
	return check_mounts(w, s) && provide(w, &it);
}

/* Something has to be made for this container tool, so it has to be there. */
static bool needs_tool(const struct work *w, const struct container *container)
{
	const struct plan *plan = w->c->unit.plan;
	struct arena *a = w->c->inv->arena;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_image *image = plan->services.items[i].image;

		if (!image || image->form.v == IMAGE_FORM_NONE ||
		    container_of(plan, &plan->services.items[i]) != container ||
		    (image->form.v == IMAGE_FORM_LOCAL && !image->prepare))
			continue;
		if (w->is_forced || (image->prepare && image->prepare->always.v) ||
		    !path_exists(plan_path_here(a, w->c, image->file).ptr))
			return true;
	}
	return false;
}

static bool has_makers(const struct work *w, const struct container *container)
{
	struct str name, rest = str_c(container->makers);
	struct arena *a = w->c->inv->arena;

	while (rest.len > 0) {
		rest = str_split(rest, ' ', &name);
		if (program_find(a, str_dup(a, name).ptr).len > 0)
			continue;
		complain("images have to be made, and '%.*s' isn't installed here", STR_ARG(name));
		advise("run 'hpcc prepare' where it is, with the same cache_dir");
		return false;
	}
	return true;
}

/* Each base image and each prepared one once, as provide_images takes them. */
static unsigned count_images(const struct plan *plan)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_image *image = plan->services.items[i].image;

		if (!image || image->form.v == IMAGE_FORM_NONE)
			continue;
		n += image->form.v == IMAGE_FORM_REMOTE && !is_made_already(plan, i, true);
		n += image->prepare && !is_made_already(plan, i, false);
	}
	return n;
}

/* Everything that has to be made; what was left of killed ones goes first. */
static bool provide_all(struct work *w)
{
	const struct plan *plan = w->c->unit.plan;
	struct arena *a = w->c->inv->arena;
	bool ok = true;

	plan_hide_secrets(&w->c->unit);
	w->total = count_images(plan);
	struct tool_signals signals;
	tool_signals_catch(&signals);
	if (plan->cache_dir)
		work_clean(a, plan_path_here(a, w->c, plan->cache_dir), false);
	for (uint32_t i = 0; i < plan->services.n && ok; i++)
		ok = provide_images(w, i) && !tool_is_interrupted();
	if (tool_is_interrupted())
		complain("interrupted; what was in the making is removed");
	tool_signals_release(&signals);
	return ok;
}

int prepare_images(struct compilation *c, bool is_forced)
{
	struct work w = {.c = c, .is_forced = is_forced, .style = style_for(c->inv, stderr)};
	bool has_images = false;

	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!importer_of(&containers[i]) || !plan_uses_container(c->unit.plan, i))
			continue;
		has_images = true;
		if (needs_tool(&w, &containers[i]) && !has_makers(&w, &containers[i]))
			return EXIT_ENVIRONMENT;
	}
	if (is_command_prepare(&w) && c->inv->options.format == FORMAT_JSON)
		w.report = json_array();
	bool ok = !has_images || provide_all(&w);
	if (w.report)
		json_print(json_pack("{s:b, s:o}", "ok", ok, "images", w.report));
	if (!ok)
		return EXIT_ENVIRONMENT;
	if (w.made > 0)
		fprintf(stderr, "images: %u made, %u found\n", w.made, w.kept);
	else if (w.kept > 0 && is_command_prepare(&w))
		fprintf(stderr, "images: nothing to make, %u found\n", w.kept);
	return EXIT_OK;
}
