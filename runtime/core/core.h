/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervisor's decisions, and nothing else: a state machine that takes one
 * event and the time and answers with actions. It knows no clock, process,
 * socket or file, allocates only in rt_core_init, and gives the same answers for
 * the same events. `hpcc-rt supervise` drives it with the real world, `hpcc
 * simulate` with a scenario, the tests with millions of random schedules.
 *
 *	rt_core_init(&core, &table, &pool);
 *	rt_core_step(&core, &(struct rt_event){.kind = RT_EV_BEGIN}, now);
 *	for (i = 0; i < core.action_count; i++)
 *		perform(&core.action[i]);
 *	... sleep until rt_core_deadline(&core), or something happens, and so on
 *
 * Times are nanoseconds of one clock that never goes back.
 */
#ifndef HPCC_RUNTIME_CORE_CORE_H
#define HPCC_RUNTIME_CORE_CORE_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime/core/dues.h"
#include "runtime/core/notes.gen.h"
#include "runtime/core/table.h"

#define RT_NEVER  INT64_MAX
#define RT_SECOND INT64_C(1000000000)
/* A process that was killed and does not end within this time is given up. */
#define RT_LOST_AFTER (10 * RT_SECOND)
/* A window cap above this counts as no cap: the times of that many failures are not kept. */
#define RT_WINDOW_MAX 65536u

/* What a service is doing, in full detail; rt_core_state gives the public word for it. */
enum rt_phase {
	RT_PH_WAITING,       /* for its start conditions */
	RT_PH_PROLOGUE,      /* the host prologue runs */
	RT_PH_LAUNCH,        /* the launch is ordered, the process not there yet */
	RT_PH_ALIVE,         /* the process lives */
	RT_PH_EPILOGUE,      /* the process ended, the host epilogue runs */
	RT_PH_RESTART_HOOKS, /* a restart is granted, its hooks run */
	RT_PH_BACKOFF,       /* waiting for the next launch */
	RT_PH_WINDOW_HOOKS,  /* the window cap is reached, its hooks run, then the job fails */
	RT_PH_OVER,          /* ended for good */
};

enum rt_state {
	RT_WAITING,
	RT_STARTING,
	RT_RUNNING,
	RT_READY,
	RT_STOPPING,
	RT_EXITED,
	RT_BACKOFF,
	RT_SKIPPED,
};

enum rt_probe_state {
	RT_PROBE_NONE,
	RT_PROBE_PENDING,
	RT_PROBE_PASSED,
	RT_PROBE_FAILED
};

enum rt_verdict {
	RT_V_NONE,
	RT_V_COMPLETED,
	RT_V_APP_EXIT,
	RT_V_APP_SIGNAL,
	RT_V_NOT_STARTED,
	RT_V_STEP_NOT_CREATED,
	RT_V_OOM,
	RT_V_NEVER_READY,
	RT_V_UNHEALTHY,
	RT_V_COMPONENT_ENDED, /* its part of the allocation is gone: no launch can follow */
	RT_V_STOPPED,
	RT_V_LOST,
};

enum rt_hook {
	RT_HOOK_PROLOGUE,
	RT_HOOK_EPILOGUE,
	RT_HOOK_RESTART,
	RT_HOOK_WINDOW,
	RT_HOOK_PUBLISH
};

enum rt_event_kind {
	RT_EV_BEGIN,     /* once, before all others */
	RT_EV_LAUNCHED,  /* the process ordered by RT_ACT_LAUNCH is there */
	RT_EV_BEGUN,     /* its first task has begun: the container is up, readiness clocks run */
	RT_EV_UP,        /* all its tasks have begun */
	RT_EV_READY,     /* its probe passed */
	RT_EV_LOOK,      /* a look whether it still answers ended: with 0 if it does */
	RT_EV_EXIT,      /* it ended, or could not be started */
	RT_EV_HOOK,      /* the service's hook ended */
	RT_EV_PUBLISHED, /* its publish function ended */
	RT_EV_SHUTDOWN,  /* a signal (15, 2) asks for the end of the job */
	RT_EV_RELAY,     /* a signal to pass on */
	RT_EV_ORDER,     /* the job's owner wants `order` done to the service */
	RT_EV_TICK,      /* time has passed: timers that are due take effect */
};

