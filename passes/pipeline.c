/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipeline: every pass in the order it runs, and the loop that runs them. A pass is done,
 * failed (it reported an error), or blocked (a fact it needs is missing); blocked passes are
 * silent, all others run, so that one mistake does not hide another.
 *
 * To add a pass: its function in passes/lower.h, one row here, its file in CMakeLists.txt.
 */
#include <string.h>
#include <time.h>

#include "ir/support/bug.h"
#include "passes/lower.h"

#define LOWER(id, does, wants, makes)                                                              \
	{                                                                                          \
		.name = #id, .what = (does), .kind = PASS_LOWER, .needs = (wants),                 \
		.gives = (makes), .lower = lower_##id                                              \
	}
#define CHECK(title, id, does, wants)                                                              \
	{                                                                                          \
		.name = (title), .what = (does), .kind = PASS_CHECK, .needs = (wants),             \
		.check = check_##id                                                                \
	}

const struct pass passes[] = {
	LOWER(profile, "fills what x-slurm leaves out from its resource profile", HAS_JOB,
	      HAS_PROFILE),
	CHECK("directives", directives, "what the scheduler is asked for is sound, and said once",
	      HAS_JOB),
	CHECK("data", data, "scratch, staging, artifacts and the resume folder have sound paths",
	      HAS_JOB),
	CHECK("monitoring", monitoring, "metrics and the idle watch have sound limits", HAS_JOB),
	CHECK("rendezvous-names", rendezvous, "rendezvous records have names that don't clash",
	      HAS_JOB),
	CHECK("services", services, "commands, probes and asserts of services are sound", HAS_JOB),
	CHECK("surroundings", surroundings,
	      "modules, hooks, MPI and failure policies round each step are sound", HAS_JOB),
	CHECK("containers-fit", containers, "services fit what they run in: images, mounts, hooks",
	      HAS_JOB),
	CHECK("sweep", sweep_block, "a sweep's parameters, matrix and objective are sound",
	      HAS_JOB),
	CHECK("resource-profile", profile, "the resource profile exists and says what it may",
	      HAS_PROFILE),
	LOWER(allocation, "what the job asks of the scheduler, in the order of the language",
	      HAS_PROFILE, HAS_ALLOCATION),
	LOWER(paths, "cache folder and runtime root", HAS_ALLOCATION, HAS_PATHS),
	LOWER(order, "services in launch order, their dependencies and their tokens",
	      HAS_ALLOCATION, HAS_ORDER),
	CHECK("dependencies", dependencies, "dependencies name services and form no circle",
	      HAS_PROFILE),
	LOWER(containers, "what steps run in, and its GPU switch", HAS_ORDER, HAS_CONTAINER),
	LOWER(placement, "which nodes each service runs on", HAS_ORDER, HAS_NODES),
	CHECK("node-sets", placement,
	      "node sets lie in the allocation, are not empty, and meet only "
	      "where they may",
	      HAS_NODES),
	CHECK("locality", locality, "probes of localhost watch services on the primary node",
	      HAS_NODES),
	LOWER(geometry, "nodes, tasks and ranks of each step", HAS_NODES, HAS_GEOMETRY),
	CHECK("step-size", geometry, "steps fit into the allocation's tasks and GPUs",
	      HAS_GEOMETRY),
	LOWER(resources, "resource and binding options of each step, and what a node has",
	      HAS_GEOMETRY, HAS_RESOURCES),
	CHECK("ledger", ledger, "services alive at the same time fit on their nodes together",
	      HAS_RESOURCES),
	LOWER(occupancy, "who runs on which nodes, and what they state at most at once",
	      HAS_RESOURCES, HAS_OCCUPANCY),
	LOWER(mpi, "MPI plugin and the author's own step arguments", HAS_ORDER, HAS_MPI),
	LOWER(images, "image files, prepared images and their keys", HAS_CONTAINER, HAS_IMAGES),
	LOWER(commands, "the command of each step", HAS_ORDER, HAS_COMMANDS),
	LOWER(scratch, "the job's scratch folder and who sees it", HAS_ORDER, HAS_SCRATCH),
	LOWER(staging, "what is copied in before services start and out at the end", HAS_SCRATCH,
	      HAS_STAGING),
	LOWER(mounts, "mounts of each step, in order, each once", HAS_SCRATCH | HAS_CONTAINER,
	      HAS_MOUNTS),
	LOWER(artifacts, "what is collected and exported, and the resume folder", HAS_ALLOCATION,
	      HAS_ARTIFACTS),
	LOWER(rendezvous, "records to find and records to publish", HAS_ORDER, HAS_RENDEZVOUS),
	LOWER(environment, "variables of job and steps, and who wins",
	      HAS_GEOMETRY | HAS_MPI | HAS_SCRATCH | HAS_ARTIFACTS | HAS_RENDEZVOUS,
	      HAS_ENVIRONMENT),
	LOWER(readiness, "how each service shows that it is ready", HAS_ORDER, HAS_READINESS),
	LOWER(policies, "what failures do, how services stop, what is asserted", HAS_ORDER,
	      HAS_POLICIES),
	LOWER(hooks, "hook scripts and their files", HAS_ORDER, HAS_HOOKS),
	LOWER(metrics, "sampling, idle watch and clean-up of the runtime cache", HAS_ALLOCATION,
	      HAS_METRICS),
	LOWER(trials, "the trials of a sweep, and how they are ranked", HAS_ALLOCATION, HAS_TRIALS),
	CHECK("advice-storage", advice_storage,
	      "advice on folders that are or aren't the same on all nodes", HAS_JOB),
	CHECK("advice-order", advice_order, "advice on conditions, time limits and restart windows",
	      HAS_NODES),
	CHECK("advice-resources", advice_resources,
	      "advice on memory, tasks, image versions, MPI and the site's profile", HAS_GEOMETRY),
	CHECK("command", command, "the command that compiles can do what the job asks",
	      HAS_GEOMETRY),
};
const size_t n_passes = sizeof(passes) / sizeof(passes[0]);

static uint64_t now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

bool passes_run(struct unit *u, const char *last, struct pass_report *reports)
{
	uint32_t facts = u->job ? HAS_JOB : 0;
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
	uint32_t given = HAS_JOB;
	for (size_t i = 0; i < n_passes; i++) {
		const struct pass *pass = &passes[i];
		if ((given & pass->needs) != pass->needs)
			BUG("a pass needs a fact that no earlier pass gives");
		if (given & pass->gives)
			BUG("two passes give the same fact");
		if (pass->kind == PASS_LOWER ? !pass->lower || !pass->gives
					     : !pass->check || pass->gives)
			BUG("a lowering pass gives a fact, a check gives none");
		for (size_t k = 0; k < i; k++)
			if (strcmp(passes[k].name, pass->name) == 0)
				BUG("two passes have one name");
		given |= pass->gives;
	}
}
