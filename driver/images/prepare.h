/* SPDX-License-Identifier: Apache-2.0 */
/* Images: imported from registries, prepared by commands, kept by content in the cache. */
#ifndef HPCC_DRIVER_IMAGES_PREPARE_H
#define HPCC_DRIVER_IMAGES_PREPARE_H

#include "driver/compile.h"

/* Makes the images of the plan that are missing, all of them with is_forced. EXIT_OK, or
   EXIT_ENVIRONMENT after a message. */
int prepare_images(struct compilation *c, bool is_forced);

#endif
