/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/index/folders.h"

#include <fcntl.h>
#include <unistd.h>

#include "driver/system.h"
#include "driver/trust.h"

enum {
	MAX_LIST = 1 << 20,
	TIDY_FROM = 1 << 16 /* bytes; above that, folders that are gone are left out */
};

#define LIST_FILE "hpc-compose/folders"

/* The folder that LIST_FILE goes by; empty without a home. */
static struct str base_folder(struct arena *a)
{
	struct str base = str_c(env_or("XDG_STATE_HOME", ""));
	struct str home = str_c(env_or("HOME", ""));

	if (str_has_prefix(base, "/"))
		return base;
	return str_has_prefix(home, "/") ? path_join(a, home, STR(".local/state")) : STR("");
}

static struct str read_list(struct arena *a)
{
	struct str base = base_folder(a);
	struct str text, why;

	if (base.len == 0 || trust_read(a, base, LIST_FILE, MAX_LIST, &text, &why) != FOUND_FILE)
		return STR("");
	return text;
}

void folders_read(struct arena *a, struct folders *folders)
{
	struct str text = read_list(a);

	*folders = (struct folders){0};
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		if (str_has_prefix(line, "/") && str_find(line, '\0') == STR_NONE)
			*LIST_PUSH(a, &folders->list) = str_dup(a, line);
	}
}

/* A list that has grown large loses what is gone; else a line is added behind, in one piece, since others may do so
   at the same moment. */
static void add_line(struct arena *a, const char *path, struct str folder,
		     const struct folders *all, size_t size)
{
	struct buf out;

	buf_init(&out, a);
	for (uint32_t i = 0; size > TIDY_FROM && i < all->list.n; i++)
		if (path_is_folder(all->list.items[i].ptr))
			buf_add_fmt(&out, "%.*s\n", STR_ARG(all->list.items[i]));
	buf_add_fmt(&out, "%.*s\n", STR_ARG(folder));
	struct str why;
	if (size > TIDY_FROM) {
		file_put(a, path, buf_str(&out), 0600, &why);
		return;
	}
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
		      0600); /* paths may hold secrets */
	if (fd < 0)
		return;
	ssize_t n = write(fd, out.ptr, out.len);
	(void)n;
	close(fd);
}

void folders_note(struct arena *a, struct str folder)
{
	struct str base = base_folder(a), path = path_join(a, base, STR(LIST_FILE));
	struct str text = read_list(a);

	struct folders all;
	folders_read(a, &all);
	for (uint32_t i = 0; i < all.list.n; i++)
		if (str_eq(all.list.items[i], folder))
			return;
	struct str why;
	if (base.len > 0 && str_find(folder, '\n') == STR_NONE &&
	    trust_make_folder(a, path_folder(a, path), 1, &why))
		add_line(a, path.ptr, folder, &all, text.len);
}
