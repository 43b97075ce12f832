/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The log probe where each task has to be ready: the shim of each looks at the lines of its own command
 * (runtime/step/step_lines.h) and tells once that one has matched, over the wire and by a mark. Here they
 * are counted.
 */
#include "runtime/loop/peers.h"
#include "runtime/loop/sup.h"

/* Where inotify doesn't tell of marks: one part in so many of the time waited so far. */
#define SHARE 50
#define LEAST (RT_SECOND / 20)

static void say_who_is_missing(struct rt_sup *sup, struct rt_probe *p)
{
	const struct rt_proc *proc = &sup->proc[p->source.service];
	uint32_t tasks = sup->table.service[p->source.service].tasks;
	uint32_t ready = proc->told.count[RT_MARK_READY];

	if (ready)
		rt_probe_saw(sup, p, "%u of %u tasks are ready; task %u: no line matched",
			     (unsigned)ready, (unsigned)tasks,
			     (unsigned)rt_told_not(proc->told_tasks, tasks, RT_MARK_READY));
	else
		rt_probe_saw(sup, p, "no line matched");
}

static void judge(struct rt_sup *sup, struct rt_probe *p, const struct rt_mark_sum *told)
{
	if (told->count[RT_MARK_READY] >= sup->table.service[p->source.service].tasks)
		rt_probe_passed(sup, p);
	else
		say_who_is_missing(sup, p);
}

void rt_lines_look(struct rt_sup *sup, struct rt_probe *p)
{
	p->next = sup->now + rt_probe_pause(sup, p->begun_at, SHARE, LEAST);
	judge(sup, p, rt_tasks_read(sup, p->source.service));
}

void rt_lines_begin(struct rt_sup *sup, struct rt_probe *p)
{
	p->at = RT_AT_LINES;
	rt_marks_watch(sup); /* what isn't told by the wire needn't wait for the next look */
	p->polled = sup->marks_polled;
	rt_lines_look(sup, p);
}

void rt_lines_told(struct rt_sup *sup, uint32_t service)
{
	struct rt_probe *p = &sup->proc[service].probe;

	if (p->at == RT_AT_LINES)
		judge(sup, p, &sup->proc[service].told);
}
