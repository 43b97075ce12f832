/* SPDX-License-Identifier: Apache-2.0 */
/* Copies of files and folders: plain reads and writes, which every file system knows. */
#include "runtime/data/copy_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/out.h"

struct copy {
	char from[PATH_MAX], to[PATH_MAX];
	void (*warn)(const char *path, int error, void *arg);
	void *arg;
};

static bool give_up(struct copy *c, int error)
{
	c->warn(c->from, error, c->arg);
	return false;
}

/* As much as the file had when it was looked at: somebody may write faster than we copy. */
static bool copy_bytes(int in, int out, off_t left)
{
	static char data[1 << 16];

	while (left > 0) {
		size_t room = left < (off_t)sizeof(data) ? (size_t)left : sizeof(data);
		ssize_t n = read(in, data, room);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		if (!rt_write_all(out, data, (size_t)n))
			return false;
		left -= n;
	}
	return true;
}

static bool copy_file(struct copy *c, const struct stat *st)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};
	int in = open(c->from, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (in < 0)
		return give_up(c, errno);
	int out = open(c->to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (out < 0) {
		int error = errno;

		close(in);
		return error == EEXIST || give_up(c, error);
	}
	bool good = copy_bytes(in, out, st->st_size) && !fchmod(out, st->st_mode & 07777) &&
		    !futimens(out, times);
	good = good || give_up(c, errno);
	close(in);
	if (close(out) && good)
		good = give_up(c, errno);
	if (!good)
		unlink(c->to);
	return good;
}

static bool copy_link(struct copy *c)
{
	char target[PATH_MAX];
	ssize_t n = readlink(c->from, target, sizeof(target) - 1);

	if (n < 0)
		return give_up(c, errno);
	target[n] = '\0';
	return !symlink(target, c->to) || errno == EEXIST || give_up(c, errno);
}

static bool copy_any(struct copy *c);

static bool copy_folder(struct copy *c, const struct stat *st)
{
	size_t from = strlen(c->from), to = strlen(c->to);

	if (mkdir(c->to, 0700) && errno != EEXIST)
		return give_up(c, errno);
	DIR *dir = opendir(c->from);
	if (!dir)
		return give_up(c, errno);
	struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
			continue;
		int a = snprintf(c->from + from, sizeof(c->from) - from, "/%s", entry->d_name);
		int b = snprintf(c->to + to, sizeof(c->to) - to, "/%s", entry->d_name);
		if (a < 0 || b < 0 || from + (size_t)a >= sizeof(c->from) ||
		    to + (size_t)b >= sizeof(c->to))
			give_up(c, ENAMETOOLONG);
		else
			copy_any(c);
		c->from[from] = '\0';
		c->to[to] = '\0';
	}
	closedir(dir);
	return !chmod(c->to, (st->st_mode & 07777) | 0700) || give_up(c, errno);
}

static bool copy_any(struct copy *c)
{
	struct stat st;

	if (lstat(c->from, &st))
		return give_up(c, errno);
	if (S_ISDIR(st.st_mode))
		return copy_folder(c, &st);
	if (S_ISLNK(st.st_mode))
		return copy_link(c);
	if (S_ISREG(st.st_mode))
		return copy_file(c, &st);
	return give_up(c, ENOTSUP); /* sockets, pipes, devices */
}

bool rt_copy_tree(const char *from, const char *to,
		  void (*warn)(const char *path, int error, void *arg), void *arg)
{
	static struct copy c;

	c.warn = warn;
	c.arg = arg;
	if (strlen(from) >= sizeof(c.from) || strlen(to) >= sizeof(c.to)) {
		warn(from, ENAMETOOLONG, arg);
		return false;
	}
	memcpy(c.from, from, strlen(from) + 1);
	memcpy(c.to, to, strlen(to) + 1);
	return copy_any(&c);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)walk;
	/* What can't be removed is met again when its folder is. */
	if (type == FTW_DP || type == FTW_DNR)
		rmdir(path);
	else
		unlink(path);
	return 0;
}

void rt_remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}
