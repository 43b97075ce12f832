/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frame of the table reader: the first line, the service blocks, then what
 * can only be checked over the whole table (names, circles, lifetimes).
 */
#include "runtime/core/table_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void rt_table_complain(struct rt_table_reader *r, unsigned line, const char *format, ...)
{
	struct rt_table_error *e = rt_pool_take(r->pool, sizeof(*e)), **at = &r->first;
	va_list args;

	va_start(args, format);
	char text[400];
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	e->line = line;
	e->text = rt_pool_text(r->pool, text, strlen(text));
	while (*at && (*at)->line <= line)
		at = &(*at)->next;
	e->next = *at;
	*at = e;
}

uint32_t rt_table_find(const struct rt_table *table, const char *name)
{
	uint32_t i = 0;

	while (i < table->count && strcmp(table->service[i].name, name))
		i++;
	return i;
}

static struct rt_service_def *add_service(struct rt_table_reader *r)
{
	struct rt_table *t = r->table;
	struct rt_service_def *s;

	t->service = rt_pool_more(r->pool, t->service, t->count, sizeof(*s));
	s = &t->service[t->count++];
	s->line = r->words.line;
	s->policy = RT_FAIL_JOB;
	s->tasks = 1;
	s->stop_signal = 15;
	s->stop_grace = INT64_C(10000000000);
	return s;
}

static void begin_service(struct rt_table_reader *r)
{
	struct rt_service_def *s = add_service(r);

	s->name = "";
	if (r->words.count != 2 || !*r->words.word[1])
		rt_table_complain(r, r->words.line, "'service' takes one name");
	else
		s->name = r->words.word[1];
	s->token = s->name;
	for (uint32_t i = 0; *s->name && i + 1 < r->table->count; i++)
		if (!strcmp(r->table->service[i].name, s->name))
			rt_table_complain(r, s->line, "service '%s' is in the table twice",
					  s->name);
}

static void read_first_line(struct rt_table_reader *r)
{
	const struct rt_words *w = &r->words;

	if (!rt_words_next(&r->words))
		rt_table_complain(r, 1, "the table is empty; it begins with 'hpcc-table 1'");
	else if (w->error || w->count != 2 || strcmp(w->word[0], "hpcc-table"))
		rt_table_complain(r, w->line, "a table begins with 'hpcc-table 1'");
	else if (strcmp(w->word[1], "1"))
		rt_table_complain(r, w->line, "table version '%s'; this hpcc-rt reads version 1",
				  w->word[1]);
}

static void read_blocks(struct rt_table_reader *r)
{
	struct rt_table *t = r->table;

	while (rt_words_next(&r->words)) {
		const char *key = r->words.count ? r->words.word[0] : "";

		if (r->words.error)
			rt_table_complain(r, r->words.line, "%s", r->words.error);
		else if (!strcmp(key, "job"))
			rt_table_job_key(r);
		else if (!strcmp(key, "service"))
			begin_service(r);
		else if (!t->count)
			rt_table_complain(r, r->words.line, "'%s' stands before any 'service' line",
					  key);
		else
			rt_table_service_key(r, &t->service[t->count - 1]);
	}
}

/* Sorted name index, so that 10,000 services resolve their names quickly. */
static void sort_by_name(const struct rt_table *t, uint32_t *index, uint32_t *spare, uint32_t n)
{
	uint32_t half = n / 2, i = 0, j = half, k = 0;

	if (n < 2)
		return;
	sort_by_name(t, index, spare, half);
	sort_by_name(t, index + half, spare, n - half);
	while (i < half || j < n) {
		bool left = j == n || (i < half && strcmp(t->service[index[i]].name,
							  t->service[index[j]].name) <= 0);

		spare[k++] = left ? index[i++] : index[j++];
	}
	memcpy(index, spare, n * sizeof(*index));
}

