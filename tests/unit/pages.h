/* SPDX-License-Identifier: Apache-2.0 */
/* Files of the tree that are made from tables, whole or in part: they are current. HPCC_UPDATE=1 writes
   them anew. `path` is below the top of the tree, `test` the program that a failure tells to run. */
#ifndef HPCC_TESTS_UNIT_PAGES_H
#define HPCC_TESTS_UNIT_PAGES_H

#include "ir/support/str.h"

void page_is(const char *path, struct str wanted, const char *test);

/* What stands between the first `begin` and the next `end`; what stands round it is the page's own. */
void page_has(const char *path, const char *begin, const char *end, struct str part,
	      const char *test);

#endif
