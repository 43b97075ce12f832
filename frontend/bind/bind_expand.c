/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Variables in fields that take no text: a plain scalar is replaced by what its text, with the
 * variables in it replaced, would have been in its place.
 *
 *	nodes: ${N:-2}		->	nodes: 2
 *	requeue: ${AGAIN:-}	->	requeue:
 */
#include <string.h>

#include "frontend/bind/bind.h"

#include "frontend/yaml/compose.h"
#include "frontend/variables/interpolate.h"

bool has_variable(const struct field *f, const struct node *node)
{
	return field_reads_scalar(f) && node->kind == NODE_STRING && !node->is_quoted &&
	       !node->is_poison && !is_from_ir(node) && memchr(node->text.ptr, '$', node->text.len);
}

struct node *expand_node(struct unit *u, const struct node *node, struct diag_subject about)
{
	struct node *read = ARENA_NEW(u->arena, struct node);
	struct v_str value = {.from = origin_of(node)};
	*read = *node;
	if (!interpolate(u, node, node->text, about, 0, &value)) {
		read->is_poison = true;
		return read;
	}
	read->text = str_trim(value.v);
	read->kind = scalar_kind(read->text);
	read->trail = origin_trail(value.from);
	if (value.from.kind == ORIGIN_ENVIRONMENT)
		*LIST_PUSH(u->arena, &u->interpolated) = value.from;
	return read;
}