/* What the job's owner may want of a service. */
enum rt_order {
	RT_ORDER_NONE,
	RT_ORDER_RESTART,
	RT_ORDER_STOP, /* and leave it so until it is started by hand */
	RT_ORDER_START,
	RT_ORDER_SIGNAL,
};

/* What becomes of an order; orders.h has the words. */
enum rt_reply {
	RT_A_TAKEN,   /* it is being done */
	RT_A_ALREADY, /* nothing has to be done: it is so, or on its way there */
	RT_A_JOB_ENDS,
	RT_A_WAITS,      /* for others; it starts by itself */
	RT_A_IN_VAIN,    /* what it waits for can't come any more */
	RT_A_STOPPING,   /* it won't hear a signal */
	RT_A_ENDING,     /* it has ended by itself, and what follows isn't decided yet */
	RT_A_NOT_THERE,  /* no process that a signal could reach */
	RT_A_NOT_NEEDED, /* it lives for its dependents, and all have ended */
	/* What the core isn't asked. */
	RT_A_NO_SERVICE,
	RT_A_NO_SIGNAL,
	RT_A_VERSION,
	RT_A_MALFORMED,
};

struct rt_event {
	enum rt_event_kind kind;
	enum rt_order order; /* ORDER */
	uint32_t service;
	uint32_t run;            /* the `run` of the action it answers; others are out of date */
	int status;              /* EXIT, HOOK, PUBLISHED, LOOK */
	int signal;              /* SHUTDOWN, RELAY, ORDER; EXIT by a signal */
	enum rt_verdict verdict; /* EXIT */
};

enum rt_action_kind {
	RT_ACT_LAUNCH,    /* start the service's process */
	RT_ACT_PROBE,     /* begin to probe; answer RT_EV_READY */
	RT_ACT_UNPROBE,   /* stop probing */
	RT_ACT_WATCH,     /* begin to look whether it still answers; tell each look: RT_EV_LOOK */
	RT_ACT_UNWATCH,   /* stop that */
	RT_ACT_SIGNAL,    /* send `signal` to the running service */
	RT_ACT_KILL,      /* kill it: KILL, and the end of its step */
	RT_ACT_HOOK,      /* run hook `hook`, script `text`; answer RT_EV_HOOK */
	RT_ACT_HOOK_STOP, /* end that hook: `signal` to its processes */
	RT_ACT_PUBLISH,   /* run the publish function; answer RT_EV_PUBLISHED */
	RT_ACT_PUBLISH_STOP,
	RT_ACT_ANSWER, /* to an order: `status` is an enum rt_reply */
	RT_ACT_NOTE,   /* tell people: `note`, with the counters as they are now */
	RT_ACT_END,    /* the job has ended with `status` */
};

struct rt_action {
	enum rt_action_kind kind;
	enum rt_note note;
	enum rt_hook hook;
	uint32_t service, other;
	uint32_t run; /* to be given back in the event */
	int signal;
	int status;
	const char *text;
	/* NOTE: the service as it was then; later actions of the step may have changed it. */
	enum rt_state state;
	uint32_t restarts, window_count, failed_looks;
};

