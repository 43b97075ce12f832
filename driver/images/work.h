/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where an image is made: a folder beside its place, for our eyes alone, which holds everything
 * that is in the making. It goes at the end, however that comes; what a killed hpcc left is taken
 * away by the next one. A lock beside it tells which of them are alive.
 *
 *	<cache>/prepared/0123-worker.sqsh	.sqsh.lock	.sqsh.work/image
 */
#ifndef HPCC_DRIVER_IMAGES_WORK_H
#define HPCC_DRIVER_IMAGES_WORK_H

#include "driver/compile.h"

struct work_place {
	struct str path;   /* of the image */
	struct str folder; /* for all that is made on the way */
	struct str image;  /* the new image, until it is whole */
	struct str name;   /* of containers and images in the tool's own storage; nobody else's */
	struct str temporary;              /* a folder on a local disk, or empty */
	const struct container *container; /* what will start it */
	int lock;
};

/* Waits for whoever makes the same image. False after a message, or by a signal. */
bool work_lock(struct arena *a, struct str path, struct str shown, struct work_place *place);

/* Makes the folder. The importer (image_tools.h) says how the tool's storage is cleaned. */
bool work_begin(struct arena *a, struct work_place *place, const char *importer,
		const struct container *container);

/* Removes it, and what the tool has under the name; lets go of the lock. */
void work_end(struct arena *a, struct work_place *place);

/* Removes what killed ones have left in a cache's folder; the number of images that were in the
   making. Those of live ones and of other users stay. With `only_count` nothing is removed. */
unsigned work_clean(struct arena *a, struct str cache, bool only_count);

#endif
