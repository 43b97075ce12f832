/* SPDX-License-Identifier: Apache-2.0 */
/* What cmocka wants included before it, and a few checks in our own types. */
#ifndef HPCC_TESTS_UNIT_TEST_H
#define HPCC_TESTS_UNIT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ir/support/str.h"

#define assert_str(actual, expected)                                                               \
	do {                                                                                       \
		struct str actual_ = (actual);                                                     \
		if (!str_eq_c(actual_, (expected)))                                                \
			fail_msg("got '%.*s', expected '%s'", STR_ARG(actual_), (expected));       \
	} while (0)

#endif
