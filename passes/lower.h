/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the files of passes/ share: every pass's function, the state that passes hand each other,
 * and constructors of plan values. Lowering passes never complain; where a value can't be worked
 * out they leave it absent and note the finding here, and the check of that subject words it.
 */
#ifndef HPCC_PASSES_LOWER_H
#define HPCC_PASSES_LOWER_H

#include "ir/containers.h"
#include "ir/defaults.h"
#include "ir/grammar/grammar.h"
#include "ir/options.h"
#include "ir/schema_externs.gen.h"
#include "passes/pass.h"

/* What placement found out about one service; check_placement.c turns it into words. */
enum placement_problem {
	PLACEMENT_OK,
	PLACEMENT_QUIET,       /* rests on a poisoned or otherwise reported value */
	PLACEMENT_SELECTORS,   /* R130: `amount` selectors instead of one */
	PLACEMENT_RANGE_INDEX, /* R135: node_range goes beyond the allocation; `amount` is the index
				*/
	PLACEMENT_EXCLUDE_INDEX,
	PLACEMENT_START_INDEX,
	PLACEMENT_TOO_FEW,       /* R136: `amount` asked for, `eligible` there */
	PLACEMENT_EMPTY,         /* R136: nothing is left of node_range */
	PLACEMENT_UNKNOWN,       /* R141 */
	PLACEMENT_ELSEWHERE,     /* E20: shares with a service in another part of the job */
	PLACEMENT_CIRCLE,        /* R142 */
	PLACEMENT_BEYOND,        /* R138 */
	PLACEMENT_NODES_ONE,     /* R139 */
	PLACEMENT_NODES_NEITHER, /* R140 */
	PLACEMENT_SIZE,          /* R137: set has `eligible` nodes, `nodes` says `amount` */
	PLACEMENT_TOO_LARGE,     /* more scattered nodes than hpcc lists one by one */
	PLACEMENT_AUTO,          /* E38: neither all nodes nor the first one, and their number is
				    Slurm's choice */
	PLACEMENT_TOO_SCATTERED, /* the sets of all services together have too many gaps */
};

/* Nodes first to last, both included. */
struct node_span {
	uint32_t first, last;
};

struct node_spans {
	struct node_span *items; /* sorted, disjoint */
	uint32_t n;
	uint64_t count; /* nodes in all of them */
};

struct placement_finding {
	enum placement_problem problem;
	uint64_t amount, eligible;
	struct node_spans set, exclude;
	struct node_spans shared; /* of a copy: the nodes that some copy runs on; else as `set` */
	bool is_helper;           /* one node, without `placement` */
	bool has_set;             /* `set` is known */
	uint32_t shares;          /* number of the service named by share_with, or MAP_NONE */
};

/* Demands of a step on each of its nodes; 0: not stated. */
struct demand {
	uint64_t cpus, gpus, memory_mib;
	struct span cpus_at, gpus_at, memory_at;
	/* The step has CPUs of its own, one for each task, because it states something else. */
	bool is_cpu_per_task;
	uint64_t tasks;                  /* on the node that has most of them */
	uint64_t cpus_total, gpus_total; /* on all nodes together */
};

/* What one node of the allocation has; 0: not stated. */
struct capacity {
	uint64_t cpus, gpus, memory_mib;
	struct span cpus_at, gpus_at, memory_at;
	struct str cpus_how, gpus_how, memory_how; /* "ntasks_per_node 4 x cpus_per_task 8" */
	/* CPUs that the scheduler gives when none are stated, unless it gives whole nodes; 0: not
	   known. */
	uint64_t implied_cpus;
	/* Of all nodes together, where a node's share is the scheduler's choice; 0: not stated. */
	uint64_t cpus_total, gpus_total;
	bool lacks_gpus; /* the job asks for none */
};

/* Why a service has no copies though `scale` says so; check_copies.c turns it into words. */
enum copies_problem {
	COPIES_OK,
	COPIES_QUIET,    /* said of another service */
	COPIES_TOO_MANY, /* with them the job has `amount` services */
	COPIES_EDGES,    /* with them it has `amount` dependencies */
	COPIES_TAKEN,    /* one would have the name of service `other` */
	COPIES_NONE,     /* no service has any */
};

struct copies_finding {
	enum copies_problem problem;
	uint64_t amount;
	uint32_t other; /* position in the job */
};

/* Which copy of which service of the spec. */
struct copy {
	uint32_t written; /* position in the job */
	uint32_t index;
	uint32_t count; /* 0: it has no copies */
};

/* Lives in the unit from the first lowering pass on. Arrays are indexed by launch number. */
struct pass_state {
	const struct service **services; /* in launch order */
	struct copy *copies;
	uint32_t n;
	const struct service *all; /* the job's, and the copies of those that have some */
	uint32_t n_all;
	struct copy *all_copies;       /* by position in `all` */
	struct copies_finding *copied; /* by position in the job */
	uint32_t n_written_values;     /* of unit->run_values: behind them are those of copies */
	struct map names;              /* of services, to positions in `all` */
	struct map aliases;            /* other names of services, to launch numbers */
	uint32_t *numbers;             /* by position in `all`: launch number */
	struct placement_finding *placement;
	struct demand *demands;
	struct capacity *capacities; /* of a node, by parts of the job */
};

