/* SPDX-License-Identifier: Apache-2.0 */
/* Places where images are made, and what is left of those of killed ones. */
#include "driver/images/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sha2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/images/image_tools.h"
#include "driver/jobs/remove.h"
#include "driver/system.h"
#include "driver/images/tool.h"

#define WORK      ".work"
#define LOCK      ".lock"
#define TEMPORARY "hpcc-image-XXXXXX"

enum {
	NOTES_MAX = 1 << 16
};

static int take_lock(struct str path, int how)
{
	int fd = open(path.ptr, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);

	if (fd >= 0 && flock(fd, how) != 0) {
		int error = errno;

		close(fd);
		errno = error;
		return -1;
	}
	return fd;
}

bool work_lock(struct arena *a, struct str path, struct str shown, struct work_place *place)
{
	struct str lock = str_fmt(a, "%.*s" LOCK, STR_ARG(path));
	bool has_said = false;

	*place = (struct work_place){.path = path, .lock = -1};
	struct str why;
	if (!folder_make(a, path_folder(a, path), 0777, &why)) {
		complain("can't make the folder of images: %.*s", STR_ARG(why));
		return false;
	}
	while (!tool_is_interrupted()) {
		place->lock = take_lock(lock, has_said ? LOCK_EX : LOCK_EX | LOCK_NB);
		if (place->lock >= 0)
			return true;
		if (errno != EWOULDBLOCK && errno != EINTR) {
			complain("can't lock '%.*s': %s", STR_ARG(lock), strerror(errno));
			return false;
		}
		if (!has_said)
			fprintf(stderr, "waiting: another hpcc makes %.*s\n",
				STR_ARG(str_visible(a, shown, VISIBLE_LINE)));
		has_said = true;
	}
	return false;
}

/* Enroot and Charliecloud have one storage for all caches, so it goes by the whole path. */
static struct str name_of(struct arena *a, struct str path)
{
	char hex[SHA256_DIGEST_STRING_LENGTH];

	SHA256Data((const uint8_t *)path.ptr, path.len, hex);
	return str_fmt(a, "hpcc-%.16s", hex);
}

static void set_place(struct arena *a, struct work_place *place)
{
	ptrdiff_t dot = str_find_last(place->path, '.');

	place->folder = str_fmt(a, "%.*s" WORK, STR_ARG(place->path));
	/* Tools go by the end of a name. */
	place->image =
		str_fmt(a, "%.*s/image%.*s", STR_ARG(place->folder),
			STR_ARG(dot == STR_NONE ? STR("") : str_from(place->path, (size_t)dot)));
	place->name = name_of(a, place->path);
}

/* Folders in images may be closed to their owner. */
static int open_up(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)walk;
	if ((type == FTW_D || type == FTW_DNR) && (st->st_mode & 0700) != 0700)
		chmod(path, st->st_mode | 0700);
	return 0;
}

static void remove_tree(struct arena *a, struct str path)
{
	nftw(path.ptr, open_up, 32, FTW_PHYS | FTW_MOUNT);
	struct str why;
	if (!folder_remove(a, path, &why))
		complain("can't remove '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
}

static bool is_own_folder(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid();
}

/* The notes of a work folder: the importer's name, and the folder on a local disk. */
static void read_notes(struct arena *a, const struct work_place *place, struct str *importer,
		       struct str *temporary)
{
	struct str path = str_fmt(a, "%.*s/notes", STR_ARG(place->folder));

	*importer = *temporary = STR("");
	struct str text, why;
	if (file_read(a, path.ptr, NOTES_MAX, &text, &why)) {
		text = str_split(text, '\n', importer);
		str_split(text, '\n', temporary);
	}
}

static bool write_notes(struct arena *a, const struct work_place *place, const char *importer)
{
	struct str path = str_fmt(a, "%.*s/notes", STR_ARG(place->folder));
	struct str text = str_fmt(a, "%s\n%.*s\n", importer, STR_ARG(place->temporary));
	struct str why;
	if (file_write(a, path.ptr, text, 0600, &why))
		return true;
	complain("can't write '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
	return false;
}

/* What notes name is removed only when it can be nothing but ours. */
static void remove_temporary(struct arena *a, struct str path)
{
	struct str base = path_base(path);

	if (base.len == strlen(TEMPORARY) && str_has_prefix(base, "hpcc-image-") &&
	    str_has_prefix(path, "/") && is_own_folder(str_dup(a, path).ptr))
		remove_tree(a, str_dup(a, path));
}

static void remove_work(struct arena *a, const struct work_place *place)
{
	if (!is_own_folder(place->folder.ptr))
		return;
	struct str importer, temporary;
	read_notes(a, place, &importer, &temporary);
	importer_forget(a, importer, place->name);
	remove_temporary(a, temporary);
	remove_tree(a, place->folder);
}

/* Below the folder of the first variable that is set. */
static bool make_temporary(struct arena *a, struct work_place *place, struct str variables)
{
	const char *above = "";
	struct str name;

	while (variables.len > 0 && !*above) {
		variables = str_split(variables, ' ', &name);
		above = env_or(str_dup(a, name).ptr, "");
	}
	if (!*above)
		above = "/tmp";
	place->temporary = path_join(a, path_absolute(a, str_c(above)), STR(TEMPORARY));
	if (mkdtemp((char *)place->temporary.ptr))
		return true;
	complain("can't make a folder in '%s': %s", above, strerror(errno));
	place->temporary = STR("");
	return false;
}

bool work_begin(struct arena *a, struct work_place *place, const char *importer,
		const struct container *container)
{
	struct str temporary = str_c(container->temporary);

	place->container = container;
	set_place(a, place);
	remove_work(a, place);
	if (mkdir(place->folder.ptr, 0700) != 0) {
		complain("can't make '%.*s': %s", STR_ARG(place->folder), strerror(errno));
		return false;
	}
	return (temporary.len == 0 || make_temporary(a, place, temporary)) &&
	       write_notes(a, place, importer);
}

void work_end(struct arena *a, struct work_place *place)
{
	if (place->folder.len > 0)
		remove_work(a, place);
	if (place->lock >= 0)
		close(place->lock);
	place->lock = -1;
}

/* The work folder of a killed one: nobody has its lock. */
static bool clean_one(struct arena *a, struct str folder, const char *name, bool only_count)
{
	struct str base = str_slice(str_c(name), 0, strlen(name) - strlen(WORK));
	struct work_place place = {.path = path_join(a, folder, base)};

	set_place(a, &place);
	if (!is_own_folder(place.folder.ptr))
		return false;
	int lock = take_lock(str_fmt(a, "%.*s" LOCK, STR_ARG(place.path)), LOCK_EX | LOCK_NB);
	if (lock < 0)
		return false;
	if (!only_count)
		remove_work(a, &place);
	close(lock);
	return true;
}

unsigned work_clean(struct arena *a, struct str cache, bool only_count)
{
	static const char *const folders[] = {"base", "prepared"};
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		struct str folder = path_join(a, cache, str_c(folders[i]));
		DIR *dir = opendir(folder.ptr);
		struct dirent *entry;

		while (dir && (entry = readdir(dir)) != NULL)
			if (str_has_suffix(str_c(entry->d_name), WORK))
				n += clean_one(a, folder, entry->d_name, only_count);
		if (dir)
			closedir(dir);
	}
	return n;
}
