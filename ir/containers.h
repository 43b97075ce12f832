/* SPDX-License-Identifier: Apache-2.0 */
/* Container runtimes as data, made from the rows in ir/facts/containers.m4. */
#ifndef HPCC_IR_CONTAINERS_H
#define HPCC_IR_CONTAINERS_H

#include <stdbool.h>
#include <stdint.h>

#include "ir/containers.gen.h"
#include "ir/job.h"
#include "ir/rule_id.gen.h"

extern const struct container containers[RUNTIME_BACKEND_N];

struct image_file_facts {
	const char *title;   /* in messages */
	const char *endings; /* words, the first is offered */
	enum rule_id rule;   /* against one that a runtime can't start */
};
extern const struct image_file_facts image_files[IMAGE_FILE_N];

#endif
