/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What fields turn into: a spec in memory is compiled, and lines of the plan's text compared.
 *
 *	{"services: {a: {image: i, working_dir: /w}}\n", "services[0].working_dir", " = \"/w\""}
 */
#ifndef HPCC_TESTS_UNIT_PLAN_LINES_H
#define HPCC_TESTS_UNIT_PLAN_LINES_H

#include "tests/unit/fixture.h"

struct plan_row {
	const char *text;
	const char *prefix; /* of the plan's lines; left out in `expected`, as are `{}` lines */
	const char *expected;
};

/* Fails on errors. A file ./base.sqsh holds image_content, unless that is NULL. */
void plan_compile(struct fixture *f, const char *text, const char *image_content);

/* "x = 1; y = 2": lines that begin with the prefix, without it. */
struct str plan_lines(struct fixture *f, const char *prefix);

void plan_expect(const struct plan_row *rows, size_t n);
#define PLAN_EXPECT(rows) plan_expect(rows, sizeof(rows) / sizeof((rows)[0]))

/* Specs of one service. */
#define HOST(slurm)   "runtime: {backend: host}\nx-slurm: {" slurm "}\nservices: {a: {command: x}}\n"
#define SERVICE(body) "services: {a: {image: i, " body "}}\n"
#define ON_HOST(body) "runtime: {backend: host}\nservices: {a: {command: x, " body "}}\n"

#endif
