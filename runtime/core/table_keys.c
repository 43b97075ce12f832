/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the supervision table: one reader function each, named by the table at the end. */
#include "runtime/core/table_reader.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

const char *rt_table_word(const struct rt_table_reader *r, unsigned i)
{
	return i < r->words.count ? r->words.word[i] : "";
}

bool rt_table_duration(struct rt_table_reader *r, unsigned i, int64_t *ns)
{
	if (rt_word_duration(rt_table_word(r, i), ns))
		return true;
	COMPLAIN(r, "'%s' is not a duration such as 10s or 500ms", rt_table_word(r, i));
	return false;
}

bool rt_table_number(struct rt_table_reader *r, unsigned i, uint64_t low, uint64_t high,
		     uint64_t *n)
{
	if (rt_word_number(rt_table_word(r, i), high, n) && *n >= low)
		return true;
	COMPLAIN(r, "'%s' is not a number from %llu to %llu", rt_table_word(r, i),
		 (unsigned long long)low, (unsigned long long)high);
	return false;
}

bool rt_table_has_words(struct rt_table_reader *r, unsigned count, const char *form)
{
	if (r->words.count == count)
		return true;
	COMPLAIN(r, "'%s' has this form: %s", rt_table_word(r, 0), form);
	return false;
}

static int read_signal(struct rt_table_reader *r, unsigned i)
{
	int number = rt_word_signal(rt_table_word(r, i));

	if (!number)
		COMPLAIN(r, "'%s' is not a signal name such as TERM", rt_table_word(r, i));
	return number;
}

void rt_table_job_key(struct rt_table_reader *r)
{
	const char *key = rt_table_word(r, 1), *value = rt_table_word(r, 2);

	if (r->words.count != 3) {
		COMPLAIN(r, "'job' takes a key and one value");
	} else if (!strcmp(key, "grace")) {
		rt_table_duration(r, 2, &r->table->grace);
	} else if (!strcmp(key, "scheduler")) {
		if (!strcmp(value, "slurm"))
			r->table->scheduler = RT_SLURM;
		else if (!strcmp(value, "local"))
			r->table->scheduler = RT_LOCAL;
		else
			COMPLAIN(r, "'%s' is not a scheduler: slurm or local", value);
	} else if (!strcmp(key, "launches")) {
		uint64_t number;
		if (rt_table_number(r, 2, 1, UINT32_MAX, &number))
			r->table->launches = (uint32_t)number;
	} else if (!strcmp(key, "wire")) {
		r->table->wire_off = !strcmp(value, "off");
		if (strcmp(value, "off") && strcmp(value, "on"))
			COMPLAIN(r, "'%s' is not a state of the wire: on or off", value);
	} else if (!strcmp(key, "relay")) {
		int number = rt_word_signal(value);
		if (number == SIGUSR1 || number == SIGUSR2 || number == SIGHUP || number == SIGQUIT)
			r->table->relay[number] = true;
		else
			COMPLAIN(r, "'%s' cannot be relayed: USR1, USR2, HUP or QUIT can", value);
	} else {
		COMPLAIN(r, "unknown key 'job %s'", key);
	}
}

static void key_run(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "run FUNCTION"))
		s->run = rt_table_word(r, 1);
}

static void key_token(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (!rt_table_has_words(r, 2, "token T"))
		return;
	s->token = rt_table_word(r, 1);
	if (!*s->token || strlen(s->token) > 200 || strchr(s->token, '/') || s->token[0] == '.')
		COMPLAIN(
			r,
			"a token is part of file names: at most 200 bytes, no '/', no leading '.'");
}

static void key_log(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "log PATH"))
		s->log = rt_table_word(r, 1);
}

static void key_view(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "view PATH"))
		s->view = rt_table_word(r, 1);
}

static void key_nodes(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (!rt_table_has_words(r, 2, "nodes SET"))
		return;
	s->nodes = rt_table_word(r, 1);
	if (!rt_word_is_nodes(s->nodes))
		COMPLAIN(r, "'%s' is not a node set such as 0-3,6 or all", s->nodes);
}

