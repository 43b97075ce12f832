/* SPDX-License-Identifier: Apache-2.0 */
/* Defaults, as the rows of the schema have them. */
#include "ir/defaults.h"

#include <stdlib.h>
#include <string.h>

#include "ir/support/bug.h"

void fill_record(struct arena *a, const struct record *record, void *base, struct span at)
{
	struct record_head *head = base;
	head->from = (struct origin){.at = at, .kind = ORIGIN_DEFAULT};
	for (size_t i = 0; i < record->n_fields; i++) {
		const struct field *f = &record->fields[i];
		if (!(f->bits & FIELD_RESOLVED))
			fill_default(a, f, (char *)base + f->offset, at);
	}
}

static uint32_t word_position(const struct field *f, const char *word)
{
	for (uint32_t i = 0; f->words[i]; i++)
		if (strcmp(f->words[i], word) == 0)
			return i;
	BUG("a default is no word of its enumeration");
}

void fill_default(struct arena *a, const struct field *f, void *value, struct span at)
{
	const char *initial = f->initial;
	if (!*initial)
		return;
	struct origin from = {.at = at, .kind = ORIGIN_DEFAULT};
	switch (f->kind) {
	case KIND_STR:
		*(struct v_str *)value = (struct v_str){.from = from, .v = str_c(initial)};
		return;
	case KIND_BOOL:
		*(struct v_bool *)value =
			(struct v_bool){.from = from, .v = strcmp(initial, "true") == 0};
		return;
	case KIND_UINT:
		*(struct v_uint *)value =
			(struct v_uint){.from = from, .v = strtoull(initial, NULL, 10)};
		return;
	case KIND_ENUM:
		*(struct v_enum *)value =
			(struct v_enum){.from = from, .v = word_position(f, initial)};
		return;
	case KIND_WALLTIME:
	case KIND_DURATION:
		*(struct v_time *)value = (struct v_time){.from = from,
							  .text = str_c(initial),
							  .seconds = strtoull(initial, NULL, 10)};
		return;
	case KIND_RECORD: {
		*(void **)value = record_defaults(a, f->sub, at);
		return;
	}
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
	case KIND_MAP:
	case KIND_ENV:
	case KIND_COMMAND:
	case KIND_NODESET:
	case KIND_MOUNTS:
	case KIND_RECORDS:
	case KIND_NAMED:
	case KIND_VALUES:
		break;
	}
	BUG("a field of this kind can't have a default");
}

void *record_defaults(struct arena *a, const struct record *record, struct span at)
{
	void *base = arena_alloc(a, record->size);
	fill_record(a, record, base, at);
	return base;
}
