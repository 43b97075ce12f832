/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How images of each container tool are imported from a registry, derived by commands, and looked
 * at before a job. driver/images/containers/<name>.c; ir/facts/containers.m4 says whose is whose.
 */
#ifndef HPCC_DRIVER_IMAGES_IMAGE_TOOLS_H
#define HPCC_DRIVER_IMAGES_IMAGE_TOOLS_H

#include "driver/cluster/preflight.h"
#include "driver/images/work.h"

struct container_importer {
	const char *name; /* in the notes of a work place */
	/* Writes the image of a remote reference to place->image. False after a message. */
	bool (*import)(struct compilation *c, const struct work_place *place, struct str reference);
	/* Writes what the service's prepare block makes of base there. */
	bool (*prepare)(struct compilation *c, const struct work_place *place,
			const struct plan_service *s, struct str base);
	/* Removes what the tool has in its own storage under the place's name; or NULL. */
	void (*forget)(struct arena *a, struct str name);
	/* What a job needs besides the row's program, and what it asks of images; or NULL. */
	void (*look)(struct compilation *c, struct findings *f);
	void (*look_at_images)(struct compilation *c, struct findings *f);
};

/* NULL for the host: it has no images. */
const struct container_importer *importer_of(const struct container *container);

/* Its `forget`, by its name; nothing happens for one that isn't known. */
void importer_forget(struct arena *a, struct str importer, struct str name);

#endif
