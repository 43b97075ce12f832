/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Removing a job's files. Everything goes by descriptors of folders that were looked at: a name
 * that somebody turns into a link meanwhile leads nowhere else.
 */
#include "driver/jobs/remove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/jobs/elements.h"
#include "driver/open.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/support/visible.h"
#include "ir/files.gen.h"

enum {
	MAX_DEPTH = 64, /* folders that are open at once */
	MOST_TOLD = 10  /* jobs that a line names */
};

struct removal {
	struct arena *a;
	int top;            /* the folder that is emptied */
	dev_t device;       /* what is mounted below stays */
	unsigned moved;     /* folders that were too deep, and were moved to the top */
	struct str failure; /* the first one */
};

static void note_failure(struct removal *r, const char *name, int error)
{
	if (r->failure.len == 0)
		r->failure = str_fmt(r->a, "%s: %.*s", name, STR_ARG(error_text(r->a, error)));
}

static void empty_folder(struct removal *r, int fd, unsigned depth);

static int open_subfolder(int folder, const char *name)
{
	return openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static void remove_folder(struct removal *r, int folder, const char *name, unsigned depth)
{
	int fd = open_subfolder(folder, name);

	if (fd < 0) {
		note_failure(r, name, errno);
		return;
	}
	struct stat st;
	if (fstat(fd, &st) == 0 && st.st_dev == r->device) {
		if ((st.st_mode & S_IRWXU) != S_IRWXU)
			fchmod(fd, S_IRWXU);    /* package caches are often closed to writing */
		empty_folder(r, fd, depth + 1); /* closes it */
	} else {
		close(fd);
	}
	if (unlinkat(folder, name, AT_REMOVEDIR) != 0 && errno != ENOENT)
		note_failure(r, name, errno);
}

/* Too deep to hold all folders above it open: it is dealt with at the top. */
static bool move_to_top(struct removal *r, int folder, const char *name)
{
	struct str target = str_fmt(r->a, ".hpcc-deep-%u", ++r->moved);

	return renameat(folder, name, r->top, target.ptr) == 0;
}

static void remove_one(struct removal *r, int folder, const char *name, unsigned depth)
{
	if (unlinkat(folder, name, 0) == 0 || errno == ENOENT)
		return;
	struct stat st;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISDIR(st.st_mode)) {
		note_failure(r, name, errno);
		return;
	}
	if (depth < MAX_DEPTH || !move_to_top(r, folder, name))
		remove_folder(r, folder, name, depth);
}

/* Marks by which a job's folder is known; they go last, so that what an interrupted removal left
   can be removed by the next one. */
static const char *const marks[] = {JOB_FILE_SCRIPT, JOB_FILE_STATE, NULL};

static bool is_mark(const char *name)
{
	for (size_t i = 0; marks[i]; i++)
		if (strcmp(name, marks[i]) == 0)
			return true;
	return false;
}

static void empty_folder(struct removal *r, int fd, unsigned depth)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    (depth > 0 || !is_mark(entry->d_name)))
			remove_one(r, dirfd(dir), entry->d_name, depth);
	if (dir)
		closedir(dir);
	else
		close(fd);
}

/* Empties an open folder, which stays open. */
static bool empty_top(struct arena *a, int fd, struct str *why)
{
	struct removal r = {.a = a, .top = fd};
	struct stat st;

	if (fstat(fd, &st) == 0)
		r.device = st.st_dev;
	unsigned moved;
	do {
		int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		moved = r.moved;
		if (again < 0)
			note_failure(&r, ".", errno);
		else
			empty_folder(&r, again, 0);
	} while (r.moved > moved && r.failure.len == 0);
	for (size_t i = 0; marks[i] && r.failure.len == 0; i++)
		remove_one(&r, fd, marks[i], 0);
	*why = r.failure;
	return r.failure.len == 0;
}

/* Opens `name` in `parent` if it is a folder of the user's own. -1 with *why, which is empty when
   there is none. */
