/* SPDX-License-Identifier: Apache-2.0 */
/* Where commands are: as the settings say, else on PATH. */
#include <stdlib.h>
#include <unistd.h>

#include "driver/system.h"

/* Who knows of other programs, from the start of hpcc on. */
static struct {
	program_names *of;
	void *context;
} names;

void programs_named_by(program_names *of, void *context)
{
	names.of = of;
	names.context = context;
}

static const char *stand_in(const char *name)
{
	const char *other = names.of ? names.of(names.context, name) : NULL;

	return other ? other : name;
}

void program_exec(const char *const *argv)
{
	execvp(stand_in(argv[0]), (char *const *)(uintptr_t)argv);
}

bool is_program(struct str path)
{
	return !path_is_folder(path.ptr) && access(path.ptr, X_OK) == 0;
}

struct str program_find(struct arena *a, const char *name)
{
	name = stand_in(name);
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
