/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One compilation: its memory, sources and diagnostics, and the three shapes of its data. The
 * driver fills the first block, each layer its own.
 */
#ifndef HPCC_IR_UNIT_H
#define HPCC_IR_UNIT_H

#include "ir/containers.h"
#include "ir/plan.h"
#include "ir/diag/diag.h"
#include "ir/support/map.h"

/* What came of looking for a file that nobody named. */
enum found_file {
	FOUND_NOTHING,
	FOUND_FILE,
	FOUND_REFUSED, /* it is there, and whoever made it has no say here */
};

/* How files are read, so that editors, tests and fuzzers can bring their own. */
struct reader {
	/* The whole file into the arena. False with *why ("no such file or directory") otherwise.
	 */
	bool (*read)(void *context, struct arena *a, struct str path, struct str *bytes,
		     struct str *why);
	/* The same for a file that the command line names, which may be a pipe. May be NULL: read. */
	bool (*read_given)(void *context, struct arena *a, struct str path, struct str *bytes,
			   struct str *why);
	/* The same for a file that is looked for by itself, as `below` in `folder`: who made it
	   counts. *why of FOUND_REFUSED is a sentence. May be NULL: read. */
	enum found_file (*find)(void *context, struct arena *a, struct str folder, struct str below,
				struct str *bytes, struct str *why);
	const char *way_out; /* of FOUND_REFUSED, for a help line */
	/* SHA-256 of a file, however large, as 64 hex digits and a NUL. May be NULL: keys of
	   prepared images then cover local base images by path alone. */
	bool (*digest)(void *context, struct str path, char hex[65]);
	void *context;
	uint32_t n_folders; /* from the working folder up to /, both included; 0: not known */
};

/* Where the value of a variable came from. */
enum variable_source {
	VARIABLE_DOTENV,       /* .env beside the spec */
	VARIABLE_SETTINGS,     /* settings: env files and env, defaults or profile */
	VARIABLE_PROCESS,      /* the environment of hpcc */
	VARIABLE_SECRET,       /* `secrets` */
	VARIABLE_COMMAND_LINE, /* --env, --env-file */
	VARIABLE_SWEEP,
};

struct variable {
	struct str name, value;
	enum variable_source source;
	struct span at; /* of the value, if it stands in a file that was read */
	bool is_secret;
};

struct assignment {
	struct str name, value;
};

/* What a text made of a variable. */
enum variable_role {
	USE_VALUE,   /* its value */
	USE_DEFAULT, /* what stands behind :- or -, since it isn't set, or empty */
	USE_INSTEAD, /* what stands behind :+ or +, or nothing */
	USE_MISSING, /* nothing: an error */
};

/* Each time that a text speaks of one. */
struct variable_use {
	struct str name, fallback; /* fallback: of USE_DEFAULT, as written */
	enum variable_role role;
	struct span at;
	struct str path; /* of the field */
};

/* Versions to write for, as major * 100 + minor: 2205 is Slurm 22.05. 0: the newest facts that hold
   everywhere. */
struct target {
	uint32_t slurm, bash, containers[RUNTIME_BACKEND_N];
	struct span
		slurm_at; /* where the site's file says it; none: the command line did, or nobody */
};

/* A variable of the settings, and where it is written. */
struct settings_value {
	struct str name, value;
	struct span at;
};

/* Defaults, or a profile: env files in order, then env; later ones win. */
struct settings_layer {
	LIST(struct settings_value) env_files; /* value: the path */
	LIST(struct settings_value) env;
};

/* The settings that bear on the language. */
/* What holds where nobody says otherwise, in cluster.toml or on the command line. */
enum {
	RDZV_PORT_BASE = 29500,
	RDZV_PORT_SPAN = 1000,
	AUTO_PORT_FIRST =
		10000, /* below the ports of rendezvous, and those that kernels give away */
	AUTO_PORT_LAST = 29499,
	SWEEP_LIMIT = 100,
	SWEEP_MOST = 10000 /* trials, whatever limit is given */
};

/* What variables of a trial begin with that are no parameters. */
#define SWEEP_PREFIX "HPC_COMPOSE_SWEEP_"

