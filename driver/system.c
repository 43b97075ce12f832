/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing files, paths, and where programs are. */
#include "driver/system.h"

#include "driver/invocation.h"
#include "driver/open.h"
#include "ir/support/visible.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool file_read(struct arena *a, const char *path, size_t limit, struct str *bytes, struct str *why)
{
	return file_read_at(a, AT_FDCWD, path, limit, bytes, why);
}

bool stream_read(struct arena *a, const char *path, size_t limit, struct str *bytes,
		 struct str *why)
{
	bool is_input = strcmp(path, "-") == 0;
	int fd = is_input ? STDIN_FILENO : open_to_read(a, AT_FDCWD, path, OPEN_STREAM, why);

	if (fd < 0)
		return false;
	bool ok = read_to_end(a, fd, limit, bytes, why);
	if (!is_input)
		close(fd);
	return ok;
}

mode_t plain_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static bool write_all(int fd, struct str text)
{
	while (text.len > 0) {
		ssize_t n = write(fd, text.ptr, text.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		text = str_from(text, (size_t)n);
	}
	return true;
}

/* Writes and closes; false with errno. */
static bool fill_file(int fd, struct str text, mode_t mode)
{
	bool ok = fchmod(fd, mode) == 0 && write_all(fd, text) && fsync(fd) == 0;
	int error = errno;

	if (close(fd) != 0 && ok)
		return false;
	errno = error;
	return ok;
}

/* Fills the temporary file fd and gives it its place. */
static bool finish_file(int fd, const char *temporary, const char *path, struct str text,
			mode_t mode)
{
	if (fill_file(fd, text, mode) && rename(temporary, path) == 0)
		return true;
	int error = errno;
	unlink(temporary);
	errno = error;
	return false;
}

static bool write_directly(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	bool ok = write_all(fd, text);
	return close(fd) == 0 && ok;
}

/* Through a temporary file beside it, whose name nobody can guess. */
static bool replace_file(struct arena *a, const char *path, struct str text, mode_t mode)
{
	struct str temporary =
		str_fmt(a, "%.*s/.hpcc-XXXXXX", STR_ARG(path_folder(a, str_c(path))));
	int fd = mkostemp((char *)temporary.ptr, O_CLOEXEC);

	return fd >= 0 && finish_file(fd, temporary.ptr, path, text, mode);
}

static bool write_file(struct arena *a, const char *path, struct str text, mode_t mode)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		if (S_ISDIR(st.st_mode)) {
			errno = EISDIR;
			return false;
		}
		return write_directly(path, text);
	}
	char *target = realpath(path, NULL); /* a link goes on pointing where it points */
	if (target) {
		path = str_to_c(a, str_c(target));
		free(target);
	}
	return replace_file(a, path, text, mode);
}

bool file_put(struct arena *a, const char *path, struct str text, mode_t mode, struct str *why)
{
	if (replace_file(a, path, text, mode))
		return true;
	*why = error_text(a, errno);
	return false;
}

bool file_write_new(struct arena *a, struct str prefix, struct str text, mode_t mode,
		    struct str *path, struct str *why)
{
	*path = str_fmt(a, "%.*sXXXXXX", STR_ARG(prefix));
	int fd = mkostemp((char *)path->ptr, O_CLOEXEC);
	if (fd >= 0 && fill_file(fd, text, mode))
		return true;
	*why = error_text(a, errno);
	if (fd >= 0)
		unlink(path->ptr);
	return false;
}

bool file_is_screen(const char *path)
{
	return (!path || strcmp(path, "-") == 0) && isatty(STDOUT_FILENO);
}

bool file_write(struct arena *a, const char *path, struct str text, mode_t mode, struct str *why)
{
	if (file_is_screen(path))
		text = str_visible(a, text, VISIBLE_TEXT);
	bool ok;
	if (!path || strcmp(path, "-") == 0) {
		ok = fwrite(text.ptr, 1, text.len, stdout) == text.len;
		ok = fflush(stdout) == 0 && ok;
	} else {
		ok = write_file(a, path, text, mode);
	}
	if (!ok)
		*why = error_text(a, errno);
	return ok;
}

