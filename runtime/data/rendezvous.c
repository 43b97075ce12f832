/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rendezvous between jobs, by files below <cache>/rendezvous/<name>: every provider has a record
 * <job>-<service>.json, and latest.json is the newest one.
 *
 *	publish		writes both
 *	lookup		waits for fresh records; prints `export`s for the shell
 *	withdraw	takes this job's records back at the end
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/data/record.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"

enum {
	FACTS = 8
};

static const char *const fact_names[FACTS] = {"NAME",     "URL",  "HOST",   "PORT",
					      "PROTOCOL", "PATH", "JOB_ID", "SERVICE"};
static const char *const fact_keys[FACTS] = {"name",     "url",  "host",   "port",
					     "protocol", "path", "job_id", "service"};

struct provider {
	struct rt_pool pool;
	const char *cache, *job, *service, *name, *port, *protocol, *path, *ttl, *host, *access;
	uint64_t port_number, ttl_s;
};

/* KEY=VALUE in HPCC_METADATA_0 and so on: arguments could be read by anybody. */
static void put_metadata(struct rt_out *out, struct provider *p)
{
	rt_json_open(out, "metadata", '{');
	const char *pair;
	for (int i = 0; (pair = getenv(rt_pool_format(&p->pool, "HPCC_METADATA_%d", i))); i++) {
		const char *equals = strchr(pair, '=');

		if (equals)
			rt_json_text(out, rt_pool_text(&p->pool, pair, (size_t)(equals - pair)),
				     equals + 1);
	}
	rt_json_close(out, '}');
}

static bool write_record(struct provider *p, const char *folder, const char *file)
{
	const char *path = rt_pool_format(&p->pool, "%s/%s", folder, file);
	struct rt_replace r;
	struct rt_out *out = &r.out;

	/* What is no secret is there for everybody who shares the cache. */
	if (!rt_replace_begin(&r, &p->pool, path,
			      p->access && !strcmp(p->access, "private") ? 0600 : 0644))
		return false;
	rt_json_open(out, NULL, '{');
	rt_json_number(out, "schema_version", 1);
	rt_json_text(out, "name", p->name);
	rt_json_text(out, "job_id", p->job);
	rt_json_text(out, "service", p->service);
	rt_json_text(out, "host", p->host);
	rt_json_number(out, "port", (int64_t)p->port_number);
	rt_json_text(out, "protocol", p->protocol);
	rt_json_text(out, "path", p->path);
	rt_json_text(
		out, "url",
		rt_pool_format(&p->pool, "%s://%s:%s%s", p->protocol, p->host, p->port, p->path));
	rt_json_number(out, "registered_at", (int64_t)time(NULL));
	rt_json_number(out, "ttl_seconds", (int64_t)p->ttl_s);
	rt_json_text(out, "cache_dir", p->cache);
	put_metadata(out, p);
	rt_json_close(out, '}');
	rt_out_text(out, "\n");
	return rt_replace_end(&r);
}

