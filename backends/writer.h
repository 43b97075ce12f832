/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inside the backends: a script being written, and the two kinds of thing it is made of. A
 * scheduler starts processes, a container is what they run in.
 */
#ifndef HPCC_BACKENDS_WRITER_H
#define HPCC_BACKENDS_WRITER_H

#include "backends/backend.h"
#include "ir/files.gen.h"
#include "ir/options.h"
#include "backends/bash.gen.h"

/* Their number where Slurm chooses it; the script has their names. */
#define ALL_NODES "\"${#NODES[@]}\""

struct writer {
	struct emitter out;
	struct arena *arena; /* of what is forgotten behind each service */
	const struct plan *plan;
	const struct backend_options *options;
	const struct scheduler *scheduler;
	const struct container *container; /* of the service that is being written */
	const struct container_emitter *emitter;
	const struct slurm_version *slurm;
	bool some_state_gpus; /* a service of the plan asks for GPUs of its own */
};

struct scheduler {
	const char *name;
	const char *job_id; /* expansion that gives the id of the job */
	void (*head)(struct writer *w);
	/* Inside a service function: what has to happen before the launch, then the launch up to
	   where the words of the container begin. */
	void (*prepare)(struct writer *w, const struct plan_service *s);
	void (*launch)(struct writer *w, const struct plan_service *s);
};

/*
 * How one kind of container is written, by backends/containers/<name>.c; what can be said in words
 * stands in its row, ir/facts/containers.m4. CONTAINER_EMITTER(sif) makes it of the functions
 * sif_set_up and so on; one that is forgotten doesn't compile. Where there is nothing to write,
 * the name is defined as NULL.
 */
