/* SPDX-License-Identifier: Apache-2.0 */
/* Removing a job's files. */
#include "driver/remove.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "driver/elements.h"
#include "driver/system.h"

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)walk;
	return type == FTW_DP || type == FTW_DNR ? rmdir(path) : unlink(path);
}

bool folder_remove(struct arena *a, struct str path, struct str *why)
{
	if (nftw(path.ptr, remove_one, 32, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0 ||
	    errno == ENOENT)
		return true;
	*why = str_fmt(a, "%.*s: %s", STR_ARG(path), strerror(errno));
	return false;
}

/* A damaged record must not make us remove a stranger's folder: a root ends in the job's number. */
static bool is_root_of(const struct job_files *job)
{
	return str_has_prefix(job->root, "/") && str_eq(path_base(job->root), job->number);
}

/* All but the record. */
static bool remove_files(struct invocation *inv, const struct job_files *job)
{
	struct arena *a = inv->arena;
	struct str why, batch = job_batch_log(a, job), cache = json_str(job->record, "cache_dir");

	if (!is_root_of(job)) {
		complain("the record of job %.*s names '%.*s' as its folder; it is left alone",
			 STR_ARG(job->id), STR_ARG(job->root));
		return false;
	}
	if (!folder_remove(a, job->root, &why)) {
		complain("can't remove the files of job %.*s: %.*s", STR_ARG(job->id),
			 STR_ARG(why));
		return false;
	}
	/* Enroot's folders of the job; not worth a complaint when somebody else cleans there, too.
	 */
	if (str_has_prefix(cache, "/"))
		folder_remove(a,
			      str_fmt(a, "%.*s/runtime/%.*s", STR_ARG(cache), STR_ARG(job->number)),
			      &why);
	unlink(batch.ptr);
	return true;
}

bool elements_remove(struct invocation *inv, const struct job_list *elements)
{
	bool ok = true;

	for (uint32_t i = 0; i < elements->list.n; i++) {
		const struct job_files *e = &elements->list.items[i];

		/* Without a number it has never begun. */
		if (e->task.len == 0 || e->number.len == 0)
			continue;
		if (!remove_files(inv, e)) {
			ok = false;
			continue;
		}
		unlink(job_link(inv->arena, e).ptr);
		printf("removed job %.*s: %.*s\n", STR_ARG(e->id), STR_ARG(e->root));
	}
	return ok;
}

bool job_remove(struct invocation *inv, const struct job_files *job)
{
	if (!remove_files(inv, job))
		return false;
	if (unlink(job->record_path.ptr) != 0 && errno != ENOENT) {
		complain("can't remove '%.*s': %s", STR_ARG(job->record_path), strerror(errno));
		return false;
	}
	if (inv->options.format == FORMAT_TEXT)
		printf("removed job %.*s: %.*s\n", STR_ARG(job->id), STR_ARG(job->root));
	return true;
}
