/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Container tools at work. What they say is shown line by line: nothing in it makes a terminal do
 * something, and no secret is in it. INT, TERM and HUP to hpcc end the tool and all that it
 * started; whoever called it cleans up, and hpcc ends by the signal then.
 *
 *	tool_signals_catch(&signals);
 *	ok = tool_run(c, &(struct tool_run){.argv = argv}, "importing an image");
 *	…
 *	tool_signals_release(&signals);
 */
#ifndef HPCC_DRIVER_IMAGES_TOOL_H
#define HPCC_DRIVER_IMAGES_TOOL_H

#include <signal.h>

#include "driver/compile.h"

struct tool_run {
	const char *const *argv;
	const char *const *env; /* NAME=VALUE on top of ours, ended by NULL; or NULL */
	struct str input;       /* its standard input; without: nothing */
	bool is_cleaning;       /* goes on after a signal, and says nothing */
};

/* True when it ended with status 0; else after a message. After a signal nothing is started. */
bool tool_run(struct arena *a, const struct secret_set *hide, const struct tool_run *run,
	      const char *what);

struct tool_signals {
	struct sigaction old[3];
	sigset_t mask;
};
void tool_signals_catch(struct tool_signals *signals);
bool tool_is_interrupted(void);
/* What held before holds again; a signal that came meanwhile is given to it. */
void tool_signals_release(const struct tool_signals *signals);

#endif
