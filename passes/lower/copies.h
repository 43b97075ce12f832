/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of services: what became of `scale`, for passes that speak of a service as it is written. */
#ifndef HPCC_PASSES_LOWER_COPIES_H
#define HPCC_PASSES_LOWER_COPIES_H

#include "passes/lower.h"

/* Beyond these, copies would make a script that nobody can run. */
enum {
	MOST_COPIED = 10000,         /* services of a job with copies */
	MOST_COPIED_EDGES = 1 << 20, /* dependencies of all of them */
};

/* The service of that launch number as the spec has it, under the name that it has there. */
const struct service *service_written(const struct unit *u, uint32_t number);

/* A copy behind the first: what is wrong with it has been said of that one. */
bool is_further_copy(const struct unit *u, uint32_t number);

/* Two numbers of copies of one service, or twice the same number. */
bool are_of_one_service(const struct unit *u, uint32_t x, uint32_t y);

/* So many copies are written; 1 for a service without `scale`. */
uint64_t service_scale(const struct service *s);

/* Some text takes a value of the service from the job, perhaps one of its own. */
bool speaks_of_itself(const struct unit *u, const struct service *written);
/* Texts of a copy speak of that copy where they speak of the service itself: `${run:web.port}` in web-2 is
   the port of web-2. `${run:web.nodes}` stays: those of all copies. */
void copy_own_texts(struct unit *u, const struct service *written, struct service *copy);

#endif
