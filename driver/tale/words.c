/* SPDX-License-Identifier: Apache-2.0 */
/* The words for spans and ends that all drawings share. */
#include "driver/tale/tale.h"

const struct tale_word tale_words[TALE_KINDS] = {
	[TALE_SETUP] = {"set-up", "the script, before services can start"},
	[TALE_WAITING] = {"waiting", "for other services, or for its turn"},
	[TALE_STARTING] = {"starting", "asked for; not all tasks have begun"},
	[TALE_PROBING] = {"getting ready", "it runs, and its probe hasn't passed"},
	[TALE_RUNNING] = {"running", "it runs, and has no probe that passes"},
	[TALE_READY] = {"ready", "its probe has passed"},
	[TALE_HOOK] = {"hook", "prologue, epilogue, or a hook of its policy"},
	[TALE_BACKOFF] = {"backoff", "the pause before it is started again"},
	[TALE_STOPPING] = {"stopping", "it was asked to end"},
	[TALE_OVER] = {"ended", "between two launches"},
	[TALE_END] = {"closing", "the script, when all services are over"},
};

struct str tale_outcome(struct arena *a, const struct tale *t, const struct tale_service *s)
{
	if (s->state.len == 0 && s->verdict.len == 0)
		return STR("");
	struct buf out;
	buf_init(&out, a);
	if (str_eq_c(s->state, "skipped"))
		buf_add_c(&out, "not started");
	else if (str_eq_c(s->state, "exited"))
		buf_add(&out, s->verdict.len > 0 ? s->verdict : s->state);
	else if (t->source->is_over)
		buf_add_fmt(&out, "cut off, %.*s", STR_ARG(s->state));
	else if (str_eq_c(s->state, "waiting") && s->remark.len > 0)
		buf_add_fmt(&out, "waits %.*s", STR_ARG(s->remark));
	else
		buf_add(&out, s->state);
	if (str_eq_c(s->verdict, "stopped") && s->status > 0)
		buf_add_fmt(&out, ", status %d", s->status);
	if (s->restarts > 0 && !str_eq_c(s->state, "waiting"))
		buf_add_fmt(&out, ", %u restart%s", s->restarts, plural(s->restarts));
	return str_dup(a, buf_str(&out));
}
