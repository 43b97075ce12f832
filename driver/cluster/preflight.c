/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the environment: one function per subject, each adding what it found. */
#include "driver/cluster/preflight.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/child.h"
#include "driver/jobs/jobs.h"
#include "driver/screen/style.h"
#include "driver/images/image_tools.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "ir/grammar/grammar.h"
#include "ir/options.h"
#include "ir/support/run_text.h"

static void check_runtime(struct findings *f)
{
	struct str why, path = runtime_source(f->arena, &why);

	if (path.len > 0)
		finding_add(f, FINDING_OK, STR("hpcc-rt"), path, "");
	else
		finding_add(f, FINDING_FAILURE, STR("hpcc-rt"), why,
			    "unset HPCC_RT: hpcc brings its own");
}

/* What is asked of the container tools that services use, once of each. */
static void check_containers(struct compilation *c, struct findings *f)
{
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_importer *importer = importer_of(&containers[i]);

		if (!plan_uses_container(c->unit.plan, i))
			continue;
		if (*containers[i].program)
			finding_program(f, containers[i].program,
					"load its module, or choose another runtime.backend");
		if (importer && importer->look)
			importer->look(c, f);
	}
}

static void check_images(struct compilation *c, struct findings *f)
{
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		const struct container_importer *importer = importer_of(&containers[i]);

		if (importer && importer->look_at_images && plan_uses_container(c->unit.plan, i))
			importer->look_at_images(c, f);
	}
}

static bool is_node_local(struct str path)
{
	static const char *const roots[] = {"/tmp", "/var/tmp", "/private/tmp", "/dev/shm"};

	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
		if (path_is_below(path, str_c(roots[i])))
			return true;
	return false;
}

/* The nearest folder upward that exists can be written. */
static bool can_make(struct arena *a, struct str path)
{
	while (!path_exists(path.ptr) && path.len > 1)
		path = path_folder(a, path);
	return path_is_folder(path.ptr) && access(path.ptr, W_OK | X_OK) == 0;
}

/* A folder that all nodes have to see. */
static void check_shared_folder(struct findings *f, const char *field, struct str path,
				bool must_share)
{
	if (must_share && is_node_local(path))
		finding_add(f, FINDING_FAILURE, str_c(field),
			    str_fmt(f->arena,
				    "'%.*s' is on each node's own disk; other nodes can't see it",
				    STR_ARG(path)),
			    "name a folder on shared storage");
	else if (!can_make(f->arena, path))
		finding_add(f, FINDING_FAILURE, str_c(field),
			    str_fmt(f->arena, "'%.*s' can't be written", STR_ARG(path)),
			    "name a folder of yours");
	else
		finding_add(f, FINDING_OK, str_c(field), path, "");
}

static void check_folders(struct compilation *c, struct findings *f, bool is_local)
{
	const struct plan *plan = c->unit.plan;
	bool shares = !is_local;

	if (plan->cache_dir && plan_uses_containers(plan))
		check_shared_folder(f, "cache_dir", plan_path_here(f->arena, c, plan->cache_dir),
				    shares);
	if (plan->runtime_root)
		check_shared_folder(f, "runtime_root",
				    plan_path_here(f->arena, c, plan->runtime_root),
				    shares && plan->runtime_root->base.v == PATH_BASE_ABSOLUTE);
}

#define PLAIN_ROOT "submit from a folder with a plain name, or set x-slurm.runtime_root to one"

/* What only shows when the folders of this machine are known: their names may hold what `tool`
   takes for something else. The paths of the spec itself have been checked. */
static void check_path_bytes(struct findings *f, const char *field, const char *tool,
			     struct str path, const char *bytes, const char *help)
{
	for (size_t i = 0; i < path.len; i++) {
		if (!byte_is_in(path.ptr[i], bytes))
			continue;
		finding_add(f, FINDING_FAILURE, str_c(field),
			    str_fmt(f->arena, "'%.*s' can't be given to %s: the path holds '%c'",
				    STR_ARG(path), tool, path.ptr[i]),
			    help);
		return;
	}
}

