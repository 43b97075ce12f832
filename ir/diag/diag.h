/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Diagnostics: collected while compiling, printed at the end, sorted by place. Each has a rule,
 * a span, and may carry notes (other places), help lines and machine-applicable edits.
 *
 *	struct diag *d = diag_error(ds, at, RULE_R002, "key '%.*s' is repeated", STR_ARG(key));
 *	diag_note(ds, d, first_at, "the first one is here");
 */
#ifndef HPCC_IR_DIAG_DIAG_H
#define HPCC_IR_DIAG_DIAG_H

#include <stdarg.h>

#include "ir/rule_id.gen.h"
#include "ir/support/secret.h"
#include "ir/support/source.h"

enum severity {
	SEVERITY_ERROR,
	SEVERITY_WARNING,
	SEVERITY_NOTE,
	SEVERITY_HELP
};

/* Replaces the bytes of `at` (an empty span inserts). */
struct fix {
	struct span at;
	struct str text;
};

struct diag_line {
	enum severity severity; /* note or help */
	struct span at;         /* none for help */
	struct str text;
};

/* What a diagnostic is about, when that is a value of the spec. */
struct diag_subject {
	struct str path;    /* "services.api.x-slurm.gpus" */
	struct str service; /* "api"; empty: it is none's own */
};

struct diag {
	enum severity severity;
	enum rule_id rule;
	struct span at;
	struct str text; /* lower case, no full stop, says what is wrong with this value */
	struct diag_subject about; /* empty: of something else */
	LIST(struct diag_line) lines;
	LIST(struct fix) fixes;    /* apply together */
	const struct diag *unless; /* said by that one as well: shown when it is switched off */
	const char
		*group; /* text shows place and help of the first in a group; the rest in a line */
	uint32_t order;
};

/* What comes after so many is counted, not kept: nobody reads it, and it would take memory without
   bound. */
enum {
	DIAGS_MAX = 10000
};

struct diags {
	struct arena *arena;
	LIST(struct diag *) list;
	struct diag beyond;        /* stands for each that isn't kept */
	uint32_t n_errors;         /* of all, kept or not */
	uint32_t n_beyond;         /* nearly all of them errors */
	struct secret_set secrets; /* texts never to be shown */
};

void diags_init(struct diags *ds, struct arena *a);

/* Errors that are reported from here on are only counted; warnings leave room for errors. */
bool diags_are_full(const struct diags *ds);
bool diags_keep_warnings(const struct diags *ds);

struct diag *diag_error(struct diags *ds, struct span at, enum rule_id rule, const char *format,
			...) __attribute__((format(printf, 4, 5)));
struct diag *diag_warning(struct diags *ds, struct span at, enum rule_id rule, const char *format,
			  ...) __attribute__((format(printf, 4, 5)));
/* The same about a value of the spec: its path, a colon, and the text. */
struct diag *diag_error_about(struct diags *ds, struct span at, enum rule_id rule,
			      struct diag_subject about, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
struct diag *diag_about(struct diags *ds, enum severity severity, struct span at, enum rule_id rule,
			struct diag_subject about, const char *format, va_list args)
	__attribute__((format(printf, 6, 0)));
void diag_note(struct diags *ds, struct diag *d, struct span at, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void diag_help(struct diags *ds, struct diag *d, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* An edit that is certain to be what the user meant. */
void diag_fix(struct diags *ds, struct diag *d, struct span at, struct str text);

/* From here on no rendering shows this text; it is replaced by <redacted>. */
void diags_hide(struct diags *ds, struct str secret);

#endif
