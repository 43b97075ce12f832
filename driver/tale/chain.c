/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The critical chain: what bounded the job, from its end backward. docs/timeline-and-report.md defines it, rule by
 * rule; here each rule is a function. The walk holds a service and a time. It takes what the service did before
 * that time, back to where something else was waited for, and goes on there. So links meet without a gap, and
 * together they are as long as the job.
 */
#include "driver/tale/tale.h"

/* Where the walk is. */
struct walk {
	struct tale *t;
	uint32_t service; /* or TALE_JOB: the beginning is reached */
	double at;
	struct str because; /* of the link that was left last */
};

static struct tale_link *add_link(struct walk *w, uint32_t service, double to)
{
	struct tale *t = w->t;
	struct tale_link *link = LIST_PUSH(t->arena, &t->chain);

	*link = (struct tale_link){.service = service, .from = to, .to = to, .because = STR("")};
	return link;
}

/* Spans are added from the last to the first. */
static void take_span(struct walk *w, struct tale_link *link, enum tale_kind kind, double from)
{
	if (from >= link->from)
		return;
	*LIST_PUSH(w->t->arena, &link->spans) =
		(struct tale_span){.kind = kind, .from = from, .to = link->from};
	link->from = from;
}

static const char *condition_words(enum tale_condition condition)
{
	switch (condition) {
	case TALE_STARTED:
		return "had started";
	case TALE_HEALTHY:
		return "was ready";
	case TALE_COMPLETED:
		break;
	}
	return "had completed";
}

/* The last time up to `at` from which on the condition held; below 0: it didn't. Who has completed has started and
   was healthy; that counts anew when an epilogue came between. */
static double holds_since(const struct tale_service *s, enum tale_condition condition, double at)
{
	double since = -1, before = -1, gone = -1;

	for (uint32_t i = 0; i < s->moments.n && s->moments.items[i].at <= at; i++) {
		const struct tale_moment *m = &s->moments.items[i];

		if (m->is_gone) {
			before = since;
			gone = m->at;
			since = -1;
		} else if (m->condition == TALE_COMPLETED) {
			since = before >= 0 && gone == m->at ? before : m->at;
		} else if (m->condition == condition && since < 0) {
			since = m->at;
		}
	}
	return since;
}

/* What a service waited for last, before its first start or before it was clear that it can't start. */
static void leave_waiting(struct walk *w, struct tale_link *link)
{
	struct tale *t = w->t;
	const struct tale_service *s = &t->services.items[w->service];
	const struct tale_need *last = NULL;
	bool is_broken = str_eq(t->broken, s->name) && t->teardown_at >= 0 && s->launches == 0;
	double since = -1;

	for (uint32_t i = 0; i < s->needs.n; i++) {
		const struct tale_need *need = &s->needs.items[i];
		const struct tale_service *other = &t->services.items[need->service];
		double holds = holds_since(other, need->condition, w->at);

		/* One that waits in vain: for whoever ended without what it was to do. */
		if (is_broken)
			holds = other->over_at <= w->at && holds < 0 ? other->over_at : -1;
		if (holds > since) {
			since = holds;
			last = need;
		}
	}
	if (since <= t->services_at || !last) {
		take_span(w, link, TALE_WAITING, t->services_at);
		w->service = TALE_JOB;
		w->at = link->from;
		w->because = STR("");
		return;
	}
	const struct tale_service *other = &t->services.items[last->service];
	take_span(w, link, TALE_WAITING, since);
	link->because = str_fmt(t->arena, "'%.*s' %s", STR_ARG(other->name),
				is_broken ? "had ended" : condition_words(last->condition));
	w->service = last->service;
	w->at = since;
}

/* Of those that need the service the one that was over last, after `after` and up to `until`. */
static uint32_t last_dependent(const struct tale *t, const struct tale_service *s, double after,
			       double until)
{
	uint32_t last = TALE_JOB;
	double at = after;

	for (uint32_t i = 0; i < s->dependents.n; i++) {
		double over = t->services.items[s->dependents.items[i]].over_at;

		if (over > at && over <= until) {
			at = over;
			last = s->dependents.items[i];
		}
	}
	return last;
}

/* Why it was asked to end then: for one that had to end before, for what ended the job, or for reasons of its own
   (false). */
