/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random schedules against core and oracle.
 *
 *	sim --schedules 1000000 [--seed N] [--workers N]
 *	sim --seed N --schedules 1 --show      prints one schedule
 *
 * A schedule that fails is made as small as it gets, printed, and ends the run
 * with status 1; its seed is printed, so that it can be run again.
 */
#include "tests/sim/world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct world world;

static uint64_t mix(uint64_t seed)
{
	seed += UINT64_C(0x9e3779b97f4a7c15);
	seed = (seed ^ (seed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	seed = (seed ^ (seed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (seed ^ (seed >> 31)) | 1;
}

static bool still_fails(struct choices *c)
{
	c->is_replay = true;
	c->next = 0;
	return !world_run(&world, c, NULL);
}

/* Tries the list without `len` choices at `at`. */
static bool try_without(struct choices *best, uint32_t at, uint32_t len)
{
	static struct choices c;

	c = *best;
	memmove(c.made + at, c.made + at + len, c.count - at - len);
	c.count -= len;
	if (!still_fails(&c))
		return false;
	*best = c;
	return true;
}

static bool try_lower(struct choices *best, uint32_t at, uint8_t value)
{
	static struct choices c;

	c = *best;
	c.made[at] = value;
	if (!still_fails(&c))
		return false;
	*best = c;
	return true;
}

static bool shrink_once(struct choices *best)
{
	bool better = false;

	for (uint32_t len = best->count / 2; len; len /= 2)
		for (uint32_t at = 0; at + len <= best->count;)
			if (try_without(best, at, len))
				better = true;
			else
				at += len;
	for (uint32_t at = 0; at < best->count; at++) {
		while (best->made[at] && try_lower(best, at, best->made[at] / 2))
			better = true;
		if (best->made[at] && try_lower(best, at, best->made[at] - 1))
			better = true;
	}
	return better;
}

static void explain(struct choices *c, uint64_t seed)
{
	uint32_t before = c->count;

	for (int round = 0; round < 20 && shrink_once(c); round++)
		;
	printf("schedule of seed %" PRIu64 " fails; from %u choices to %u:\n\n", seed, before,
	       c->count);
	world_print(c);
}

static int run(uint64_t first, uint64_t count, uint64_t stride)
{
	static struct choices c;

	for (uint64_t k = 0; k < count; k += stride) {
		memset(&c, 0, offsetof(struct choices, made));
		c.seed = mix(first + k);
		if (world_run(&world, &c, NULL))
			continue;
		explain(&c, first + k);
		return 1;
	}
	return 0;
}

static int run_workers(uint64_t first, uint64_t count, unsigned workers)
{
	int result = 0, status;

	if (workers < 2)
		return run(first, count, 1);
	fflush(stdout);
	for (unsigned i = 0; i < workers; i++)
		if (!fork()) {
			result = run(first + i, count > i ? count - i : 0, workers);
			fflush(stdout);
			_exit(result);
		}
	while (wait(&status) > 0)
		if (status)
			result = 1;
	return result;
}

static void show(uint64_t seed)
{
	static struct choices c;

	c.seed = mix(seed);
	world_run(&world, &c, NULL);
	world_print(&c);
}

static double seconds_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	uint64_t schedules = 1000, seed = 1;
	unsigned workers = 1;
	double begin = seconds_now();
	int result;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "--show")) {
			show(seed);
			return 0;
		}
		if (i + 1 == argc)
			return 2;
		if (!strcmp(argv[i], "--schedules"))
			schedules = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[++i], NULL, 10);
		else if (!strcmp(argv[i], "--workers"))
			workers = (unsigned)strtoul(argv[++i], NULL, 10);
		else
			return 2;
	}
	result = run_workers(seed, schedules, workers ? workers : 1);
	printf("%s: %" PRIu64 " schedules in %.1f s\n", result ? "failed" : "passed", schedules,
	       seconds_now() - begin);
	return result;
}
