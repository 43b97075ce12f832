/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a task has used. Under Slurm with cgroup v2 a task has a cgroup of its own, which counts all its
 * processes, the living as well; elsewhere the kernel counts those that have ended and were waited for:
 * with the shim as subreaper that is all that the command has left behind.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "runtime/files.h"
#include "runtime/step/step.h"
#include "runtime/step/step_tree.h"

enum {
	BLOCK = 512 /* of ru_inblock and ru_oublock */
};

/* /sys/fs/cgroup/…/step_0/user/task_0; false where this process shares its cgroup with others. */
static bool find_group(char *path, size_t room)
{
	char text[4096];

	rt_read_small("/proc/self/cgroup", text, sizeof(text));
	char *group = strstr(text, "0::"); /* the line of v2 */
	if (!group || (group > text && group[-1] != '\n'))
		return false;
	group += strlen("0::");
	group[strcspn(group, "\n")] = '\0';
	return strstr(group, "/step_") && strstr(group, "/task_") &&
	       snprintf(path, room, "/sys/fs/cgroup%s", group) < (int)room;
}

/* The sum of the numbers behind a key, "8:0 rbytes=4096 wbytes=0 …", or without one the first number. */
static int64_t number_of(const char *group, const char *file, const char *key)
{
	char path[4400];

	snprintf(path, sizeof(path), "%s/%s", group, file);
	char text[4096];
	rt_read_small(path, text, sizeof(text));
	int64_t sum = 0;
	if (!key)
		return strtoll(text, NULL, 10);
	for (const char *at = text; (at = strstr(at, key)); at += strlen(key))
		sum += strtoll(at + strlen(key), NULL, 10);
	return sum;
}

static int64_t time_of(struct timeval t)
{
	return t.tv_sec * INT64_C(1000000) + t.tv_usec;
}

static void ask_group(const char *group, struct rt_measure *m)
{
	struct rt_usage all = {.cpu_us = number_of(group, "cpu.stat", "usage_usec "),
			       .memory = number_of(group, "memory.peak", NULL),
			       .read = number_of(group, "io.stat", "rbytes="),
			       .written = number_of(group, "io.stat", "wbytes=")};
	rt_usage_take_higher(&m->used, &all);
	m->memory = number_of(group, "memory.current", NULL);
}

/* Adds what has ended to what lives. */
static void measure(struct rt_measure *m)
{
	struct rt_usage *usage = &m->used;
	struct rusage r = {0};

	getrusage(RUSAGE_CHILDREN, &r);
	rt_usage_add(usage, &(struct rt_usage){.cpu_us = time_of(r.ru_utime) + time_of(r.ru_stime),
					       .memory = r.ru_maxrss * INT64_C(1024),
					       .read = r.ru_inblock * BLOCK,
					       .written = r.ru_oublock * BLOCK});
	char group[4200];
	if (find_group(group, sizeof(group)))
		ask_group(group, m);
	/* What is there at a time is no more than the most that was there. */
	usage->memory = usage->memory > m->memory ? usage->memory : m->memory;
}

void rt_step_usage(struct rt_usage *usage)
{
	struct rt_measure m = {0};

	measure(&m);
	*usage = m.used;
}

void rt_step_measure(const struct rt_step_tree *tree, char text[RT_MEASURE_ROOM])
{
	struct rt_measure m = {0};

	rt_step_tree_measure(tree, &m);
	measure(&m);
	rt_measure_write(&m, text);
}
