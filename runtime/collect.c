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

#include "runtime/copy_tree.h"
#include "runtime/files.h"
#include "runtime/globs.h"
#include "runtime/verbs.h"
#include "runtime/words.h"

static const char view[] = "/hpc-compose/job";

struct texts {
	const char **item;
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
	size_t n_bundles;
	int status;
};

struct visit {
	struct collection *c;
	struct bundle *b;
};

static void add(struct collection *c, struct texts *t, const char *text)
{
	if (t->n == t->room) {
		const char **old = t->item;

		t->room = t->room ? 2 * t->room : 8;
		t->item = rt_pool_array(&c->pool, t->room, sizeof(*t->item));
		if (t->n)
			memcpy(t->item, old, t->n * sizeof(*old));
	}
	t->item[t->n++] = text;
}

static bool complain(const struct rt_words *w, const char *what)
{
	rt_say("collect: artifacts table, line %u: %s", w->line, what);
	return false;
}

static bool read_line(struct collection *c, struct rt_words *w)
{
	struct bundle *b;

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
	b = c->n_bundles ? &c->bundle[c->n_bundles - 1] : NULL;
	if (!b || strcmp(b->name, w->word[1])) {
		struct bundle *all = rt_pool_array(&c->pool, c->n_bundles + 1, sizeof(*all));

		if (c->n_bundles)
			memcpy(all, c->bundle, c->n_bundles * sizeof(*all));
		c->bundle = all;
		b = &all[c->n_bundles++];
		b->name = w->word[1];
	}
	add(c, &b->patterns, w->word[2]);
	return true;
}

static bool read_table(struct collection *c)
{
	struct rt_words w;
	size_t len;
	const char *text = rt_read_fd(&c->pool, 0, &len);
	bool good = true;

	if (!text) {
		rt_say("collect: cannot read the table: %s", strerror(errno));
		return false;
	}
	rt_words_open(&w, &c->pool, text, len);
	if (!rt_words_next(&w) || w.error || w.count != 2 || strcmp(w.word[0], "hpcc-artifacts") ||
	    strcmp(w.word[1], "1")) {
		rt_say("collect: an artifacts table begins with 'hpcc-artifacts 1'");
		return false;
	}
	while (rt_words_next(&w))
		good = read_line(c, &w) && good;
	return good;
}

static bool is_wanted(const struct collection *c)
{
	if (!strcmp(c->policy, "on-success"))
		return c->status == 0;
	if (!strcmp(c->policy, "on-failure"))
		return c->status != 0;
	return true;
}

static void warn_copy(const char *path, int error, void *arg)
{
	struct visit *v = arg;

	add(v->c, &v->b->warnings,
	    rt_pool_format(&v->c->pool, "%s: not copied: %s", path, strerror(error)));
}

static bool take_match(const char *path, void *arg)
{
	struct visit *v = arg;
	struct collection *c = v->c;
	const char *from, *to;
	char *slash;

	/* What was collected is never collected again. */
	if (!strcmp(path, "artifacts") || !strncmp(path, "artifacts/", 10))
		return true;
	if (!*path) {
		add(c, &v->b->warnings,
		    rt_pool_format(&c->pool, "%s itself is not collected", view));
		return true;
	}
	from = rt_pool_format(&c->pool, "%s/%s", c->dir, path);
	to = rt_pool_format(&c->pool, "%s/artifacts/payload/%s", c->dir, path);
	slash = strrchr(to, '/');
	*slash = '\0';
	rt_make_folders(to, 0755);
	*slash = '/';
	path = rt_pool_text(&c->pool, path, strlen(path));
	add(c, &v->b->matched, rt_pool_format(&c->pool, "%s/%s", view, path));
	if (rt_copy_tree(from, to, warn_copy, v))
		add(c, &v->b->copied, path);
	return true;
}

static void collect_bundle(struct collection *c, struct bundle *b)
{
	struct visit v = {.c = c, .b = b};

	for (size_t i = 0; i < b->patterns.n; i++) {
		size_t before = b->matched.n, warned = b->warnings.n;

		rt_glob(c->dir, b->patterns.item[i], take_match, &v);
		if (b->matched.n == before && b->warnings.n == warned)
			add(c, &b->warnings,
			    rt_pool_format(&c->pool, "%s/%s matches nothing", view,
					   b->patterns.item[i]));
	}
}

static void write_texts(struct rt_out *out, const char *key, const struct bundle *b, size_t n,
			size_t offset, const char *prefix)
{
	rt_json_open(out, key, '[');
	for (size_t i = 0; i < n; i++) {
		const struct texts *t =
			(const struct texts *)(const void *)((const char *)&b[i] + offset);

		for (size_t k = 0; k < t->n; k++) {
			char text[8192];

			snprintf(text, sizeof(text), "%s%s", prefix, t->item[k]);
			rt_json_text(out, NULL, text);
		}
	}
	rt_json_close(out, ']');
}

/* The four lists, of one bundle or of several. */
static void write_lists(struct rt_out *out, const struct bundle *b, size_t n)
{
	write_texts(out, "declared_source_patterns", b, n, offsetof(struct bundle, patterns),
		    "/hpc-compose/job/");
	write_texts(out, "matched_source_paths", b, n, offsetof(struct bundle, matched), "");
	write_texts(out, "copied_relative_paths", b, n, offsetof(struct bundle, copied), "");
	write_texts(out, "warnings", b, n, offsetof(struct bundle, warnings), "");
}

static bool write_manifest(struct collection *c)
{
	const char *path = rt_pool_format(&c->pool, "%s/artifacts/manifest.json", c->dir);
	const char *attempt = getenv("SLURM_RESTART_COUNT"),
		   *resumes = getenv("HPC_COMPOSE_IS_RESUME");
	struct rt_replace file;
	struct rt_out *out = &file.out;

	if (!rt_replace_begin(&file, &c->pool, path, 0600))
		return false;
	rt_json_open(out, NULL, '{');
	rt_json_number(out, "schema_version", 3);
	rt_json_text(out, "job_id", c->job);
	rt_json_text(out, "collect_policy", c->policy);
	rt_json_time(out, "collected_at", rt_wall());
	rt_json_text(out, "job_outcome", c->status ? "failure" : "success");
	rt_json_number(out, "attempt", attempt ? atoll(attempt) : 0);
	rt_json_bool(out, "is_resume", resumes && !strcmp(resumes, "1"));
	rt_json_text(out, "resume_dir", c->resume);
	write_lists(out, c->bundle, c->n_bundles);
	rt_json_open(out, "bundles", '{');
	for (size_t i = 0; i < c->n_bundles; i++) {
		rt_json_open(out, c->bundle[i].name, '{');
		write_lists(out, &c->bundle[i], 1);
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
	c.status = atoi(status);
	if (is_wanted(&c))
		for (size_t i = 0; i < c.n_bundles; i++)
			collect_bundle(&c, &c.bundle[i]);
	for (size_t i = 0; i < c.n_bundles; i++)
		for (size_t k = 0; k < c.bundle[i].warnings.n; k++)
			rt_say("artifacts: %s", c.bundle[i].warnings.item[k]);
	rt_make_folders(rt_pool_format(&c.pool, "%s/artifacts", c.dir), 0755);
	if (write_manifest(&c))
		return 0;
	rt_say("collect: cannot write the manifest: %s", strerror(errno));
	return RT_ENVIRONMENT;
}
