/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sweep that was submitted: its folder .hpc-compose/sweeps/<id>/ below the folder it was submitted from, mode
 * 0700, judged as records of jobs are (driver/trust.h).
 *
 *	sweep.json		what it is: spec, form, objective, trials with their variables and seeds; written once
 *	submissions.jsonl	a line before each submission of a trial, and one of the job that runs it after that
 *	trials/<trial>/job.sbatch	the trial's script, as it was submitted last
 */
#ifndef HPCC_DRIVER_SWEEP_SWEEP_H
#define HPCC_DRIVER_SWEEP_SWEEP_H

#include "driver/compile.h"
#include "driver/json.h"

enum sweep_form {
	SWEEP_JOBS,
	SWEEP_ARRAY,
	SWEEP_PACKED,
	N_SWEEP_FORMS
};
/* "jobs", "array", "packed"; ended by NULL. */
extern const char *const sweep_form_words[];

#define SWEEP_FOLDER ".hpc-compose/sweeps"

struct sweep_trial {
	struct str id, config, seed;
	uint64_t index, replicate;
	LIST(struct assignment) variables;
	struct str job; /* that runs it, or ran it last; empty: it wasn't submitted */
	/* Its last submission, as long as no line says what came of it (driver/sweep/unfinished.h). */
	struct str script; /* how the path of its script begins; empty: there is none such */
	uint64_t since;
	bool is_found;     /* the job is known by its record */
	bool is_uncertain; /* nobody knows whether it was submitted */
};

struct sweep_run {
	struct str id, folder; /* folder: absolute */
	enum sweep_form form;
	json_t *file; /* sweep.json */
	LIST(struct sweep_trial) trials;
};

/* The trials of the plan as they would be, under the next free id: c->unit.plan has it then. False after a
   message: there are none, or too many. */
bool sweep_name(struct compilation *c);

/* Makes the folder of the sweep that the plan has. False after a message. */
bool sweep_make(struct compilation *c, enum sweep_form form, struct sweep_run *s);

/* The sweep that the command line names, or NULL. No other word is left, for services may be meant by those. */
const char *sweep_named(struct invocation *inv);

/* The sweep of that id, or the newest one here. False after a message. */
bool sweep_load(struct invocation *inv, const char *id, struct sweep_run *s);

/* Nobody else submits trials of it until hpcc ends. False after a message. */
bool sweep_lock(struct invocation *inv, const struct sweep_run *s);

/* Notes that a job for the trial is about to be submitted, with a script whose path begins like that. False after
   a message. */
bool sweep_note_start(struct invocation *inv, const struct sweep_run *s,
		      const struct sweep_trial *t, struct str script);

/* Notes which job runs the trial. False after a message. */
bool sweep_note_job(struct invocation *inv, struct sweep_run *s, struct sweep_trial *t,
		    struct str job);

/* Writes trials/<trial>/job.sbatch, whose path is *path. False after a message. */
bool sweep_write_script(struct invocation *inv, const struct sweep_run *s,
			const struct sweep_trial *t, struct str script, struct str *path);

/* The trials of the plan, as those of a sweep; nothing is written. */
void sweep_take_trials(struct arena *a, const struct plan *plan, struct sweep_run *s);

/* Opens the spec as one of its sweep: parameters have their first values. False after a message. */
bool sweep_open(struct compilation *c, struct invocation *inv, const char *path);

/* Compiles one trial of the sweep. False when an error stands, which compilation_report tells of. */
bool sweep_compile(struct compilation *c, struct invocation *inv, const char *path,
		   const struct sweep_run *s, const struct sweep_trial *t);

/* The script of a trial that was compiled, with the folders of this machine; its job's folder is made below `root`. */
struct str sweep_script(struct compilation *c, struct str root);

/* The options that name the spec and its variables, as they were when it was submitted. */
void sweep_take_options(const struct sweep_run *s, struct invocation *inv);
struct str sweep_spec(const struct sweep_run *s);

#endif
