/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hooks: shell scripts before a launch, after an exit, and on policy events, each with the file
 * below the job folder that will hold it: hooks/<token>.prologue.sh, hooks/<token>.restart.0.sh.
 */
#include "passes/lower.h"
#include "ir/files.gen.h"

static struct plan_hook *lower_hook(struct unit *u, const struct plan_service *p, const char *on,
				    const struct hook *h)
{
	if (!HAS_RECORD(h) || !IS_SET(h->script))
		return NULL;
	struct plan_hook *hook = ARENA_NEW(u->arena, struct plan_hook);
	hook->head.from = h->head.from;
	hook->on = plan_str(h->head.from, str_c(on));
	hook->context = h->context;
	hook->script = h->script;
	hook->file = plan_str(h->head.from, str_fmt(u->arena, JOB_FILE_HOOK("%.*s", "%s"),
						    STR_ARG(p->token.v), on));
	return hook;
}

static void lower_events(struct unit *u, const struct step *step, struct plan_service *p)
{
	static const char *const words[] = {"restart", "window_exhausted"};
	p->hooks.from = step->hooks.from;
	p->hooks.items = ARENA_ARRAY(u->arena, step->hooks.n, struct plan_hook);
	for (uint32_t i = 0; i < step->hooks.n; i++) {
		const struct event_hook *h = &step->hooks.items[i];
		if (!IS_SET(h->on) || !IS_SET(h->script))
			continue;
		struct plan_hook *hook = &p->hooks.items[p->hooks.n++];
		const char *on = words[h->on.v];
		hook->head.from = h->head.from;
		hook->on = plan_str(h->on.from, str_c(on));
		hook->context = plan_enum(h->head.from, HOOK_CONTEXT_HOST);
		hook->script = h->script;
		hook->file =
			plan_str(h->head.from, str_fmt(u->arena, JOB_FILE_HOOK("%.*s", "%s.%u"),
						       STR_ARG(p->token.v), on, i));
	}
}

void lower_hooks(struct unit *u)
{
	for (uint32_t i = 0; i < u->plan->services.n; i++) {
		const struct step *step = service_step(u->pass_state->services[i]);
		struct plan_service *p = &u->plan->services.items[i];
		p->prologue = lower_hook(u, p, "prologue", step->prologue);
		p->epilogue = lower_hook(u, p, "epilogue", step->epilogue);
		lower_events(u, step, p);
	}
}
