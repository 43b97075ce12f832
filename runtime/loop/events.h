/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events.jsonl. Above a size it goes on in another file, so that none grows without a bound: what was
 * written is then events/1.jsonl, the next one events/2.jsonl, and none of them is ever lost.
 */
#ifndef HPCC_RUNTIME_LOOP_EVENTS_H
#define HPCC_RUNTIME_LOOP_EVENTS_H

#include "runtime/loop/sup.h"

void rt_events_open(struct rt_sup *sup);
/* Ends the line that `out` holds, and writes it. */
void rt_events_write(struct rt_sup *sup, struct rt_out *out);

#endif
