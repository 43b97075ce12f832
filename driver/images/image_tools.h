/* SPDX-License-Identifier: Apache-2.0 */
/* How each container tool imports an image from a registry, and derives one by commands. */
#ifndef HPCC_DRIVER_IMAGES_IMAGE_TOOLS_H
#define HPCC_DRIVER_IMAGES_IMAGE_TOOLS_H

#include "driver/images/work.h"

struct image_tool {
	const char *word;        /* in the notes of a work place */
	const char *programs[3]; /* that must be on PATH */
	bool has_temporary;      /* unpacks images in a folder on a local disk */
	/* Writes the image of a remote reference to place->image. False after a message. */
	bool (*import)(struct compilation *c, const struct work_place *place, struct str reference);
	/* Writes what the service's prepare block makes of base there. */
	bool (*prepare)(struct compilation *c, const struct work_place *place,
			const struct plan_service *s, struct str base);
	/* Removes what the tool has in its own storage under the place's name; or NULL. */
	void (*forget)(struct arena *a, struct str name);
};

/* NULL for the host: it has no images. */
const struct image_tool *image_tool_of(enum runtime_backend backend);

/* The same by a tool's word; nothing happens for one that isn't known. */
void image_tool_forget(struct arena *a, struct str word, struct str name);

#endif
