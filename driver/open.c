/* SPDX-License-Identifier: Apache-2.0 */
/* Opening and reading files that somebody else may have made. */
#include "driver/open.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
	WRITER_MS = 5000 /* somebody is to write into a pipe that was named, by then */
};

struct str error_text(struct arena *a, int error)
{
	struct str text = str_dup(a, str_c(strerror(error)));

	if (text.len > 1 && text.ptr[1] >= 'a' && text.ptr[1] <= 'z')
		((char *)text.ptr)[0] = (char)(text.ptr[0] | 0x20);
	return text;
}

const char *file_kind_name(mode_t mode)
{
	static const struct {
		mode_t kind;
		const char *name;
	} names[] = {{S_IFREG, "a file"},    {S_IFDIR, "a folder"},        {S_IFIFO, "a pipe"},
		     {S_IFSOCK, "a socket"}, {S_IFLNK, "a symbolic link"}, {S_IFCHR, "a device"},
		     {S_IFBLK, "a device"}};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if ((mode & S_IFMT) == names[i].kind)
			return names[i].name;
	return "no file";
}

static bool is_wanted(mode_t mode, enum open_kind kind)
{
	return S_ISREG(mode) || (kind == OPEN_STREAM && !S_ISDIR(mode) && !S_ISBLK(mode));
}

int open_to_read(struct arena *a, int folder, const char *path, enum open_kind kind,
		 struct str *why)
{
	int fd = openat(folder, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0) {
		int error = errno;

		if (fd >= 0)
			close(fd);
		*why = error == ENXIO ? STR("it is a socket, or a device without a driver")
				      : error_text(a, error);
		errno = error;
		return -1;
	}
	if (is_wanted(st.st_mode, kind))
		return fd;
	*why = str_fmt(a, "it is %s", file_kind_name(st.st_mode));
	close(fd);
	errno = EINVAL;
	return -1;
}

/* The size of a file that is about to be read; a pipe's isn't known, nor is that of a file of /proc, which
 * says 0 and may change between two reads. */
static size_t size_hint(const struct stat *st, size_t limit)
{
	if (!S_ISREG(st->st_mode) || st->st_size <= 0)
		return 1 << 16;
	return (size_t)st->st_size < limit ? (size_t)st->st_size : limit;
}

/*
 * Waits until a descriptor has something to read, or is at its end. A named pipe that nobody has
 * opened to write yet reads as one at its end, but poll() goes on waiting for the writer.
 */
static bool wait_for_data(int fd, int limit_ms)
{
	struct pollfd end = {fd, POLLIN, 0};
	int n;

	while ((n = poll(&end, 1, limit_ms)) < 0 && errno == EINTR)
		;
	return n > 0;
}

/* The next piece; 0 at the end, below 0 with errno. */
static ssize_t read_piece(int fd, char *text, size_t room)
{
	for (;;) {
		ssize_t n = read(fd, text, room);

		if (n >= 0 || (errno != EINTR && errno != EAGAIN))
			return n;
		if (errno == EAGAIN)
			wait_for_data(fd, -1);
	}
}

bool read_to_end(struct arena *a, int fd, size_t limit, struct str *bytes, struct str *why)
{
	struct stat st = {0};
	size_t len = 0;

	fstat(fd, &st);
	size_t room = size_hint(&st, limit) + 2; /* one byte more shows the end */
	char *text = arena_alloc(a, room);
	bool is_silent = S_ISFIFO(st.st_mode) && !wait_for_data(fd, WRITER_MS);
	ssize_t n;
	while ((n = read_piece(fd, text + len, room - 1 - len)) != 0) {
		if (n < 0) {
			*why = error_text(a, errno);
			return false;
		}
		len += (size_t)n;
		if (len > limit) {
			*why = str_fmt(a, "it is larger than %zu MiB", limit >> 20);
			return false;
		}
		if (len == room - 1) {
			text = arena_grow(a, text, room, 2 * room);
			room *= 2;
		}
	}
	if (is_silent && len == 0) {
		*why = STR("it is a pipe that nobody writes to");
		return false;
	}
	text[len] = '\0';
	*bytes = (struct str){text, len};
	return true;
}

bool file_read_at(struct arena *a, int folder, const char *path, size_t limit, struct str *bytes,
		  struct str *why)
{
	int fd = open_to_read(a, folder, path, OPEN_FILE, why);

	if (fd < 0)
		return false;
	bool ok = read_to_end(a, fd, limit, bytes, why);
	close(fd);
	return ok;
}
