/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc clean: files of jobs that have ended. hpcc cache: images that no live job uses. Neither
 * touches what a job may still need: when the queue can't be asked, nothing of Slurm's is removed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/json.h"
#include "driver/jobs/known.h"
#include "driver/jobs/remove.h"
#include "driver/jobs/status.h"
#include "driver/screen/ask.h"
#include "driver/screen/style.h"
#include "driver/story/since.h"
#include "driver/system.h"
#include "driver/images/work.h"

enum {
	MIN_KEY = 12 /* digits */
};

static bool wanted_age(struct invocation *inv, double *age)
{
	*age = 0;
	if (!inv->options.older_than ||
	    duration_read(inv->arena, str_c(inv->options.older_than), age))
		return true;
	complain("--older-than wants a time such as 7d, 12h or 30m, not '%s'",
		 inv->options.older_than);
	return false;
}

/* Over for certain: an unanswered question counts as alive. *ended is the last end. */
static bool is_surely_over(const struct known_job *one, double *ended)
{
	const struct job_view *views = one->views;

	*ended = 0;
	for (uint32_t i = 0; i < one->parts.list.n; i++) {
		double at = state_time(views[i].state, "ended_at");

		if (views[i].queue_error.len > 0 || !job_view_is_over(&views[i]))
			return false;
		*ended = at > *ended ? at : *ended;
	}
	if (*ended <= 0)
		*ended = (double)json_uint(one->job.record, "submitted_at");
	return true;
}

/* What is to go, and what has gone. */
struct cleaning {
	LIST(const struct known_job *) list;
	json_t *told; /* all of them, for programs */
	unsigned live;
};

/* One more whose files go. */
static void note_removal(struct invocation *inv, struct cleaning *c, const struct job_files *job)
{
	json_array_append_new(c->told,
			      json_pack("{s:o, s:o}", "job", json_visible(inv->arena, job->id),
					"folder", json_visible(inv->arena, job->root)));
	if (inv->options.dry_run && inv->options.format == FORMAT_TEXT)
		printf("would remove job %.*s: %.*s\n", STR_ARG(job->id),
		       STR_ARG(str_visible(inv->arena, job->root, VISIBLE_LINE)));
}

/* Adds the job if it is over, and has been for so long. */
static void consider(struct invocation *inv, struct cleaning *c, const struct known_job *one,
		     double age)
{
	double ended;

	if (!is_surely_over(one, &ended)) {
		c->live++;
		return;
	}
	if (age > 0 && (double)time(NULL) - ended < age)
		return;
	*LIST_PUSH(inv->arena, &c->list) = one;
	for (uint32_t k = 0; one->job.is_array && k < one->parts.list.n; k++)
		note_removal(inv, c, &one->parts.list.items[k]);
	if (one->job.task.len == 0)
		note_removal(inv, c, &one->job);
}

static void report_clean(struct invocation *inv, const struct cleaning *c,
			 const struct removed *removed)
{
	if (inv->options.format == FORMAT_JSON) {
		json_print(json_pack("{s:b, s:O, s:i}", "dry_run", inv->options.dry_run, "removed",
				     c->told, "left_alone", (int)c->live));
		return;
	}
	if (removed->ids.n > 0)
		removed_print(inv->arena, "removed", removed);
	if (c->live > 0)
		printf("%s%u job%s left alone: not known to have ended",
		       removed->ids.n > 0 ? "; " : "", c->live, plural(c->live));
	else if (c->list.n == 0)
		fputs("nothing to remove", stdout);
	if (removed->ids.n > 0 || c->live > 0 || c->list.n == 0)
		putchar('\n');
}

/* "remove the files of 12 jobs, 4711 to 4799" */
static struct str clean_text(struct arena *a, const struct cleaning *c)
{
	const struct known_job *first = c->list.items[0], *last = c->list.items[c->list.n - 1];

