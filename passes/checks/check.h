/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What checks of fields share. A check looks at one subject (the root's x-slurm, or a service) and
 * says what is wrong with it; a file of checks ends in the table of those it holds.
 */
#ifndef HPCC_PASSES_CHECKS_CHECK_H
#define HPCC_PASSES_CHECKS_CHECK_H

#include "passes/lower.h"

struct subject {
	const struct unit *u;
	struct diags *d;
	const struct slurm *slurm;     /* the root's, or that of a part of the job; never NULL */
	const struct component *part;  /* that part; NULL: the job has none */
	const struct service *service; /* NULL: the root is looked at */
	const struct step *step;       /* of the service, never NULL then */
};

typedef void check_fn(const struct subject *s);

/* What a part of the job asks for, or the job where it has no parts. */
struct subject subject_of_part(const struct unit *u, struct diags *d, uint32_t part);

/* Once for each part of the job. */
void run_root_checks(const struct unit *u, struct diags *d, check_fn *const *checks, size_t n);
void run_service_checks(const struct unit *u, struct diags *d, check_fn *const *checks, size_t n);
#define N_CHECKS(table) (sizeof(table) / sizeof((table)[0]))

/*
 * "services.api.x-slurm.gpus: text" at the value. `field` is the name below the subject,
 * "x-slurm.gpus". The text completes the line and begins in lower case. How the value came to its
 * place is told by the frontend for all diagnostics at once.
 */
struct diag *subject_error(const struct subject *s, const struct origin *from, enum rule_id rule,
			   const char *field, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
struct diag *subject_warning(const struct subject *s, const struct origin *from, enum rule_id rule,
			     const char *field, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* An error about a part of the value's text. */
struct diag *subject_problem(const struct subject *s, const struct v_str *value, const char *field,
			     const struct problem *problem);

/* What is wrong with a POSIX extended regular expression, or the empty string; *groups counts its
   parentheses. Expressions that would take regcomp's time or stack aren't given to it. */
struct str regex_fault(struct arena *a, struct str pattern, size_t *groups);

/* A folder that each node has for itself: /tmp and the like. `text` as written in the spec. */
bool is_node_local(struct arena *a, struct str text);

/* "x-slurm.stage_in[3].to" */
const char *item_field(const struct subject *s, const char *list, uint32_t i, const char *member);

bool map_has(const struct v_map *map, struct str name);

/* A command, entrypoint or script, poisoned ones too. */
bool service_has_command(const struct service *s);
/* Or the image's ENTRYPOINT with its own words: the shim starts it, in any folder, with hooks round it. */
bool service_has_shim(const struct subject *s);

/* The probe was made of a healthcheck. */
bool is_from_healthcheck(const struct readiness *r);

#endif
