/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The terminal while the live view has it. It is given back in every way of ending, by a fault as well. What
 * hpcc complains about meanwhile doesn't go across the screen: it is kept, and can be taken.
 */
#ifndef HPCC_DRIVER_LIVE_TERMINAL_H
#define HPCC_DRIVER_LIVE_TERMINAL_H

#include "driver/invocation.h"

/* Standard input and output are a terminal that can move its cursor. */
bool terminal_is_there(void);

/* False when the terminal can't do it. */
bool terminal_open(const struct invocation *inv);
void terminal_close(void);

/* Gives the terminal to another program, and takes it back. */
void terminal_lend(void);
void terminal_take_back(void);

/* What was complained about since the last call, without line end; empty as a rule. */
struct str terminal_complaints(struct arena *a);

#endif