static bool leave_stopping(struct walk *w, struct tale_link *link, double from)
{
	struct tale *t = w->t;
	const struct tale_service *s = &t->services.items[w->service];
	bool is_teardown = t->teardown_at >= 0 && from >= t->teardown_at;
	bool is_unneeded = s->not_needed_at >= 0 && s->not_needed_at <= from;

	if (!is_teardown && !is_unneeded)
		return false;
	uint32_t other =
		last_dependent(t, s, is_teardown && !is_unneeded ? t->teardown_at : -1, from);
	if (other != TALE_JOB) {
		take_span(w, link, TALE_STOPPING, t->services.items[other].over_at);
		link->because = str_fmt(t->arena, "'%.*s' was over",
					STR_ARG(t->services.items[other].name));
	} else if (is_teardown) {
		other = t->decider;
		take_span(w, link, TALE_STOPPING, t->teardown_at);
		link->because = other == TALE_JOB ? t->decision
						  : str_fmt(t->arena, "'%.*s' %.*s",
							    STR_ARG(t->services.items[other].name),
							    STR_ARG(t->decision));
	} else {
		return false;
	}
	w->service = other;
	w->at = link->from;
	return true;
}

/* What the service did before the time, back to where it waited for another. */
static void take_service(struct walk *w)
{
	struct tale *t = w->t;
	const struct tale_service *s = &t->services.items[w->service];
	struct tale_link *link = add_link(w, w->service, w->at);

	for (uint32_t i = s->spans.n; i > 0; i--) {
		const struct tale_span *span = &s->spans.items[i - 1];

		if (span->from >= link->from)
			continue;
		if (span->kind == TALE_WAITING) {
			break;
		}
		if (span->to < link->from) /* it was over before */
			take_span(w, link, TALE_OVER, span->to);
		if (span->kind == TALE_STOPPING && leave_stopping(w, link, span->from))
			return;
		take_span(w, link, span->kind, span->from);
	}
	w->at = link->from;
	leave_waiting(w, link);
}

/* Set-up, or the whole run where something outside ended it. */
static void take_beginning(struct walk *w)
{
	struct tale *t = w->t;

	if (w->at <= 0)
		return;
	struct tale_link *link = add_link(w, TALE_JOB, w->at);
	take_span(w, link, TALE_RUNNING, t->services_at);
	take_span(w, link, TALE_SETUP, 0);
}

/* The service that was over last, after `after`. */
static uint32_t last_over(const struct tale *t, double after)
{
	uint32_t last = TALE_JOB;
	double at = after;

	for (uint32_t i = 0; i < t->services.n; i++) {
		const struct tale_service *s = &t->services.items[i];

		if (s->over_at > at) {
			at = s->over_at;
			last = i;
		}
	}
	return last;
}

/* Of a job that goes on: who runs and has begun what it does last. */
static uint32_t newest(const struct tale *t)
{
	uint32_t last = TALE_JOB;
	double at = -1;

	for (uint32_t i = 0; i < t->services.n; i++) {
		const struct tale_service *s = &t->services.items[i];

		if (s->open != TALE_OVER && s->open != TALE_WAITING && s->open_from > at) {
			at = s->open_from;
			last = i;
		}
	}
	return last;
}

/* Where the walk begins, behind what the job did when its services were over. */
static void find_end(struct walk *w)
{
	struct tale *t = w->t;
	bool has_teardown = t->teardown_at >= 0;

	w->at = t->end;
	if (!t->source->is_over) {
		w->service = newest(t);
		return;
	}
	w->service = last_over(t, has_teardown ? t->teardown_at : -1);
	if (t->is_cut_off) {
		w->service = TALE_JOB; /* nobody says who would have been the last */
		return;
	}
	double over = w->service != TALE_JOB ? t->services.items[w->service].over_at
		      : has_teardown         ? t->teardown_at
					     : t->services_at;
	if (over < w->at)
		take_span(w, add_link(w, TALE_JOB, w->at), TALE_END, over);
	w->at = over;
	if (w->service == TALE_JOB && has_teardown) {
		w->service = t->decider;
		if (t->chain.n > 0)
			t->chain.items[0].because = t->decision;
	}
}

static void turn_round(struct tale *t)
{
	for (uint32_t i = 0; i < t->chain.n; i++) {
		struct tale_link *link = &t->chain.items[i];

		for (uint32_t k = 0; k < link->spans.n / 2; k++) {
			struct tale_span *one = &link->spans.items[k];
			struct tale_span *other = &link->spans.items[link->spans.n - 1 - k];
			struct tale_span kept = *one;

			*one = *other;
			*other = kept;
		}
	}
	for (uint32_t i = 0; i < t->chain.n / 2; i++) {
		struct tale_link kept = t->chain.items[i];

		t->chain.items[i] = t->chain.items[t->chain.n - 1 - i];
		t->chain.items[t->chain.n - 1 - i] = kept;
	}
}

void tale_find_chain(struct tale *t)
{
	struct walk w = {.t = t};

	find_end(&w);
	/* Each step goes back in time, or at one time to a service that this one needs; broken events could lead
	   round in a circle. */
	for (uint32_t steps = 0; w.service != TALE_JOB && steps < 2 * t->services.n + 2; steps++)
		take_service(&w);
	take_beginning(&w);
	turn_round(t);
}
