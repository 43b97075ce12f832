/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/index/elsewhere.h"

#include <unistd.h>

#include "driver/cluster/slurm.h"
#include "driver/index/folders.h"
#include "driver/system.h"

/* The record in that folder's records, or in those of a folder above it. */
static bool load_from(struct invocation *inv, struct str folder, struct str id,
		      struct job_files *job)
{
	struct arena *a = inv->arena;
	const char *name = str_fmt(a, "%.*s.json", STR_ARG(id)).ptr;
	struct str records, why;
	int fd;

	if (records_find_from(a, folder, &records, &fd, &why) != FOUND_FILE)
		return false;
	bool ok = record_load(inv, records, fd, name, job);
	close(fd);
	return ok;
}

/* "1000|/home/alice/run": who submitted the job, and where. False when Slurm doesn't tell. */
static bool ask_for_folder(struct invocation *inv, const char *const *argv, struct str *user,
			   struct str *folder)
{
	struct child_end end;
	struct str why;

	if (program_find(inv->arena, argv[0]).len == 0 || !slurm_call(inv, argv, &end, &why))
		return false;
	struct str line;
	while (end.out.len > 0) {
		end.out = str_split(end.out, '\n', &line);
		*folder = str_trim(str_split(line, '|', user));
		*user = str_trim(*user);
		if (user->len > 0 && str_has_prefix(*folder, "/"))
			return true;
	}
	return false;
}

/* Only what the user has submitted: the folder of a stranger's job says nothing. */
static bool load_by_slurm(struct invocation *inv, struct str id, struct job_files *job)
{
	struct arena *a = inv->arena;
	const char *option = str_fmt(a, "--jobs=%.*s", STR_ARG(id)).ptr;
	const char *queue[] = {"squeue", "--noheader",     "--states=all",
			       option,   "--format=%U|%Z", NULL};
	const char *accounting[] = {"sacct", "--noheader",           "--parsable2", "--allocations",
				    option,  "--format=UID,WorkDir", NULL};
	struct str user, folder;
	uint64_t number;

	if (!str_to_u64(id, &number) || (!ask_for_folder(inv, queue, &user, &folder) &&
					 !ask_for_folder(inv, accounting, &user, &folder)))
		return false;
	if (!str_eq(user, str_fmt(a, "%lu", (unsigned long)geteuid()))) {
		complain("job %.*s isn't yours", STR_ARG(id));
		return false;
	}
	if (!load_from(inv, folder, id, job))
		return false;
	folders_note(a, json_str(job->record, "submit_dir")); /* Slurm forgets */
	return true;
}

bool job_load_elsewhere(struct invocation *inv, struct str id, struct job_files *job,
			bool *is_found)
{
	*is_found = false;
	if (!is_job_id(str_to_c(inv->arena, id)))
		return true;
	struct folders folders;
	folders_read(inv->arena, &folders);
	struct job_files other;
	for (uint32_t i = folders.list.n; i-- > 0;) {
		if (!load_from(inv, folders.list.items[i], id, &other))
			continue;
		/* The same folder may be listed by several of its names. */
		if (*is_found && !str_eq(other.root, job->root)) {
			complain("there are several jobs %.*s, in %.*s and in %.*s", STR_ARG(id),
				 STR_ARG(path_folder(inv->arena, job->record_path)),
				 STR_ARG(path_folder(inv->arena, other.record_path)));
			advise("go to the folder of the one that is meant");
			return false;
		}
		*job = other;
		*is_found = true;
	}
	if (!*is_found)
		*is_found = load_by_slurm(inv, id, job);
	return true;
}
