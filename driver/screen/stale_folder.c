/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc --check FOLDER [SPECS]: each script of hpcc in the folder against the spec that it says it was written
 * from. The script knows the file's name alone; it is looked for beside the script and in the working folder,
 * or, where a folder of specs is named, at the same place there and at its top.
 *
 *	jobs/train.sbatch		# Written by hpcc 0.2.0 from train.yaml.
 *	jobs/train.yaml, train.yaml	or below specs: specs/train.yaml
 */
#include "driver/screen/stale.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/report.h"
#include "driver/system.h"

enum {
	HEAD_MAX = 64 * 1024, /* #SBATCH lines stand before the line that names the spec */
	DEPTH_MAX = 64
};

struct scripts {
	struct invocation *inv;
	const char *specs; /* the folder of the specs, or NULL */
	struct report_log log;
	uint32_t n, n_bad;
	int status;
};

/* The gravest of all is the answer. */
static void keep(struct scripts *s, int status)
{
	s->status = exit_graver(s->status, status);
}

static struct str below(struct arena *a, struct str folder, struct str name)
{
	return folder.len == 0 || str_eq_c(folder, ".") ? str_dup(a, name)
							: path_join(a, folder, name);
}

/* `inside` is the script's folder below the one that is checked. Empty: there is no such file. */
static struct str find_spec(const struct scripts *s, struct str folder, struct str inside,
			    struct str name)
{
	struct arena *a = s->inv->arena;
	struct str top = s->specs ? str_c(s->specs) : STR("");
	struct str near = below(a, s->specs ? below(a, top, inside) : folder, name);

	if (str_find(name, '/') != STR_NONE || str_eq_c(name, "-"))
		return STR("");
	if (path_exists(near.ptr))
		return near;
	near = below(a, top, name);
	return path_exists(near.ptr) ? near : STR("");
}

/* "compose.yaml, site.yaml": a file of this very name, or several. */
static bool find_specs(const struct scripts *s, struct str path, struct str inside,
		       struct str files, struct texts *specs)
{
	struct arena *a = s->inv->arena;
	struct str folder = path_folder(a, path);
	struct str spec = find_spec(s, folder, inside, files);

	for (struct str rest = files, name; spec.len == 0 && rest.len > 0;) {
		rest = str_split(rest, ',', &name);
		rest = rest.len > 0 && rest.ptr[0] == ' ' ? str_from(rest, 1) : rest;
		struct str one = find_spec(s, folder, inside, name);

		if (one.len == 0) {
			complain("'%.*s' says that it is from '%.*s', which is %s%s%s",
				 STR_ARG(path), STR_ARG(name),
				 s->specs ? "not below '" : "neither beside it nor here",
				 s->specs ? s->specs : "", s->specs ? "'" : "");
			return false;
		}
		*LIST_PUSH(a, &specs->list) = one.ptr;
	}
	if (spec.len > 0)
		*LIST_PUSH(a, &specs->list) = spec.ptr;
	return true;
}

static int compare_with(struct scripts *s, struct str path, const struct texts *specs)
{
	struct arena *a = s->inv->arena;
	struct compilation *c = ARENA_NEW(a, struct compilation);
	struct invocation *own = ARENA_NEW(a, struct invocation);

	*own = *s->inv;
	own->options.files = *specs;
	if (!compilation_open(c, own, specs->list.items[0]))
		return EXIT_USAGE;
	compilation_plan(c);
	int status = compilation_report_later(c, &s->log);
	if (status != EXIT_OK)
		return status;
	struct script script;
	compilation_script(c, &script);
	return script_compare(c, path.ptr, script.text);
}

/* The first lines of a file. False with *why. */
static bool read_head(struct arena *a, const char *path, struct str *head, struct str *why)
{
	int fd = open_to_read(a, AT_FDCWD, path, OPEN_FILE, why);
	char *bytes = ARENA_ARRAY(a, HEAD_MAX, char);
	size_t n = 0;
	ssize_t got = 0;

	if (fd < 0)
		return false;
	while (n < HEAD_MAX && (got = read(fd, bytes + n, HEAD_MAX - n)) > 0)
		n += (size_t)got;
	*why = got < 0 ? error_text(a, errno) : STR("");
	close(fd);
	*head = (struct str){bytes, n};
	return got >= 0;
}