static int open_own_folder(struct arena *a, int parent, const char *name, struct str *why)
{
	int fd = open_subfolder(parent, name);

	*why = STR("");
	if (fd < 0 && errno == ENOENT)
		return -1;
	struct stat st;
	if (fd < 0)
		*why = errno == ENOTDIR || errno == ELOOP ? STR("it is no folder")
							  : error_text(a, errno);
	else if (fstat(fd, &st) != 0 || st.st_uid != geteuid())
		*why = STR("it isn't yours");
	if (why->len == 0)
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool is_empty(int fd)
{
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = again < 0 ? NULL : fdopendir(again);
	struct dirent *entry = NULL;

	while (dir && (entry = readdir(dir)) != NULL)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			break;
	if (dir)
		closedir(dir);
	return dir && !entry;
}

static bool has_mark(int fd)
{
	struct stat st;

	for (size_t i = 0; marks[i]; i++)
		if (fstatat(fd, marks[i], &st, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISDIR(st.st_mode))
			return true;
	return is_empty(fd);
}

/* Removes the folder `name` in `parent` and all below it. With needs_mark only if it shows that it
   is a job's. A folder that isn't there is fine. */
static bool remove_own_folder(struct arena *a, struct str parent, const char *name, bool needs_mark,
			      struct str *why)
{
	int above = open(parent.ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);

	*why = STR("");
	if (above < 0)
		return errno == ENOENT;
	int fd = open_own_folder(a, above, name, why);
	bool ok = fd < 0 && why->len == 0;
	if (fd >= 0 && needs_mark && !has_mark(fd))
		*why = STR("nothing in it shows that it is a job's");
	else if (fd >= 0)
		ok = empty_top(a, fd, why);
	if (fd >= 0 && ok && unlinkat(above, name, AT_REMOVEDIR) != 0 && errno != ENOENT) {
		*why = error_text(a, errno);
		ok = false;
	}
	if (fd >= 0)
		close(fd);
	close(above);
	return ok;
}

bool folder_remove(struct arena *a, struct str path, struct str *why)
{
	if (remove_own_folder(a, path_folder(a, path), path_base(path).ptr, false, why))
		return true;
	*why = str_fmt(a, "%.*s: %.*s", STR_ARG(path), STR_ARG(*why));
	return false;
}

/*
 * The batch log where hpcc itself puts it, beside the root: <runtime root>/logs/hpc-compose-….out.
 * One that the spec put elsewhere is the user's file.
 */
static void remove_batch_log(struct arena *a, const struct job_files *job, struct removed *removed)
{
	struct str log = job_batch_log(a, job), name = path_base(log);
	int fd = -1;

	if (log.len == 0 || job->is_local)
		return;
	if (!str_eq(path_folder(a, log), path_join(a, job->runtime_root, STR("logs"))) ||
	    !str_has_prefix(name, "hpc-compose-") || !str_contains(name, job->number.ptr)) {
		if (path_exists(log.ptr))
			*LIST_PUSH(a, &removed->stay) = log;
		return;
	}
	struct str why;
	if (trust_open(a, job->runtime_root, "logs", &fd, &why) != FOUND_FILE)
		return;
	struct stat st;
	if (fstatat(fd, name.ptr, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	    st.st_uid == geteuid())
		unlinkat(fd, name.ptr, 0);
	close(fd);
}

/* All but the record. */
static bool remove_files(struct invocation *inv, const struct job_files *job,
			 struct removed *removed)
{
	struct str cache = json_str(job->record, "cache_dir");
	struct arena *a = inv->arena;
	struct str why;
	if (!remove_own_folder(a, path_folder(a, job->root), path_base(job->root).ptr, true,
			       &why)) {
		complain("can't remove the files of job %.*s: '%.*s': %.*s", STR_ARG(job->id),
			 STR_ARG(job->root), STR_ARG(why));
		return false;
	}
	/* Enroot's folders of the job; not worth a complaint when somebody else cleans there, too.
	 */
	if (str_has_prefix(cache, "/") && str_find(cache, '\0') == STR_NONE)
		folder_remove(a,
			      str_fmt(a, "%.*s/runtime/%.*s", STR_ARG(cache), STR_ARG(job->number)),
			      &why);
	remove_batch_log(a, job, removed);
	return true;
}

static void remove_link(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
		unlink(path);
}

static void note_removed(struct arena *a, const struct job_files *job, struct removed *removed)
{
	*LIST_PUSH(a, &removed->ids) = job->id;
	removed->root = job->root;
}

static bool remove_element(struct invocation *inv, const struct job_files *e,
			   struct removed *removed)
{
	/* Without a number it has never begun. */
	if (e->task.len == 0 || e->number.len == 0)
		return true;
	if (!remove_files(inv, e, removed))
		return false;
	remove_link(job_link(inv->arena, e).ptr);
	return true;
}

bool job_remove(struct invocation *inv, const struct job_files *job, const struct job_list *parts,
		struct removed *removed)
{
	bool ok = true;

	for (uint32_t i = 0; job->is_array && i < parts->list.n; i++) {
		bool is_gone = remove_element(inv, &parts->list.items[i], removed);

		ok = ok && is_gone;
		if (is_gone && job->task.len > 0)
			note_removed(inv->arena, &parts->list.items[i], removed);
	}
	if (job->task.len > 0)
		return ok;
	struct str why;
	if (!remove_files(inv, job, removed))
		return false;
	if (!record_remove(inv->arena, job, &why)) {
		complain("%.*s", STR_ARG(why));
		return false;
	}
	note_removed(inv->arena, job, removed);
	return ok;
}

void removed_print(struct arena *a, const char *what, const struct removed *removed)
{
	uint32_t n = removed->ids.n;

	printf("%s job%s", what, plural(n));
	for (uint32_t i = 0; i < n && i < MOST_TOLD; i++)
		printf("%s %.*s", i == 0 ? "" : ",", STR_ARG(removed->ids.items[i]));
	if (n > MOST_TOLD)
		printf(" and %u more", n - MOST_TOLD);
	if (n == 1)
		printf(": %.*s", STR_ARG(str_visible(a, removed->root, VISIBLE_LINE)));
	if (removed->stay.n == 1)
		printf("; its output stays: %.*s",
		       STR_ARG(str_visible(a, removed->stay.items[0], VISIBLE_LINE)));
	if (removed->stay.n > 1)
		printf("; %u files of output stay where their specs put them", removed->stay.n);
}
