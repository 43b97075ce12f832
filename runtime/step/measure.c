/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring processes by /proc. */
#include "runtime/step/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The number behind a key of a file of lines "Key: number"; 0 without. */
static int64_t number_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtoll(at + strlen(key), NULL, 10) : 0;
}

/* /proc/PID/stat from the state on: fields 3 and more. */
static void add_stat(struct rt_measure *m, const char *text)
{
	enum {
		FIRST = 3,
		USER_TIME = 14,
		CHILDREN_SYSTEM_TIME = 17,
		PAGES = 24
	};
	const char *behind = strrchr(text, ')');

	if (!behind || strlen(behind) < 4)
		return;
	char *at = (char *)(uintptr_t)behind + 3;
	int64_t ticks = 0, pages = 0;
	for (int field = FIRST + 1; field <= PAGES; field++) {
		int64_t number = strtoll(at, &at, 10);

		if (field >= USER_TIME && field <= CHILDREN_SYSTEM_TIME)
			ticks += number;
		pages = number;
	}
	m->used.cpu_us += ticks * INT64_C(1000000) / sysconf(_SC_CLK_TCK);
	m->memory += pages * sysconf(_SC_PAGESIZE);
}

static void add_process(struct rt_measure *m, pid_t pid)
{
	char text[4096];

	if (rt_process_text(pid, "stat", text, sizeof(text)) <= 0)
		return;
	m->processes++;
	add_stat(m, text);
	rt_process_text(pid, "status", text, sizeof(text));
	int64_t most = number_behind(text, "VmHWM:") * 1024;
	m->used.memory = most > m->used.memory ? most : m->used.memory;
	/* Not to be read of another user's process. */
	rt_process_text(pid, "io", text, sizeof(text));
	m->used.read += number_behind(text, "\nread_bytes:");
	m->used.written += number_behind(text, "\nwrite_bytes:");
}

void rt_measure_family(struct rt_measure *m, const struct rt_family *family)
{
	for (size_t i = 0; i < family->count; i++)
		if (!family->member[i].is_dead)
			add_process(m, family->member[i].pid);
}

void rt_measure_add(struct rt_measure *to, const struct rt_measure *other)
{
	to->processes += other->processes;
	to->memory += other->memory;
	rt_usage_add(&to->used, &other->used);
}

void rt_measure_write(const struct rt_measure *m, char text[RT_MEASURE_ROOM])
{
	snprintf(text, RT_MEASURE_ROOM, "%u %lld %lld %lld %lld %lld", m->processes,
		 (long long)m->memory, (long long)m->used.cpu_us, (long long)m->used.memory,
		 (long long)m->used.read, (long long)m->used.written);
}

void rt_measure_read(struct rt_measure *m, const char *text)
{
	int64_t number[6];

	for (size_t i = 0; i < sizeof(number) / sizeof(number[0]); i++) {
		char *end;

		number[i] = rt_usage_amount(text, &end);
		text = end;
	}
	*m = (struct rt_measure){
		.processes = (uint32_t)(number[0] < UINT32_MAX ? number[0] : UINT32_MAX),
		.memory = number[1],
		.used = {.cpu_us = number[2],
			 .memory = number[3],
			 .read = number[4],
			 .written = number[5]}};
}
