/* SPDX-License-Identifier: Apache-2.0 */
/* A tale for programs: docs/schema/tale.schema.json. */
#ifndef HPCC_DRIVER_TALE_JSON_H
#define HPCC_DRIVER_TALE_JSON_H

#include "driver/json.h"
#include "driver/tale/tale.h"

json_t *tale_json(const struct tale *t);

/* "started", "healthy", "completed". */
const char *tale_condition_word(enum tale_condition condition);

#endif