struct rt_service {
	const struct rt_service_def *def;
	enum rt_phase phase;
	enum rt_probe_state probe;
	uint32_t launches;  /* so far; the number of the present one */
	uint32_t hook_runs; /* so far; the number of the present one */
	uint32_t publishes; /* so far; the number of the present one */
	uint32_t hook_index;
	bool launched;      /* a process existed at least once */
	bool begun;         /* the first task of the present process has begun */
	bool up;            /* all of them have */
	bool start_failed;  /* they did not in time: the launch counts as failed */
	bool stopping;      /* a graceful stop was asked of the present process */
	bool killing;       /* KILL was ordered, for the process or the hook */
	bool lifetime_over; /* its dependents are done: whatever comes counts as completed */
	bool publishing;
	bool skipped;
	bool never_ready;      /* the job failed because it was not */
	bool watched;          /* looks go on whether it still answers */
	bool unhealthy;        /* so many failed that it is stopped for that */
	uint32_t failed_looks; /* in a row, since it is watched */
	/* Why it is being stopped, of RESTART and STOP; its end then is no failure. A granted restart, too,
	   can have been stopped. */
	enum rt_order by_hand;
	bool held;     /* over, and stopped by hand: it may be started again */
	bool released; /* over, and what it needs has been told (needs.c) */
	uint32_t restarts_by_hand;
	bool exited; /* a status was recorded */
	int status;  /* the last recorded one */
	int signal;  /* that ended it, or 0 */
	enum rt_verdict verdict;
	int64_t first_launch, launch_at, ready_at, exit_at;
	int64_t probe_deadline; /* readiness clock (sleep: when it passes) */
	int64_t timer;          /* backoff end; start time-out; KILL; giving up */
	int64_t last_failure;
	bool failed_before;
	uint32_t restarts;
	uint32_t window_size, window_first, window_count;
	int64_t *window; /* ring of failure times */
};

enum rt_job_phase {
	RT_JOB_RUNNING,
	RT_JOB_FAILING,
	RT_JOB_TEARDOWN,
	RT_JOB_OVER
};

struct rt_core {
	const struct rt_table *table;
	struct rt_service *service;
	enum rt_job_phase phase;
	int status;      /* of the job, once it is decided */
	int shutdown;    /* the signal that cancelled it, or 0 */
	int64_t bound;   /* teardown: all ends by then */
	int64_t kill_at; /* teardown: services get KILL then, so that epilogues have some time */
	bool bound_passed, kill_passed;
	bool settled; /* conditions and lifetimes have been looked at since the last change */
	struct rt_dues dues;     /* when each service's next timer is due */
	struct rt_dues silent;   /* when the last failure of each has aged */
	struct rt_set unsure;    /* those whose conditions may have changed */
	struct rt_set freed;     /* those that nobody needs, since the last look at them */
	struct rt_set looked_at; /* scratch */
	struct rt_set stoppable; /* the same that may live; by their place in the table's order */
	uint32_t *needed_by; /* how many need it that have not ended, or are needed themselves */
	uint32_t *place;     /* of each in the table's order */
	uint32_t *ended;     /* scratch */
	uint32_t open;       /* those that have not ended */
	uint32_t clients;    /* those of them that don't live for others */
	uint32_t held_count; /* those that were stopped by hand */
	bool kept_open;      /* the last end was a stop by hand, which ends no job */
	bool closing;        /* nothing is left but what was stopped by hand, and what that needs */
	int64_t *below;      /* the longest sum of graces below each; see teardown.c */
	bool below_is_old;
	uint32_t action_count, action_room;
	struct rt_action *action;
};

void rt_core_init(struct rt_core *core, const struct rt_table *table, struct rt_pool *pool);
/* Takes one event; the answers are in core->action[0 … action_count). */
void rt_core_step(struct rt_core *core, const struct rt_event *event, int64_t now);
/* When RT_EV_TICK is due, RT_NEVER if nothing waits for time. */
int64_t rt_core_deadline(const struct rt_core *core);
/* When the last of the clocks that nobody waits for runs out: failures that age. RT_NEVER: none. */
int64_t rt_core_silent_deadline(struct rt_core *core, int64_t now);

/* The driver ends without waiting: what has not ended is lost. */
void rt_core_abandon(struct rt_core *core);

enum rt_state rt_core_state(const struct rt_service *s);
/* True if the condition holds at present (display; a start is decided once). */
bool rt_core_holds(const struct rt_core *core, const struct rt_condition *condition);
/* Failures that the window counts at `now`. */
uint32_t rt_core_window_count(const struct rt_service *s, int64_t now);

const char *rt_state_name(enum rt_state state);
const char *rt_verdict_name(enum rt_verdict verdict);
/* The verdict on its last end with the number or signal that belongs to it: app-exit 42; or NULL. */
enum {
	RT_VERDICT_ROOM = 40
};
const char *rt_verdict_text(const struct rt_service *s, char room[RT_VERDICT_ROOM]);
const char *rt_policy_name(enum rt_policy policy);
const char *rt_hook_name(enum rt_hook hook);

#endif
