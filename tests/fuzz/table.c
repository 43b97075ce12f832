/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The supervision table, on any bytes: a list of complaints, each at a line of the
 * text, or a table that a job can be run with, from its begin to its end.
 */
#include "ir/support/bug.h"
#include "runtime/core/core.h"
#include "tests/fuzz/target.h"

static void check_complaints(const struct rt_table_error *e, const uint8_t *data, size_t size)
{
	unsigned lines = 1, last = 0;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	for (; e; e = e->next) {
		if (e->line < 1 || e->line > lines || e->line < last || !e->text[0])
			BUG("a complaint at no place");
		last = e->line;
	}
}

/* Everything starts, nothing ends; then the job is told to end, and time passes. */
static void run_job(const struct rt_table *table, struct rt_pool *pool)
{
	struct rt_core core;
	struct rt_event e = {.kind = RT_EV_BEGIN};

	rt_core_init(&core, table, pool);
	rt_core_step(&core, &e, 0);
	for (uint32_t i = 0; i < table->count; i++) {
		e = (struct rt_event){
			.kind = RT_EV_LAUNCHED, .service = i, .run = core.service[i].launches};
		rt_core_step(&core, &e, 1);
	}
	e = (struct rt_event){.kind = RT_EV_SHUTDOWN, .signal = 15};
	rt_core_step(&core, &e, 2);
	e = (struct rt_event){.kind = RT_EV_TICK};
	for (int i = 0; i < 20 + 4 * (int)table->count && core.phase != RT_JOB_OVER; i++)
		rt_core_step(&core, &e, rt_core_deadline(&core));
	if (core.phase != RT_JOB_OVER)
		BUG("the job does not end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rt_pool pool = {0};
	struct rt_table table;
	const struct rt_table_error *e;

	if (size > FUZZ_MAX_INPUT)
		return 0;
	e = rt_table_read(&table, &pool, (const char *)data, size);
	check_complaints(e, data, size);
	if (!e)
		run_job(&table, &pool);
	rt_pool_free(&pool);
	return 0;
}
