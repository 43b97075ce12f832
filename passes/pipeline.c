/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipeline: every pass in the order of passes/rows.inc, and the loop that runs them. A pass is
 * done, failed (it reported an error), or blocked (a fact it needs is missing); blocked passes are
 * silent, all others run, so that one mistake does not hide another.
 */
#include <string.h>
#include <time.h>

#include "ir/support/bug.h"
#include "passes/lower.h"

#define LOWER(id, does, wants, makes)                                                              \
	{.name = #id,                                                                              \
	 .what = (does),                                                                           \
	 .kind = PASS_LOWER,                                                                       \
	 .needs = (wants),                                                                         \
	 .gives = (makes),                                                                         \
	 .lower = lower_##id},
#define CHECK(title, id, does, wants)                                                              \
	{.name = (title),                                                                          \
	 .what = (does),                                                                           \
	 .kind = PASS_CHECK,                                                                       \
	 .needs = (wants),                                                                         \
	 .check = check_##id},
const struct pass passes[] = {
#include "passes/rows.inc"
};
#undef LOWER
#undef CHECK
const size_t n_passes = sizeof(passes) / sizeof(passes[0]);

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool passes_run(struct unit *u, const char *last, struct pass_report *reports)
{
	uint64_t facts = u->job ? HAS_JOB : 0;
	bool is_complete = true, is_stopped = false;
	u->is_lowered = u->job != NULL;
	for (size_t i = 0; i < n_passes; i++) {
		const struct pass *pass = &passes[i];
		struct pass_report report = {.outcome = PASS_BLOCKED};
		if ((facts & pass->needs) == pass->needs) {
			uint64_t start = now_ns();
			uint32_t errors = u->diags.n_errors;
			if (pass->kind == PASS_LOWER)
				pass->lower(u);
			else
				pass->check(u, &u->diags);
			bool failed = u->diags.n_errors > errors;
			report.outcome = failed ? PASS_FAILED : PASS_DONE;
			report.ns = now_ns() - start;
			if (!failed)
				facts |= pass->gives;
		}
		u->is_lowered &= pass->kind == PASS_CHECK || report.outcome == PASS_DONE;
		is_complete &= report.outcome == PASS_DONE;
		if (reports)
			reports[i] = report;
		if (last && strcmp(pass->name, last) == 0) {
			is_stopped = i + 1 < n_passes;
			break;
		}
	}
	u->is_lowered &= !is_stopped;
	return is_complete && u->diags.n_errors == 0;
}

void passes_verify(void)
{
	uint64_t given = HAS_JOB;
	for (size_t i = 0; i < n_passes; i++) {
		const struct pass *pass = &passes[i];
		if ((given & pass->needs) != pass->needs)
			BUG("a pass needs a fact that no earlier pass gives");
		if (given & pass->gives)
			BUG("two passes give the same fact");
		if (pass->kind == PASS_LOWER ? !pass->lower || !pass->gives
					     : !pass->check || pass->gives)
			BUG("a lowering pass gives a fact, a check gives none");
		given |= pass->gives;
	}
}
