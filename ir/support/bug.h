/* SPDX-License-Identifier: Apache-2.0 */
/* BUG(): our own mistake, never the user's. Prints file and line and aborts. */
#ifndef HPCC_IR_SUPPORT_BUG_H
#define HPCC_IR_SUPPORT_BUG_H

#include <stdio.h>
#include <stdlib.h>

#define BUG(what)                                                                                  \
	do {                                                                                       \
		fprintf(stderr, "hpcc: internal error: %s (%s:%d)\n", (what), __FILE__, __LINE__); \
		abort();                                                                           \
	} while (0)

#endif