	if (c->list.n == 1 && first->job.task.len > 0)
		return str_fmt(a, "remove the files of elements %.*s of job %.*s",
			       STR_ARG(first->job.task), STR_ARG(first->job.id));
	if (c->list.n == 1)
		return str_fmt(a, "remove the files of job %.*s, %.*s", STR_ARG(first->job.id),
			       STR_ARG(first->job.root));
	return str_fmt(a, "remove the files of %u jobs, %.*s to %.*s", c->list.n,
		       STR_ARG(first->job.id), STR_ARG(last->job.id));
}

/* The jobs to consider: the one that the command line names, or all of this folder. */
static bool read_jobs(struct invocation *inv, bool is_named, struct known_jobs *all)
{
	if (!is_named)
		return known_jobs_read(inv, true, all);
	*all = (struct known_jobs){0};
	struct known_job one;
	if (!known_job_find(inv, &one))
		return false;
	*LIST_PUSH(inv->arena, &all->list) = one;
	return true;
}

int cmd_clean(struct invocation *inv)
{
	bool is_named = inv->options.job || inv->words.n > 0;
	struct removed removed = {0};
	double age;

	if (!wanted_age(inv, &age))
		return EXIT_USAGE;
	if (!inv->options.all && !inv->options.older_than && !is_named) {
		complain("which jobs? name one, or use --older-than=7d or --all");
		return EXIT_USAGE;
	}
	struct known_jobs all;
	if (!read_jobs(inv, is_named, &all))
		return EXIT_ENVIRONMENT;
	struct cleaning c = {.told = json_array()};
	for (uint32_t i = 0; i < all.list.n; i++)
		consider(inv, &c, &all.list.items[i], age);
	int status = EXIT_OK;
	if (c.list.n > 0 && !inv->options.dry_run &&
	    !may_remove(inv, clean_text(inv->arena, &c), &status)) {
		json_decref(c.told);
		return status;
	}
	for (uint32_t i = 0; i < c.list.n && !inv->options.dry_run; i++)
		if (!job_remove(inv, &c.list.items[i]->job, &c.list.items[i]->parts, &removed))
			status = EXIT_ENVIRONMENT;
	report_clean(inv, &c, &removed);
	json_decref(c.told);
	return status;
}

struct cached {
	struct str path;
	double used; /* last read or written */
	uint64_t bytes;
	bool is_live, is_own;
};

struct cache {
	LIST(struct str) folders;
	LIST(struct cached) list;
};

static bool is_used(const struct known_jobs *all, struct str path)
{
	for (uint32_t i = 0; i < all->list.n; i++) {
		const json_t *images = json_object_get(all->list.items[i].job.record, "images");

		for (size_t k = 0; k < json_array_size(images); k++) {
			const json_t *one = json_array_get(images, k);
			double ended;

			if (json_is_string(one) && str_eq_c(path, json_string_value(one)) &&
			    !is_surely_over(&all->list.items[i], &ended))
				return true;
		}
	}
	return false;
}

static bool has_image_ending(struct str name)
{
	ptrdiff_t dot = str_find_last(name, '.');

	for (size_t i = 0; dot != STR_NONE && i < RUNTIME_BACKEND_N; i++)
		if (containers[i].is_contained &&
		    str_eq_c(str_from(name, (size_t)dot + 1), containers[i].extension))
			return true;
	return false;
}

/* As images.c calls them: <key in hex>-<label>.<kind>. What is called otherwise isn't ours. */
static bool is_image_name(struct str name)
{
	ptrdiff_t dash = str_find(name, '-');

	if (dash < MIN_KEY || !has_image_ending(name))
		return false;
	for (ptrdiff_t i = 0; i < dash; i++)
		if (!byte_is_in(name.ptr[i], "0123456789abcdef"))
			return false;
	return true;
}

static void scan_folder(struct invocation *inv, const struct known_jobs *all, struct str folder,
			struct cache *cache)
{
	DIR *dir = str_has_prefix(folder, "/") ? opendir(folder.ptr) : NULL;
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		struct str path = path_join(inv->arena, folder, str_c(entry->d_name));
		struct stat st;

