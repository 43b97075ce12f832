/* SPDX-License-Identifier: Apache-2.0 */
/* Files and diagnostics of a test, which begins with none of either. */
#ifndef HPCC_TESTS_UNIT_REPORTS_H
#define HPCC_TESTS_UNIT_REPORTS_H

#include "ir/diag/diag_render.h"
#include "tests/unit/test.h"

extern struct arena arena;
extern struct source_map map;
extern struct diags ds;

int set_up(void **state);
int tear_down(void **state);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

void use_file(const char *name, const char *text);
/* The span of the first `part` in any file. */
struct span span_of(const char *part);

#endif
