/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the pure core share: core.c (frame), life.c (a service) and teardown.c (the job's end). */
#ifndef HPCC_RUNTIME_CORE_CORE_PARTS_H
#define HPCC_RUNTIME_CORE_CORE_PARTS_H

#include "runtime/core/core.h"

enum rt_claim {
	RT_CLAIM_OPEN,
	RT_CLAIM_HOLDS,
	RT_CLAIM_BROKEN
};
/* Whether a service may start; RT_CLAIM_BROKEN: never, because of *broken. */
enum rt_claim rt_check_conditions(const struct rt_core *core, const struct rt_service *s,
				  const struct rt_condition **broken);

/* Appends an action; its `run` is already the right one for the kind. */
struct rt_action *rt_act(struct rt_core *core, enum rt_action_kind kind, struct rt_service *s);
struct rt_action *rt_note(struct rt_core *core, enum rt_note note, struct rt_service *s);
uint32_t rt_index(const struct rt_core *core, const struct rt_service *s);

/* Of needs.c. */
void rt_needs_init(struct rt_core *core, struct rt_pool *pool);
void rt_set_timer(struct rt_core *core, struct rt_service *s, int64_t when);
void rt_set_probe_deadline(struct rt_core *core, struct rt_service *s, int64_t when);
/* What others wait for in this service has changed. */
void rt_unsettle(struct rt_core *core, const struct rt_service *s);
void rt_phase_changed(struct rt_core *core, struct rt_service *s, enum rt_phase before);

/* Enters the phase, without a timer, and has conditions looked at again. */
void rt_set_phase(struct rt_core *core, struct rt_service *s, enum rt_phase phase);
/* Its conditions hold, or its backoff is over: prologue, then launch. */
void rt_start(struct rt_core *core, struct rt_service *s);
void rt_on_launched(struct rt_core *core, struct rt_service *s, int64_t now);
/* The first task has begun: readiness clocks begin. */
void rt_on_begun(struct rt_core *core, struct rt_service *s, int64_t now);
void rt_on_up(struct rt_core *core, struct rt_service *s, int64_t now);
/* No task has begun in time. */
void rt_start_clock_ran_out(struct rt_core *core, struct rt_service *s, int64_t now);
void rt_on_exit(struct rt_core *core, struct rt_service *s, const struct rt_event *e, int64_t now);
void rt_on_hook(struct rt_core *core, struct rt_service *s, int status, int64_t now);
void rt_pass_probe(struct rt_core *core, struct rt_service *s, int64_t now);
/* A look whether it still answers ended, with 0 if it does. */
void rt_on_look(struct rt_core *core, struct rt_service *s, int status, int64_t now);
void rt_probe_clock_ran_out(struct rt_core *core, struct rt_service *s, int64_t now);
/* What was killed has not ended: go on without it. */
void rt_give_up(struct rt_core *core, struct rt_service *s, int64_t now);
/* It was stopped by hand and has ended: it starts again, or is left alone. */
void rt_stopped_by_hand(struct rt_core *core, struct rt_service *s);
void rt_on_order(struct rt_core *core, struct rt_service *s, const struct rt_event *e, int64_t now);
/* Ends the job when all that is left was stopped by hand. */
void rt_held_settle(struct rt_core *core);
/* Those that are held won't be started any more: what they need isn't needed for them. */
void rt_release_held(struct rt_core *core);

/* It won't be started. */
void rt_skip(struct rt_core *core, struct rt_service *s);
/* The service has ended for good. */
void rt_service_over(struct rt_core *core, struct rt_service *s);
/* Nobody looks any more whether it is ready, or still answers. */
void rt_unprobe(struct rt_core *core, struct rt_service *s);

/* Teardown begins: the status is decided, nothing new starts. */
void rt_job_fail(struct rt_core *core, int status, int64_t now);
/* The same, but stops wait: window hooks have the word first. */
void rt_job_failing(struct rt_core *core, int status);
/* Asks a living service to stop, and gives it until its grace or its share of the bound is over. */
void rt_stop(struct rt_core *core, struct rt_service *s, int64_t now);
/* A prologue that was told to end by hand, and doesn't. */
void rt_kill_prologue(struct rt_core *core, struct rt_service *s);
void rt_kill(struct rt_core *core, struct rt_service *s, int64_t now);
/* Stops whatever may stop by now, in reverse dependency order; ends the job when all is done. */
void rt_teardown_settle(struct rt_core *core, int64_t now);
/* Timers of the teardown. */
void rt_teardown_tick(struct rt_core *core, int64_t now);
/* Services that live for their dependents and have none left. */
void rt_lifetimes_settle(struct rt_core *core, int64_t now);

#endif
