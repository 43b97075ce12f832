/* SPDX-License-Identifier: Apache-2.0 */
/* The digest of an image that lies in the file system. */
#ifndef HPCC_DRIVER_IMAGES_DIGEST_H
#define HPCC_DRIVER_IMAGES_DIGEST_H

#include <stdbool.h>

#include "ir/support/str.h"

enum {
	DIGEST_ROOM = 65 /* hexadecimal, and a NUL */
};

/* False if there is nothing at that path. */
bool digest_image(void *context, struct str path, char hex[DIGEST_ROOM]);

#endif
