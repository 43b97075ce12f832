/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The signals that ask an attached command to stop: Ctrl-C, TERM, and HUP when the terminal goes.
 *
 *	interrupts_hold();      they wait: what is done next is done to its end
 *	…                       sbatch, the record of the job
 *	interrupts_catch();     what came meanwhile, and what comes, is noted
 *	number = interrupt_take();
 */
#ifndef HPCC_DRIVER_INTERRUPT_H
#define HPCC_DRIVER_INTERRUPT_H

#include <stdbool.h>

void interrupts_hold(void);

/* Without interrupts_catch before, one that came meanwhile ends hpcc here. */
void interrupts_release(void);

/* Notes them from here on. An ignored HUP (nohup) stays ignored. */
void interrupts_catch(void);

/* As a HUP is under nohup. */
bool interrupt_is_ignored(int number);

/* One is noted and not yet taken. */
bool interrupt_is_noted(void);

/* The one that was noted since the last call, or 0. */
int interrupt_take(void);

/* The next one, but not one after it, is noted by interrupt_put_back alone: what is interruptible
 * goes on. */
void interrupt_put_off(void);
void interrupt_put_back(void);

#endif
