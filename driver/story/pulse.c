/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/pulse.h"

#include <poll.h>
#include <stdio.h>

#include "driver/interrupt.h"
#include "driver/system.h"

enum {
	LOOK_MS = 200
};

void pulse_begin(struct pulse *p, struct invocation *inv, const struct job_files *job,
		 const struct job_list *parts)
{
	uint32_t n = parts->list.n;

	*p = (struct pulse){.inv = inv, .job = job, .parts = parts};
	p->views = ARENA_ARRAY(inv->arena, n, struct job_view);
	for (uint32_t i = 0; i < n; i++)
		p->views[i].job = &parts->list.items[i];
	arena_init(&p->scratch);
	interrupts_catch();
}

bool pulse_beats(const struct pulse *p)
{
	(void)p;
	return !interrupt_is_noted();
}

bool pulse_look(struct pulse *p)
{
	uint32_t n = p->parts->list.n;
	bool asks = asking_is_due(&p->asking), is_running = false;

	job_views_reread(p->inv, &p->scratch, p->parts, asks, p->views);
	for (uint32_t i = 0; i < n; i++)
		is_running = is_running || p->views[i].state;
	if (!p->job->is_local &&
	    interrupt_is_noted()) /* what was asked may have been interrupted */
		return false;
	/* An end in the state file is the end of an attempt; whether another one comes is for the queue to say. */
	return asking_take(&p->asking, p->views, n, asks, is_running);
}

void pulse_wait(const struct pulse *p, int ms)
{
	(void)p;
	poll(NULL, 0, ms > 0 && ms < LOOK_MS ? ms : LOOK_MS);
}

int pulse_say_end(const struct pulse *p)
{
	uint32_t n = p->parts->list.n;
	int status = job_views_exit(p->views, n);

	struct str attempt = n == 1 ? attempt_text(p->inv->arena, p->views[0].state) : STR("");

	fprintf(stderr, "job %.*s%.*s: %.*s", STR_ARG(p->job->id), STR_ARG(attempt),
		STR_ARG(job_views_word(p->views, n)));
	if (status != EXIT_OK)
		fprintf(stderr, " with status %d", status);
	fputc('\n', stderr);
	return status;
}
