/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the allocation table:
 *
 *	hpcc-allocation 1
 *	job name demo nodes 4
 *	component cpu nodes 1
 *	component gpu nodes 3 gpus 4
 *	service trainer token trainer nodes all ntasks-per-node 4 mpi nproc 4
 */
#include "runtime/data/alloc.h"

#include <stdlib.h>
#include <string.h>

#include "runtime/files.h"
#include "runtime/core/words.h"

struct reader {
	struct rt_alloc *a;
	struct rt_pool *pool;
	struct rt_words w;
	bool good;
	unsigned at; /* next word of the line */
};

static void complain(struct reader *r, const char *what, const char *word)
{
	rt_say("allocation table, line %u: %s '%s'", r->w.line, what, word);
	r->good = false;
	r->at = r->w.count;
}

static const char *next_word(struct reader *r)
{
	return r->at < r->w.count ? r->w.word[r->at++] : NULL;
}

static const char *value_of(struct reader *r, const char *key)
{
	const char *value = next_word(r);

	if (!value)
		complain(r, "no value behind", key);
	return value ? value : "";
}

static uint32_t number_of(struct reader *r, const char *key, uint32_t low, uint32_t high)
{
	const char *word = value_of(r, key);
	uint64_t n = low;

	if (r->at <= r->w.count && *word && (!rt_word_number(word, high, &n) || n < low))
		complain(r, "a number is out of range:", word);
	return (uint32_t)n;
}

/* "nodes auto": as many as Slurm has given. */
static uint32_t nodes_of(struct reader *r, const char *key)
{
	if (r->at < r->w.count && !strcmp(r->w.word[r->at], "auto")) {
		r->at++;
		return 0;
	}
	return number_of(r, key, 1, 1000000);
}

static void read_job(struct reader *r)
{
	const char *key;

	while ((key = next_word(r))) {
		if (!strcmp(key, "name"))
			r->a->job_name = value_of(r, key);
		else if (!strcmp(key, "nodes"))
			r->a->nodes = nodes_of(r, key);
		else
			complain(r, "unknown key", key);
	}
}

static void read_rdzv(struct reader *r)
{
	const char *key;

	while ((key = next_word(r))) {
		if (!strcmp(key, "port"))
			r->a->rdzv_port = number_of(r, key, 1, 65535);
		else if (!strcmp(key, "base"))
			r->a->rdzv_base = number_of(r, key, 1, 65535);
		else if (!strcmp(key, "span"))
			r->a->rdzv_span = number_of(r, key, 1, 65535);
		else
			complain(r, "unknown key", key);
	}
}

static void read_part(struct reader *r)
{
	struct rt_alloc *a = r->a;

	a->part = rt_pool_more(r->pool, a->part, a->part_count, sizeof(*a->part));
	struct rt_alloc_part *part = &a->part[a->part_count++];
	part->name = value_of(r, "component");
	part->nodes = 1;
	const char *key;
	while ((key = next_word(r))) {
		if (!strcmp(key, "nodes"))
			part->nodes = number_of(r, key, 1, 1000000);
		else if (!strcmp(key, "gpus"))
			part->gpus = number_of(r, key, 1, UINT32_MAX);
		else
			complain(r, "unknown key", key);
	}
	if (!*part->name || strchr(part->name, '/') || part->name[0] == '.')
		complain(r, "not a name for file names:", part->name);
}

static struct rt_alloc_service *add_service(struct reader *r)
{
	struct rt_alloc *a = r->a;

	a->service = rt_pool_more(r->pool, a->service, a->count, sizeof(*a->service));
	return &a->service[a->count++];
}

static void read_service(struct reader *r)
{
	struct rt_alloc_service *s = add_service(r);

	s->name = s->token = value_of(r, "service");
	s->set = "0";
	const char *key;
	while ((key = next_word(r))) {
		if (!strcmp(key, "token"))
			s->token = value_of(r, key);
		else if (!strcmp(key, "nodes"))
			s->set = value_of(r, key);
		else if (!strcmp(key, "ntasks"))
			s->ntasks = number_of(r, key, 1, UINT32_MAX);
		else if (!strcmp(key, "ntasks-per-node"))
			s->ntasks_per_node = number_of(r, key, 1, UINT32_MAX);
		else if (!strcmp(key, "nproc"))
			s->nproc = number_of(r, key, 1, UINT32_MAX);
		else if (!strcmp(key, "mpi"))
			s->mpi = true;
		else if (!strcmp(key, "gpus"))
			s->gpus = number_of(r, key, 1, UINT32_MAX);
		else if (!strcmp(key, "beside"))
			s->beside = number_of(r, key, 0, UINT32_MAX);
		else
			complain(r, "unknown key", key);
	}
	if (!rt_word_is_nodes(s->set))
		complain(r, "not a node set:", s->set);
	if (!*s->token || strchr(s->token, '/') || s->token[0] == '.')
		complain(r, "not a token for file names:", s->token);
}

static void read_line(struct reader *r)
{
	r->at = 0;
	if (r->w.error) {
		complain(r, r->w.error, "");
		return;
	}
	const char *key = next_word(r);
	if (!strcmp(key, "job"))
		read_job(r);
	else if (!strcmp(key, "component"))
		read_part(r);
	else if (!strcmp(key, "resume"))
		r->a->resume = value_of(r, key);
	else if (!strcmp(key, "rdzv"))
		read_rdzv(r);
	else if (!strcmp(key, "service"))
		read_service(r);
	else
		complain(r, "unknown key", key);
	if (r->at < r->w.count)
		complain(r, "a word too many:", r->w.word[r->at]);
}

bool rt_alloc_read(struct rt_alloc *a, struct rt_pool *pool, const char *text, size_t len)
{
	struct reader r = {.a = a, .pool = pool, .good = true};

	memset(a, 0, sizeof(*a));
	a->nodes = 1;
	a->job_name = "";
	a->rdzv_base = 29500;
	a->rdzv_span = 1000;
	rt_words_open(&r.w, pool, text, len);
	if (!rt_words_begin(&r.w, "hpcc-allocation")) {
		rt_say("an allocation table begins with 'hpcc-allocation 1'");
		return false;
	}
	while (rt_words_next(&r.w))
		read_line(&r);
	return r.good;
}

uint32_t rt_alloc_port(const struct rt_alloc *a, uint32_t number)
{
	if (a->rdzv_port)
		return a->rdzv_port;
	uint64_t place = (uint64_t)rt_word_digits(a->job_id, a->rdzv_span) + number;
	return a->rdzv_base + (uint32_t)(place % a->rdzv_span);
}