struct container_emitter {
	/* Folders and variables of the job, at the head of the script. */
	void (*folders)(struct writer *w);
	/* Once for the job, when its folder is there. */
	void (*set_up)(struct writer *w);
	/* "; declare -f NAME" of each function of set_up that services call. */
	void (*records)(struct writer *w);
	/* Removes what `folders` has made. */
	void (*clean_up)(struct writer *w);
	/* Removes what services have made for themselves in the job's folder. */
	void (*end)(struct writer *w);
	/* Options of srun: ahead of the resource options, and behind the author's own. */
	void (*first_options)(struct writer *w, const struct plan_service *s);
	void (*last_options)(struct writer *w, const struct plan_service *s);
	/* The variable goes in under another name; NULL: none does. */
	bool (*is_apart)(const struct writer *w, const struct v_pair *pair);
	/* Statements that let the service's variables in, behind those that set them. */
	void (*environment)(struct writer *w, const struct plan_service *s);
	/* Words between the launch and the step shim. */
	void (*words)(struct writer *w, const struct plan_service *s);
};
#define CONTAINER_EMITTER(name)                                                                    \
	_Static_assert(sizeof(emitter_##name), "a row of containers.m4 names it");                 \
	const struct container_emitter emitter_##name = {                                          \
		.folders = name##_folders,                                                         \
		.set_up = name##_set_up,                                                           \
		.records = name##_records,                                                         \
		.clean_up = name##_clean_up,                                                       \
		.end = name##_end,                                                                 \
		.first_options = name##_first_options,                                             \
		.last_options = name##_last_options,                                               \
		.is_apart = name##_is_apart,                                                       \
		.environment = name##_environment,                                                 \
		.words = name##_words,                                                             \
	}
#define EMITTER_DECLARATION(number, name) extern const struct container_emitter emitter_##name;
CONTAINER_EMITTERS(EMITTER_DECLARATION)

extern const struct scheduler scheduler_slurm, scheduler_local;

/* Scripts are written for bash 4.2. */
enum {
	BASH_OLDEST = 402
};

/* The words of the row for what a service says of its container's root, home and user. */
void emit_start_options(struct writer *w, const struct plan_service *s);

const struct container_emitter *emitter_of(const struct plan *plan, const struct plan_service *s);
/* The emitter of a backend that services use, once for those that share one; else NULL. */
const struct container_emitter *plan_emitter(const struct plan *plan, enum runtime_backend backend);

/* "services.api.command", for the map. */
struct str service_field(struct arena *a, const struct plan_service *s, struct str field);

/* writer.c */
/* A fragment of backends/bash; what it leaves open is filled in by name, the last with a NULL name. */
struct bash_fill {
	const char *name;
	bool is_on;                      /* `#if name` … `#else` … `#end`: which of the two */
	struct str text;                 /* @NAME@, on a line: a constant or a number */
	void (*write)(struct writer *w); /* `#call name`: writes lines of its own */
};
void emit_bash(struct writer *w, const char *fragment, const struct bash_fill *fills);
/* Bytes that no path may hold which containers mount; empty without containers. */
const char *mounted_odd_bytes(struct writer *w);
/* $'...' for a set of bytes in a pattern of bash. */
struct str odd_bytes_text(struct writer *w, struct str bytes);
/* "# name" before a section. */
void emit_note(struct writer *w, struct span at, struct str what);
/* Between the launch and the words behind it: a new line where the launch is long. */
void emit_break(struct writer *w);
void emit_field_origin(struct writer *w, const struct plan_service *s, struct span at,
		       struct str field);
/* A here-document behind the words that stand there: what `text` writes of `of`. */
typedef void here_text(struct writer *w, const void *of);
void emit_here_document(struct writer *w, const char *mark, here_text *text, const void *of,
			struct str behind);

/* paths.c: paths of the plan as words. */
void word_path(struct word *word, const struct plan_path *path);
void emit_path(struct writer *w, const struct plan_path *path);
/* "$HOST:/container[:ro]" of each mount with `separator` between, at the end of `word`. */
void word_mount(struct word *word, const struct plan_mount *mount);
void emit_bindings(struct writer *w, const struct plan_service *s, struct str option);
bool plan_uses_base(const struct plan *plan, enum path_base base);

/* srun.c */
void srun_launch(struct writer *w, const struct plan_service *s);
void srun_prepare(struct writer *w, const struct plan_service *s);
/* Names of the nodes of a set, comma-separated, as expansions of NODES. */
void word_nodes(struct word *word, const struct v_nodeset *set);
void emit_inheritance_scrub(struct writer *w);
bool service_states_gpus(const struct plan_service *s);
/* The shim starts something: the service's own words, the image's ENTRYPOINT, or both. */
bool service_has_words(const struct plan_service *s);
/* `tasks` of its readiness or liveness says that each task of several counts. */
bool service_counts_all(const struct plan_service *s, const struct v_enum *tasks);

/* service.c: the functions of the services, and the records of them all. */
void emit_services(struct writer *w);
void emit_setup_helpers(struct writer *w);

/* values.c: ports that the job chooses, where services are, and what texts take from the job. */
void emit_early_values(struct writer *w); /* those that scratch is made of */
void emit_values(struct writer *w);
bool scratch_is_of_the_job(const struct plan *plan);
bool looks_on_nodes(const struct writer *w);
void emit_value_names(struct writer *w);   /* " HPCC_RUN_A HPCC_RUN_B" */
void emit_probed_values(struct writer *w); /* in front of the supervisor, for its table */

/* environment.c: modules, search paths, variables. A set-up is written without its variables. */
void emit_env_setup(struct writer *w, const struct plan_env_setup *setup, const char *indent);
bool setup_uses_modules(const struct plan_env_setup *setup);
void emit_modules(struct writer *w, const struct plan_env_setup *setup, struct str indent);
void emit_view(struct writer *w, const struct plan_env_setup *setup, const char *indent);
void emit_env_exports(struct writer *w, const struct v_map *env);
/* Variables of a service ahead of its launch line, and those that stand on it. */
void emit_environment(struct writer *w, const struct plan_service *s);
void emit_late_environment(struct writer *w, const struct plan_service *s);
bool is_late(struct str name);
/* It is set on the launch line itself. */
bool is_on_launch_line(const struct writer *w, const struct v_pair *pair);
/* Of names that containers are given, those whose values come from elsewhere: groups of them stand once in
   the script, as $names_GROUP, where srun lets them in. */
#define NAMES_PREFIX "names_"
bool plan_names_groups(const struct writer *w);
void emit_name_groups(struct writer *w);
void emit_name_group_variables(struct writer *w); /* " names_job names_ranks" */
const struct plan_names *name_group(const struct writer *w, const struct v_str *word);
/* A group of the service has the name. */
bool is_in_name_groups(const struct writer *w, const struct plan_service *s, struct str name);
/* A program of the host, found by the PATH of the host. */
void emit_tool(struct writer *w, const struct plan_service *s, struct str tool);
bool plan_uses_modules(const struct plan *plan);
bool plan_uses_views(const struct plan *plan);

/* data.c: scratch, copies in and out, removal. */
void emit_scratch_variable(struct writer *w);
/* Whether the script has commands that it runs beside itself, so that a signal can end them. */
bool is_stoppable(const struct plan *plan);
void emit_data_helpers(struct writer *w);
void emit_scratch(struct writer *w);
void emit_lookup(struct writer *w);
void emit_withdrawal(struct writer *w);
bool plan_publishes(const struct plan *plan);
/* Some service gets CPUs by its GPUs: `begin` says how many, in CPUS. */
bool plan_shares_cpus(const struct plan *plan);
void emit_sampler(struct writer *w);
void emit_sampler_end(struct writer *w);
void emit_stage_in(struct writer *w);
void emit_stage_out(struct writer *w);

/* names.c: hosts files of containers; whether nodes have to be asked for them. */
void emit_names(struct writer *w);
bool names_ask_nodes(const struct writer *w);

/* table.c: the tables of docs/supervision-table.md. */
void emit_node_set(struct emitter *e, const struct plan *plan, const struct v_nodeset *set);
void emit_artifacts(struct emitter *e, const struct plan *plan);
void emit_allocation(struct emitter *e, const struct plan *plan);
void emit_table(struct emitter *e, const struct plan *plan, enum plan_scheduler scheduler);

#endif
