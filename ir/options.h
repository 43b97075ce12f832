/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slurm's options and versions as data, made from the rows in ir/facts/options.m4. Directives, words
 * of srun, profile keys, checks of submit_args and help for keys walk this table; nobody else knows
 * how an option is spelt.
 *
 *	&slurm_options[SLURM_OPT_QOS]	{.name = "qos", .letter = 'q', .root = {.path = "qos", ...}}
 */
#ifndef HPCC_IR_OPTIONS_H
#define HPCC_IR_OPTIONS_H

#include "ir/option_ids.gen.h"
#include "ir/schema.h"

/* The field that stands for an option. */
struct option_field {
	const char *path; /* below x-slurm; NULL: none does */
	bool is_field;    /* a field of the option's own name; the rest says where */
	enum kind kind;
	size_t offset; /* in struct slurm or struct step */
};

/* Versions of a command that have it, as major * 100 + minor. */
struct option_age {
	uint16_t since; /* the first one */
	uint16_t gone;  /* the first one that hasn't got it any more; 0: none */
};

struct slurm_option {
	const char *name; /* "ntasks-per-node" */
	const char *key;  /* "ntasks_per_node": the field, and the option's name in a plan */
	char letter;      /* short form, or 0 */
	bool is_sbatch : 1, is_srun : 1, is_plugin : 1;
	bool is_profile : 1;                    /* may stand in a resource profile */
	bool is_shared : 1, is_step_shared : 1; /* may be an argument while the field isn't set */
	bool is_whole : 1;                      /* of the whole job, never of a component */
	bool takes_args : 1;                    /* goes through submit_args or extra_srun_args */
	struct option_age sbatch, srun;
	enum option_value value;
	unsigned classes; /* enum option_class */
	struct option_field root, step;
	const char *env;     /* variables that hand it on from a job to its steps, ';' between */
	const char *writes;  /* srun gets it for this, or NULL */
	const char *instead; /* what to do instead, or NULL */
};

extern const struct slurm_option slurm_options[N_SLURM_OPTS];
/* By enum option_value, for people. */
extern const char *const option_value_names[];
/* Those that are fields of services, in the order in which they are written. */
extern const enum slurm_opt step_options[];
extern const size_t n_step_options;
/* Whose value is an amount of memory. */
extern const enum slurm_opt memory_options[];
extern const size_t n_memory_options;
/* Of class gpu or gres. */
extern const enum slurm_opt gpu_options[];
extern const size_t n_gpu_options;

/* What a version of Slurm does about steps. */
struct slurm_version {
	uint32_t since;        /* as major * 100 + minor */
	const char *exact;     /* options of a step that gets what it states and no more */
	const char *share;     /* options of a step that shares the allocation */
	bool has_mem_zero;     /* --mem=0 uses the job's memory without reserving it */
	bool share_keeps_gres; /* a sharing step would hold the GPUs against others */
};

extern const struct slurm_version slurm_versions[]; /* newest first */
extern const size_t n_slurm_versions;

/* The newest row that isn't newer; NULL when all are. 0: the newest. */
const struct slurm_version *slurm_version_for(uint32_t version);
/* Oldest version of the table, for messages. */
uint32_t slurm_oldest(void);
/* Scripts for one version do the same on the other. */
bool slurm_scripts_agree(uint32_t one, uint32_t other);

/* The option of a service that a plan calls so; NULL when it is none. */
const struct slurm_option *step_option(struct str key);

/* The option that a key means: its name, with '_' or '-' between its words. */
const struct slurm_option *option_of_key(struct str key);

/* The option that goes by this letter, of sbatch or srun; NULL for none. */
const struct slurm_option *option_of_letter(struct str key);

/* The option that an argument gives, by its long name and what follows it or by its letter; NULL
   when it is none. */
const struct slurm_option *option_of_argument(struct str argument);

/* The value of the field that stands for an option, in struct slurm or struct step. */
const struct origin *option_origin(const void *record, const struct option_field *f);

#endif
