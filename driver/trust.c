/* SPDX-License-Identifier: Apache-2.0 */
/* Whose files hpcc goes by: owners, modes, and the folders that the user trusts by name. */
#include "driver/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/invocation.h"
#include "driver/open.h"
#include "driver/system.h"

enum {
	MAX_LIST = 1 << 20
};

const char trust_way_out[] =
	"to use it all the same, name the folder in HPCC_TRUSTED_FOLDERS or in "
	"~/.config/hpc-compose/trusted-folders (docs/settings.md)";

static struct str descriptor_path(struct arena *a, int fd)
{
	struct str link = str_fmt(a, "/proc/self/fd/%d", fd);
	char *text = arena_alloc(a, PATH_MAX);
	ssize_t n = readlink(link.ptr, text, PATH_MAX - 1);

	return n > 0 && text[0] == '/' ? (struct str){text, (size_t)n} : STR("");
}

static bool is_below(struct str path, struct str folder)
{
	while (folder.len > 1 && str_has_suffix(folder, "/"))
		folder.len--;
	if (!str_has_prefix(folder, "/") || path.len < folder.len ||
	    memcmp(path.ptr, folder.ptr, folder.len) != 0)
		return false;
	return folder.len == 1 || path.len == folder.len || path.ptr[folder.len] == '/';
}

/* A path that the user wrote, or the one that its links lead to. */
static bool is_in_folder(struct arena *a, struct str path, struct str folder)
{
	folder = str_trim(folder);
	if (folder.len == 0 || folder.ptr[0] == '#')
		return false;
	char *real = realpath(str_dup(a, folder).ptr, NULL);
	bool is_in = is_below(path, real ? str_c(real) : folder);
	free(real);
	return is_in;
}

static bool is_in_list(struct arena *a, struct str path, struct str list, char separator)
{
	struct str folder;

	while (list.len > 0) {
		list = str_split(list, separator, &folder);
		if (is_in_folder(a, path, folder))
			return true;
	}
	return false;
}

/* The list in the user's own configuration, which has to be the user's own, too. */
static struct str configured_list(struct arena *a)
{
	struct str base = path_join(a, str_c(env_or("HOME", "")), STR(".config"));

	base = str_c(env_or("XDG_CONFIG_HOME", base.ptr));
	struct str path = path_join(a, base, STR("hpc-compose/trusted-folders"));
	if (!str_has_prefix(path, "/"))
		return STR("");
	struct str why;
	int fd = open_to_read(a, AT_FDCWD, path.ptr, OPEN_FILE, &why);
	if (fd < 0 && errno == ENOENT)
		return STR("");
	struct str text;
	struct stat st;
	if (fd >= 0 && (fstat(fd, &st) != 0 || (st.st_uid != geteuid() && st.st_uid != 0) ||
			(st.st_mode & (S_IWGRP | S_IWOTH))))
		why = STR("others than you can write it");
	else if (fd >= 0 && read_to_end(a, fd, MAX_LIST, &text, &why))
		why = STR("");
	if (fd >= 0)
		close(fd);
	if (why.len == 0)
		return text;
	complain("'%.*s' isn't read: %.*s", STR_ARG(path), STR_ARG(why));
	return STR("");
}

static bool is_listed(struct arena *a, struct str path)
{
	if (path.len == 0)
		return false;
	return is_in_list(a, path, str_c(env_or("HPCC_TRUSTED_FOLDERS", "")), ':') ||
	       is_in_list(a, path, configured_list(a), '\n');
}

/*
 * Why a thing isn't trusted; empty when it is. Folders that anybody may write to are as good as
 * their sticky bit: with it only a file's owner can put another one in its place.
 */
static struct str objection(struct arena *a, const struct stat *st)
{
	bool is_open = (st->st_mode & S_IWOTH) != 0 && !S_ISLNK(st->st_mode);

	if (st->st_uid != geteuid() && st->st_uid != 0)
		return str_fmt(a, "belongs to user %lu, not to you", (unsigned long)st->st_uid);
	if (is_open && S_ISDIR(st->st_mode) && !(st->st_mode & S_ISVTX))
		return STR("can be changed by everybody (its mode lets them)");
	if (is_open && S_ISREG(st->st_mode))
		return STR("can be written by everybody (its mode lets them)");
	return STR("");
}

/* A path that is being opened, part by part. */
struct walk {
	struct arena *a;
	int folder;         /* where the next part is looked for */
	bool owns_folder;   /* it was opened here */
	struct str refusal; /* the first one */
};

static void judge(struct walk *w, int fd, struct str part)
{
	struct stat st;

	if (w->refusal.len > 0 || fstat(fd, &st) != 0)
		return;
	struct str reason = objection(w->a, &st);
	if (reason.len == 0)
		return;
	struct str path = descriptor_path(w->a, fd);
	if (is_listed(w->a, path))
		return;
	w->refusal =
		str_fmt(w->a, "'%.*s' %.*s", STR_ARG(path.len > 0 ? path : part), STR_ARG(reason));
}

