/* SPDX-License-Identifier: Apache-2.0 */
/* What living processes use at this moment: of a task, measured by its shim, or of a service. */
#ifndef HPCC_RUNTIME_STEP_MEASURE_H
#define HPCC_RUNTIME_STEP_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/loop/processes.h"
#include "runtime/step/marks.h"

struct rt_measure {
	uint32_t processes;
	int64_t memory;       /* bytes */
	struct rt_usage used; /* so far */
};

/* Adds what the living of a family use, as /proc has it; what they have waited for counts as theirs. */
void rt_measure_family(struct rt_measure *m, const struct rt_family *family);
/* Of tasks together. */
void rt_measure_add(struct rt_measure *to, const struct rt_measure *other);

/* As the text of a message (docs/wire.md). */
enum {
	RT_MEASURE_ROOM = 160
};
void rt_measure_write(const struct rt_measure *m, char text[RT_MEASURE_ROOM]);
void rt_measure_read(struct rt_measure *m, const char *text);

#endif
