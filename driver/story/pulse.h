/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a job goes on, for commands that stay until it ends: its own files are looked at five times a second,
 * which costs nobody anything, Slurm when it is time to (driver/screen/asking.h).
 *
 *	pulse_begin(&p, inv, &job, &parts);
 *	while (pulse_beats(&p)) {
 *		bool is_over = pulse_look(&p);
 *		…				what there is to do; the last time after the end
 *		if (is_over)
 *			return pulse_say_end(&p);
 *		pulse_wait(&p);
 *	}
 */
#ifndef HPCC_DRIVER_STORY_PULSE_H
#define HPCC_DRIVER_STORY_PULSE_H

#include "driver/screen/asking.h"

struct pulse {
	struct invocation *inv;
	const struct job_files *job; /* as it was named */
	const struct job_list *parts;
	struct job_view *views; /* of the parts, as of the last look */
	struct arena scratch;   /* in which the views are */
	struct asking asking;
};

/* Ctrl-C, TERM and HUP are noted from here on; the job isn't told. */
void pulse_begin(struct pulse *p, struct invocation *inv, const struct job_files *job,
		 const struct job_list *parts);
/* No signal has come. */
bool pulse_beats(const struct pulse *p);
/* True when nothing will happen any more, as far as is known. */
bool pulse_look(struct pulse *p);
/* Until the next look, for so many milliseconds at most; 0: as long as is usual. */
void pulse_wait(const struct pulse *p, int ms);
/* How the job ended, on standard error, where it isn't taken for a result; the result is its status. */
int pulse_say_end(const struct pulse *p);

#endif
