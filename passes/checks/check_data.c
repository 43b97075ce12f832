/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data that goes in and out: scratch (R061), staging (R062 to R065), artifacts (R070 to R076),
 * the resume folder (R076, R077).
 */
#include "passes/checks/check.h"
#include "ir/files.gen.h"

static void check_scratch(const struct subject *s)
{
	const struct scratch *scratch = s->slurm->scratch;
	if (!HAS_RECORD(scratch))
		return;
	if (IS_SET(scratch->base) && str_is_blank(scratch->base.v))
		subject_error(s, &scratch->base.from, RULE_R061, "x-slurm.scratch.base",
			      "the folder on the host needs a name");
	if (IS_SET(scratch->mount) && str_trim(scratch->mount.v).len == 0)
		subject_error(s, &scratch->mount.from, RULE_R061, "x-slurm.scratch.mount",
			      "the folder in the containers needs a name");
	else if (IS_SET(scratch->mount) && !str_has_prefix(str_trim(scratch->mount.v), "/"))
		subject_error(s, &scratch->mount.from, RULE_R061, "x-slurm.scratch.mount",
			      "the folder in the containers must begin with '/', not '%.*s'",
			      STR_ARG(scratch->mount.v));
}

static void check_stage_path(const struct subject *s, const struct v_str *path, const char *list,
			     uint32_t i, const char *member)
{
	if (IS_SET(*path) && str_is_blank(path->v))
		subject_error(s, &path->from, RULE_R062, item_field(s, list, i, member),
			      "a path can't be blank");
}

static void check_download(const struct subject *s, const struct hf *hf, uint32_t i)
{
	if (!HAS_RECORD(hf))
		return;
	if (IS_SET(hf->repo) && !name_is_hf_repo(hf->repo.v))
		subject_error(s, &hf->repo.from, RULE_R064,
			      item_field(s, "x-slurm.stage_in", i, "hf.repo"),
			      "a repository is ORGANISATION/NAME, not '%.*s'", STR_ARG(hf->repo.v));
	if (!IS_SET(hf->revision) || name_is_hf_revision(hf->revision.v))
		return;
	struct diag *d = subject_error(s, &hf->revision.from, RULE_R065,
				       item_field(s, "x-slurm.stage_in", i, "hf.revision"),
				       "'%.*s' isn't pinned: what it names can change",
				       STR_ARG(hf->revision.v));
	diag_help(s->d, d, "write a commit (7 or more hex digits) or a version tag like v1.2.0");
}

static void check_stage_in(const struct subject *s)
{
	for (uint32_t i = 0; i < s->slurm->stage_in.n; i++) {
		const struct stage_in *stage = &s->slurm->stage_in.items[i];
		if (IS_POISON(stage->head))
			continue;
		const char *list = "x-slurm.stage_in";
		check_stage_path(s, &stage->from, list, i, "from");
		check_stage_path(s, &stage->to, list, i, "to");
		check_download(s, stage->hf, i);
		bool has_from = stage->from.from.kind != ORIGIN_ABSENT;
		if (has_from && stage->hf) {
			struct diag *d = subject_error(
				s, &stage->hf->head.from, RULE_R063, item_field(s, list, i, ""),
				"'hf' and 'from' both say where the data is");
			diag_note(s->d, d, stage->from.from.at, "'from' is here");
			diag_help(s->d, d, "keep one of the two");
		} else if (!has_from && !stage->hf) {
			subject_error(s, &stage->head.from, RULE_R063, item_field(s, list, i, ""),
				      "nothing says where the data is: set 'from' or 'hf'");
		}
	}
}

static void check_stage_out(const struct subject *s)
{
	for (uint32_t i = 0; i < s->slurm->stage_out.n; i++) {
		const struct stage_out *stage = &s->slurm->stage_out.items[i];
		check_stage_path(s, &stage->from, "x-slurm.stage_out", i, "from");
		check_stage_path(s, &stage->to, "x-slurm.stage_out", i, "to");
	}
}

