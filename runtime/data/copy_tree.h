/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of files and folders. */
#ifndef HPCC_RUNTIME_DATA_COPY_TREE_H
#define HPCC_RUNTIME_DATA_COPY_TREE_H

#include <stdbool.h>

/*
 * A file, a link (as a link), or a folder with all that is in it; modes and times stay. What is
 * there already stays as it is. `warn` hears of each path that can't be copied; false if the first
 * one is such.
 */
bool rt_copy_tree(const char *from, const char *to,
		  void (*warn)(const char *path, int error, void *arg), void *arg);

/* As far as it goes; links are not followed. */
void rt_remove_tree(const char *path);

#endif
