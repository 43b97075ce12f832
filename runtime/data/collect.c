/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `collect`: copies what the artifact globs match to <job dir>/artifacts/payload and says
 * in artifacts/manifest.json what came of it. In: this table on standard input.
 *
 *	hpcc-artifacts 1
 *	collect always
 *	bundle default plots
 *
 * Nothing here can fail the job: what can't be copied becomes a warning in the manifest.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/data/copy_tree.h"
#include "runtime/files.h"
#include "runtime/data/globs.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

static const char view[] = JOB_VIEW;

/* A list, each text once: `slot` is a hash table of positions, counted from 1. */
struct texts {
	const char **item;
	uint32_t *slot;
	size_t n, room;
};

struct bundle {
	const char *name;
	struct texts patterns, matched, copied, warnings;
};

struct collection {
	struct rt_pool pool;
	const char *dir, *job;
	const char *policy, *resume;
	struct bundle *bundle;
	struct bundle all; /* of all bundles together */
	size_t n_bundles;
	int status;
};

struct visit {
	struct collection *c;
	struct bundle *b;
	size_t matches;
};

/* Where the text is, or the free place where it belongs. */
static uint32_t *find_slot(const struct texts *t, const char *text)
{
	uint64_t hash = 14695981039346656037u;
	size_t mask = 2 * t->room - 1;

	for (const char *p = text; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	for (size_t i = hash & mask;; i = (i + 1) & mask)
		if (!t->slot[i] || !strcmp(t->item[t->slot[i] - 1], text))
			return &t->slot[i];
}

static void grow(struct collection *c, struct texts *t)
{
	const char **old = t->item;

	t->room = t->room ? 2 * t->room : 8;
	t->item = rt_pool_array(&c->pool, t->room, sizeof(*t->item));
	t->slot = rt_pool_array(&c->pool, 2 * t->room, sizeof(*t->slot));
	if (t->n)
		memcpy(t->item, old, t->n * sizeof(*old));
	for (size_t i = 0; i < t->n; i++)
		*find_slot(t, t->item[i]) = (uint32_t)i + 1;
}

static void add(struct collection *c, struct texts *t, const char *text)
{
	if (t->n == t->room)
		grow(c, t);
	uint32_t *slot = find_slot(t, text);
	if (*slot)
		return;
	t->item[t->n++] = text;
	*slot = (uint32_t)t->n;
}

static bool complain(const struct rt_words *w, const char *what)
{
	rt_say("collect: artifacts table, line %u: %s", w->line, what);
	return false;
}

static bool read_line(struct collection *c, struct rt_words *w)
{
	if (w->error)
		return complain(w, w->error);
	if (!strcmp(w->word[0], "collect") && w->count == 2) {
		c->policy = w->word[1];
		return true;
	}
	if (!strcmp(w->word[0], "resume") && w->count == 2) {
		c->resume = w->word[1];
		return true;
	}
	if (strcmp(w->word[0], "bundle") || w->count != 3)
		return complain(w, "neither 'collect WHEN', 'resume PATH' nor 'bundle NAME GLOB'");
	struct bundle *b = c->n_bundles ? &c->bundle[c->n_bundles - 1] : NULL;
	if (!b || strcmp(b->name, w->word[1])) {
		c->bundle = rt_pool_more(&c->pool, c->bundle, c->n_bundles, sizeof(*b));
		b = &c->bundle[c->n_bundles++];
		b->name = w->word[1];
	}
	add(c, &b->patterns, w->word[2]);
	add(c, &c->all.patterns, w->word[2]);
	return true;
}

static bool read_table(struct collection *c)
{
	size_t len;
	const char *text = rt_read_fd(&c->pool, 0, &len);
	bool good = true;

	if (!text) {
		rt_say("collect: cannot read the table: %s", strerror(errno));
		return false;
	}
	struct rt_words w;
	rt_words_open(&w, &c->pool, text, len);
	if (!rt_words_begin(&w, "hpcc-artifacts")) {
		rt_say("collect: an artifacts table begins with 'hpcc-artifacts 1'");
		return false;
	}
	while (rt_words_next(&w))
		good = read_line(c, &w) && good;
	return good;
}

static bool is_wanted(const struct collection *c)
{
	if (!strcmp(c->policy, "on_success"))
		return c->status == 0;
	if (!strcmp(c->policy, "on_failure"))
		return c->status != 0;
	return true;
}

static void warn(struct visit *v, const char *text)
{
	add(v->c, &v->b->warnings, text);
	add(v->c, &v->c->all.warnings, text);
}

static void warn_copy(const char *path, int error, void *arg)
{
	struct visit *v = arg;

	warn(v, rt_pool_format(&v->c->pool, "%s: not copied: %s", path, strerror(error)));
}

static bool take_match(const char *path, void *arg)
{
	struct visit *v = arg;
	struct collection *c = v->c;

	/* What was collected is never collected again. */
	if (!strcmp(path, JOB_FOLDER_ARTIFACTS) ||
	    !strncmp(path, JOB_FOLDER_ARTIFACTS "/", sizeof(JOB_FOLDER_ARTIFACTS)))
		return true;
	v->matches++;
	if (!*path) {
		warn(v, rt_pool_format(&c->pool, "%s itself is not collected", view));
		return true;
	}
	const char *from = rt_pool_format(&c->pool, "%s/%s", c->dir, path);
	const char *to = rt_pool_format(&c->pool, "%s/" JOB_FILE_PAYLOAD("%s"), c->dir, path);
	char *slash = strrchr(to, '/');
	*slash = '\0';
	rt_make_folders(to, 0755);
	*slash = '/';
	path = rt_pool_text(&c->pool, path, strlen(path));
	const char *matched = rt_pool_format(&c->pool, "%s/%s", view, path);
	add(c, &v->b->matched, matched);
	add(c, &c->all.matched, matched);
	if (rt_copy_tree(from, to, warn_copy, v)) {
		add(c, &v->b->copied, path);
		add(c, &c->all.copied, path);
	}
	return true;
}

static void collect_bundle(struct collection *c, struct bundle *b)
{
	struct visit v = {.c = c, .b = b};

	for (size_t i = 0; i < b->patterns.n; i++) {
		v.matches = 0;
		rt_glob(c->dir, b->patterns.item[i], take_match, &v);
		if (!v.matches)
			warn(&v, rt_pool_format(&c->pool, "%s/%s matches nothing", view,
						b->patterns.item[i]));
	}
}

static void write_texts(struct rt_out *out, const char *key, const struct texts *t,
			const char *prefix)
{
	rt_json_open(out, key, '[');
	for (size_t i = 0; i < t->n; i++) {
		char text[8192];

		snprintf(text, sizeof(text), "%s%s", prefix, t->item[i]);
		rt_json_text(out, NULL, text);
	}
	rt_json_close(out, ']');
}

static void write_lists(struct rt_out *out, const struct bundle *b)
{
	write_texts(out, "declared_source_patterns", &b->patterns, JOB_VIEW "/");
	write_texts(out, "matched_source_paths", &b->matched, "");
	write_texts(out, "copied_relative_paths", &b->copied, "");
	write_texts(out, "warnings", &b->warnings, "");
}

static bool write_manifest(struct collection *c)
{
	const char *path = rt_pool_format(&c->pool, "%s/" JOB_FILE_MANIFEST, c->dir);
	const char *attempt = getenv("SLURM_RESTART_COUNT"),
		   *resumes = getenv("HPC_COMPOSE_IS_RESUME");
	uint64_t number = 0;
	struct rt_replace file;
	struct rt_out *out = &file.out;

	if (!rt_replace_begin(&file, &c->pool, path, JOB_MODE_MANIFEST))
		return false;
	if (attempt)
		rt_word_number(attempt, INT64_MAX, &number);
	rt_json_open(out, NULL, '{');
	rt_json_number(out, "schema_version", 3);
	rt_json_text(out, "job_id", c->job);
	rt_json_text(out, "collect_policy", c->policy);
	rt_json_time(out, "collected_at", rt_wall());
	rt_json_text(out, "job_outcome", c->status ? "failure" : "success");
	rt_json_number(out, "attempt", (int64_t)number);
	rt_json_bool(out, "is_resume", resumes && !strcmp(resumes, "1"));
	rt_json_text(out, "resume_dir", c->resume);
	write_lists(out, &c->all);
	rt_json_open(out, "bundles", '{');
	for (size_t i = 0; i < c->n_bundles; i++) {
		rt_json_open(out, c->bundle[i].name, '{');
		write_lists(out, &c->bundle[i]);
		rt_json_close(out, '}');
	}
	rt_json_close(out, '}');
	rt_json_close(out, '}');
	rt_out_text(out, "\n");
	return rt_replace_end(&file);
}

int rt_verb_collect(int argc, char **argv)
{
	const char *status = NULL;
	struct collection c = {.policy = "always"};
	const struct rt_option options[] = {
		{.name = "--dir", .value = &c.dir, .required = true},
		{.name = "--job", .value = &c.job, .required = true},
		{.name = "--status", .value = &status, .required = true},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv) || !read_table(&c))
		return RT_USAGE;
	uint64_t number;
	if (!rt_word_number(status, 255, &number)) {
		rt_say("collect: '%s' is not an exit status", status);
		return RT_USAGE;
	}
	c.status = (int)number;
	/* A requeued job without resume finds what its earlier attempt left. */
	rt_remove_tree(rt_pool_format(&c.pool, "%s/" JOB_FOLDER_PAYLOAD, c.dir));
	if (is_wanted(&c))
		for (size_t i = 0; i < c.n_bundles; i++)
			collect_bundle(&c, &c.bundle[i]);
	for (size_t i = 0; i < c.all.warnings.n; i++)
		rt_say("artifacts: %s", c.all.warnings.item[i]);
	rt_make_folders(rt_pool_format(&c.pool, "%s/artifacts", c.dir), 0755);
	if (write_manifest(&c))
		return 0;
	rt_say("collect: cannot write the manifest: %s", strerror(errno));
	return RT_ENVIRONMENT;
}
