/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run's own script says of its services: the supervision table (docs/supervision-table.md) stands in it as a
 * here document.
 *
 *	"$HPCC_RT" supervise … <<'HPCC_TABLE' &
 *	hpcc-table 1
 *	service worker
 *	  after store healthy
 *	HPCC_TABLE
 */
#include "driver/tale/tale.h"

#include <string.h>

#include "runtime/core/table.h"

/* The text of the here document that the supervisor reads; a null string without one. */
static struct str find_table(struct str script)
{
	struct str line, mark;

	while (script.len > 0) {
		script = str_split(script, '\n', &line);
		const char *document = str_has_prefix(line, "\"$HPCC_RT\" supervise ")
					       ? memmem(line.ptr, line.len, "<<'", 3)
					       : NULL;
		if (!document)
			continue;
		str_split(str_from(line, (size_t)(document - line.ptr) + 3), '\'', &mark);
		const char *begin = script.ptr;
		while (script.len > 0) {
			struct str rest = str_split(script, '\n', &line);

			if (str_eq(line, mark))
				return (struct str){begin, (size_t)(script.ptr - begin)};
			script = rest;
		}
	}
	return (struct str){0};
}

/* Values of the job stand as variables, which nobody has any more: 1 is a host and a port. */
static struct str without_values(struct arena *a, struct str text)
{
	static const char variable[] = "\"$HPCC_RUN_";
	struct buf out;

	if (!str_contains(text, variable))
		return text;
	buf_init(&out, a);
	while (text.len > 0) {
		ptrdiff_t quote = str_find(text, '"');
		size_t before = quote == STR_NONE ? text.len : (size_t)quote;

		buf_add(&out, str_slice(text, 0, before));
		text = str_from(text, before);
		if (text.len == 0)
			break;
		ptrdiff_t end = str_find(str_from(text, 1), '"');
		bool is_value = str_has_prefix(text, variable) && end != STR_NONE;
		buf_add_c(&out, is_value ? "1" : "\"");
		text = str_from(text, is_value ? (size_t)end + 2 : 1);
	}
	return str_dup(a, buf_str(&out));
}

static enum tale_condition condition_of(enum rt_condition_kind kind)
{
	switch (kind) {
	case RT_STARTED:
		return TALE_STARTED;
	case RT_HEALTHY:
		return TALE_HEALTHY;
	case RT_COMPLETED:
		break;
	}
	return TALE_COMPLETED;
}

static void take_definition(struct tale *t, struct tale_service *s,
			    const struct rt_service_def *def)
{
	uint32_t own = (uint32_t)(s - t->services.items);

	s->has_probe = def->ready.kind != RT_READY_NONE;
	s->has_prologue = def->prologue != NULL;
	s->has_epilogue = def->epilogue != NULL;
	s->has_restart_hooks = def->on_restart.count > 0;
	s->has_window_hooks = def->on_window.count > 0;
	s->backoff_s = (double)def->backoff / 1e9;
	for (uint32_t i = 0; i < def->condition_count; i++) {
		uint32_t other = tale_find(t, str_c(def->condition[i].name));

		if (other == TALE_JOB)
			continue;
		*LIST_PUSH(t->arena, &s->needs) =
			(struct tale_need){other, condition_of(def->condition[i].kind)};
		*LIST_PUSH(t->arena, &t->services.items[other].dependents) = own;
	}
}

bool tale_read_table(struct tale *t, struct str script)
{
	struct str text = without_values(t->arena, find_table(script));
	if (!text.ptr)
		return false;
	struct rt_pool pool = {0};
	struct rt_table table;
	bool is_good = rt_table_read(&table, &pool, text.ptr, text.len) == NULL;
	for (uint32_t i = 0; is_good && i < table.count; i++) {
		uint32_t k = tale_find(t, str_c(table.service[i].name));

		if (k != TALE_JOB)
			take_definition(t, &t->services.items[k], &table.service[i]);
	}
	rt_pool_free(&pool);
	return is_good;
}