static void key_component(struct rt_table_reader *r, struct rt_service_def *s)
{
	uint64_t n;

	if (!rt_table_has_words(r, 3, "component N NAME") ||
	    !rt_table_number(r, 1, 0, UINT16_MAX, &n))
		return;
	s->part = (uint32_t)n;
	s->part_name = rt_table_word(r, 2);
}

static void key_tasks(struct rt_table_reader *r, struct rt_service_def *s)
{
	uint64_t n;

	if (rt_table_has_words(r, 2, "tasks N") && rt_table_number(r, 1, 0, UINT32_MAX, &n))
		s->tasks = (uint32_t)n;
}

static void key_start(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (r->words.count != 3 || strcmp(rt_table_word(r, 1), "within")) {
		COMPLAIN(r, "'start' has this form: start within D");
		return;
	}
	if (rt_table_duration(r, 2, &s->start_timeout) && !s->start_timeout)
		COMPLAIN(r, "'start within' of no length");
}

static void key_after(struct rt_table_reader *r, struct rt_service_def *s)
{
	static const char *const kinds[] = {"started", "healthy", "completed"};
	struct rt_condition *c;
	unsigned kind = 0;

	if (!rt_table_has_words(r, 3, "after NAME started|healthy|completed"))
		return;
	while (kind < 3 && strcmp(rt_table_word(r, 2), kinds[kind]))
		kind++;
	if (kind == 3) {
		COMPLAIN(r, "'%s' is not a condition: started, healthy or completed",
			 rt_table_word(r, 2));
		return;
	}
	s->condition = rt_pool_more(r->pool, s->condition, s->condition_count, sizeof(*c));
	c = &s->condition[s->condition_count++];
	c->name = rt_table_word(r, 1);
	c->kind = kind == 0 ? RT_STARTED : kind == 1 ? RT_HEALTHY : RT_COMPLETED;
	c->line = r->words.line;
}

static void key_on_failure(struct rt_table_reader *r, struct rt_service_def *s)
{
	static const char form[] = "on-failure restart max N window N in D backoff D";
	const char *mode = rt_table_word(r, 1);

	if (r->words.count == 2 && !strcmp(mode, "fail-job")) {
		s->policy = RT_FAIL_JOB;
		return;
	}
	if (r->words.count == 2 && !strcmp(mode, "ignore")) {
		s->policy = RT_IGNORE;
		return;
	}
	if (strcmp(mode, "restart")) {
		COMPLAIN(r, "'%s' is not a policy: fail-job, ignore or restart", mode);
		return;
	}
	if (r->words.count != 10 || strcmp(rt_table_word(r, 2), "max") ||
	    strcmp(rt_table_word(r, 4), "window") || strcmp(rt_table_word(r, 6), "in") ||
	    strcmp(rt_table_word(r, 8), "backoff")) {
		COMPLAIN(r, "'on-failure' has this form: %s", form);
		return;
	}
	s->policy = RT_RESTART;
	uint64_t max;
	if (rt_table_number(r, 3, 1, UINT32_MAX, &max))
		s->max_restarts = (uint32_t)max;
	uint64_t cap;
	if (rt_table_number(r, 5, 1, UINT32_MAX, &cap))
		s->max_in_window = (uint32_t)cap;
	if (rt_table_duration(r, 7, &s->window) && !s->window)
		COMPLAIN(r, "a window of no length");
	rt_table_duration(r, 9, &s->backoff);
}

static void key_reset_after(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "reset-after D") && rt_table_duration(r, 1, &s->reset_after) &&
	    !s->reset_after)
		COMPLAIN(r, "'reset-after' of no length");
}

static void key_stop(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (r->words.count != 4 || strcmp(rt_table_word(r, 2), "grace")) {
		COMPLAIN(r, "'stop' has this form: stop SIGNAL grace D");
		return;
	}
	s->stop_signal = read_signal(r, 1);
	rt_table_duration(r, 3, &s->stop_grace);
}

