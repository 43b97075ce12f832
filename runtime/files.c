/* SPDX-License-Identifier: Apache-2.0 */
/* Small file helpers, clocks, and the one way to speak to people. */
#include "runtime/files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int64_t rt_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t rt_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

const char *rt_error_words(int error, char *text, size_t room)
{
	snprintf(text, room, "%s", strerror(error));
	text[0] = (char)tolower((unsigned char)text[0]);
	return text;
}

int rt_open_plain(int folder, const char *path, int flags, unsigned mode)
{
	int fd = openat(folder, path, (flags & ~O_TRUNC) | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);

	if (fd < 0)
		return -1;
	struct stat st;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		errno = ENXIO;
	} else if (!(flags & O_TRUNC) || !st.st_size || !ftruncate(fd, 0)) {
		/* Programs that get it as their output find it as any other. */
		fcntl(fd, F_SETFL, flags & O_APPEND);
		return fd;
	}
	int saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

const char *rt_open_fault(const char *path)
{
	int error = errno;

	if (error != ENXIO && error != ELOOP && error != EISDIR)
		return strerror(error);
	struct stat st;
	if (lstat(path, &st) || S_ISREG(st.st_mode))
		return strerror(error);
	return S_ISLNK(st.st_mode)    ? "is a link, not a plain file"
	       : S_ISFIFO(st.st_mode) ? "is a FIFO, not a plain file"
	       : S_ISDIR(st.st_mode)  ? "is a folder, not a plain file"
				      : "is a device or socket, not a plain file";
}

char *rt_read_fd(struct rt_pool *pool, int fd, size_t *len)
{
	char small[4096], *large = NULL;
	size_t room = sizeof(small), used = 0;
	struct stat st;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size >= (off_t)room &&
	    st.st_size < RT_READ_LIMIT) {
		room = (size_t)st.st_size + 2; /* the end of it shows in a read of nothing */
		large = rt_pool_take(pool, room);
	}
	for (;;) {
		ssize_t n = read(fd, (large ? large : small) + used, room - used - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NULL;
		if (!n)
			break;
		used += (size_t)n;
		if (used + 1 < room)
			continue;
		if (room >= RT_READ_LIMIT) {
			errno = EFBIG;
			return NULL;
		}
		room *= 2;
		large = memcpy(rt_pool_take(pool, room), large ? large : small, used);
	}
	*len = used;
	if (!large)
		return rt_pool_text(pool, small, used);
	large[used] = '\0';
	return large;
}

static char *read_and_close(struct rt_pool *pool, int fd, size_t *len)
{
	if (fd < 0)
		return NULL;
	char *text = rt_read_fd(pool, fd, len);
	int saved = errno;
	close(fd);
	errno = saved;
	return text;
}

char *rt_read_file(struct rt_pool *pool, const char *path, size_t *len)
{
	return read_and_close(pool, open(path, O_RDONLY | O_CLOEXEC), len);
}

char *rt_read_plain(struct rt_pool *pool, const char *path, size_t *len)
{
	return read_and_close(pool, rt_open_plain(AT_FDCWD, path, O_RDONLY | O_NOFOLLOW, 0), len);
}

char *rt_own_program(struct rt_pool *pool)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);

	return n > 0 ? rt_pool_text(pool, path, (size_t)n) : NULL;
}

void rt_read_small(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, room - 1);

	text[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

bool rt_replace_begin(struct rt_replace *r, struct rt_pool *pool, const char *path, unsigned mode)
{
	r->path = path;
	r->is_lasting = true;
	r->temporary = rt_pool_format(pool, "%s.tmp-%ld", path, (long)getpid());
	/* Nobody else's file, and nothing that lies in wait there. */
	unlink(r->temporary);
	int fd = open(r->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	rt_out_open(&r->out, fd);
	return fd >= 0;
}

bool rt_replace_end(struct rt_replace *r)
{
	bool good = rt_out_flush(&r->out);
	int error = r->out.error;

	if (good && r->is_lasting && fsync(r->out.fd) && errno != EINVAL && errno != EROFS) {
		good = false;
		error = errno;
	}
	if (close(r->out.fd) && good) {
		good = false;
		error = errno;
	}
	if (good && rename(r->temporary, r->path)) {
		good = false;
		error = errno;
	}
	if (!good)
		unlink(r->temporary);
	errno = error;
	return good;
}

bool rt_make_folders(const char *path, unsigned mode)
{
	char *copy = strdup(path);
	bool good = copy;

	for (char *p = copy + 1; good && *copy && *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		mkdir(copy, mode);
		*p = '/';
	}
	if (good && mkdir(copy, mode) && errno != EEXIST)
		good = false;
	free(copy);
	if (!good)
		return false;
	struct stat st;
	if (stat(path, &st))
		return false;
	errno = ENOTDIR;
	return S_ISDIR(st.st_mode);
}

uint32_t rt_text_hash(const char *text, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)text[i]) * 16777619u;
	return hash;
}

void rt_close_on_exec_all(void)
{
	DIR *fds = opendir("/proc/self/fd");

	if (!fds) {
		for (int fd = 3; fd < 1024; fd++)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
		return;
	}
	struct dirent *entry;
	while ((entry = readdir(fds))) {
		int fd = atoi(entry->d_name);

		if (fd > 2)
			fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	closedir(fds);
}

void rt_say(const char *format, ...)
{
	int head = 6;
	char text[1024];
	memcpy(text, "hpcc: ", 6);
	va_list args;
	va_start(args, format);
	int len = vsnprintf(text + head, sizeof(text) - 7, format, args);
	va_end(args);
	if (len < 0)
		return;
	len = len + head < (int)sizeof(text) - 1 ? len + head : (int)sizeof(text) - 2;
	text[len++] = '\n';
	/* One write, so that lines of several writers do not mix. A full disk stops nothing. */
	(void)!write(STDERR_FILENO, text, (size_t)len);
}
