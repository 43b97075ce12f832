/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Services against what they run in: images (R120 to R124), preparation (R113, R114, R126), mounts
 * (R125, R129), commands (R127), hooks in the container (R128).
 */
#include "passes/checks/check.h"
#include "ir/files.gen.h"

static bool is_host(const struct subject *s)
{
	return !service_container(s->u, s->service)->is_contained;
}

/* What was written for a backend is none, which has been said. */
static bool is_unknown(const struct subject *s)
{
	return service_backend_origin(s->u, s->service).kind == ORIGIN_POISON;
}

/* The place where the spec chooses what steps run in. */
static void note_backend(const struct subject *s, struct diag *d)
{
	const struct service_runtime *runtime = s->service->runtime;
	struct origin from = service_backend_origin(s->u, s->service);
	bool is_own = HAS_RECORD(runtime) && IS_GIVEN(runtime->backend);
	if (from.kind > ORIGIN_DEFAULT)
		diag_note(s->d, d, from.at, "'%s.backend' is here",
			  is_own ? "x-runtime" : "runtime");
}

static void check_image(const struct subject *s)
{
	const struct v_str *image = &s->service->image;
	if (is_host(s) || IS_POISON(*image) || is_unknown(s))
		return;
	if (!IS_SET(*image)) {
		struct origin from = {.at = service_at(s->service)};
		struct diag *d = subject_error(s, &from, RULE_R120, "image", "is missing");
		diag_help(
			s->d, d,
			"name an image, or run this service without a container: x-runtime: {backend: host}");
		return;
	}
	struct image_ref ref;
	struct problem p;
	if (grammar_image(s->d->arena, image->v, service_backend(s->u, s->service), &ref, &p))
		return;
	struct diag *d = subject_problem(s, image, "image", &p);
	if (p.rule == RULE_R122 || p.rule == RULE_R123)
		note_backend(s, d);
}

static void check_prepare(const struct subject *s)
{
	const struct service_enroot *enroot = s->service->enroot;
	if (HAS_RECORD(enroot) && enroot->prepare &&
	    !service_container(s->u, s->service)->takes_x_enroot) {
		struct diag *d =
			subject_error(s, &enroot->prepare->head.from, RULE_R113, "x-enroot.prepare",
				      "is for pyxis alone, which uses Enroot");
		note_backend(s, d);
		diag_help(s->d, d, "write x-runtime.prepare, which every backend knows");
	}
	const struct prepare *prepare = service_prepare(s->service);
	if (!prepare)
		return;
	const char *field =
		HAS_RECORD(enroot) && enroot->prepare ? "x-enroot.prepare" : "x-runtime.prepare";
	if (IS_SET(prepare->commands) && !prepare->commands.n)
		subject_error(s, &prepare->commands.from, RULE_R114, field,
			      "an image is prepared by commands, and none is listed");
	if (!is_host(s))
		return;
	struct diag *d = subject_error(s, &prepare->head.from, RULE_R126, field,
				       "there is no image to prepare: services run on the host");
	note_backend(s, d);
}

static void check_host_mounts(const struct subject *s, const struct v_mounts *mounts,
			      const char *field)
{
	if (!is_host(s) || !mounts->n)
		return;
	struct diag *d = subject_error(s, &mounts->from, RULE_R125, field,
				       "services that run on the host see its folders as they are");
	note_backend(s, d);
	diag_help(s->d, d, "drop it, and use the host's own paths");
}

static void check_targets(const struct subject *s, const struct v_mounts *mounts, const char *field)
{
	static const char *const taken[] = {JOB_VIEW, RESUME_VIEW};
	for (uint32_t i = 0; i < mounts->n; i++) {
		const struct v_mount *mount = &mounts->items[i];
		for (size_t k = 0; IS_SET(*mount) && k < N_CHECKS(taken); k++) {
			if (!path_is_below(mount->container, str_c(taken[k])))
				continue;
			struct diag *d = subject_error(s, &mount->from, RULE_R129,
						       item_field(s, field, i, ""),
						       "%s is mounted by hpcc itself", taken[k]);
			diag_help(s->d, d, "choose another path in the container");
		}
	}
}

static void check_mounts(const struct subject *s)
{
	const struct mpi *mpi = s->step->mpi;
	check_host_mounts(s, &s->service->volumes, "volumes");
	check_targets(s, &s->service->volumes, "volumes");
	if (!HAS_RECORD(mpi) || !HAS_RECORD(mpi->host_mpi))
		return;
	check_host_mounts(s, &mpi->host_mpi->bind_paths, "x-slurm.mpi.host_mpi.bind_paths");
	check_targets(s, &mpi->host_mpi->bind_paths, "x-slurm.mpi.host_mpi.bind_paths");
}

static void check_host_command(const struct subject *s)
{
	if (!is_host(s) || service_has_command(s->service))
		return;
	struct origin from = {.at = service_at(s->service)};
	struct diag *d = subject_error(s, &from, RULE_R127, "command",
				       "is missing: on the host there is no image with a command");
	note_backend(s, d);
}

static void check_container_hook(const struct subject *s, const struct hook *hook,
				 const char *field)
{
	if (!HAS_RECORD(hook) || !IS_SET(hook->context) ||
	    hook->context.v != HOOK_CONTEXT_CONTAINER)
		return;
	if (is_host(s)) {
		struct diag *d = subject_error(s, &hook->context.from, RULE_R128, field,
					       "there is no container: services run on the host");
		note_backend(s, d);
		diag_help(s->d, d, "write context: host");
	} else if (!service_has_shim(s)) {
		struct diag *d = subject_error(s, &hook->context.from, RULE_R128, field,
					       "a hook in the container runs around 'command', and "
					       "this service has none");
		diag_help(s->d, d, "set 'command', or write context: host");
	}
}

static void check_container_hooks(const struct subject *s)
{
	check_container_hook(s, s->step->prologue, "x-slurm.prologue.context");
	check_container_hook(s, s->step->epilogue, "x-slurm.epilogue.context");
}

static check_fn *const service_checks[] = {
	check_image, check_prepare, check_mounts, check_host_command, check_container_hooks,
};

void check_containers(const struct unit *u, struct diags *d)
{
	run_service_checks(u, d, service_checks, N_CHECKS(service_checks));
}
