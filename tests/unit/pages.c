/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/pages.h"

#include <stdlib.h>
#include <string.h>

#include "ir/support/arena.h"
#include "tests/unit/files.h"
#include "tests/unit/test.h"

static const char *in_tree(struct arena *a, const char *path)
{
	return str_fmt(a, "%s/%s", HPCC_SOURCE_DIR, path).ptr;
}

void page_is(const char *path, struct str wanted, const char *test)
{
	struct arena a;
	arena_init(&a);
	const char *place = in_tree(&a, path);
	if (getenv("HPCC_UPDATE"))
		write_file(place, wanted);
	if (!str_eq(read_file(&a, place), wanted))
		fail_msg("%s is stale: run 'HPCC_UPDATE=1 build/tests/unit/%s'", path, test);
	arena_free(&a);
}

void page_has(const char *path, const char *begin, const char *end, struct str part,
	      const char *test)
{
	struct arena a;
	arena_init(&a);
	const char *page = str_to_c(&a, read_file(&a, in_tree(&a, path)));
	const char *from = strstr(page, begin);
	assert_non_null(from);
	from += strlen(begin);
	const char *to = strstr(from, end);
	assert_non_null(to);
	page_is(path, str_fmt(&a, "%.*s%.*s%s", (int)(from - page), page, STR_ARG(part), to), test);
	arena_free(&a);
}
