/* SPDX-License-Identifier: Apache-2.0 */
/* Every row of the schema is written in one of the accepted cases in tests/cases/fields. */
#include "tests/unit/test.h"

#include <glob.h>
#include <stdio.h>
#include <string.h>

#include "frontend/frontend.h"
#include "ir/schema_externs.gen.h"
#include "ir/text/schema_text.h"
#include "tests/unit/fixture.h"

#define FOLDER HPCC_SOURCE_DIR "/tests/cases/fields/"

static bool read_file(void *context, struct arena *a, struct str path, struct str *bytes,
		      struct str *why)
{
	char part[4096];
	struct buf b;
	(void)context;
	FILE *file = fopen(str_cat(a, STR(FOLDER), path).ptr, "rb");
	if (!file) {
		*why = STR("no such file");
		return false;
	}
	buf_init(&b, a);
	for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
		buf_add(&b, (struct str){part, n});
	fclose(file);
	*bytes = buf_str(&b);
	return true;
}

/* What has been seen: one bit for each field of each record, by position in the list. */
struct seen {
	struct record_list list;
	bool given[64][64];
};

static void see_record(struct seen *seen, const struct record *r, const void *base);

static void see_field(struct seen *seen, const struct field *f, const char *value)
{
	const struct v_records *list = (const void *)value;
	if (f->kind == KIND_RECORD) {
		const void *sub = *(const void *const *)(const void *)value;
		if (sub)
			see_record(seen, f->sub, sub);
	} else if (f->kind == KIND_RECORDS || f->kind == KIND_NAMED) {
		for (uint32_t i = 0; i < list->n; i++)
			see_record(seen, f->sub, (const char *)list->items + i * f->sub->size);
	}
}

static bool is_given(const struct field *f, const char *value)
{
	const struct origin *from = (const void *)value;
	if (f->kind == KIND_RECORD) {
		const struct record_head *sub =
			*(const struct record_head *const *)(const void *)value;
		return sub && IS_GIVEN(*sub);
	}
	return from->kind > ORIGIN_DEFAULT;
}

static void see_record(struct seen *seen, const struct record *r, const void *base)
{
	uint32_t at = 0;
	while (seen->list.records.items[at] != r)
		at++;
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		if (f->bits & FIELD_RESOLVED)
			continue;
		const char *value = (const char *)base + f->offset;
		seen->given[at][i] |= is_given(f, value);
		see_field(seen, f, value);
	}
}

/* Whether the case is read as it stands: no part of another, and without variables. */
static bool is_plain(struct arena *a, const char *name)
{
	struct str bytes, why;
	return name[0] != '_' && read_file(NULL, a, str_c(name), &bytes, &why) &&
	       !strstr(bytes.ptr, "--env ");
}

static void see_case(struct seen *seen, const char *name)
{
	struct fixture f;
	struct unit *u = &f.unit;
	fixture_begin(&f);
	u->reader = (struct reader){.read = read_file};
	u->path = str_c(name);
	*LIST_PUSH(u->arena, &u->process_env) = (struct assignment){STR("HOME"), STR("/home/user")};
	if (is_plain(u->arena, name)) {
		frontend_read(u);
		frontend_bind(u);
		assert_str(fixture_diags(&f), "");
		see_record(seen, &record_job, u->job);
	}
	fixture_end(&f);
}

static void every_field_has_a_case(void **state)
{
	static struct seen seen;
	struct arena a;
	glob_t found;
	uint32_t missing = 0;
	(void)state;
	arena_init(&a);
	schema_records(&a, &seen.list);
	assert_int_equal(glob(FOLDER "*.yaml", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		see_case(&seen, strrchr(found.gl_pathv[i], '/') + 1);
	globfree(&found);
	for (uint32_t i = 0; i < seen.list.records.n; i++) {
		const struct record *r = seen.list.records.items[i];
		for (size_t k = 0; k < r->n_fields; k++) {
			if (seen.given[i][k] || r->fields[k].bits & FIELD_RESOLVED)
				continue;
			print_error("no case writes %s.%s\n", r->path, r->fields[k].key);
			missing++;
		}
	}
	assert_int_equal(missing, 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(every_field_has_a_case)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
