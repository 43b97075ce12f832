/* SPDX-License-Identifier: Apache-2.0 */
/* Between image.c and its scanner. */
#ifndef HPCC_IR_GRAMMAR_IMAGE_H
#define HPCC_IR_GRAMMAR_IMAGE_H

#include "ir/grammar/grammar.h"

enum image_look {
	IMAGE_LOOK_EMPTY,
	IMAGE_LOOK_REMOTE, /* a scheme that importers take */
	IMAGE_LOOK_SCHEME, /* another one */
	IMAGE_LOOK_BOTH,   /* a path with both endings in it */
	IMAGE_LOOK_SQUASH, /* a squashfs file */
	IMAGE_LOOK_SIF,    /* an Apptainer image file */
	IMAGE_LOOK_PATH,   /* a path to something else */
	IMAGE_LOOK_NAME,
};

enum image_look image_look(struct arena *a, struct str text);

#endif
