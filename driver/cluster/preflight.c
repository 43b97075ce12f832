/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of the environment: one function per subject, each adding what it found. */
#include "driver/cluster/preflight.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/child.h"
#include "driver/jobs/jobs.h"
#include "driver/cluster/slurm.h"
#include "driver/screen/style.h"
#include "driver/images/image_tools.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "ir/grammar/grammar.h"
#include "ir/options.h"
#include "ir/support/run_text.h"

void finding_add(struct findings *f, enum finding_level level, struct str what, struct str detail,
		 const char *help)
{
	*LIST_PUSH(f->arena, &f->list) = (struct finding){level, what, detail, str_c(help)};
	f->n_failures += level == FINDING_FAILURE;
}

void finding_program(struct findings *f, const char *name, const char *help)
{
	struct str path = program_find(f->arena, name);

	if (path.len > 0)
		finding_add(f, FINDING_OK, str_c(name), path, "");
	else
		finding_add(f, FINDING_FAILURE, str_c(name), STR("isn't on PATH"), help);
}

static void check_runtime(struct findings *f)
{
	struct str why, path = runtime_source(f->arena, &why);

	if (path.len > 0)
		finding_add(f, FINDING_OK, STR("hpcc-rt"), path, "");
	else
		finding_add(f, FINDING_FAILURE, STR("hpcc-rt"), why,
			    "unset HPCC_RT: hpcc brings its own");
}

static const struct plan_option *option_of(const struct plan *plan, const char *name)
{
	for (uint32_t i = 0; i < plan->options.n; i++)
		if (str_eq_c(plan->options.items[i].name.v, name))
			return &plan->options.items[i];
	return NULL;
}

/* Minutes and seconds as sinfo prints them; false for "infinite" and the like. */
static bool read_limit(struct arena *a, struct str text, uint64_t *seconds)
{
	struct problem p;

	return grammar_walltime(a, text, seconds, &p) && *seconds > 0;
}

/* The limits of the partition that the job goes to: time and nodes. */
static void check_partition(struct compilation *c, struct findings *f, struct str line)
{
	const struct plan *plan = c->unit.plan;
	struct str name, limit, rest = str_split(line, '|', &name);

	rest = str_split(rest, '|', &limit);
	struct str count;
	str_split(rest, '|', &count);
	uint64_t seconds;
	if (plan->time_s.v > 0 && read_limit(f->arena, limit, &seconds) && plan->time_s.v > seconds)
		finding_add(f, FINDING_FAILURE, STR("time"),
			    str_fmt(f->arena,
				    "the job asks for more than partition %.*s grants (%.*s)",
				    STR_ARG(name), STR_ARG(limit)),
			    "lower x-slurm.time, or choose another partition");
	uint64_t nodes;
	if (str_to_u64(count, &nodes) && plan->nodes.v > nodes)
		finding_add(f, FINDING_FAILURE, STR("nodes"),
			    str_fmt(f->arena,
				    "the job asks for %llu nodes, partition %.*s has %llu",
				    (unsigned long long)plan->nodes.v, STR_ARG(name),
				    (unsigned long long)nodes),
			    "lower x-slurm.nodes, or choose another partition");
}

/* The script takes options that mean something else in the cluster's version. */
static void check_version(struct compilation *c, struct findings *f)
{
	uint32_t target = c->backend.target.slurm, version;

	if (!slurm_version(c->inv, &version) || slurm_scripts_agree(target, version))
		return;
	finding_add(
		f, FINDING_WARNING, STR("slurm"),
		str_fmt(f->arena,
			"the script is written for %s, and this is %02u.%02u: services may wait "
			"for each other's CPUs or GPUs, or share them",
			target ? str_fmt(f->arena, "Slurm %02u.%02u", target / 100, target % 100)
					 .ptr
			       : "new versions of Slurm",
			version / 100, version % 100),
		str_fmt(f->arena, "--target=slurm=%02u.%02u", version / 100, version % 100).ptr);
}

static void check_cluster(struct compilation *c, struct findings *f)
{
	const struct plan_option *partition = option_of(c->unit.plan, "partition");
	const char *argv[6] = {"sinfo", "--noheader", "--format=%R|%l|%D"};
	size_t n = 3;

	if (program_find(f->arena, "sinfo").len == 0)
		return;
	if (partition)
		argv[n++] = str_fmt(f->arena, "--partition=%.*s", STR_ARG(partition->value.v)).ptr;
	argv[n] = NULL;
	struct str why;
	struct child_end end;
	if (!slurm_call(c->inv, argv, &end, &why)) {
		finding_add(f, FINDING_FAILURE, STR("cluster"), why,
			    "is the controller up, and SLURM_CONF right?");
		return;
	}
	if (str_trim(end.out).len == 0) {
		struct str name = partition ? partition->value.v : STR("any");

		finding_add(f, FINDING_FAILURE, STR("partition"),
			    str_fmt(f->arena, "the cluster has no partition '%.*s'", STR_ARG(name)),
			    "'sinfo' lists them");
		return;
	}
	finding_add(f, FINDING_OK, STR("cluster"), STR("answers"), "");
	check_version(c, f);
	struct str line;
	for (struct str rest = end.out; partition && rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		if (line.len > 0)
			check_partition(c, f, line);
	}
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
	const struct plan_option *option = option_of(c->unit.plan, name);
	const struct plan_option *chdir = option_of(c->unit.plan, "chdir");
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

static void check_mounts(struct compilation *c, struct findings *f, const struct plan_service *s)
{
	for (uint32_t i = 0; i < s->mounts.n; i++) {
		const struct plan_path *host = s->mounts.items[i].host;
		const char *why = "";

		if (host->base.v == PATH_BASE_JOB_DIR || host->base.v == PATH_BASE_SCRATCH ||
		    run_has_mark(host->text.v))
			continue;
		struct str path = plan_path_here(f->arena, c, host);
		if (path_exists(path.ptr) || is_made_by_job(c, f->arena, path))
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
		check_cluster(c, f);
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

int preflight_before(struct compilation *c)
{
	struct findings f;

	preflight_check(c, &f);
	for (uint32_t i = 0; i < f.list.n; i++) {
		const struct finding *one = &f.list.items[i];

		if (one->level == FINDING_OK)
			continue;
		complain("%s: %.*s: %.*s", one->level == FINDING_FAILURE ? "not ready" : "warning",
			 STR_ARG(one->what), STR_ARG(one->detail));
		if (one->help.len > 0)
			advise("%.*s", STR_ARG(one->help));
	}
	return f.n_failures > 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}