struct settings {
	struct str path;        /* of settings.toml; empty without */
	struct str profile;     /* that is used; empty: none */
	struct span profile_at; /* where default_profile names it; none: --profile does */
	struct span cache_at, unpack_at, compose_at;
	struct str base;                      /* folder that its relative paths go by */
	LIST(struct settings_layer) layers;   /* defaults, then profile */
	struct str cache_dir, unpack_dir;     /* empty: not set */
	LIST(struct settings_value) binaries; /* name: the key; value: the program */
	struct str compose_file;        /* the spec when none is named, by `base`; empty: not set */
	const struct node *profiles;    /* the same of profiles */
	struct node *resource_profiles; /* mapping: name to mapping; NULL without */
	uint64_t rdzv_port, rdzv_port_base, rdzv_port_span; /* 0: not set */
	uint64_t auto_port_first, auto_port_last;           /* the same; both or none */
	LIST(struct assignment) distributed_env;
	bool is_wire_off;       /* steps don't connect to the supervisor */
	uint64_t step_launches; /* steps under way at one time; 0: not set */
};

/* A place where cluster.toml may lie; nearest first. */
struct site_place {
	struct str path;
	bool is_read;
};

/* What the site has and wants: the files cluster.toml that were found, laid over each other key by key.
   Its keys are rows of ir/facts/toml/cluster.inc (ir/toml_keys.h); what was wrong isn't in it. */
struct site_facts {
	struct node *tree;
};

/* A value that only the job knows, where a text speaks of it. */
struct run_value {
	struct str words; /* "etcd.host", "TMPDIR:-/tmp" */
	struct span at;
	struct str path;    /* of the field */
	struct str service; /* whose field it is; empty: it is none's own */
};

/* Sets of nodes that were read: one that is written many times is listed once. */
struct node_sets {
	struct map texts; /* to positions in `list` */
	LIST(struct v_nodeset) list;
	uint64_t n_nodes; /* in all of them */
};

/* --profile NAME: of the settings, of services, or of both. */
struct profile_name {
	struct str name;
	bool is_setting;
};

struct unit {
	struct arena *arena;
	struct source_map sources;
	struct diags diags;
	struct reader reader;

	/* Input. */
	struct str path;           /* the leaf file as given; "-" is standard input */
	struct str spec_dir;       /* its folder as given: "." for "compose.yaml" */
	LIST(struct str) overlays; /* files laid over it, in their order */
	LIST(struct profile_name) profiles;
	LIST(struct assignment) process_env;
	LIST(struct assignment) command_line_env;
	LIST(struct str) command_line_env_files;
	struct settings *settings; /* NULL: none */
	struct site_facts *site;   /* NULL: no cluster.toml was found */
	LIST(struct site_place) site_places;
	enum plan_scheduler scheduler;
	struct target target;
	bool is_sweep,
		is_dry_run;   /* every trial of `sweep` is submitted, or only shown (R163, R164) */
	uint64_t sweep_limit; /* most jobs of a sweep; 0: not set */
	bool is_swept; /* parameters of `sweep` have values: the trial's, or without one their first */
	bool is_packed; /* a trial among others in one allocation, whose nodes aren't its own */
	struct str sweep_id;           /* empty: that of the first sweep of such a name */
	LIST(struct assignment) trial; /* the variables of the trial that is compiled; or none */
	bool is_strict_env;            /* a default is no value for a variable that isn't set */
	bool keeps_variable_uses;      /* notes where texts speak of variables */
	bool is_judged; /* the command says what would be wrong with the job, or submits it (A42) */

	/* Frontend. */
	struct node *tree;   /* after `extends`; NULL when the text isn't YAML */
	bool has_layer_tags; /* !reset or !override stands in a file */
	bool has_lost_base;  /* a base could not be used: rules about what is absent stay quiet */
	bool has_lost_variables; /* a file of theirs could not be read whole: the same for them */
	LIST(struct variable) variables;
	struct map variable_index;
	uint64_t n_text;                         /* bytes of all texts that were bound */
	LIST(struct variable_use) variable_uses; /* where they are kept */
	LIST(struct origin) interpolated;        /* texts that variables took part in */
	LIST(struct run_value) run_values;       /* each time that one is written */
	struct node_sets node_sets;
	struct job *job; /* NULL when there is no tree */

	/* Passes. */
	struct plan *plan;
	struct components *components; /* parts of a heterogeneous job; NULL: it is none */
	bool is_lowered; /* all of the plan is filled in; values that were wrong are poison */
	struct pass_state *pass_state; /* what passes tell each other; nobody else looks */
};

#endif
