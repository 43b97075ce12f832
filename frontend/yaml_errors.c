/* SPDX-License-Identifier: Apache-2.0 */
/* libyaml's errors in plain words, at the place where the fault is. */
#include "frontend/compose.h"

void compose_explain(struct composer *c)
{
	const yaml_parser_t *p = &c->parser;
	size_t at = marks_offset(&c->marks, &p->problem_mark);
	struct diag *d = diag_error(&c->u->diags, marks_span(&c->marks, at, at), "R001", "%s",
				    p->problem ? p->problem : "not well-formed YAML");
	if (!p->context)
		return;
	at = marks_offset(&c->marks, &p->context_mark);
	diag_note(&c->u->diags, d, marks_span(&c->marks, at, at), "%s", p->context);
}