/* One source of an artifact bundle. */
static void check_artifact(const struct subject *s, const struct v_str *path, const char *field)
{
	if (!IS_SET(*path))
		return;
	struct str folded;
	if (!str_has_prefix(path->v, "/")) {
		struct diag *d = subject_error(s, &path->from, RULE_R074, field,
					       "'%.*s' isn't absolute", STR_ARG(path->v));
		diag_help(s->d, d, "write the path that services see, below " JOB_VIEW);
	} else if (!path_fold(s->d->arena, path->v, &folded)) {
		subject_error(s, &path->from, RULE_R076, field, "'%.*s' climbs above '/'",
			      STR_ARG(path->v));
	} else if (!path_is_below(folded, STR(JOB_VIEW))) {
		struct diag *d = subject_error(s, &path->from, RULE_R074, field,
					       "'%.*s' isn't below " JOB_VIEW, STR_ARG(path->v));
		diag_help(s->d, d,
			  "only the job's own folder is collected: let the service write there, or "
			  "use x-slurm.stage_out");
	} else if (path_is_below(folded, STR(JOB_VIEW "/" JOB_FOLDER_ARTIFACTS))) {
		subject_error(s, &path->from, RULE_R075, field,
			      "'%.*s' lies in the folder that artifacts are collected into",
			      STR_ARG(path->v));
	}
}

static void check_bundle(const struct subject *s, const struct bundle *bundle)
{
	struct str name = bundle->head.name;
	struct origin from = bundle->head.from;
	from.at = bundle->head.name_at;
	const char *field =
		str_fmt(s->d->arena, "x-slurm.artifacts.bundles.%.*s", STR_ARG(name)).ptr;
	if (str_eq_c(name, "default"))
		subject_error(s, &from, RULE_R072, field,
			      "'default' is the bundle of x-slurm.artifacts.paths");
	else if (!name_is_bundle(name))
		subject_error(s, &from, RULE_R072, field,
			      "a bundle's name is letters, digits, '_' and '-'");
	if (IS_POISON(bundle->head) || IS_POISON(bundle->paths))
		return;
	if (IS_SET(bundle->paths) && !bundle->paths.n)
		subject_error(s, &bundle->paths.from, RULE_R073, field, "a bundle needs a path");
	for (uint32_t i = 0; i < bundle->paths.n; i++)
		check_artifact(s, &bundle->paths.items[i],
			       item_field(s, str_fmt(s->d->arena, "%s.paths", field).ptr, i, ""));
}

static void check_artifacts(const struct subject *s)
{
	const struct artifacts *a = s->slurm->artifacts;
	if (!HAS_RECORD(a))
		return;
	if (IS_SET(a->export_dir) && str_is_blank(a->export_dir.v))
		subject_error(s, &a->export_dir.from, RULE_R070, "x-slurm.artifacts.export_dir",
			      "the folder to export to needs a name");
	if (!a->paths.n && !a->bundles.n && !IS_POISON(a->paths) && !IS_POISON(a->bundles)) {
		struct diag *d = subject_error(s, &a->head.from, RULE_R071, "x-slurm.artifacts",
					       "nothing is collected");
		diag_help(s->d, d, "list paths below " JOB_VIEW " under 'paths', or bundles");
	}
	for (uint32_t i = 0; i < a->paths.n; i++)
		check_artifact(s, &a->paths.items[i],
			       item_field(s, "x-slurm.artifacts.paths", i, ""));
	for (uint32_t i = 0; i < a->bundles.n; i++)
		check_bundle(s, &a->bundles.items[i]);
}

static void check_resume(const struct subject *s)
{
	const struct resume *resume = s->slurm->resume;
	if (!HAS_RECORD(resume) || !IS_SET(resume->path))
		return;
	const struct v_str *value = &resume->path;
	const char *field = "x-slurm.resume.path";
	struct str path = str_trim(value->v), folded;
	if (!path.len)
		subject_error(s, &value->from, RULE_R077, field, "a path can't be blank");
	else if (!str_has_prefix(path, "/"))
		subject_error(s, &value->from, RULE_R077, field,
			      "'%.*s' isn't absolute: every attempt must find the same folder",
			      STR_ARG(path));
	else if (!path_fold(s->d->arena, path, &folded))
		subject_error(s, &value->from, RULE_R076, field, "'%.*s' climbs above '/'",
			      STR_ARG(path));
	else if (path_is_below(folded, STR("/hpc-compose")))
		subject_error(s, &value->from, RULE_R077, field,
			      "this is the folder on the host; services see it at " RESUME_VIEW);
}

static check_fn *const root_checks[] = {
	check_scratch, check_stage_in, check_stage_out, check_artifacts, check_resume,
};

void check_data(const struct unit *u, struct diags *d)
{
	run_root_checks(u, d, root_checks, N_CHECKS(root_checks));
}
