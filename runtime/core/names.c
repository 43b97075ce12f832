/* SPDX-License-Identifier: Apache-2.0 */
/* The words for states, verdicts, policies, hooks and orders: in state.json, events.jsonl, logs. */
#include "runtime/core/orders.h"

#include <stdio.h>
#include <string.h>

#include "runtime/core/words.h"

const char *rt_state_name(enum rt_state state)
{
	static const char *const names[] = {
		[RT_WAITING] = "waiting", [RT_STARTING] = "starting", [RT_RUNNING] = "running",
		[RT_READY] = "ready",     [RT_STOPPING] = "stopping", [RT_EXITED] = "exited",
		[RT_BACKOFF] = "backoff", [RT_SKIPPED] = "skipped",
	};

	return names[state];
}

const char *rt_verdict_name(enum rt_verdict verdict)
{
	static const char *const names[] = {
		[RT_V_NONE] = "",
		[RT_V_COMPLETED] = "completed",
		[RT_V_APP_EXIT] = "app-exit",
		[RT_V_APP_SIGNAL] = "app-signal",
		[RT_V_NOT_STARTED] = "not-started",
		[RT_V_STEP_NOT_CREATED] = "step-not-created",
		[RT_V_OOM] = "oom",
		[RT_V_NEVER_READY] = "never-ready",
		[RT_V_UNHEALTHY] = "unhealthy",
		[RT_V_COMPONENT_ENDED] = "component-ended",
		[RT_V_STOPPED] = "stopped",
		[RT_V_LOST] = "lost",
	};

	return names[verdict];
}

const char *rt_verdict_text(const struct rt_service *s, char room[RT_VERDICT_ROOM])
{
	const char *name = rt_verdict_name(s->verdict);

	if (s->verdict == RT_V_NONE)
		return NULL;
	if (s->verdict == RT_V_APP_EXIT)
		snprintf(room, RT_VERDICT_ROOM, "%s %d", name, s->status);
	else if (s->verdict == RT_V_APP_SIGNAL)
		snprintf(room, RT_VERDICT_ROOM, "%s %s", name, rt_signal_name(s->signal));
	else
		snprintf(room, RT_VERDICT_ROOM, "%s", name);
	return room;
}

const char *rt_policy_name(enum rt_policy policy)
{
	static const char *const names[] = {
		[RT_FAIL_JOB] = "fail_job",
		[RT_IGNORE] = "ignore",
		[RT_RESTART] = "restart_on_failure",
	};

	return names[policy];
}

const char *rt_hook_name(enum rt_hook hook)
{
	static const char *const names[] = {
		[RT_HOOK_PROLOGUE] = "prologue", [RT_HOOK_EPILOGUE] = "epilogue",
		[RT_HOOK_RESTART] = "restart",   [RT_HOOK_WINDOW] = "window_exhausted",
		[RT_HOOK_PUBLISH] = "publish",
	};

	return names[hook];
}

static const char *const order_words[] = {
	[RT_ORDER_NONE] = "",       [RT_ORDER_RESTART] = "restart", [RT_ORDER_STOP] = "stop",
	[RT_ORDER_START] = "start", [RT_ORDER_SIGNAL] = "signal",
};

const char *rt_order_word(enum rt_order order)
{
	return order_words[order];
}

enum rt_order rt_order_of_word(const char *word)
{
	for (int i = RT_ORDER_RESTART; i <= RT_ORDER_SIGNAL; i++)
		if (!strcmp(word, order_words[i]))
			return (enum rt_order)i;
	return RT_ORDER_NONE;
}

static const struct {
	const char *word, *text;
} answers[] = {
	[RT_A_TAKEN] = {"taken", "it is being done"},
	[RT_A_ALREADY] = {"already", "there is nothing to do"},
	[RT_A_JOB_ENDS] = {"job-ends", "the job is about to end"},
	[RT_A_WAITS] = {"waits", "it waits for others, and starts by itself"},
	[RT_A_IN_VAIN] = {"in-vain", "what it waits for has failed"},
	[RT_A_STOPPING] = {"stopping", "it is being stopped"},
	[RT_A_ENDING] = {"ending", "it has ended by itself a moment ago, and its epilogue runs"},
	[RT_A_NOT_THERE] = {"not-there", "it doesn't run at the moment"},
	[RT_A_NOT_NEEDED] = {"not-needed",
			     "it lives for its dependents, and all of them have ended"},
	[RT_A_NO_SERVICE] = {"no-service", "the job has no such service"},
	[RT_A_NO_SIGNAL] = {"no-signal", "no signal of this name can be passed to it"},
	[RT_A_VERSION] = {"version", "the job's supervisor is of a version that speaks otherwise"},
	[RT_A_MALFORMED] = {"malformed", "the job's supervisor doesn't understand this"},
};

const char *rt_reply_word(enum rt_reply answer)
{
	return answers[answer].word;
}

enum rt_reply rt_reply_of_word(const char *word)
{
	for (int i = 0; i < RT_A_MALFORMED; i++)
		if (!strcmp(word, answers[i].word))
			return (enum rt_reply)i;
	return RT_A_MALFORMED;
}

const char *rt_reply_text(enum rt_reply answer)
{
	return answers[answer].text;
}

enum rt_state rt_core_state(const struct rt_service *s)
{
	switch (s->phase) {
	case RT_PH_WAITING:
		return RT_WAITING;
	case RT_PH_PROLOGUE:
	case RT_PH_LAUNCH:
		return RT_STARTING;
	case RT_PH_ALIVE:
		if (s->stopping)
			return RT_STOPPING;
		if (s->probe == RT_PROBE_PASSED)
			return RT_READY;
		return s->def->tasks && !s->up ? RT_STARTING : RT_RUNNING;
	case RT_PH_EPILOGUE:
		return RT_STOPPING;
	case RT_PH_RESTART_HOOKS:
	case RT_PH_BACKOFF:
		return RT_BACKOFF;
	case RT_PH_WINDOW_HOOKS:
		return RT_EXITED;
	case RT_PH_OVER:
		return s->skipped ? RT_SKIPPED : RT_EXITED;
	}
	return RT_EXITED;
}
