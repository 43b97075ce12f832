/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the table of trials. The first mistake ends it: the table is written by a program. */
#include "runtime/trials/table.h"

#include <string.h>

#include "runtime/core/words.h"

#define DEFAULT_GRACE (30 * INT64_C(1000000000))
#define MOST_NODES    65536
#define MOST_MEMORY   (UINT64_C(1) << 40) /* MiB */

struct reader {
	struct rt_trials_table *table;
	struct rt_words words;
	const char *error;
};

static bool complain(struct reader *r, const char *error)
{
	r->error = error;
	return false;
}

/* It becomes part of paths, of JSON, and of lines that a hook reads. */
static bool is_id(const char *word)
{
	size_t len =
		strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return len && len < RT_TRIAL_ID_ROOM && !word[len] && word[0] != '.' && word[0] != '-';
}

static bool read_number(struct reader *r, const char *word, uint64_t low, uint64_t high,
			uint64_t *number)
{
	return (rt_word_number(word, high, number) && *number >= low) ||
	       complain(r, "a number of a trial is none, or out of its range");
}

static bool read_key(struct reader *r, struct rt_trial_def *t, const char *key, const char *word)
{
	uint64_t n = 0;
	bool good = true;

	if (!strcmp(key, "nodes")) {
		good = read_number(r, word, 1, MOST_NODES, &n);
		t->nodes = (uint32_t)n;
	} else if (!strcmp(key, "cpus")) {
		good = read_number(r, word, 1, MOST_NODES, &n);
		t->share.cpus = (uint32_t)n;
	} else if (!strcmp(key, "gpus")) {
		good = read_number(r, word, 0, MOST_NODES, &n);
		t->share.gpus = (uint32_t)n;
	} else if (!strcmp(key, "memory")) {
		good = read_number(r, word, 0, MOST_MEMORY, &t->share.memory);
	} else if (!strcmp(key, "retries")) {
		good = read_number(r, word, 0, MOST_NODES, &n);
		t->retries = (uint32_t)n;
	} else if (!strcmp(key, "script")) {
		t->script = word;
	} else if (!strcmp(key, "folder")) {
		t->folder = word;
	} else {
		good = complain(r, "a trial has no such key");
	}
	return good;
}

static bool read_trial(struct reader *r)
{
	struct rt_trials_table *table = r->table;
	const struct rt_words *w = &r->words;

	table->trial = rt_pool_more(w->pool, table->trial, table->count, sizeof(*table->trial));
	struct rt_trial_def *t = &table->trial[table->count++];
	if (w->count < 2 || w->count % 2)
		return complain(r, "'trial' takes a name, and keys with a value each");
	t->id = w->word[1];
	t->nodes = t->share.cpus = 1;
	if (!is_id(t->id))
		return complain(r, "a trial's name has letters, digits, '.', '_' and '-' only");
	for (unsigned i = 2; i < w->count; i += 2)
		if (!read_key(r, t, w->word[i], w->word[i + 1]))
			return false;
	if (!t->script || !t->folder)
		return complain(r, "a trial has a script and a folder");
	return true;
}

static bool read_reports(struct reader *r)
{
	const struct rt_words *w = &r->words;
	uint64_t group = 0;

	if (w->count < 2 || w->count > 4)
		return complain(r, "'reports' takes a file, a pattern and a group");
	r->table->reports = w->word[1];
	r->table->pattern = w->count > 2 ? w->word[2] : NULL;
	if (w->count > 3 && !read_number(r, w->word[3], 0, 99, &group))
		return false;
	r->table->group = (uint32_t)group;
	return true;
}

static bool read_prune(struct reader *r)
{
	const struct rt_words *w = &r->words;

	if (w->count < 2)
		return complain(r, "'prune' takes a program");
	const char **list = rt_pool_array(w->pool, w->count, sizeof(*list));
	memcpy(list, w->word + 1, (w->count - 1) * sizeof(*list));
	r->table->prune = list;
	return true;
}

static bool read_line(struct reader *r)
{
	const struct rt_words *w = &r->words;
	const char *key = w->count ? w->word[0] : "";

	if (w->error)
		return complain(r, w->error);
	if (!strcmp(key, "trial"))
		return read_trial(r);
	if (!strcmp(key, "reports"))
		return read_reports(r);
	if (!strcmp(key, "prune"))
		return read_prune(r);
	if (strcmp(key, "grace") != 0)
		return complain(r, "a table of trials has no such line");
	return (w->count == 2 && rt_word_duration(w->word[1], &r->table->grace)) ||
	       complain(r, "'grace' takes a time, such as 30s");
}

/* A folder is a trial's own: its lock and its mark tell of nobody else. */
static bool has_twice(const struct rt_trials_table *table, struct rt_pool *pool)
{
	uint32_t room = 16;

	while (room < 2 * table->count)
		room *= 2;
	uint32_t *at = rt_pool_array(pool, room, sizeof(*at)); /* 0: none, else number + 1 */
	for (uint32_t i = 0; i < table->count; i++) {
		const char *folder = table->trial[i].folder;
		uint32_t hash = 5381;

		for (const char *p = folder; *p; p++)
			hash = hash * 33 + (unsigned char)*p;
		for (hash %= room; at[hash]; hash = (hash + 1) % room)
			if (!strcmp(table->trial[at[hash] - 1].folder, folder))
				return true;
		at[hash] = i + 1;
	}
	return false;
}

bool rt_trials_read(struct rt_trials_table *table, struct rt_pool *pool, const char *text,
		    size_t len, unsigned *line, const char **error)
{
	struct reader r = {.table = table};

	*table = (struct rt_trials_table){.grace = DEFAULT_GRACE};
	rt_words_open(&r.words, pool, text, len);
	if (!rt_words_begin(&r.words, "hpcc-trials"))
		complain(&r, "a table of trials begins with 'hpcc-trials 1'");
	while (!r.error && rt_words_next(&r.words))
		read_line(&r);
	if (!r.error && has_twice(table, pool))
		complain(&r, "two trials have one folder");
	if (!r.error && table->prune && !table->reports)
		complain(&r, "'prune' needs 'reports'");
	*line = r.words.line;
	*error = r.error;
	return !r.error;
}
