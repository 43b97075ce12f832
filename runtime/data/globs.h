/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Globs below a folder: `*`, `?`, `[…]` within a name, `**` for any number of
 * folders. Names that begin with a dot are names like any other.
 */
#ifndef HPCC_RUNTIME_DATA_GLOBS_H
#define HPCC_RUNTIME_DATA_GLOBS_H

#include <stdbool.h>

/*
 * Calls `visit` with every match, as a path below `base` ("" for base itself),
 * in byte order within a folder, until it returns false. A `**` does not go
 * through symbolic links. Returns false if a visit did.
 */
bool rt_glob(const char *base, const char *pattern, bool (*visit)(const char *path, void *arg),
	     void *arg);

#endif
