/* SPDX-License-Identifier: Apache-2.0 */
/* Sweeps: parameters (R155), how many combinations (R158, R159), the objective (R160 to R162). */
#include <math.h>
#include <stdlib.h>

#include "passes/checks/check.h"

static const struct sweep *sweep_of(const struct subject *s)
{
	return HAS_RECORD(s->u->job->sweep) ? s->u->job->sweep : NULL;
}

static struct str parameter_name(const struct v_map *parameter)
{
	return parameter->n ? parameter->items[0].key : STR("");
}

static void check_parameters(const struct subject *s)
{
	const struct sweep *sweep = sweep_of(s);
	for (uint32_t i = 0; sweep && i < sweep->parameters.n; i++) {
		const struct v_map *parameter = &sweep->parameters.items[i];
		struct str name = parameter_name(parameter);
		if (!parameter->n)
			continue;
		struct origin from = {.at = parameter->items[0].key_at};
		if (!name_is_variable(name))
			subject_error(
				s, &from, RULE_R155, "sweep.parameters",
				"'%.*s' is no name of a variable: use letters, digits and '_'",
				STR_ARG(name));
		else if (str_has_prefix(name, SWEEP_PREFIX))
			subject_error(s, &from, RULE_R155, "sweep.parameters",
				      "names that begin with " SWEEP_PREFIX " are hpcc's own");
	}
}

static void check_matrix(const struct subject *s)
{
	const struct sweep *sweep = sweep_of(s);
	if (!sweep)
		return;
	if (IS_GIVEN(sweep->replicates) && !sweep->replicates.v)
		subject_error(s, &sweep->replicates.from, RULE_R159, "sweep.replicates",
			      "must be at least 1, not 0");
	if (!HAS_RECORD(sweep->matrix) || !IS_GIVEN(sweep->matrix->random))
		return;
	const struct v_uint *random = &sweep->matrix->random;
	uint64_t n = sweep_combinations(sweep);
	if (!random->v) {
		subject_error(s, &random->from, RULE_R158, "sweep.matrix.random",
			      "must be at least 1, not 0");
	} else if (n && random->v > n) {
		struct diag *d = subject_error(
			s, &random->from, RULE_R158, "sweep.matrix.random",
			"%llu are asked for, but the parameters have %llu combinations",
			(unsigned long long)random->v, (unsigned long long)n);
		diag_note(s->d, d, sweep->parameters.from.at, "the parameters are here");
		diag_help(s->d, d, "write matrix: full for all of them");
	}
}

static void check_source(const struct subject *s, const struct sweep_objective *o)
{
	bool has_pattern = o->log_pattern.from.kind != ORIGIN_ABSENT;
	bool has_path = o->json_path.from.kind != ORIGIN_ABSENT;
	if (has_pattern && has_path) {
		struct diag *d =
			subject_error(s, &o->json_path.from, RULE_R160, "sweep.objective.json_path",
				      "can't stand beside 'log_pattern': one of them is "
				      "where the value comes from");
		diag_note(s->d, d, o->log_pattern.from.at, "'log_pattern' is here");
	} else if (!has_pattern && !has_path) {
		subject_error(s, &o->head.from, RULE_R160, "sweep.objective",
			      "nothing says where the value comes from: set 'log_pattern', or "
			      "'json_path' and 'json_field'");
	}
	if (has_path && o->json_field.from.kind == ORIGIN_ABSENT)
		subject_error(s, &o->json_path.from, RULE_R160, "sweep.objective.json_path",
			      "needs 'json_field' beside it: the field in that file");
}

static void check_pattern(const struct subject *s, const struct sweep_objective *o)
{
	if (IS_GIVEN(o->group) && !o->group.v)
		subject_error(s, &o->group.from, RULE_R161, "sweep.objective.group",
			      "groups are counted from 1");
	if (!IS_SET(o->log_pattern))
		return;
	size_t groups;
	struct str fault = regex_fault(s->d->arena, o->log_pattern.v, &groups);
	if (fault.len) {
		subject_error(s, &o->log_pattern.from, RULE_R161, "sweep.objective.log_pattern",
			      "is no regular expression: %.*s", STR_ARG(fault));
		return;
	}
	uint64_t group = o->group.v;
	if (group > groups)
		subject_error(s, &o->log_pattern.from, RULE_R161, "sweep.objective.log_pattern",
			      "has %zu group%s in parentheses, and group %llu is to hold the value",
			      groups, plural(groups), (unsigned long long)group);
}

static bool is_positive_number(struct arena *a, struct str text)
{
	struct str copy = str_dup(a, text);
	char *end;
	double value = strtod(copy.ptr, &end);
	return copy.len && end == copy.ptr + copy.len && isfinite(value) && value > 0;
}

static void check_axis(const struct subject *s, const struct sweep *sweep,
		       const struct sweep_objective *o)
{
	const struct v_map *axis = NULL;
	if (!IS_SET(o->scaling_axis) || IS_POISON(sweep->parameters))
		return;
	struct str name = o->scaling_axis.v;
	for (uint32_t i = 0; i < sweep->parameters.n; i++)
		if (str_eq(parameter_name(&sweep->parameters.items[i]), name))
			axis = &sweep->parameters.items[i];
	if (!axis) {
		struct diag *d = subject_error(
			s, &o->scaling_axis.from, RULE_R162, "sweep.objective.scaling_axis",
			"'%.*s' is no parameter of this sweep", STR_ARG(name));
		diag_note(s->d, d, sweep->parameters.from.at, "the parameters are here");
		return;
	}
	for (uint32_t i = 0; i < axis->n; i++) {
		if (is_positive_number(s->d->arena, axis->items[i].value.v))
			continue;
		struct diag *d = subject_error(s, &o->scaling_axis.from, RULE_R162,
					       "sweep.objective.scaling_axis",
					       "value '%.*s' of '%.*s' is no positive number",
					       STR_ARG(axis->items[i].value.v), STR_ARG(name));
		diag_note(s->d, d, axis->items[i].value.from.at, "the value is here");
		return;
	}
}

static void check_objective(const struct subject *s)
{
	const struct sweep *sweep = sweep_of(s);
	if (!sweep || !HAS_RECORD(sweep->objective))
		return;
	check_source(s, sweep->objective);
	check_pattern(s, sweep->objective);
	check_axis(s, sweep, sweep->objective);
}

static check_fn *const root_checks[] = {
	check_parameters,
	check_matrix,
	check_objective,
};

void check_sweep_block(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
}
