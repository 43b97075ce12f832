/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics: collection. Rendering is a matter of the files diag_*.c beside this one. */
#include "ir/diag/diag.h"

void diags_init(struct diags *ds, struct arena *a)
{
	*ds = (struct diags){.arena = a};
	secrets_init(&ds->secrets, a);
}

bool diags_are_full(const struct diags *ds)
{
	return ds->list.n >= DIAGS_MAX;
}

bool diags_keep_warnings(const struct diags *ds)
{
	return ds->list.n < DIAGS_MAX / 2;
}

/* Counts it, and keeps it without a text; NULL when no more are kept. */
static struct diag *keep(struct diags *ds, enum severity severity, struct span at,
			 enum rule_id rule)
{
	ds->n_errors += severity == SEVERITY_ERROR;
	if (severity == SEVERITY_ERROR ? diags_are_full(ds) : !diags_keep_warnings(ds)) {
		ds->n_beyond++;
		return NULL;
	}
	struct diag *d = ARENA_NEW(ds->arena, struct diag);
	*d = (struct diag){.severity = severity, .rule = rule, .at = at, .order = ds->list.n};
	*LIST_PUSH(ds->arena, &ds->list) = d;
	return d;
}

__attribute__((format(printf, 5, 0))) static struct diag *add(struct diags *ds,
							      enum severity severity,
							      struct span at, enum rule_id rule,
							      const char *format, va_list args)
{
	struct diag *d = keep(ds, severity, at, rule);
	if (!d)
		return &ds->beyond;
	d->text = str_vfmt(ds->arena, format, args);
	return d;
}

struct diag *diag_about(struct diags *ds, enum severity severity, struct span at, enum rule_id rule,
			struct diag_subject about, const char *format, va_list args)
{
	struct diag *d = keep(ds, severity, at, rule);
	if (!d)
		return &ds->beyond;
	struct str what = str_vfmt(ds->arena, format, args);
	d->text = str_fmt(ds->arena, "%.*s: %.*s", STR_ARG(about.path), STR_ARG(what));
	d->about = about;
	return d;
}

struct diag *diag_error_about(struct diags *ds, struct span at, enum rule_id rule,
			      struct diag_subject about, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct diag *d = diag_about(ds, SEVERITY_ERROR, at, rule, about, format, args);
	va_end(args);
	return d;
}

struct diag *diag_error(struct diags *ds, struct span at, enum rule_id rule, const char *format,
			...)
{
	va_list args;
	va_start(args, format);
	struct diag *d = add(ds, SEVERITY_ERROR, at, rule, format, args);
	va_end(args);
	return d;
}

struct diag *diag_warning(struct diags *ds, struct span at, enum rule_id rule, const char *format,
			  ...)
{
	va_list args;
	va_start(args, format);
	struct diag *d = add(ds, SEVERITY_WARNING, at, rule, format, args);
	va_end(args);
	return d;
}

__attribute__((format(printf, 5, 0))) static void add_line(struct diags *ds, struct diag *d,
							   enum severity severity, struct span at,
							   const char *format, va_list args)
{
	if (d == &ds->beyond)
		return;
	*LIST_PUSH(ds->arena, &d->lines) = (struct diag_line){
		.severity = severity, .at = at, .text = str_vfmt(ds->arena, format, args)};
}

void diag_note(struct diags *ds, struct diag *d, struct span at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_line(ds, d, SEVERITY_NOTE, at, format, args);
	va_end(args);
}

void diag_help(struct diags *ds, struct diag *d, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_line(ds, d, SEVERITY_HELP, SPAN_NONE, format, args);
	va_end(args);
}

void diag_fix(struct diags *ds, struct diag *d, struct span at, struct str text)
{
	if (d != &ds->beyond)
		*LIST_PUSH(ds->arena, &d->fixes) = (struct fix){.at = at, .text = text};
}

void diags_hide(struct diags *ds, struct str secret)
{
	secrets_add(&ds->secrets, secret);
}