/* A part by its name, or through a link that is trusted itself; what is opened is judged. */
static int open_part(struct walk *w, const char *part, int flags)
{
	int named = openat(w->folder, part, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (named < 0)
		return -1;
	judge(w, named, str_c(part));
	char target[PATH_MAX];
	struct stat st;
	if (fstat(named, &st) == 0 && S_ISLNK(st.st_mode)) {
		ssize_t n = readlinkat(named, "", target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		part = target;
	} else {
		flags |= O_NOFOLLOW;
	}
	close(named);
	int fd = openat(w->folder, part, flags | O_CLOEXEC);
	if (fd >= 0)
		judge(w, fd, str_c(part));
	return fd;
}

static void enter(struct walk *w, int fd)
{
	if (w->owns_folder)
		close(w->folder);
	w->folder = fd;
	w->owns_folder = true;
}

static bool is_file_or_folder(int fd, mode_t *mode)
{
	*mode = 0;
	struct stat st;
	if (fstat(fd, &st) != 0)
		return false;
	*mode = st.st_mode;
	return S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
}

/* What the walk came to. */
static enum found_file end_walk(struct walk *w, int fd, int error, struct str shown, int *result,
				struct str *why)
{
	if (w->owns_folder)
		close(w->folder);
	/* Another user's folder that can't be searched has nothing for us. */
	if (fd < 0 && (error == ENOENT || error == ENOTDIR || w->refusal.len > 0))
		return FOUND_NOTHING;
	mode_t mode;
	if (w->refusal.len > 0)
		*why = str_fmt(w->a, "%.*s: it isn't used", STR_ARG(w->refusal));
	else if (fd < 0)
		*why = str_fmt(w->a, "can't read '%.*s': %.*s", STR_ARG(shown),
			       STR_ARG(error_text(w->a, error)));
	else if (!is_file_or_folder(fd, &mode))
		*why = str_fmt(w->a, "can't read '%.*s': it is %s", STR_ARG(shown),
			       file_kind_name(mode));
	else {
		*result = fd;
		return FOUND_FILE;
	}
	if (fd >= 0)
		close(fd);
	return FOUND_REFUSED;
}

static enum found_file trust_open_at(struct arena *a, int folder, const char *below, int *fd,
				     struct str *why)
{
	struct walk w = {.a = a, .folder = folder};
	struct str rest = str_c(below);
	int last = -1, error = ENOENT;
	struct str part;
	while (rest.len > 0) {
		int flags = O_PATH | O_DIRECTORY;

		rest = str_split(rest, '/', &part);
		if (rest.len == 0)
			flags = O_RDONLY | O_NONBLOCK | O_NOCTTY;
		last = open_part(&w, str_dup(a, part).ptr, flags);
		error = errno;
		if (last < 0 || rest.len == 0)
			break;
		enter(&w, last);
		last = -1;
	}
	return end_walk(&w, last, error, str_c(below), fd, why);
}

enum found_file trust_open(struct arena *a, struct str base, const char *below, int *fd,
			   struct str *why)
{
	int folder = open(str_dup(a, base).ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return FOUND_NOTHING;
	enum found_file found = trust_open_at(a, folder, below, fd, why);
	close(folder);
	return found;
}

enum found_file trust_read_at(struct arena *a, int folder, const char *below, size_t limit,
			      struct str *bytes, struct str *why)
{
	int fd;

	enum found_file found = trust_open_at(a, folder, below, &fd, why);
	if (found != FOUND_FILE)
		return found;
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
		close(fd);
		return FOUND_NOTHING;
	}
	if (!read_to_end(a, fd, limit, bytes, why)) {
		*why = str_fmt(a, "can't read '%s': %.*s", below, STR_ARG(*why));
		found = FOUND_REFUSED;
	}
	close(fd);
	return found;
}

enum found_file trust_read(struct arena *a, struct str base, const char *below, size_t limit,
			   struct str *bytes, struct str *why)
{
	int folder = open(str_dup(a, base).ptr, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (folder < 0)
		return FOUND_NOTHING;
	enum found_file found = trust_read_at(a, folder, below, limit, bytes, why);
	close(folder);
	return found;
}

bool trust_make_folder(struct arena *a, struct str path, unsigned depth, struct str *why)
{
	struct str base = path;

	/* Whatever the umask is: a folder that everybody may write to isn't to be relied on. */
	if (!folder_make(a, path, 0775, why))
		return false;
	for (unsigned i = 0; i < depth; i++)
		base = path_folder(a, base);
	int fd;
	switch (trust_open(a, base, path.ptr + base.len + (base.len > 1), &fd, why)) {
	case FOUND_FILE:
		close(fd);
		return true;
	case FOUND_NOTHING:
		*why = str_fmt(a, "'%.*s' is gone again", STR_ARG(path));
		return false;
	case FOUND_REFUSED:
		break;
	}
	return false;
}
