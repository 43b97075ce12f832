/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the making of images: what the container tools share. */
#ifndef HPCC_DRIVER_IMAGES_IMAGE_PARTS_H
#define HPCC_DRIVER_IMAGES_IMAGE_PARTS_H

#include "driver/images/image_tools.h"
#include "driver/images/tool.h"
#include "ir/files.gen.h"

/* A command line being put together. */
struct words {
	LIST(const char *) list;
};

/* All of them, ended by NULL. */
void words_put(struct arena *a, struct words *w, const char *const *more);
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Runs it; `env` and `input` as in driver/images/tool.h. */
bool words_run(struct compilation *c, struct words *w, const char *const *env, struct str input,
	       const char *what);
/* Cleaning up: whatever happened, and without a word. */
void words_clean(struct arena *a, const char *const *argv, const char *const *env);

/*
 * The commands of a prepare block, each in a shell of its own that reads nothing; the first failure
 * ends it. It holds the values of variables, so it is no argument and no part of an image: it goes
 * by a pipe or by a file for our eyes alone.
 */
struct str prepare_script(struct arena *a, const struct plan_prepare *p);

/* A file in the work place, for our eyes alone. */
bool work_write(struct compilation *c, const struct work_place *place, const char *name,
		struct str text, struct str *path);

void add_shell_word(struct buf *out, struct str text);

/* Of the functions NAME_import and so on: one that is forgotten doesn't compile. What a tool has no
   use for is defined as NULL. */
#define CONTAINER_IMPORTER(of)                                                                     \
	_Static_assert(sizeof(importer_##of), "a row of containers.m4 names it");                  \
	const struct container_importer importer_##of = {                                          \
		.name = #of,                                                                       \
		.import = of##_import,                                                             \
		.prepare = of##_prepare,                                                           \
		.forget = of##_forget,                                                             \
		.look = of##_look,                                                                 \
		.look_at_images = of##_look_at_images,                                             \
	}
#define IMPORTER_DECLARATION(number, name) extern const struct container_importer importer_##name;
CONTAINER_IMPORTERS(IMPORTER_DECLARATION)

/* Where a prepare script stands in an image, and its folder. */
#define PREPARE_VIEW JOB_VIEW

#endif
