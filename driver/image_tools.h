/* SPDX-License-Identifier: Apache-2.0 */
/* How each container tool imports an image from a registry, and derives one by commands. */
#ifndef HPCC_DRIVER_IMAGE_TOOLS_H
#define HPCC_DRIVER_IMAGE_TOOLS_H

#include "driver/compile.h"

struct image_tool {
	const char *programs[3]; /* that must be on PATH */
	/* Writes the image of a remote reference to a file that doesn't exist. False after a
	   message. */
	bool (*import)(struct compilation *c, struct str reference, struct str file);
	/* Writes what the service's prepare block makes of base. */
	bool (*prepare)(struct compilation *c, const struct plan_service *s, struct str base,
			struct str file);
};

/* NULL for the host: it has no images. */
const struct image_tool *image_tool_of(enum runtime_backend backend);

#endif
