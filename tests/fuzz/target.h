/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a fuzz target is: one function that takes any bytes and aborts when something is wrong with
 * us. Built with clang's libFuzzer under HPCC_FUZZ, else with run.c, which mutates a corpus itself.
 */
#ifndef HPCC_TESTS_FUZZ_TARGET_H
#define HPCC_TESTS_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

#include "tests/unit/fixture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Longer inputs teach nothing new and take their time. */
enum {
	FUZZ_MAX_INPUT = 1 << 16
};

/* Every way in which diagnostics are shown; aborts when a span lies outside its file. */
void fuzz_check_diags(struct fixture *f);

/* The whole compile of a leaf file: tree, job, plan, script, every other form. The unit is the
   fixture's, begun here. */
void fuzz_compile(struct fixture *f, struct str text);

#endif