		if (!is_image_name(str_c(entry->d_name)) ||
		    fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
		    !S_ISREG(st.st_mode))
			continue;
		struct cached *one = LIST_PUSH(inv->arena, &cache->list);
		one->path = path;
		one->is_own = st.st_uid == geteuid();
		one->bytes = (uint64_t)st.st_size;
		one->used = (double)(st.st_atime > st.st_mtime ? st.st_atime : st.st_mtime);
		one->is_live = is_used(all, path);
	}
	if (dir)
		closedir(dir);
}

/* The cache folder of the spec that is named, or of the one here. False after a message. */
static bool spec_cache(struct invocation *inv, struct str *folder)
{
	bool is_named = inv->words.n > 1 || inv->options.files.list.n;
	const char *path = inv->words.n > 1 ? inv->words.items[1] : FIRST_TEXT(inv->options.files);

	*folder = STR("");
	if (!path && !(path = spec_here(inv)))
		return true;
	/* Nobody asked about the one that happens to lie here, so its faults aren't told. */
	if (!is_named && access(path, R_OK) != 0)
		return true;
	struct compilation c;
	if (!compilation_open(&c, inv, path))
		return false;
	if (!compilation_plan(&c) && is_named)
		return compilation_report(&c, stderr) == EXIT_OK;
	if (c.unit.plan && c.unit.plan->cache_dir)
		*folder = plan_path_here(inv->arena, &c, c.unit.plan->cache_dir);
	return true;
}

static void add_folder(struct invocation *inv, struct cache *cache, struct str folder)
{
	for (uint32_t k = 0; k < cache->folders.n; k++)
		if (str_eq(cache->folders.items[k], folder))
			return;
	if (folder.len > 0)
		*LIST_PUSH(inv->arena, &cache->folders) = folder;
}

/* The cache folders of the spec, of all recorded jobs, and the default one, each once. An exit
 * code. */
static int scan_caches(struct invocation *inv, struct cache *cache)
{
	*cache = (struct cache){0};
	struct str folder;
	if (!spec_cache(inv, &folder))
		return EXIT_USAGE;
	struct known_jobs all;
	if (!known_jobs_read(inv, true, &all))
		return EXIT_ENVIRONMENT;
	add_folder(inv, cache, folder);
	add_folder(inv, cache,
		   path_join(inv->arena, str_c(env_or("HOME", "/")), STR(".cache/hpc-compose")));
	for (uint32_t i = 0; i < all.list.n; i++)
		add_folder(inv, cache, json_str(all.list.items[i].job.record, "cache_dir"));
	for (uint32_t i = 0; i < cache->folders.n; i++) {
		folder = cache->folders.items[i];
		scan_folder(inv, &all, path_join(inv->arena, folder, STR("base")), cache);
		scan_folder(inv, &all, path_join(inv->arena, folder, STR("prepared")), cache);
	}
	return EXIT_OK;
}

static int list_cache(struct invocation *inv, const struct cache *cache)
{
	json_t *all = inv->options.format == FORMAT_JSON ? json_array() : NULL;
	uint64_t total = 0;

	for (uint32_t i = 0; i < cache->list.n; i++) {
		const struct cached *one = &cache->list.items[i];
		double idle = (double)time(NULL) - one->used;

		total += one->bytes;
		if (inv->options.format == FORMAT_JSON)
			json_array_append_new(all, json_pack("{s:o, s:I, s:o, s:b}", "path",
							     json_visible(inv->arena, one->path),
							     "bytes", (json_int_t)one->bytes,
							     "idle_seconds", json_seconds(idle),
							     "in_use", one->is_live));
		else
			printf("%8.1f MiB  unused for %-7.*s %s %.*s\n",
			       (double)one->bytes / 1048576,
			       STR_ARG(duration_text(inv->arena, idle)),
			       one->is_live ? "in use" : "      ",
			       STR_ARG(str_visible(inv->arena, one->path, VISIBLE_LINE)));
	}
	if (inv->options.format == FORMAT_JSON)
		json_print(all);
	else
		printf("%u image%s, %.1f MiB\n", cache->list.n, plural(cache->list.n),
		       (double)total / 1048576);
	return EXIT_OK;
}

