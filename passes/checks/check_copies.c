/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Copies of services (E15): their names are free, they are no more than a job has, each of them can have what
 * the service asks for by name, and what speaks of copies stands in a service that has some.
 */
#include "passes/checks/check.h"
#include "passes/lower/copies.h"

typedef unsigned long long ull;

static struct diag *complain(const struct subject *s, struct str text)
{
	return subject_error(s, &s->service->scale.from, RULE_E15, "scale", "%.*s", STR_ARG(text));
}

static void check_name(const struct subject *s, const struct copies_finding *f)
{
	const struct service *other = &s->u->job->services.items[f->other];
	struct diag *d = complain(
		s, str_fmt(s->d->arena, "one copy would be called '%.*s', as another service is",
			   STR_ARG(other->head.name)));
	diag_note(s->d, d, service_at(other), "'%.*s' is declared here", STR_ARG(other->head.name));
	diag_help(s->d, d, "copies are called %.*s-1 to %.*s-%llu: rename one of the two services",
		  STR_ARG(s->service->head.name), STR_ARG(s->service->head.name),
		  (ull)s->service->scale.v);
}

static void check_amount(const struct subject *s)
{
	size_t i = (size_t)(s->service - s->u->job->services.items);
	const struct copies_finding *f = &s->u->pass_state->copied[i];
	struct diag *d;
	switch (f->problem) {
	case COPIES_OK:
	case COPIES_QUIET:
		return;
	case COPIES_TOO_MANY:
		d = complain(s, str_fmt(s->d->arena,
					"with its copies the job has %llu services; hpcc takes %d",
					(ull)f->amount, MOST_COPIED));
		diag_help(s->d, d, "a service with ntasks starts that many tasks in one step");
		return;
	case COPIES_EDGES:
		d = complain(s,
			     str_fmt(s->d->arena,
				     "with its copies the job has %llu dependencies; hpcc takes %d",
				     (ull)f->amount, MOST_COPIED_EDGES));
		diag_help(s->d, d,
			  "each copy waits for each copy of a service that it depends on: let "
			  "one service wait for all, and the others for that one");
		return;
	case COPIES_TAKEN:
		check_name(s, f);
		return;
	case COPIES_NONE:
		d = complain(s, STR("no service takes part: all have a scale of 0"));
		diag_help(s->d, d, "give one of them a scale of 1");
		return;
	}
}

/* A rendezvous record is one service's. */
static void check_registration(const struct subject *s)
{
	const struct provider *provider = s->step->rendezvous;
	const struct registration *r = HAS_RECORD(provider) ? provider->registration : NULL;
	if (service_scale(s->service) < 2 || !HAS_RECORD(r) || !IS_SET(r->name))
		return;
	struct diag *d = complain(s, str_fmt(s->d->arena, "its copies would all be found as '%.*s'",
					     STR_ARG(r->name.v)));
	diag_note(s->d, d, r->name.from.at, "the name is given here");
	diag_help(s->d, d, "let one service in front of the copies register itself");
}

static void check_placed(const struct subject *s)
{
	const struct placement *p = s->step->placement;
	if (!HAS_RECORD(p) || !IS_GIVEN(p->copies) || s->service->scale.from.kind != ORIGIN_ABSENT)
		return;
	struct diag *d = subject_error(s, &p->copies.from, RULE_E15, "x-slurm.placement.copies",
				       "it has no copies to be placed");
	diag_help(s->d, d, "'scale' in the service says how many copies there are");
}

static check_fn *const service_checks[] = {check_amount, check_registration, check_placed};

void check_copies(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
