/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Backends: plan to text. They read `const struct plan *` and nothing else.
 */
#ifndef HPCC_BACKENDS_BACKEND_H
#define HPCC_BACKENDS_BACKEND_H

#include "ir/support/emit.h"
#include "ir/unit.h"

struct backend_options {
	struct target target;
	bool keeps_lines;                 /* fill script.lines */
	bool annotate;                    /* comments that tie script lines to the spec */
	const struct source_map *sources; /* with annotate */
	struct str job_root; /* absolute parent of job roots when submitted; empty: portable form */
	struct str spec_dir; /* absolute when submitted; empty: portable form */
	struct str runtime;  /* bytes of hpcc-rt to append (--embed-runtime), or empty */
	bool is_local;
};

struct script {
	struct str text;
	LIST(struct line_origin) lines;
};

/* What the plan needs and the backend lacks is an error with a position (unit->diags). */
bool backend_check(struct unit *u, const struct backend_options *options);

void backend_script(struct arena *a, const struct plan *plan, const struct backend_options *options,
		    struct script *script);

/* From the first lines of a file: the specs that it says it was written from, "compose.yaml, site.yaml", without
   their folders. False where it is no script of hpcc. */
bool script_is_from(struct str head, struct str *files);

/* What the service's step runs in. */
/* The job's hosts file. An image has a place for it or does without: ch-run makes none. */
bool mount_is_hosts(const struct plan_service *s, const struct plan_mount *m);
/* The part of a heterogeneous job that it runs in; NULL: the job is none. */
const struct plan_component *plan_component_of(const struct plan *plan,
					       const struct plan_service *s);
const struct container *container_of(const struct plan *plan, const struct plan_service *s);
/* Some service runs in it; some service runs in a container. */
bool plan_uses_container(const struct plan *plan, enum runtime_backend backend);
bool plan_uses_containers(const struct plan *plan);
/* Bytes that paths of a service's mounts can't hold. */
const char *mount_odd_bytes(const struct container *container, bool is_local);

/* Tells the diagnostics which values of the plan are secret, for text in which the script has them:
   also those that only their name or their origin gives away. */
void plan_hide_secrets(struct unit *u);

/* The supervision table as the script has it, with its secrets: for those who run it. */
struct str backend_table(struct arena *a, const struct plan *plan,
			 const struct backend_options *options);

/* Other forms: "plan" (text for people), "json", "dot", "table", "ir", "map". */
struct backend_format {
	const char *name;
	const char *what;
	struct str (*write)(struct unit *u, const struct backend_options *options);
};
extern const struct backend_format backend_formats[];
extern const size_t n_backend_formats;

/* JSON Schema of the form "json". */
struct str plan_json_schema(struct arena *a);

#endif