/* What killed ones of hpcc left in the making. */
static unsigned clean_works(struct invocation *inv, const struct cache *cache)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < cache->folders.n; i++)
		n += work_clean(inv->arena, cache->folders.items[i], inv->options.dry_run);
	return n;
}

static void report_prune(struct invocation *inv, json_t *paths, unsigned live, uint64_t bytes,
			 unsigned works)
{
	size_t n = json_array_size(paths);
	bool is_dry = inv->options.dry_run;

	if (inv->options.format == FORMAT_JSON) {
		json_print(json_pack("{s:b, s:O, s:I, s:i, s:i}", "dry_run", is_dry, "removed",
				     paths, "bytes", (json_int_t)bytes, "in_use", (int)live,
				     "left_in_the_making", (int)works));
		return;
	}
	for (size_t i = 0; i < n; i++) {
		printf("%s ", is_dry ? "would remove" : "removed");
		print_visible(stdout, str_c(json_string_value(json_array_get(paths, i))),
			      VISIBLE_LINE);
		putchar('\n');
	}
	printf("%zu image%s, %.1f MiB%s", n, plural(n), (double)bytes / 1048576,
	       is_dry ? " would be removed" : " removed");
	if (works > 0)
		printf(", and what was left of %u in the making", works);
	printf(live > 0 ? "; %u in use stay\n" : "\n", live);
}

static bool is_to_go(const struct cached *one, double age)
{
	return !one->is_live && one->is_own && (age <= 0 || (double)time(NULL) - one->used >= age);
}

/* Asked where there is something that would go. */
static bool may_prune(struct invocation *inv, const struct cache *cache, double age, int *status)
{
	uint64_t bytes = 0;
	unsigned n = 0;

	for (uint32_t i = 0; i < cache->list.n; i++) {
		if (!is_to_go(&cache->list.items[i], age))
			continue;
		n++;
		bytes += cache->list.items[i].bytes;
	}
	return n == 0 || inv->options.dry_run ||
	       may_remove(inv,
			  str_fmt(inv->arena, "remove %u image%s, %.1f MiB", n, plural(n),
				  (double)bytes / 1048576),
			  status);
}

static int prune_cache(struct invocation *inv, const struct cache *cache)
{
	unsigned live = 0;
	uint64_t bytes = 0;
	double age;

	if (!wanted_age(inv, &age))
		return EXIT_USAGE;
	if (!inv->options.all && !inv->options.older_than) {
		complain("which images? use --older-than=30d or --all");
		return EXIT_USAGE;
	}
	int status;
	if (!may_prune(inv, cache, age, &status))
		return status;
	json_t *paths = json_array();
	for (uint32_t i = 0; i < cache->list.n; i++) {
		const struct cached *one = &cache->list.items[i];

		live += one->is_live;
		if (!is_to_go(one, age) || (!inv->options.dry_run && unlink(one->path.ptr) != 0))
			continue;
		json_array_append_new(paths, json_visible(inv->arena, one->path));
		bytes += one->bytes;
	}
	report_prune(inv, paths, live, bytes, clean_works(inv, cache));
	json_decref(paths);
	return EXIT_OK;
}

int cmd_cache(struct invocation *inv)
{
	const char *verb = inv->words.n > 0 ? inv->words.items[0] : "";

	if (strcmp(verb, "list") != 0 && strcmp(verb, "prune") != 0) {
		complain(*verb ? "the cache can't be told to '%s'" : "what about the cache?%s",
			 verb);
		advise("usage: hpcc cache list|prune [compose.yaml]");
		return EXIT_USAGE;
	}
	struct cache cache;
	int status = scan_caches(inv, &cache);
	if (status != EXIT_OK)
		return status;
	return *verb == 'l' ? list_cache(inv, &cache) : prune_cache(inv, &cache);
}
