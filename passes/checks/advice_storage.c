/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Advice on folders: services whose failures are ignored write to shared ones (A03), and folders
 * that must be shared lie on one node (A04, A05, A14).
 */
#include "passes/checks/check.h"

static bool is_ignored(const struct subject *s)
{
	const struct failure_policy *policy = s->step->failure_policy;
	return HAS_RECORD(policy) && IS_SET(policy->mode) &&
	       policy->mode.v == FAILURE_POLICY_MODE_IGNORE;
}

static bool sees_scratch(const struct subject *s)
{
	const struct step_scratch *scratch = s->step->scratch;
	return !scratch || !IS_SET(scratch->enabled) || scratch->enabled.v;
}

static void advise_ignored(const struct subject *s)
{
	if (!is_ignored(s))
		return;
	const struct origin *mode = &s->step->failure_policy->mode.from;
	const struct v_mounts *volumes = &s->service->volumes;
	for (uint32_t i = 0; i < volumes->n; i++) {
		const struct v_mount *mount = &volumes->items[i];
		if (!IS_SET(*mount) || mount->mode == MOUNT_RO ||
		    is_node_local(s->d->arena, mount->host))
			continue;
		struct diag *d =
			subject_warning(s, &mount->from, RULE_A03, item_field(s, "volumes", i, ""),
					"a service that may fail unseen can write to '%.*s', "
					"which others share",
					STR_ARG(mount->host));
		diag_note(s->d, d, mode->at, "mode ignore is here");
		diag_help(s->d, d, "end the mount in :ro, or let failures be seen");
		return;
	}
	const struct scratch *scratch = s->slurm->scratch;
	if (!HAS_RECORD(scratch) || !IS_SET(scratch->scope) ||
	    scratch->scope.v != SCRATCH_SCOPE_SHARED || !sees_scratch(s))
		return;
	struct diag *d = subject_warning(s, mode, RULE_A03, "x-slurm.failure_policy.mode",
					 "a service that may fail unseen can write to the shared "
					 "scratch");
	diag_note(s->d, d, scratch->head.from.at, "'x-slurm.scratch' is here");
	diag_help(s->d, d,
		  "set the service's x-slurm.scratch.enabled: false, or let failures be seen");
}

static void advise_volumes(const struct subject *s)
{
	const struct v_mounts *volumes = &s->service->volumes;
	for (uint32_t i = 0; i < volumes->n; i++) {
		const struct v_mount *mount = &volumes->items[i];
		if (!IS_SET(*mount) || !is_node_local(s->d->arena, mount->host))
			continue;
		struct diag *d = subject_warning(
			s, &mount->from, RULE_A05, item_field(s, "volumes", i, ""),
			"'%.*s' is another folder on every node", STR_ARG(mount->host));
		diag_help(s->d, d, "use x-slurm.scratch for data on the node, or a shared folder");
	}
}

static void advise_cache(const struct subject *s)
{
	const struct v_str *cache = &s->slurm->cache_dir;
	const struct settings *settings = s->u->settings;
	const char *why = "is on one node alone, but images must be seen by all";
	if (IS_SET(*cache) && is_node_local(s->d->arena, cache->v))
		subject_warning(s, &cache->from, RULE_A04, "x-slurm.cache_dir", "'%.*s' %s",
				STR_ARG(cache->v), why);
	else if (!IS_SET(*cache) && settings && is_node_local(s->d->arena, settings->cache_dir))
		diag_warning(s->d, SPAN_NONE, RULE_A04, "cache_dir '%.*s' of the settings %s",
			     STR_ARG(settings->cache_dir), why);
}

static void advise_runtime_root(const struct subject *s)
{
	const struct v_str *root = &s->slurm->runtime_root;
	if (IS_SET(*root) && is_node_local(s->d->arena, root->v))
		subject_warning(
			s, &root->from, RULE_A04, "x-slurm.runtime_root",
			"'%.*s' is on one node alone, but the job's state must be seen by all",
			STR_ARG(root->v));
}

static void advise_resume(const struct subject *s)
{
	const struct resume *resume = s->slurm->resume;
	struct str folded;
	if (!HAS_RECORD(resume) || !IS_SET(resume->path) ||
	    !path_fold(s->d->arena, str_trim(resume->path.v), &folded))
		return;
	if (path_is_below(folded, STR("/tmp")) || path_is_below(folded, STR("/var/tmp")))
		subject_warning(s, &resume->path.from, RULE_A14, "x-slurm.resume.path",
				"'%.*s' is on one node alone: the next attempt may run on another",
				STR_ARG(folded));
}

static check_fn *const root_checks[] = {
	advise_cache,
	advise_runtime_root,
	advise_resume,
};

static check_fn *const service_checks[] = {
	advise_ignored,
	advise_volumes,
};

void check_advice_storage(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
