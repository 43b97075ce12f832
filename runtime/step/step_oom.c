/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many processes the kernel has killed for memory in this process's cgroup: `oom_kill` in memory.events
 * (cgroup v2) or memory.oom_control (v1). Slurm ends the srun of such a step with status 1, and a mark
 * alone can't tell this KILL from another.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime/files.h"
#include "runtime/step/step.h"

static long count_in(const char *mount, const char *group, size_t len, const char *file)
{
	char path[4400];

	snprintf(path, sizeof(path), "/sys/fs/cgroup%s%.*s/%s", mount, (int)len, group, file);
	char text[1024];
	rt_read_small(path, text, sizeof(text));
	const char *at = strstr(text, "\noom_kill ");
	return at ? strtol(at + strlen("\noom_kill "), NULL, 10) : -1;
}

/* A line is NUMBER:CONTROLLERS:GROUP; that of v2 is 0::GROUP. */
static long count_of_line(const char *line, size_t len)
{
	const char *names = memchr(line, ':', len);
	const char *group = names ? memchr(names + 1, ':', len - (size_t)(names + 1 - line)) : NULL;

	if (!group)
		return -1;
	size_t left = len - (size_t)(++group - line);
	if (!strncmp(names, ":memory:", strlen(":memory:")))
		return count_in("/memory", group, left, "memory.oom_control");
	if (names + 2 != group)
		return -1;
	long count = count_in("", group, left, "memory.events");
	return count >= 0 ? count : count_in("/unified", group, left, "memory.events");
}

long rt_step_oom_kills(void)
{
	long count = -1;
	char text[8192];
	rt_read_small("/proc/self/cgroup", text, sizeof(text));
	for (const char *line = text; *line && count < 0;) {
		size_t len = strcspn(line, "\n");

		count = count_of_line(line, len);
		line += len + (line[len] == '\n');
	}
	return count;
}
