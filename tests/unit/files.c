/* SPDX-License-Identifier: Apache-2.0 */
/* Files of tests, read and written whole. */
#include "tests/unit/files.h"

#include <stdio.h>
#include <stdlib.h>

struct str read_file(struct arena *a, const char *path)
{
	struct buf b;
	char part[4096];
	buf_init(&b, a);
	FILE *file = fopen(path, "rb");
	if (!file)
		return STR("");
	for (size_t n; (n = fread(part, 1, sizeof(part), file)) > 0;)
		buf_add(&b, (struct str){part, n});
	fclose(file);
	return buf_str(&b);
}

void write_file(const char *path, struct str text)
{
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(text.ptr, 1, text.len, file) != text.len || fclose(file)) {
		perror(path);
		exit(1);
	}
}
