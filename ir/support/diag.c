/* SPDX-License-Identifier: Apache-2.0 */
/* Diagnostics: collection. Rendering is a matter of the files diag_*.c beside this one. */
#include "ir/support/diag.h"

void diags_init(struct diags *ds, struct arena *a)
{
	*ds = (struct diags){.arena = a};
}

static struct diag *add(struct diags *ds, enum severity severity, struct span at, const char *rule,
			struct str text)
{
	struct diag *d = ARENA_NEW(ds->arena, struct diag);
	*d = (struct diag){
		.severity = severity, .rule = rule, .at = at, .text = text, .order = ds->list.n};
	*LIST_PUSH(ds->arena, &ds->list) = d;
	ds->n_errors += severity == SEVERITY_ERROR;
	return d;
}

struct diag *diag_error(struct diags *ds, struct span at, const char *rule, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(ds->arena, format, args);
	va_end(args);
	return add(ds, SEVERITY_ERROR, at, rule, text);
}

struct diag *diag_warning(struct diags *ds, struct span at, const char *rule, const char *format,
			  ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(ds->arena, format, args);
	va_end(args);
	return add(ds, SEVERITY_WARNING, at, rule, text);
}

void diag_note(struct diags *ds, struct diag *d, struct span at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(ds->arena, format, args);
	va_end(args);
	*LIST_PUSH(ds->arena, &d->lines) =
		(struct diag_line){.severity = SEVERITY_NOTE, .at = at, .text = text};
}

void diag_help(struct diags *ds, struct diag *d, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	struct str text = str_vfmt(ds->arena, format, args);
	va_end(args);
	*LIST_PUSH(ds->arena, &d->lines) =
		(struct diag_line){.severity = SEVERITY_HELP, .text = text};
}

void diag_fix(struct diags *ds, struct diag *d, struct span at, struct str text)
{
	*LIST_PUSH(ds->arena, &d->fixes) = (struct fix){.at = at, .text = text};
}

void diags_hide(struct diags *ds, struct str secret)
{
	if (secret.len)
		*LIST_PUSH(ds->arena, &ds->secrets) = secret;
}
