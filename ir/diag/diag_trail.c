/* SPDX-License-Identifier: Apache-2.0 */
/* The way a value went, as notes. */
#include "ir/diag/diag_parts.h"
#include "ir/tree.h"

static void add_variable(struct diags *ds, struct diag *d, const struct trail *step)
{
	if (span_is_none(step->at))
		diag_note(ds, d, SPAN_NONE,
			  "variable %.*s took part; its value comes from the environment",
			  STR_ARG(step->name));
	else
		diag_note(ds, d, step->at, "variable %.*s took part; its value comes from here",
			  STR_ARG(step->name));
}

/* A note that points there stands already. */
static bool is_told(const struct diag *d, struct span at)
{
	if (span_is_none(at))
		return false;
	for (uint32_t i = 0; i < d->lines.n; i++)
		if (d->lines.items[i].at.begin == at.begin && d->lines.items[i].at.end == at.end)
			return true;
	return d->at.begin == at.begin && d->at.end == at.end;
}

void diag_trail(struct diags *ds, struct diag *d, const struct trail *trail)
{
	for (const struct trail *step = trail; step; step = step->next) {
		if (is_told(d, step->at))
			continue;
		switch (step->kind) {
		case TRAIL_ALIAS:
			diag_note(ds, d, step->at, "it is used through this alias");
			break;
		case TRAIL_MERGE:
			diag_note(ds, d, step->at, "it is merged in here");
			break;
		case TRAIL_EXTENDS:
			diag_note(ds, d, step->at, "it is inherited through this 'extends'");
			break;
		case TRAIL_VARIABLE:
			add_variable(ds, d, step);
			break;
		case TRAIL_PROFILE:
			diag_note(ds, d, step->at, "it comes from the settings profile '%.*s'",
				  STR_ARG(step->name));
			break;
		case TRAIL_DERIVED:
			diag_note(ds, d, step->at, "it is worked out from '%.*s'",
				  STR_ARG(step->name));
			break;
		case TRAIL_PLACE:
			if (step->name.len)
				diag_note(ds, d, SPAN_NONE, "its origin, says the text: %.*s",
					  STR_ARG(step->name));
			break;
		}
	}
}
