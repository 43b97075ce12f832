/* SPDX-License-Identifier: Apache-2.0 */
/* Times and sets by numbers, compared with plain arrays. */
#include <stdlib.h>
#include <string.h>

#include "runtime/core/dues.h"
#include "tests/unit/test.h"

enum {
	MOST = 200
};

static const uint32_t counts[] = {0, 1, 2, 3, 63, 64, 65, 127, 128, MOST};

static uint32_t next_due(const int64_t *when, uint32_t count, uint32_t from, int64_t now)
{
	while (from < count && when[from] > now)
		from++;
	return from < count ? from : count;
}

static void times(void **state)
{
	struct rt_pool pool = {0};

	(void)state;
	srand(2);
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		struct rt_dues d;
		int64_t when[MOST];

		rt_dues_init(&d, &pool, counts[c]);
		for (uint32_t i = 0; i < counts[c]; i++)
			when[i] = INT64_MAX;
		for (unsigned round = 0; round < 2000; round++) {
			int64_t first = INT64_MAX, now = rand() % 1000;
			uint32_t i = counts[c] ? (uint32_t)rand() % counts[c] : 0;

			if (counts[c]) {
				when[i] = rand() % 3 ? rand() % 1000 : INT64_MAX;
				rt_dues_set(&d, i, when[i]);
			}
			for (uint32_t k = 0; k < counts[c]; k++)
				first = when[k] < first ? when[k] : first;
			assert_true(rt_dues_first(&d) == first);
			for (uint32_t from = 0; from <= counts[c]; from += 1 + (uint32_t)rand() % 9)
				assert_int_equal(rt_dues_next(&d, from, now),
						 next_due(when, counts[c], from, now));
		}
		rt_pool_free(&pool);
	}
}

static uint32_t next_member(const bool *in, uint32_t count, uint32_t from)
{
	while (from < count && !in[from])
		from++;
	return from < count ? from : UINT32_MAX;
}

static uint32_t member_before(const bool *in, uint32_t end)
{
	while (end && !in[end - 1])
		end--;
	return end - 1; /* UINT32_MAX if there is none */
}

static void sets(void **state)
{
	struct rt_pool pool = {0};

	(void)state;
	srand(3);
	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		struct rt_set set, other;
		bool in[MOST + 1] = {0};

		rt_set_init(&set, &pool, counts[c]);
		rt_set_init(&other, &pool, counts[c]);
		for (unsigned round = 0; round < 500 && counts[c]; round++) {
			uint32_t i = (uint32_t)rand() % counts[c];

			in[i] = rand() % 2;
			(in[i] ? rt_set_add : rt_set_remove)(&set, i);
			i = (uint32_t)rand() % (counts[c] + 1);
			assert_int_equal(rt_set_next(&set, i), next_member(in, counts[c], i));
			assert_int_equal(rt_set_before(&set, i), member_before(in, i));
		}
		rt_set_move(&other, &set);
		assert_int_equal(rt_set_next(&set, 0), UINT32_MAX);
		assert_int_equal(rt_set_next(&other, 0), next_member(in, counts[c], 0));
		rt_pool_free(&pool);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times),
		cmocka_unit_test(sets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