/* The function of each pass: passes/rows.inc has their names. */
#define LOWER(id, does, wants, makes) void lower_##id(struct unit *u);
#define CHECK(title, id, does, wants) void check_##id(const struct unit *u, struct diags *d);
#include "passes/rows.inc"
#undef LOWER
#undef CHECK

/* GPUs of a step or of the allocation, in all. */
struct gpu_total {
	uint64_t count;
	struct span at;
	const char *key; /* the field that says so */
	bool is_known;
};
/* R147: the step's GPUs are more than the allocation's, both known. own and all may be NULL. */
bool step_exceeds_gpus(const struct unit *u, uint32_t number, struct gpu_total *own,
		       struct gpu_total *all);
/* Nodes, tasks and ranks of a step, from the nodes that it has. */
void step_tasks(const struct unit *u, const struct service *s, struct plan_service *p);
/* So many steps of the service, each on one node, fit on a node by what they and the job state. At least 1;
   UINT64_MAX when nothing is stated. */
uint64_t steps_on_node(struct unit *u, const struct service *s);
/* R146: the step has more ranks than the allocation has tasks, which `total` becomes. */
bool step_exceeds_tasks(const struct unit *u, uint32_t number, uint64_t *total);

/* Constructors. A value worked out from another keeps its place and is marked as derived. */
struct origin origin_derived(struct origin from);
struct v_uint plan_uint(struct origin from, uint64_t v);
struct v_bool plan_bool(struct origin from, bool v);
struct v_enum plan_enum(struct origin from, uint32_t v);
struct v_str plan_str(struct origin from, struct str v);

/* The words of a command that is set: a text is a script for /bin/sh. */
struct v_list plan_argv(struct unit *u, const struct v_command *command);

/* The option of Slurm that a field of its name makes: `field` is o's in `record`, a struct slurm or
   struct step. False when the field makes none. */
bool plan_option_of(struct arena *a, const struct slurm_option *o, const struct option_field *field,
		    const void *record, struct plan_option *option);

/* A path of the spec: `~` is the home folder, relative ones are below `relative_to`; folded. */
struct plan_path *plan_path_from(struct arena *a, struct origin from, struct str text,
				 enum path_base relative_to);
/* The same of a field: its place, and whether it is a secret. */
struct plan_path *plan_path_of(struct arena *a, const struct v_str *path,
			       enum path_base relative_to);
struct plan_path *plan_path_new(struct arena *a, struct origin from, enum path_base base,
				struct str text);
/* A mount of the spec; its host side is relative to the spec's folder. */
struct plan_mount plan_mount_from(struct arena *a, const struct v_mount *mount);

/* Combinations of the parameters' values; UINT64_MAX when there are more, 0 when it isn't known. */
uint64_t sweep_combinations(const struct sweep *sweep);
/* The root's x-slurm, or one with nothing in it. Never NULL. */
const struct slurm *unit_slurm(const struct unit *u);
/* The service's x-slurm, or one with nothing in it. Never NULL. */
const struct step *service_step(const struct service *s);
/* Slurm chooses the number of nodes. */
bool unit_nodes_are_auto(const struct unit *u);
enum {
	NODES_SOME = 2 /* stands for a number that Slurm chooses: the least that is more than one */
};
/* Nodes of the allocation; 1 when they are poison, NODES_SOME when Slurm chooses. */
uint64_t unit_nodes(const struct unit *u);
/* The same of one x-slurm: the job's, or that of a part of it. */
uint64_t slurm_nodes(const struct slurm *slurm);
/* The container runtime of the spec; the first one where it isn't known, and the plan is poison. */
enum runtime_backend unit_backend(const struct unit *u);
const struct container *unit_container(const struct unit *u);
/* What the service runs in: by its own word, else as the job says. */
enum runtime_backend service_backend(const struct unit *u, const struct service *s);
const struct container *service_container(const struct unit *u, const struct service *s);
/* The value that says so; absent for the default. Poison where it isn't known. */
struct origin service_backend_origin(const struct unit *u, const struct service *s);
/* The ENTRYPOINT of the image runs the service's command: by its own word, else by the job's where it has
   no `entrypoint` of its own. */
bool service_runs_entrypoint(const struct unit *u, const struct service *s);
/* The service's preparation, under either spelling; NULL without. */
const struct prepare *service_prepare(const struct service *s);

/*
 * Which service a wrong name was probably meant to be: a help line, and an edit when there is one
 * that is near and the name stands plainly at `at`. `self`, if any, is no candidate, nor are services that
 * it depends on already. Takes time linear in the services, so only the first errors get it.
 * Returns the service, or NULL.
 */
const struct service *suggest_service(const struct unit *u, struct diags *d, struct diag *diag,
				      const struct service *self, struct str name, struct span at);

/* Position among all, or launch number, of the service of that name; MAP_NONE without one. The name of a
   service with copies is that of its first one. */
uint32_t service_position(const struct unit *u, struct str name);
uint32_t service_number(const struct unit *u, struct str name);

/* Where a service begins: its name. */
struct span service_at(const struct service *s);

/* The record, or one in which all is as by default. */
#define OR_DEFAULTS(arena, record, name, from)                                                     \
	(HAS_RECORD(record)                                                                        \
		 ? (record)                                                                        \
		 : (const struct name *)record_defaults(arena, &record_##name, (from).at))

/* The record is there and no poison. */
#define HAS_RECORD(record) ((record) && (record)->head.from.kind != ORIGIN_POISON)

#endif
