/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts and the resume record. */
#include "runtime/data/resume.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"
#include "ir/files.gen.h"

static bool failed(const char *what, const char *path)
{
	rt_say("begin: cannot %s %s: %s", what, path, strerror(errno));
	return false;
}

/* A link in the job root, replaced in one step. What is there as a real file stays. */
static bool link_latest(struct rt_alloc *a, struct rt_pool *pool, const char *root,
			const char *name)
{
	const char *link = rt_pool_format(pool, "%s/%s", root, name);
	const char *target = rt_pool_format(pool, JOB_FOLDER_ATTEMPTS "/%u/%s", a->attempt, name);
	const char *temporary = rt_pool_format(pool, "%s.tmp-%ld", link, (long)getpid());

	if (symlink(target, temporary))
		return failed("make the link", temporary);
	if (!rename(temporary, link))
		return true;
	failed("make the link", link);
	unlink(temporary);
	return false;
}

static bool write_record(const struct rt_alloc *a, struct rt_pool *pool, const char *path)
{
	struct rt_replace file;

	if (!rt_replace_begin(&file, pool, path, 0644))
		return failed("write", path);
	rt_json_open(&file.out, NULL, '{');
	rt_json_number(&file.out, "schema_version", 1);
	rt_json_text(&file.out, "compose_name", a->job_name);
	rt_json_text(&file.out, "job_id", a->job_id);
	rt_json_number(&file.out, "attempt", a->attempt);
	rt_json_time(&file.out, "updated_at", rt_wall());
	rt_json_close(&file.out, '}');
	rt_out_text(&file.out, "\n");
	return rt_replace_end(&file) || failed("write", path);
}

bool rt_resume_begin(struct rt_alloc *a, struct rt_pool *pool, const char *root)
{
	static const char *const names[] = {
		JOB_FOLDER_ALLOCATION, JOB_FOLDER_LOGS,       JOB_FOLDER_METRICS,
		JOB_FOLDER_ARTIFACTS,  JOB_FOLDER_OLD_EVENTS, JOB_FOLDER_ORDERS,
		JOB_FILE_STATE,        JOB_FILE_EVENTS,       JOB_FILE_TIMES};
	const char *folder = rt_pool_format(pool, "%s/_hpc-compose", a->resume);
	const char *record = rt_pool_format(pool, "%s/latest.json", folder);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!link_latest(a, pool, root, names[i]))
			return false;
	if (!rt_make_folders(folder, 0755))
		return failed("make the folder", folder);
	a->is_resume = a->attempt > 0 || !access(record, F_OK);
	return write_record(a, pool, record);
}
