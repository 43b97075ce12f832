/* SPDX-License-Identifier: Apache-2.0 */
/* A unified diff of two texts. */
#ifndef HPCC_DRIVER_SCREEN_DIFF_H
#define HPCC_DRIVER_SCREEN_DIFF_H

#include "ir/support/arena.h"
#include "ir/support/str.h"

/* Empty when the texts are equal. Names are shown in the head. */
struct str diff_unified(struct arena *a, struct str old_name, struct str old_text,
			struct str new_name, struct str new_text);

#endif