static uint32_t find_sorted(const struct rt_table *t, const uint32_t *index, const char *name)
{
	uint32_t low = 0, high = t->count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int order = strcmp(t->service[index[mid]].name, name);

		if (!order)
			return index[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return t->count;
}

static void resolve_names(struct rt_table_reader *r)
{
	struct rt_table *t = r->table;
	uint32_t *index = rt_pool_array(r->pool, t->count, sizeof(*index));
	uint32_t *spare = rt_pool_array(r->pool, t->count, sizeof(*spare));

	for (uint32_t i = 0; i < t->count; i++)
		index[i] = i;
	sort_by_name(t, index, spare, t->count);
	for (uint32_t i = 0; i < t->count; i++) {
		struct rt_service_def *s = &t->service[i];

		for (uint32_t c = 0; c < s->condition_count; c++) {
			struct rt_condition *cond = &s->condition[c];

			cond->service = find_sorted(t, index, cond->name);
			if (cond->service == t->count)
				rt_table_complain(r, cond->line, "no service '%s' in the table",
						  cond->name);
			else if (cond->kind == RT_HEALTHY &&
				 !rt_table_was_given(&t->service[cond->service], "ready"))
				rt_table_complain(r, cond->line, "service '%s' has no 'ready' line",
						  cond->name);
		}
	}
}

static void link_dependents(struct rt_table_reader *r)
{
	struct rt_table *t = r->table;

	for (uint32_t i = 0; i < t->count; i++)
		for (uint32_t c = 0; c < t->service[i].condition_count; c++)
			t->service[t->service[i].condition[c].service].dependent_count++;
	for (uint32_t i = 0; i < t->count; i++) {
		struct rt_service_def *s = &t->service[i];

		s->dependent = rt_pool_array(r->pool, s->dependent_count, sizeof(*s->dependent));
		if (s->lifetime_dependents && !s->dependent_count)
			rt_table_complain(r, s->line,
					  "service '%s' lives for its dependents and has none",
					  s->name);
		s->dependent_count = 0;
	}
	for (uint32_t i = 0; i < t->count; i++)
		for (uint32_t c = 0; c < t->service[i].condition_count; c++) {
			struct rt_service_def *d = &t->service[t->service[i].condition[c].service];

			d->dependent[d->dependent_count++] = i;
		}
}

/* Dependencies first; what is left over when nothing more can be placed is a circle. */
static void sort_by_dependency(struct rt_table_reader *r)
{
	struct rt_table *t = r->table;
	uint32_t *open = rt_pool_array(r->pool, t->count, sizeof(*open)), placed = 0;

	t->order = rt_pool_array(r->pool, t->count, sizeof(*t->order));
	for (uint32_t i = 0; i < t->count; i++) {
		open[i] = t->service[i].condition_count;
		if (!open[i])
			t->order[placed++] = i;
	}
	for (uint32_t k = 0; k < placed; k++) {
		const struct rt_service_def *s = &t->service[t->order[k]];

		for (uint32_t d = 0; d < s->dependent_count; d++)
			if (!--open[s->dependent[d]])
				t->order[placed++] = s->dependent[d];
	}
	for (uint32_t i = 0; placed < t->count && i < t->count; i++)
		for (uint32_t c = 0; open[i] && c < t->service[i].condition_count; c++)
			if (open[t->service[i].condition[c].service])
				rt_table_complain(r, t->service[i].condition[c].line,
						  "service '%s' waits for '%s' in a circle",
						  t->service[i].name,
						  t->service[i].condition[c].name);
}

static void check_services(struct rt_table_reader *r)
{
	for (uint32_t i = 0; i < r->table->count; i++) {
		struct rt_service_def *s = &r->table->service[i];

		if (!rt_table_was_given(s, "run"))
			rt_table_complain(r, s->line, "service '%s' has no 'run' line", s->name);
		if (s->ready.kind == RT_READY_LOG && !rt_table_was_given(s, "log"))
			rt_table_complain(r, s->line, "service '%s' has a log probe and no 'log'",
					  s->name);
		if ((s->ready.is_of_all || s->live.look.is_of_all) && !s->tasks)
			rt_table_complain(r, s->line,
					  "service '%s' is looked at with 'tasks all', and with "
					  "'tasks 0' no task tells",
					  s->name);
		if (s->start_timeout && !s->tasks)
			rt_table_complain(r, s->line,
					  "service '%s' has 'start within', and with 'tasks 0' "
					  "nothing tells when it has begun",
					  s->name);
		if (s->reset_after && s->policy != RT_RESTART &&
		    !(rt_table_was_given(s, "on-failure") && r->first))
			rt_table_complain(r, s->line,
					  "service '%s' has 'reset-after' and never restarts",
					  s->name);
	}
}

struct rt_table_error *rt_table_read(struct rt_table *table, struct rt_pool *pool, const char *text,
				     size_t len)
{
	struct rt_table_reader reader = {.table = table, .pool = pool}, *r = &reader;

	memset(table, 0, sizeof(*table));
	table->grace = INT64_C(20000000000);
	table->launches = 32;
	rt_words_open(&r->words, pool, text, len);
	read_first_line(r);
	if (r->first)
		return r->first;
	read_blocks(r);
	if (!r->first && !table->count)
		rt_table_complain(r, 1, "the table has no service");
	check_services(r);
	resolve_names(r);
	if (!r->first)
		link_dependents(r);
	if (!r->first)
		sort_by_dependency(r);
	return r->first;
}