int rt_verb_publish(int argc, char **argv)
{
	static struct provider p;
	const struct rt_option options[] = {
		{.name = "--cache", .value = &p.cache, .required = true},
		{.name = "--job", .value = &p.job, .required = true},
		{.name = "--service", .value = &p.service, .required = true},
		{.name = "--name", .value = &p.name, .required = true},
		{.name = "--port", .value = &p.port, .required = true},
		{.name = "--protocol", .value = &p.protocol, .required = true},
		{.name = "--path", .value = &p.path, .required = true},
		{.name = "--ttl", .value = &p.ttl, .required = true},
		{.name = "--access", .value = &p.access},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	if (!rt_word_number(p.port, 65535, &p.port_number) || !p.port_number ||
	    !rt_word_number(p.ttl, INT64_MAX, &p.ttl_s)) {
		rt_say("publish: '%s' is no port, or '%s' no number of seconds", p.port, p.ttl);
		return RT_USAGE;
	}
	p.host = getenv("HPC_COMPOSE_SERVICE_PRIMARY_NODE");
	if (!p.host || !*p.host)
		p.host = "localhost";
	const char *folder = rt_pool_format(&p.pool, "%s/rendezvous/%s", p.cache, p.name);
	const char *file = rt_pool_format(&p.pool, "%s-%s.json", p.job, p.service);
	for (char *c = strrchr(file, '/'); c; c = strrchr(file, '/'))
		*c = '_';
	if (rt_make_folders(folder, 0755) && write_record(&p, folder, file) &&
	    write_record(&p, folder, "latest.json"))
		return 0;
	rt_say("publish: cannot write below %s: %s", folder, strerror(errno));
	return RT_ENVIRONMENT;
}

/* MODEL_SERVER_V1 of model-server.v1. */
static char *token_of(struct rt_pool *pool, const char *name)
{
	char *token = rt_pool_text(pool, name, strlen(name));

	for (char *c = token; *c; c++) {
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
		else if (!((*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9')))
			*c = '_';
	}
	return token;
}

/* Anybody who shares the cache can write numbers here, or what is none. */
static bool read_number(const struct rt_record *r, const char *key, uint64_t *number)
{
	const char *text = rt_record_get(r, key);

	return text && rt_word_number(text, INT64_MAX, number);
}

static bool is_fresh(const struct rt_record *r)
{
	uint64_t at, ttl, now = (uint64_t)time(NULL);

	return read_number(r, "registered_at", &at) && read_number(r, "ttl_seconds", &ttl) &&
	       (now < at ? ttl > 0 : now - at < ttl);
}

static void print_exports(struct rt_out *out, struct rt_pool *pool, const char *name,
			  const struct rt_record *r)
{
	const char *prefixes[] = {"", rt_pool_format(pool, "%s_", token_of(pool, name))};

	for (size_t k = 0; k < 2; k++)
		for (size_t i = 0; i < FACTS; i++) {
			const char *value = rt_record_get(r, fact_keys[i]);

			rt_out_format(out, "export HPC_COMPOSE_RDZV_%s%s=", prefixes[k],
				      fact_names[i]);
			rt_out_shell_word(out, value ? value : "");
			rt_out_text(out, "\n");
		}
}

/* Waits until the record is there and fresh, or the time is over. */
static bool find_record(struct rt_pool *pool, const char *cache, const char *name, int64_t end,
			struct rt_record *r)
{
	const char *path = rt_pool_format(pool, "%s/rendezvous/%s/latest.json", cache, name);

	for (;;) {
		struct timespec pause = {.tv_nsec = 250000000};

		if (rt_record_read(r, path) && is_fresh(r))
			return true;
		if (rt_now() >= end)
			return false;
		nanosleep(&pause, NULL);
	}
}

int rt_verb_lookup(int argc, char **argv)
{
	static struct rt_record record;
	static struct rt_out out;
	const char *cache = NULL, *timeout = NULL;
	bool optional = false;
	const struct rt_option options[] = {
		{.name = "--cache", .value = &cache, .required = true},
		{.name = "--timeout", .value = &timeout, .required = true},
		{.name = "--optional", .flag = &optional},
		{.name = NULL},
	};
	struct rt_pool pool = {0};
	int dashes = 1, status = 0;

	while (dashes < argc && strcmp(argv[dashes], "--"))
		dashes++;
	uint64_t seconds;
	if (!rt_read_options(options, dashes, argv) ||
	    !rt_word_number(timeout, 1000000000, &seconds))
		return RT_USAGE;
	rt_out_open(&out, 1);
	int64_t end = rt_now() + (int64_t)seconds * 1000000000;
	for (int i = dashes + 1; i < argc; i++) {
		if (find_record(&pool, cache, argv[i], end, &record)) {
			print_exports(&out, &pool, argv[i], &record);
			continue;
		}
		rt_say("rendezvous: no fresh record of '%s' within %ss%s", argv[i], timeout,
		       optional ? "; going on without" : "");
		if (!optional)
			status = 1;
	}
	return rt_out_flush(&out) ? status : RT_ENVIRONMENT;
}

static bool is_ours(const struct rt_record *r, const char *job)
{
	const char *owner = rt_record_get(r, "job_id");

	return owner && !strcmp(owner, job);
}

/* Removes this job's records; the newest fresh one of another job, or NULL. */
static const char *clear_folder(struct rt_pool *pool, const char *folder, const char *job)
{
	static struct rt_record record;
	DIR *dir = opendir(folder);
	const char *newest = NULL;
	uint64_t best = 0, at;
	struct dirent *entry;
	while (dir && (entry = readdir(dir))) {
		const char *path = rt_pool_format(pool, "%s/%s", folder, entry->d_name);
		size_t len = strlen(entry->d_name);

		if (len < 5 || strcmp(entry->d_name + len - 5, ".json") ||
		    !strcmp(entry->d_name, "latest.json") || !rt_record_read(&record, path))
			continue;
		if (is_ours(&record, job)) {
			unlink(path);
		} else if (is_fresh(&record) && read_number(&record, "registered_at", &at) &&
			   at > best) {
			best = at;
			newest = path;
		}
	}
	if (dir)
		closedir(dir);
	return newest;
}

/* latest.json becomes a copy of that record. */
static bool put_latest(struct rt_pool *pool, const char *latest, const char *record)
{
	size_t len;
	const char *text = rt_read_plain(pool, record, &len);
	struct rt_replace file;
	if (!text || !rt_replace_begin(&file, pool, latest, 0644))
		return false;
	rt_out_bytes(&file.out, text, len);
	return rt_replace_end(&file);
}

/* latest.json of another job stays; after ours comes the newest of those that are still there. */
int rt_verb_withdraw(int argc, char **argv)
{
	static struct rt_record record;
	const char *cache = NULL, *job = NULL;
	const struct rt_option options[] = {
		{.name = "--cache", .value = &cache, .required = true},
		{.name = "--job", .value = &job, .required = true},
		{.name = NULL},
	};
	struct rt_pool pool = {0};
	int dashes = 1;

	while (dashes < argc && strcmp(argv[dashes], "--"))
		dashes++;
	if (!rt_read_options(options, dashes, argv))
		return RT_USAGE;
	for (int i = dashes + 1; i < argc; i++) {
		const char *folder = rt_pool_format(&pool, "%s/rendezvous/%s", cache, argv[i]);
		const char *latest = rt_pool_format(&pool, "%s/latest.json", folder);
		const char *next = clear_folder(&pool, folder, job);

		if (!rt_record_read(&record, latest) || !is_ours(&record, job))
			continue;
		if (!next || !put_latest(&pool, latest, next))
			unlink(latest);
	}
	return 0;
}
