/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output of a step as its command has written it: srun's word on how the one task ended is left out, since that is hpcc's
 * own status. All else goes through as it comes.
 *
 *	srun: error: n1: task 0: Exited with exit code 3
 */
#ifndef HPCC_DRIVER_ENTER_SRUN_LINES_H
#define HPCC_DRIVER_ENTER_SRUN_LINES_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SRUN_LINE_MAX = 512
};

/* All zero at first. */
struct srun_lines {
	bool is_inside; /* of a line that has been let through */
	size_t held;    /* of one that may be srun's */
	char line[SRUN_LINE_MAX];
};

void srun_lines_put(struct srun_lines *s, int to, const char *bytes, size_t n);
void srun_lines_end(struct srun_lines *s, int to);

/* Writes all of it, unless nobody reads any more. */
bool put_all(int fd, const char *bytes, size_t n);

#endif
