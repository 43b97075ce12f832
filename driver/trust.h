/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose files hpcc goes by. What it finds by itself (records, settings, the folders of jobs) may
 * have been put there by anybody who can write to a folder above, such as /tmp. So it is used only
 * if it belongs to the user or to root, or lies in a folder that the user trusts by name. A path
 * is opened part by part, and each part is judged by its descriptor, so that what was judged is
 * what is read.
 */
#ifndef HPCC_DRIVER_TRUST_H
#define HPCC_DRIVER_TRUST_H

#include <sys/stat.h>

#include "ir/support/arena.h"
#include "ir/support/str.h"
#include "ir/unit.h"

/* How a person lets hpcc use what was refused: for advise(). */
extern const char trust_way_out[];

/*
 * Opens for reading what `below` names in the folder `base`: a regular file or a folder. Every
 * part of `below`, and every link among them, must be trusted; `base` need not be. FOUND gives
 * *fd; FOUND_REFUSED a *why that is a whole sentence and names the place.
 */
enum found_file trust_open(struct arena *a, struct str base, const char *below, int *fd,
			   struct str *why);

/* The same, read whole: a regular file. */
enum found_file trust_read(struct arena *a, struct str base, const char *below, size_t limit,
			   struct str *bytes, struct str *why);

enum found_file trust_read_at(struct arena *a, int folder, const char *below, size_t limit,
			      struct str *bytes, struct str *why);

/* Makes a folder, its parents too, unless it is there; false with *why when it isn't the user's to
   rely on. The folders above the last `depth` parts of the path are not judged. */
bool trust_make_folder(struct arena *a, struct str path, unsigned depth, struct str *why);

#endif
