/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An option of sbatch or srun that was written as a key where no field is called so: what to write
 * instead, worked out from its row in ir/facts/options.m4 and from the value.
 *
 *	x-slurm: {contiguous: true}		write submit_args: [--contiguous]
 *	x-slurm: {mail_user: me@site}		write 'notify.email.to'
 */
#include "frontend/bind/bind.h"
#include "ir/options.h"

/* "--nice=7", as an item of a list on one line. */
static struct str argument_of(struct arena *a, const struct slurm_option *o,
			      const struct node *value)
{
	bool is_scalar = value->kind != NODE_LIST && value->kind != NODE_MAP;
	bool is_switch = o->value == OPTION_VALUE_NONE || value->kind == NODE_BOOL ||
			 value->kind == NODE_NULL || (is_scalar && !value->text.len);
	if (is_switch)
		return str_fmt(a, "--%s", o->name);
	bool is_shown = is_scalar && is_simple_text(value->text);
	return str_fmt(a, "--%s=%.*s", o->name, STR_ARG(is_shown ? value->text : STR("...")));
}

bool help_option(const struct site *s, struct diag *d, const struct entry *entry)
{
	const struct slurm_option *of_letter = option_of_letter(entry->key);
	const struct slurm_option *o = of_letter ? of_letter : option_of_key(entry->key);
	bool is_step = s->scope->record == &record_step;
	if (!o || (!is_step && s->scope->record != &record_slurm))
		return false;
	struct diags *ds = &s->u->diags;
	const struct option_field *here = is_step ? &o->step : &o->root;
	bool is_there = is_step ? o->root.path != NULL : o->step.path != NULL;
	struct str argument = argument_of(s->u->arena, o, entry->value);
	if (here->is_field && of_letter)
		diag_help(ds, d, "-%c is '%s' here", of_letter->letter, here->path);
	if (here->is_field)
		return of_letter;
	if (o->instead)
		diag_help(ds, d, "%s", o->instead);
	else if (here->path)
		diag_help(ds, d, "write '%s'", here->path);
	else if (is_there && is_step)
		diag_help(ds, d,
			  "'%s' is the whole job's: write it under 'x-slurm' at the root of the "
			  "file",
			  o->root.path);
	else if (is_there)
		diag_help(ds, d, "'%s' is a service's: write it under its 'x-slurm'", o->step.path);
	else if (is_step && o->is_srun)
		diag_help(ds, d, "write extra_srun_args: [%.*s]", STR_ARG(argument));
	else if (is_step)
		diag_help(ds, d,
			  "it is an option of the whole job: write submit_args: [%.*s] under "
			  "'x-slurm' at the root of the file",
			  STR_ARG(argument));
	else if (o->is_sbatch)
		diag_help(ds, d, "write submit_args: [%.*s]", STR_ARG(argument));
	else
		diag_help(ds, d,
			  "it is an option of steps: write extra_srun_args: [%.*s] under a "
			  "service's 'x-slurm'",
			  STR_ARG(argument));
	return true;
}
