/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/story/attempts.h"

#include "driver/system.h"
#include "ir/files.gen.h"

uint64_t newest_attempt(struct invocation *inv, const struct job_files *part)
{
	struct str why;
	json_t *state = job_state(inv, part, &why);
	uint64_t attempt = json_uint(state, "attempt");

	json_decref(state);
	struct str folder = path_join(inv->arena, part->root, attempt_folder(inv->arena, attempt));
	return path_exists(folder.ptr) ? attempt : 0;
}

struct str attempt_folder(struct arena *a, uint64_t attempt)
{
	return str_fmt(a, JOB_FOLDER_ATTEMPTS "/%llu/", (unsigned long long)attempt);
}
