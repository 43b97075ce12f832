/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the services use while they run. Nobody measures it unless somebody wants to know: `hpcc stats` sends
 * URG by way of the script. Then the shims are asked over the wire; where none is connected, and the service's
 * processes are below this one, /proc has it. The state tells, with the time of the last answer.
 */
#include "runtime/files.h"
#include "runtime/loop/peers.h"

static void measure_from_here(struct rt_sup *sup, uint32_t service)
{
	struct rt_proc *p = &sup->proc[service];

	p->is_measured = p->pid && p->peers == RT_NO_PEER && sup->table.scheduler != RT_SLURM;
	if (!p->is_measured)
		return;
	p->measure = (struct rt_measure){0};
	struct rt_family family;
	rt_family_read(&family, p->pid, NULL, NULL);
	rt_measure_family(&p->measure, &family);
	rt_family_free(&family);
}

void rt_measure_all(struct rt_sup *sup)
{
	/* Being asked at this moment, they tell everybody. */
	if (rt_peers_are_measuring(sup))
		return;
	for (uint32_t i = 0; i < sup->table.count; i++)
		measure_from_here(sup, i);
	rt_peers_measure(sup);
}

void rt_measured_all(struct rt_sup *sup)
{
	sup->measured_wall = rt_wall();
	rt_state_changed(sup);
}

bool rt_measure_of(const struct rt_sup *sup, uint32_t service, struct rt_measure *m)
{
	const struct rt_proc *p = &sup->proc[service];

	*m = p->measure;
	return p->pid && (rt_peers_measured(sup, service, m) || p->is_measured);
}
