/* SPDX-License-Identifier: Apache-2.0 */
/* Where programs are: hpcc's own folder, hpcc-rt, and commands on PATH. */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "driver/system.h"

static struct str program_folder(struct arena *a)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (n <= 0)
		return STR("");
	return path_folder(a, (struct str){path, (size_t)n});
}

static bool is_program(struct str path)
{
	return !path_is_folder(path.ptr) && access(path.ptr, X_OK) == 0;
}

struct str runtime_find(struct arena *a, struct str *why)
{
	const char *given = getenv("HPCC_RT");
	struct str here = program_folder(a);
	struct str beside = path_join(a, here, STR("hpcc-rt"));
	struct str library = path_absolute(a, path_join(a, here, STR("../libexec/hpcc/hpcc-rt")));

	if (given && *given) {
		if (is_program(str_c(given)))
			return path_absolute(a, str_c(given));
		*why = str_fmt(a, "HPCC_RT names '%s', which is no program", given);
		return STR("");
	}
	if (is_program(beside))
		return beside;
	if (is_program(library))
		return library;
	struct str found = program_find(a, "hpcc-rt");
	if (found.len == 0)
		*why = str_fmt(a,
			       "hpcc-rt is neither %.*s nor %.*s, nor on PATH; HPCC_RT may name it",
			       STR_ARG(beside), STR_ARG(library));
	return found;
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