int file_write_result(struct arena *a, const char *path, struct str text, mode_t mode)
{
	struct str why;

	if (file_write(a, path, text, mode, &why))
		return EXIT_OK;
	if (errno == EPIPE)
		return EXIT_UNEXPECTED;
	if (path)
		complain("can't write '%s': %.*s", path, STR_ARG(why));
	else
		complain("can't write standard output: %.*s", STR_ARG(why));
	return EXIT_UNEXPECTED;
}

bool output_is_gone(FILE *out)
{
	struct pollfd reader = {fileno(out), 0, 0};

	return ferror(out) || (poll(&reader, 1, 0) > 0 && (reader.revents & POLLERR));
}

bool folder_make(struct arena *a, struct str path, mode_t mode, struct str *why)
{
	char *text = (char *)str_to_c(a, path);

	for (char *p = text + 1; *text; p++) {
		char byte = *p;

		if (byte != '/' && byte != '\0')
			continue;
		*p = '\0';
		if (mkdir(text, mode) != 0 && (errno != EEXIST || !path_is_folder(text))) {
			*why = str_fmt(a, "%s: %.*s", text, STR_ARG(error_text(a, errno)));
			return false;
		}
		*p = byte;
		if (byte == '\0')
			break;
	}
	return true;
}

bool path_exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

struct str path_join(struct arena *a, struct str folder, struct str name)
{
	if (str_has_prefix(name, "/") || folder.len == 0)
		return str_dup(a, name);
	if (str_has_suffix(folder, "/"))
		return str_cat(a, folder, name);
	return str_fmt(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name));
}

struct str path_folder(struct arena *a, struct str path)
{
	ptrdiff_t slash = str_find_last(path, '/');

	if (slash == STR_NONE)
		return STR(".");
	return str_dup(a, str_slice(path, 0, slash == 0 ? 1 : (size_t)slash));
}

struct str path_base(struct str path)
{
	ptrdiff_t slash = str_find_last(path, '/');

	return slash == STR_NONE ? path : str_from(path, (size_t)slash + 1);
}

struct str working_folder(struct arena *a)
{
	const char *pwd = getenv("PWD");
	struct stat here, there;

	/* The shell's name of the folder keeps the links the user came by. */
	if (pwd && *pwd == '/' && stat(pwd, &there) == 0 && stat(".", &here) == 0 &&
	    here.st_ino == there.st_ino && here.st_dev == there.st_dev)
		return str_c(pwd);
	char *cwd = getcwd(NULL, 0);
	struct str folder = str_dup(a, str_c(cwd ? cwd : "/"));
	free(cwd);
	return folder;
}

uint32_t working_depth(void)
{
	char *cwd = getcwd(NULL, 0); /* not by the shell's name: `..` goes by the real folder */
	uint32_t n = cwd && strcmp(cwd, "/") != 0;

	for (const char *p = cwd; p && (p = strchr(p, '/')); p++)
		n++;
	free(cwd);
	return n;
}

struct str path_absolute(struct arena *a, struct str path)
{
	struct str whole = path_join(a, working_folder(a), path), rest = whole;
	struct buf out;

	buf_init(&out, a);
	struct str part;
	while (rest.len > 0) {
		rest = str_split(rest, '/', &part);
		if (part.len == 0 || str_eq_c(part, "."))
			continue;
		if (str_eq_c(part, "..")) {
			ptrdiff_t slash = str_find_last(buf_str(&out), '/');

			out.len = slash == STR_NONE ? 0 : (size_t)slash;
			continue;
		}
		buf_add_byte(&out, '/');
		buf_add(&out, part);
	}
	return out.len == 0 ? STR("/") : str_dup(a, buf_str(&out));
}

struct str path_shown(struct arena *a, struct str path)
{
	struct str here = working_folder(a);

	if (here.len > 1 && path.len > here.len + 1 && path.ptr[here.len] == '/' &&
	    str_eq(str_slice(path, 0, here.len), here))
		path = str_from(path, here.len + 1);
	return str_visible(a, path, VISIBLE_LINE);
}

uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

const char *env_or(const char *name, const char *otherwise)
{
	const char *value = getenv(name);

	return value && *value ? value : otherwise;
}