static void check_file(struct scripts *s, struct str path, struct str inside)
{
	struct str files = STR("");
	struct texts specs = {0};

	struct arena scratch;
	arena_init(&scratch);
	struct str head, why;
	if (!read_head(&scratch, path.ptr, &head, &why)) {
		complain("can't read '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
		keep(s, EXIT_USAGE);
	} else if (script_is_from(head, &files)) {
		files = str_dup(s->inv->arena, files);
	}
	arena_free(&scratch);
	if (files.len == 0)
		return;
	s->n++;
	int status = find_specs(s, path, inside, files, &specs) ? compare_with(s, path, &specs)
								: EXIT_USAGE;
	s->n_bad += status != EXIT_OK;
	keep(s, status);
}

typedef LIST(struct str) name_list;

static int compare_names(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

/* Sorted; those that begin with a dot belong to tools. */
static bool list_folder(struct arena *a, struct str folder, name_list *names)
{
	DIR *dir = opendir(folder.ptr);

	if (!dir) {
		complain("can't read '%.*s': %.*s", STR_ARG(folder), STR_ARG(error_text(a, errno)));
		return false;
	}
	struct dirent *entry;
	while ((entry = readdir(dir)) != NULL)
		if (entry->d_name[0] != '.')
			*LIST_PUSH(a, names) = str_dup(a, str_c(entry->d_name));
	closedir(dir);
	if (names->n > 0)
		qsort(names->items, names->n, sizeof(*names->items), compare_names);
	return true;
}

static void check_folder(struct scripts *s, struct str folder, struct str inside, unsigned depth)
{
	struct arena *a = s->inv->arena;
	name_list names = {0};

	if (depth > DEPTH_MAX || !list_folder(a, folder, &names)) {
		keep(s, EXIT_USAGE);
		return;
	}
	for (uint32_t i = 0; i < names.n; i++) {
		struct str path = below(a, folder, names.items[i]);
		struct stat st;

		/* A link leads to what is looked at where it is. */
		if (lstat(path.ptr, &st) != 0)
			continue;
		if (S_ISDIR(st.st_mode))
			check_folder(s, path, below(a, inside, names.items[i]), depth + 1);
		else if (S_ISREG(st.st_mode))
			check_file(s, path, inside);
	}
}

static bool check_words(const struct invocation *inv)
{
	const struct options *o = &inv->options;

	if (o->files.list.n > 0) {
		complain("--file and a folder of scripts: each script says which spec it is from");
		return false;
	}
	if (o->emit != EMIT_SCRIPT || o->emit_after) {
		complain("--check compares scripts where it is given a folder, and no other form");
		return false;
	}
	if (inv->words.n > 0 && !path_is_folder(inv->words.items[0])) {
		complain("'%s' is no folder", inv->words.items[0]);
		advise("each script says which spec it is from; behind the folder of scripts stands the "
		       "one of specs: hpcc --check %s specs",
		       o->check);
		return false;
	}
	return true;
}

int scripts_check(struct invocation *inv)
{
	const char *folder = inv->options.check;
	struct scripts s = {.inv = inv, .specs = inv->words.n > 0 ? inv->words.items[0] : NULL};

	if (!check_words(inv))
		return EXIT_USAGE;
	check_folder(&s, str_dup(inv->arena, str_c(folder)), STR(""), 0);
	report_end(inv, &s.log, stderr);
	if (s.n == 0 && s.status == EXIT_OK) {
		complain("there is no script of hpcc in '%s'", folder);
		return EXIT_USAGE;
	}
	if (s.n_bad > 0)
		complain("%u of %u scripts %s not what the specs make", s.n_bad, s.n,
			 s.n_bad == 1 ? "is" : "are");
	return s.status;
}