/* Slurm puts the working folder in front of a log's name, and then takes a backslash for its own
   and a percent sign for a pattern. In the path that hpcc gives, percent signs are doubled. */
static void check_log_bytes(struct compilation *c, struct findings *f, const char *name,
			    const struct plan_option *option, struct str here)
{
	static const char tool[] = "Slurm as the place of a log";
	const char *field = str_fmt(f->arena, "x-slurm.%s", name).ptr;

	if (!option)
		check_path_bytes(f, field, tool,
				 plan_path_here(f->arena, c, c->unit.plan->runtime_root), "\\",
				 PLAIN_ROOT);
	else if (!str_has_prefix(option->value.v, "/"))
		check_path_bytes(
			f, field, tool, here, "\\%",
			"submit from a folder with a plain name, or give an absolute path");
}

/* Slurm makes no folder for the output of the batch script: the job would end before it began. */
static void check_log_folder(struct compilation *c, struct findings *f, const char *name)
{
	const struct plan_option *option = plan_option_named(c->unit.plan, name);
	const struct plan_option *chdir = plan_option_named(c->unit.plan, "chdir");
	struct str here = working_folder(f->arena);

	if (chdir)
		here = path_join(f->arena, here, chdir->value.v);
	if (option || strcmp(name, "error") != 0)
		check_log_bytes(c, f, name, option, here);
	if (!option)
		return;
	struct str folder = path_folder(f->arena, path_join(f->arena, here, option->value.v));
	/* What Slurm puts in for %j is not known yet. */
	if (str_contains(folder, "%") || path_is_folder(folder.ptr))
		return;
	finding_add(f, FINDING_FAILURE, str_fmt(f->arena, "x-slurm.%s", name),
		    str_fmt(f->arena,
			    "there is no folder '%.*s', and Slurm makes none: the job would end "
			    "at once, without a word",
			    STR_ARG(folder)),
		    str_fmt(f->arena, "mkdir -p %.*s", STR_ARG(folder)).ptr);
}

/* What the job makes before services start: the folder of attempts, and what is staged in, with the
   folders above it. */
static bool is_made_by_job(struct compilation *c, struct arena *a, struct str path)
{
	const struct plan *plan = c->unit.plan;

	if (IS_SET(plan->resume_path) && path_is_below(path, plan->resume_path.v))
		return true;
	for (uint32_t i = 0; i < plan->stage_in.n; i++) {
		const struct plan_path *to = plan->stage_in.items[i].to;
		struct str place = to ? plan_path_here(a, c, to) : STR("");

		if (place.len > 0 && (path_is_below(path, place) || path_is_below(place, path)))
			return true;
	}
	return false;
}

/* A line of setup speaks of it; what the line does is the shell's to know. */
static bool is_named_in_setup(const struct plan *plan, struct str path)
{
	struct str name = path_base(path);

	for (uint32_t i = 0; i < plan->setup.n; i++)
		if (str_contains(plan->setup.items[i].v, name.ptr))
			return true;
	return false;
}

static bool mount_is_looked_for(struct compilation *c, const struct plan_path *host)
{
	return host->base.v != PATH_BASE_JOB_DIR && host->base.v != PATH_BASE_SCRATCH &&
	       !run_has_mark(host->text.v) &&
	       !is_made_by_job(c, c->inv->arena, plan_path_here(c->inv->arena, c, host));
}

bool mount_is_there_before(struct compilation *c, const struct plan_path *host)
{
	return mount_is_looked_for(c, host) &&
	       !is_named_in_setup(c->unit.plan, plan_path_here(c->inv->arena, c, host));
}

static void check_mounts(struct compilation *c, struct findings *f, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		const struct plan_path *host = s->mounts.items[i].host;
		const char *why = "";

		if (!mount_is_looked_for(c, host))
			continue;
		struct str path = plan_path_here(f->arena, c, host);
		if (path_exists(path.ptr))
			continue;
		bool is_ours = host->base.v != PATH_BASE_ABSOLUTE;
		if (!is_ours)
			why = " here; it must exist on the job's nodes";
		if (is_named_in_setup(c->unit.plan, path)) {
			why = " yet; setup speaks of it, and has to make it";
			is_ours = false;
		}
		finding_add(f, is_ours ? FINDING_FAILURE : FINDING_WARNING,
			    str_fmt(f->arena, "services.%.*s.volumes", STR_ARG(s->name.v)),
			    str_fmt(f->arena, "'%.*s' doesn't exist%s",
				    STR_ARG(plan_path_shown(f->arena, c, host)), why),
			    is_ours ? "make it, or mend the path" : "");
	}
}

