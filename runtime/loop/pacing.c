/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Launches under Slurm. Each is a step that the controller has to create; a thousand at once make it
 * answer late or not at all. So only some are under way at a time: launched, and no task has begun.
 * The others wait for their turn, in the order in which they were decided.
 *
 *	decided ──► waits its turn ──► launched ──► first task has begun: the next one's turn
 *	                                  ▲ │
 *	                          a pause │ │ srun: Slurm can't create the step at the moment
 *
 * What Slurm refuses for a moment is tried again, and no restart is counted: nothing of the service
 * has run. Each refusal halves what may be under way, each step that begins adds one, up to what the table says:
 * a controller that is behind gets as many as it can take, and soon as many as before.
 */
#include "runtime/loop/sup.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "runtime/core/words.h"
#include "runtime/files.h"

#define FIRST_PAUSE RT_SECOND

enum {
	TRIES = 20,
	PAUSE_DOUBLINGS = 4
};

void rt_pacing_setup(struct rt_sup *sup)
{
	const char *word = getenv("HPCC_LAUNCHES");
	uint64_t number;

	if (word && rt_word_number(word, UINT32_MAX, &number) && number)
		sup->table.launches = (uint32_t)number;
	sup->launch_room = sup->table.launches;
	sup->waiting = rt_pool_array(&sup->pool, sup->table.count, sizeof(*sup->waiting));
}

bool rt_launch_has_to_wait(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	/* Where no shim runs inside nobody tells when it begins. */
	if (sup->table.scheduler != RT_SLURM || !sup->table.service[service].tasks)
		return false;
	if (sup->launching >= sup->launch_room) {
		uint32_t at = sup->waiting_first + sup->waiting_count++;

		sup->waiting[at % sup->table.count] = service;
		return true;
	}
	p->is_launching = true;
	sup->launching++;
	return false;
}

void rt_launch_settled(struct rt_sup *sup, uint32_t service)
{
	const struct rt_service *s = &sup->core.service[service];
	struct rt_proc *p = &sup->proc[service];

	if (!p->is_launching || s->phase == RT_PH_LAUNCH || (s->phase == RT_PH_ALIVE && !s->begun))
		return;
	p->is_launching = false;
	sup->launching--;
	if (s->begun && sup->launch_room < sup->table.launches)
		sup->launch_room++;
}

static void take_back(struct rt_sup *sup, uint32_t service)
{
	struct rt_event e = {.kind = RT_EV_EXIT,
			     .service = service,
			     .run = sup->core.service[service].launches,
			     .status = 128 + SIGTERM,
			     .signal = SIGTERM,
			     .verdict = RT_V_NOT_STARTED};

	rt_sup_event(sup, &e);
}

void rt_launches_go_on(struct rt_sup *sup)
{
	while (sup->waiting_count &&
	       (sup->launching < sup->launch_room || sup->core.phase != RT_JOB_RUNNING)) {
		uint32_t service = sup->waiting[sup->waiting_first];
		const struct rt_service *s = &sup->core.service[service];
		struct rt_action a = {
			.kind = RT_ACT_LAUNCH, .service = service, .run = s->launches};

		sup->waiting_first = (sup->waiting_first + 1) % sup->table.count;
		sup->waiting_count--;
		if (s->phase != RT_PH_LAUNCH)
			continue;
		if (sup->core.phase != RT_JOB_RUNNING) {
			take_back(sup, service);
			continue;
		}
		rt_perform(sup, &a);
		rt_sup_answers(sup);
	}
}

static bool is_wanted(const struct rt_sup *sup, uint32_t service)
{
	const struct rt_service *s = &sup->core.service[service];

	return sup->core.phase == RT_JOB_RUNNING && !s->stopping && !s->killing &&
	       !s->lifetime_over;
}

/* Once a launch: how often it is tried is of no interest, that it has to be is. */
static void tell_refusal(struct rt_sup *sup, uint32_t service)
{
	const struct rt_service *s = &sup->core.service[service];
	struct rt_action a = {.kind = RT_ACT_NOTE,
			      .note = RT_NOTE_STEP_REFUSED,
			      .service = service,
			      .run = s->launches,
			      .state = rt_core_state(s),
			      .restarts = s->restarts,
			      .window_count = s->window_count};

	if (!sup->proc[service].refusals)
		rt_report(sup, &a);
}

bool rt_step_is_tried_again(struct rt_sup *sup, uint32_t service, int wait_status)
{
	struct rt_proc *p = &sup->proc[service];
	unsigned doublings = p->refusals < PAUSE_DOUBLINGS ? p->refusals : PAUSE_DOUBLINGS;

	if (!wait_status || !p->is_launching || p->refusals >= TRIES || !is_wanted(sup, service) ||
	    !rt_step_was_refused(sup, service))
		return false;
	tell_refusal(sup, service);
	p->refusals++;
	p->is_refused = true;
	p->late_status = wait_status;
	sup->refused++;
	sup->launch_room = (sup->launch_room + 1) / 2;
	rt_due_at(sup, service, RT_DUE_AGAIN, sup->now + (FIRST_PAUSE << doublings));
	return true;
}

void rt_try_step_again(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];
	bool is_still_wanted = is_wanted(sup, service);

	/* Others are being tried. */
	if (is_still_wanted && sup->launching - sup->refused >= sup->launch_room) {
		rt_due_at(sup, service, RT_DUE_AGAIN, sup->now + FIRST_PAUSE);
		return;
	}
	p->is_refused = false;
	sup->refused--;
	if (!is_still_wanted || !rt_start_process(sup, service))
		rt_tell_exit(sup, service, sup->core.service[service].launches, p->late_status);
}
