/* SPDX-License-Identifier: Apache-2.0 */
/* Files that a test compares with what it made, and writes anew under HPCC_UPDATE. */
#ifndef HPCC_TESTS_UNIT_FILES_H
#define HPCC_TESTS_UNIT_FILES_H

#include "ir/support/str.h"

/* Its bytes; empty when there is no such file. */
struct str read_file(struct arena *a, const char *path);

void write_file(const char *path, struct str text);

#endif
