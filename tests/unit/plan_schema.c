/* SPDX-License-Identifier: Apache-2.0 */
/* docs/schema/plan.schema.json is current. HPCC_UPDATE=1 writes it anew. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "backends/backend.h"

static const char path[] = HPCC_SOURCE_DIR "/docs/schema/plan.schema.json";

static struct str read_file(struct arena *a)
{
	struct buf b;
	int byte;
	FILE *file = fopen(path, "rb");

	buf_init(&b, a);
	while (file && (byte = fgetc(file)) != EOF)
		buf_add_byte(&b, (char)byte);
	if (file)
		fclose(file);
	return buf_str(&b);
}

static void test_schema_is_current(void **state)
{
	struct arena a;
	struct str schema;

	(void)state;
	arena_init(&a);
	schema = plan_json_schema(&a);
	if (getenv("HPCC_UPDATE")) {
		FILE *file = fopen(path, "wb");
		assert_non_null(file);
		fwrite(schema.ptr, 1, schema.len, file);
		fclose(file);
	}
	if (!str_eq(schema, read_file(&a)))
		fail_msg("%s is stale: run 'HPCC_UPDATE=1 build/tests/unit/unit_plan_schema'",
			 path);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_schema_is_current)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
