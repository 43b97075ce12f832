/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of an image, JSON as its registry has it, or what is in its member `config`. */
#ifndef HPCC_RUNTIME_DATA_IMAGE_CONFIG_H
#define HPCC_RUNTIME_DATA_IMAGE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

struct rt_image_words {
	char *item[1024];
	size_t n;
};

struct rt_image_config {
	char *folder; /* WORKDIR, or NULL */
	struct rt_image_words entrypoint, cmd;
};

/* Texts are cut out of `text` in place. False when it is no JSON object, or has more words than there is room. */
bool rt_image_config_read(struct rt_image_config *config, char *text);

#endif
