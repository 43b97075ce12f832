/* SPDX-License-Identifier: Apache-2.0 */
/* docs/schema/plan.schema.json is current. HPCC_UPDATE=1 writes it anew. */
#include "tests/unit/test.h"

#include "backends/backend.h"
#include "tests/unit/pages.h"

static void test_schema_is_current(void **state)
{
	struct arena a;

	(void)state;
	arena_init(&a);
	page_is("docs/schema/plan.schema.json", plan_json_schema(&a), "unit_plan_schema");
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_schema_is_current)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