static void check_places_of(struct compilation *c, struct findings *f, const struct plan_service *s)
{
	static const char tool[] = "the container tool";
	const struct container *container = container_of(c->unit.plan, s);
	const char *bytes = mount_odd_bytes(container, c->backend.is_local);

	for (uint32_t k = 0; k < s->mounts.n; k++)
		if (s->mounts.items[k].host->base.v == PATH_BASE_SPEC_DIR ||
		    s->mounts.items[k].host->base.v == PATH_BASE_HOME)
			check_path_bytes(f, "containers", tool,
					 plan_path_here(f->arena, c, s->mounts.items[k].host),
					 bytes,
					 "a symbolic link with a plain name can stand for it");
	if (!c->backend.is_local && s->image && s->image->file)
		check_path_bytes(f, "containers", tool, plan_path_here(f->arena, c, s->image->file),
				 container->image_bytes,
				 "move the image, or set x-slurm.cache_dir to a plain name");
}

static void check_places(struct compilation *c, struct findings *f)
{
	const struct plan *plan = c->unit.plan;

	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++)
		if (containers[i].is_contained && plan_uses_container(plan, i))
			check_path_bytes(f, "containers", "the container tool",
					 plan_path_here(f->arena, c, plan->runtime_root),
					 mount_odd_bytes(&containers[i], c->backend.is_local),
					 PLAIN_ROOT);
	for (uint32_t i = 0; i < plan->services.n; i++)
		check_places_of(c, f, &plan->services.items[i]);
}

static void check_image(struct compilation *c, struct findings *f, const struct plan_service *s)
{
	if (!s->image || s->image->form.v != IMAGE_FORM_LOCAL || !s->image->base_file)
		return;
	struct str path = plan_path_here(f->arena, c, s->image->base_file);
	if (!path_exists(path.ptr))
		finding_add(f, FINDING_FAILURE,
			    str_fmt(f->arena, "services.%.*s.image", STR_ARG(s->name.v)),
			    str_fmt(f->arena, "'%.*s' doesn't exist",
				    STR_ARG(plan_path_shown(f->arena, c, s->image->base_file))),
			    "mend the path");
}

static void check_https(struct compilation *c, struct findings *f)
{
	for (uint32_t i = 0; i < c->unit.plan->services.n; i++) {
		const struct plan_readiness *r = c->unit.plan->services.items[i].readiness;

		if (!r || r->type.v != READINESS_TYPE_HTTP || !str_has_prefix(r->url.v, "https://"))
			continue;
		if (program_find(f->arena, "curl").len == 0)
			finding_add(
				f, FINDING_WARNING, STR("curl"),
				STR("isn't here, and a probe of an https URL needs it on the first "
				    "node"),
				"");
		return;
	}
}

void preflight_check(struct compilation *c, struct findings *f)
{
	bool is_local = c->backend.is_local;

	*f = (struct findings){.arena = c->inv->arena};
	check_runtime(f);
	if (!is_local) {
		static const char *const tools[] = {"sbatch", "srun", "squeue", "scancel",
						    "scontrol"};

		for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++)
			finding_program(
				f, tools[i],
				"run hpcc where Slurm's commands are; 'hpcc up --local' needs "
				"none");
		preflight_slurm(c, f);
		check_log_folder(c, f, "output");
		check_log_folder(c, f, "error");
	}
	check_containers(c, f);
	check_folders(c, f, is_local);
	for (uint32_t i = 0; i < c->unit.plan->services.n; i++) {
		check_image(c, f, &c->unit.plan->services.items[i]);
		check_mounts(c, f, &c->unit.plan->services.items[i]);
	}
	check_places(c, f);
	check_images(c, f);
	check_https(c, f);
}
