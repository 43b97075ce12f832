/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scenarios for `hpcc simulate`: what the world does to the services of a spec.
 *
 *	worker exits 42 at 10s, 12s, 15s
 *	worker exits 1 after 5s every time     # 5 s after each of its starts
 *	redis begins after 20s                 # its container takes that long; or: never begins
 *	redis ready at 3s                      # or: ready after 2s; never ready
 *	redis hangs at 60s                     # looks of its liveness fail from then on, until it ends
 *	redis hangs after 20s for 15s every time   # 20 s after each of its starts, for so long
 *	redis stops after 4s with 0            # how it answers a stop signal
 *	redis ignores stop                     # until it is killed
 *	redis is restarted at 30s              # by hand; also: is stopped, is started
 *	TERM at 60s                            # also INT, USR1, USR2
 *
 * Statements end at a line's end or at `;`. The name of a service with copies means each of them. A service that isn't mentioned is ready at once and
 * runs on until it is stopped.
 */
#ifndef HPCC_DRIVER_COMMANDS_SCENARIO_H
#define HPCC_DRIVER_COMMANDS_SCENARIO_H

#include "driver/invocation.h"
#include "ir/plan.h"
#include "runtime/core/core.h"

struct moment {
	int64_t time;
	int64_t length; /* of a hang; RT_NEVER: until the process ends */
	int status, signal;
};

struct moments {
	LIST(struct moment) list;
};

/* What one service does. Times are nanoseconds. */
struct behaviour {
	struct moments exits_at;    /* since the start of the job */
	struct moments exits_after; /* since the first, second, … start of the service */
	bool exits_every_time;      /* the last of exits_after holds for all further starts */
	struct moments hangs_at, hangs_after; /* likewise */
	struct moments orders;                /* by hand; the status is an enum rt_order */
	bool hangs_every_time;
	bool never_begins, is_never_ready, ignores_stop;
	int64_t begins_after;          /* since each of its starts */
	int64_t ready_at, ready_after; /* the latter since it began */
	int64_t stops_after;
	int stop_status; /* -1: ended by the signal */
};

struct scenario {
	struct behaviour *services; /* as many as the table has */
	struct moments signals;
};

/* Reads the text. False after a message that names the statement. */
bool scenario_read(struct arena *a, struct str text, const struct plan *plan,
		   const struct rt_table *table, struct scenario *s);

/* "10s", "1m30s", "500ms", "2h" in nanoseconds. False when it isn't a time, or, with RT_NEVER, when
   it is more than ten years. */
bool scenario_time(struct str text, int64_t *ns);

#endif
