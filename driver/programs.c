/* SPDX-License-Identifier: Apache-2.0 */
/* Where commands are on PATH. */
#include <stdlib.h>
#include <unistd.h>

#include "driver/system.h"

bool is_program(struct str path)
{
	return !path_is_folder(path.ptr) && access(path.ptr, X_OK) == 0;
}

struct str program_find(struct arena *a, const char *name)
{
	struct str rest = str_c(env_or("PATH", "/usr/local/bin:/usr/bin:/bin"));

	if (str_find(str_c(name), '/') != STR_NONE)
		return is_program(str_c(name)) ? str_c(name) : STR("");
	struct str folder;
	while (rest.len > 0) {
		rest = str_split(rest, ':', &folder);
		struct str path = path_join(a, folder.len > 0 ? folder : STR("."), str_c(name));
		if (is_program(path))
			return path;
	}
	return STR("");
}
