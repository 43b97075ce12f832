/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc sweep: its actions by their words. */
#include "driver/commands/cmd.h"

#include <string.h>

#include "driver/sweep/actions.h"

static const struct {
	const char *name;
	int (*run)(struct invocation *inv);
} actions[] = {
	{"plan", sweep_plan},       {"submit", sweep_submit}, {"status", sweep_status},
	{"results", sweep_results}, {"stop", sweep_stop},     {"resume", sweep_resume},
};
enum {
	N_ACTIONS = sizeof(actions) / sizeof(*actions)
};

int sweep_begin(struct compilation *c, struct invocation *inv, bool is_submission,
		const char **path)
{
	*path = spec_find(inv);
	if (!*path || !sweep_open(c, inv, *path))
		return EXIT_USAGE;
	if (strcmp(*path, "-") == 0) {
		complain("a sweep compiles its spec once a trial: it can't come from standard "
			 "input");
		return EXIT_USAGE;
	}
	c->unit.is_sweep = is_submission;
	c->unit.is_dry_run = inv->options.dry_run;
	c->unit.sweep_limit = inv->options.max_trials;
	compilation_plan(c);
	if (c->unit.diags.n_errors > 0 || c->is_refused) {
		int status = compilation_report(c, stderr);
		return status == EXIT_OK ? EXIT_USAGE : status;
	}
	return sweep_name(c) ? EXIT_OK : EXIT_USAGE;
}

int sweep_check(struct compilation *c, struct invocation *inv, const char *path,
		const struct sweep_run *s, const struct sweep_trial *t, bool tells_all)
{
	if (!sweep_compile(c, inv, path, s, t)) {
		complain("trial %.*s (%.*s) can't be compiled", STR_ARG(t->id), STR_ARG(t->config));
		int status = compilation_report(c, stderr);
		return status == EXIT_OK ? EXIT_USAGE : status;
	}
	return tells_all ? compilation_report(c, stderr) : EXIT_OK;
}

int cmd_sweep(struct invocation *inv)
{
	const char *names[N_ACTIONS];

	for (size_t i = 0; i < N_ACTIONS; i++) {
		names[i] = actions[i].name;
		if (inv->words.n == 0 || strcmp(inv->words.items[0], actions[i].name) != 0)
			continue;
		/* What is behind the action is the command's only word. */
		inv->words.n--;
		memmove(inv->words.items, inv->words.items + 1,
			inv->words.n * sizeof(*inv->words.items));
		return actions[i].run(inv);
	}
	if (inv->words.n == 0)
		complain("hpcc sweep needs a word that says what to do");
	else
		complain("hpcc sweep doesn't know '%s'", inv->words.items[0]);
	const char *near =
		inv->words.n ? suggest_word(inv->words.items[0], names, N_ACTIONS) : NULL;
	if (near)
		advise("did you mean 'hpcc sweep %s'?", near);
	else
		advise("usage: hpcc sweep plan|submit|status|results|stop|resume [SWEEP | "
		       "compose.yaml]");
	return EXIT_USAGE;
}
