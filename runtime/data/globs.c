/* SPDX-License-Identifier: Apache-2.0 */
/* Matching globs against a tree of folders. */
#include "runtime/data/globs.h"

#include <dirent.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct walk {
	char path[PATH_MAX]; /* base, then what has matched so far */
	size_t base;         /* length of the base and its slash */
	bool (*visit)(const char *path, void *arg);
	void *arg;
};

static bool match_rest(struct walk *w, size_t len, const char *pattern);

static const char *relative(const struct walk *w, size_t len)
{
	return len > w->base ? w->path + w->base : "";
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int no_dots(const struct dirent *e)
{
	return strcmp(e->d_name, ".") && strcmp(e->d_name, "..");
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

/* Appends a name; the new length, 0 if it gets too long. */
static size_t enter(struct walk *w, size_t len, const char *name)
{
	int n = snprintf(w->path + len, sizeof(w->path) - len, "/%s", name);

	return n > 0 && len + (size_t)n < sizeof(w->path) ? len + (size_t)n : 0;
}

/* One folder: every entry whose name matches `part`, or all of them for `**`. */
static bool match_entries(struct walk *w, size_t len, const char *part, const char *rest, bool deep)
{
	bool on = true;

	w->path[len] = '\0';
	struct dirent **list;
	int n = scandir(w->path, &list, no_dots, by_name);
	for (int i = 0; i < n; i++) {
		size_t next = on ? enter(w, len, list[i]->d_name) : 0;

		if (next && deep && is_folder(w->path))
			on = match_rest(w, next, rest);
		else if (next && !deep && !fnmatch(part, list[i]->d_name, FNM_NOESCAPE))
			on = match_rest(w, next, rest);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
	w->path[len] = '\0';
	return on;
}

/* `pattern` is what is left, after the path of that length has matched. */
static bool match_rest(struct walk *w, size_t len, const char *pattern)
{
	while (*pattern == '/')
		pattern++;
	if (!*pattern)
		return w->visit(relative(w, len), w->arg);
	size_t n = strcspn(pattern, "/");
	const char *rest = pattern + n;
	char part[PATH_MAX];
	if (n >= sizeof(part))
		return true;
	memcpy(part, pattern, n);
	part[n] = '\0';
	if (!strcmp(part, "."))
		return match_rest(w, len, rest);
	if (!strcmp(part, "**")) {
		/* At the end of a pattern it means everything below. */
		if (!*rest && !match_entries(w, len, "*", "", false))
			return false;
		if (*rest && !match_rest(w, len, rest))
			return false;
		return match_entries(w, len, NULL, pattern, true);
	}
	return match_entries(w, len, part, rest, false);
}

bool rt_glob(const char *base, const char *pattern, bool (*visit)(const char *path, void *arg),
	     void *arg)
{
	struct walk *w = calloc(1, sizeof(*w));
	size_t len = strlen(base);
	bool on = true;

	if (!w)
		return true;
	while (len > 1 && base[len - 1] == '/')
		len--;
	if (len + 1 < sizeof(w->path)) {
		memcpy(w->path, base, len);
		w->base = len + 1;
		w->visit = visit;
		w->arg = arg;
		on = match_rest(w, len, pattern);
	}
	free(w);
	return on;
}