static void key_lifetime(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (!strcmp(rt_table_word(r, 1), "dependents") && r->words.count == 2)
		s->lifetime_dependents = true;
	else
		COMPLAIN(r, "'lifetime' has this form: lifetime dependents");
}

static void key_prologue(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "prologue FILE"))
		s->prologue = rt_table_word(r, 1);
}

static void key_epilogue(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "epilogue FILE"))
		s->epilogue = rt_table_word(r, 1);
}

static void key_on(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (r->words.count != 3) {
		COMPLAIN(r, "'on' has this form: on restart|window-exhausted FILE");
		return;
	}
	struct rt_list *list;
	if (!strcmp(rt_table_word(r, 1), "restart")) {
		list = &s->on_restart;
	} else if (!strcmp(rt_table_word(r, 1), "window-exhausted")) {
		list = &s->on_window;
	} else {
		COMPLAIN(r, "'%s' is not an event: restart or window-exhausted",
			 rt_table_word(r, 1));
		return;
	}
	list->item = rt_pool_more(r->pool, list->item, list->count, sizeof(*list->item));
	list->item[list->count++] = rt_table_word(r, 2);
}

static void key_assert(struct rt_table_reader *r, struct rt_service_def *s)
{
	const char *what = rt_table_word(r, 1);

	if (r->words.count != 3) {
		COMPLAIN(r, "'assert' has this form: assert exit N, duration D or artifact GLOB");
	} else if (!strcmp(what, "exit")) {
		uint64_t n;
		s->has_assert_exit = rt_table_number(r, 2, 0, 255, &n);
		s->assert_exit = s->has_assert_exit ? (unsigned)n : 0;
	} else if (!strcmp(what, "duration")) {
		s->has_assert_duration = rt_table_duration(r, 2, &s->assert_duration);
	} else if (!strcmp(what, "artifact")) {
		s->assert_artifact = rt_table_word(r, 2);
	} else {
		COMPLAIN(r, "'%s' is not a claim: exit, duration or artifact", what);
	}
}

static void key_publish(struct rt_table_reader *r, struct rt_service_def *s)
{
	if (rt_table_has_words(r, 2, "publish FUNCTION"))
		s->publish = rt_table_word(r, 1);
}

static const struct {
	const char *name;
	void (*read)(struct rt_table_reader *r, struct rt_service_def *s);
	bool repeats;
} keys[] = {
	{"run", key_run, false},
	{"token", key_token, false},
	{"log", key_log, false},
	{"view", key_view, false},
	{"nodes", key_nodes, false},
	{"component", key_component, false},
	{"tasks", key_tasks, false},
	{"start", key_start, false},
	{"after", key_after, true},
	{"ready", rt_table_ready, false},
	{"live", rt_table_live, false},
	{"on-failure", key_on_failure, false},
	{"reset-after", key_reset_after, false},
	{"stop", key_stop, false},
	{"lifetime", key_lifetime, false},
	{"prologue", key_prologue, false},
	{"epilogue", key_epilogue, false},
	{"on", key_on, true},
	{"assert", key_assert, true},
	{"publish", key_publish, false},
};

static size_t find_key(const char *key)
{
	size_t i = 0;

	while (i < sizeof(keys) / sizeof(keys[0]) && strcmp(keys[i].name, key))
		i++;
	return i;
}

bool rt_table_was_given(const struct rt_service_def *s, const char *key)
{
	return s->given >> find_key(key) & 1;
}

void rt_table_service_key(struct rt_table_reader *r, struct rt_service_def *s)
{
	const char *key = rt_table_word(r, 0);
	size_t i = find_key(key);

	if (i == sizeof(keys) / sizeof(keys[0])) {
		COMPLAIN(r, "unknown key '%s'", key);
		return;
	}
	if (!keys[i].repeats && rt_table_was_given(s, key)) {
		COMPLAIN(r, "'%s' is given twice for service '%s'", key, s->name);
		return;
	}
	s->given |= UINT64_C(1) << i;
	keys[i].read(r, s);
}
