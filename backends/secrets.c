/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values of the plan that are secret by where they came from or by their name, and parts of such
 * values: made known, so that they are found where the script has them.
 */
#include "backends/backend.h"

#include "ir/schema.h"
#include "ir/diag/diag_render.h"

enum {
	SHORT_VALUE = 6 /* shorter ones are found by their field or name alone */
};

static void hide(struct diags *ds, struct str name, const struct v_str *value)
{
	if ((value->is_secret || name_is_secret(name)) && value->v.len >= SHORT_VALUE)
		diags_hide(ds, value->v);
}

static void hide_record(struct diags *ds, const struct record *r, const char *data);

static void hide_field(struct diags *ds, const struct field *f, const void *value)
{
	const struct v_list *list = value;
	const struct v_map *map = value;
	const struct v_records *records = value;
	const char *sub;

	switch (f->kind) {
	case KIND_STR:
		hide(ds, STR(""), value);
		break;
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
		for (uint32_t i = 0; i < list->n; i++)
			hide(ds, STR(""), &list->items[i]);
		break;
	case KIND_MAP:
	case KIND_ENV:
		for (uint32_t i = 0; i < map->n; i++)
			hide(ds, map->items[i].key, &map->items[i].value);
		break;
	case KIND_RECORD:
		sub = *(const char *const *)value;
		if (sub)
			hide_record(ds, f->sub, sub);
		break;
	case KIND_RECORDS:
	case KIND_NAMED:
		for (uint32_t i = 0; i < records->n; i++)
			hide_record(ds, f->sub, (const char *)records->items + i * f->sub->size);
		break;
	case KIND_BOOL:
	case KIND_UINT:
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_ENUM:
	case KIND_NODESET:
	case KIND_WALLTIME:
	case KIND_DURATION:
	case KIND_COMMAND:
	case KIND_MOUNTS:
	case KIND_VALUES:
		break;
	}
}

static void hide_record(struct diags *ds, const struct record *r, const char *data)
{
	for (size_t i = 0; i < r->n_fields; i++)
		hide_field(ds, &r->fields[i], data + r->fields[i].offset);
}

void plan_hide_secrets(struct unit *u)
{
	hide_record(&u->diags, &record_plan, (const char *)u->plan);
}
