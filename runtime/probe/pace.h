/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pace of looks, the same whether the supervisor takes them or a step shim: pauses are a share of
 * the time waited so far (probe.c).
 */
#ifndef HPCC_RUNTIME_PROBE_PACE_H
#define HPCC_RUNTIME_PROBE_PACE_H

#include <stdint.h>

#include "runtime/files.h"

#define RT_PACE_LAST_LOOK (RT_SECOND / 10)
/* Where the kernel says that nobody listens, a connection is tried nevertheless now and then: some
   network tools take connections without listening. */
#define RT_PACE_REAL_LOOK RT_SECOND
#define RT_PACE_LEAST     (RT_SECOND / 1000)
/* Programs that look cost more than a connection. */
#define RT_PACE_LEAST_PROGRAM (RT_SECOND / 20)

enum {
	RT_PACE_QUIET = 1000, /* one 1000th: nobody listens, and the kernel is asked */
	RT_PACE_REAL = 50
};

/* The next pause after so long: one `share`th of it, at least `least`, at most a second. */
int64_t rt_pace(int64_t waited, int64_t share, int64_t least);

#endif
