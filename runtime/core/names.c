/* SPDX-License-Identifier: Apache-2.0 */
/* The words for states, verdicts, policies and hooks: in state.json, events.jsonl, logs. */
#include "runtime/core/core.h"

#include <stdio.h>

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
