/* SPDX-License-Identifier: Apache-2.0 */
/* What a field holds when what was written can't be used: poison. */
#include "frontend/bind/bind.h"

static void *member(void *base, const struct field *f)
{
	return (char *)base + f->offset;
}

void poison_record(struct arena *a, const struct record *record, void *base, struct span at)
{
	struct record_head *head = base;
	head->from = (struct origin){.at = at, .kind = ORIGIN_POISON};
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (!(f->bits & FIELD_RESOLVED) && f->kind != KIND_RECORD)
			poison_value(a, f, member(base, f), at);
	}
}

void poison_value(struct arena *a, const struct field *f, void *value, struct span at)
{
	if (f->kind == KIND_RECORD) {
		void *base = arena_alloc(a, f->sub->size);
		poison_record(a, f->sub, base, at);
		*(void **)value = base;
		return;
	}
	*(struct origin *)value = (struct origin){.at = at, .kind = ORIGIN_POISON};
}
