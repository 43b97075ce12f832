/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Trials: what a sweep varies, how many combinations run how often, what makes one better; and the trials one by
 * one. All of it follows from the spec and the sweep's id, so that another program can say the same.
 *
 *	parameters: {b: [x, y], a: [1, 2]}	t000 a=1;b=x  t001 a=1;b=y  t002 a=2;b=x  t003 a=2;b=y
 */
#include <sha2.h>
#include <stdlib.h>

#include "ir/diag/diag_render.h"
#include "passes/lower.h"
#include "passes/pass.h"

__extension__ typedef unsigned __int128 u128;

struct lister {
	struct arena *arena;
	const struct plan_sweep *sweep;
	const struct plan_parameter **by_name;
	u128 n_combinations; /* 0: 2^128 and more */
	struct plan_trial *trials;
	uint32_t n;
};

static int by_name(const void *x, const void *y)
{
	const struct plan_parameter *const *p = x, *const *q = y;
	return str_cmp((*p)->head.name, (*q)->head.name);
}

static void sort_parameters(struct lister *l)
{
	uint32_t n = l->sweep->parameters.n;
	l->by_name = ARENA_ARRAY(l->arena, n, const struct plan_parameter *);
	for (uint32_t i = 0; i < n; i++)
		l->by_name[i] = &l->sweep->parameters.items[i];
	qsort(l->by_name, n, sizeof(const struct plan_parameter *), by_name);
	l->n_combinations = 1;
	for (uint32_t i = 0; i < n; i++)
		if (__builtin_mul_overflow(l->n_combinations, (u128)l->by_name[i]->values.n,
					   &l->n_combinations)) {
			l->n_combinations = 0;
			return;
		}
}

/* The combination of that number: the last name goes fastest. */
static struct v_map combination(struct lister *l, u128 number)
{
	uint32_t n = l->sweep->parameters.n;
	struct v_map map = {.from = origin_derived(l->sweep->parameters.from),
			    .items = ARENA_ARRAY(l->arena, n, struct v_pair),
			    .n = n};
	for (uint32_t i = n; i-- > 0;) {
		const struct plan_parameter *p = l->by_name[i];
		map.items[i].key = p->head.name;
		map.items[i].value = p->values.items[number % p->values.n];
		number /= p->values.n;
	}
	return map;
}

/* "a=1;b=x" */
static struct v_str config_key(struct lister *l, const struct v_map *variables)
{
	struct buf b;
	bool is_secret = false;
	buf_init(&b, l->arena);
	for (uint32_t i = 0; i < variables->n; i++) {
		const struct v_pair *pair = &variables->items[i];
		buf_add_fmt(&b, i ? ";%.*s=" : "%.*s=", STR_ARG(pair->key));
		buf_add(&b, pair->value.v);
		is_secret |= pair->value.is_secret || name_is_secret(pair->key);
	}
	struct v_str key = plan_str(variables->from, buf_str(&b));
	key.is_secret = is_secret;
	return key;
}

static struct str seed_of(struct lister *l, struct str config, uint64_t replicate)
{
	struct str text = str_fmt(l->arena, "%.*s:%.*s:%llu", STR_ARG(l->sweep->id.v),
				  STR_ARG(config), (unsigned long long)replicate);
	SHA2_CTX hash;
	SHA256Init(&hash);
	SHA256Update(&hash, (const uint8_t *)text.ptr, text.len);
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256Final(digest, &hash);
	struct buf b;
	buf_init(&b, l->arena);
	for (size_t i = 0; i < sizeof(digest); i++)
		buf_add_fmt(&b, "%02x", digest[i]);
	return buf_str(&b);
}

static void add_trials(struct lister *l, u128 number, uint64_t place)
{
	struct origin from = l->sweep->head.from;
	uint64_t replicates = l->sweep->replicates.v;
	struct v_map variables = combination(l, number);
	struct v_str config = config_key(l, &variables);
	for (uint64_t k = 0; k < replicates; k++) {
		struct str id = str_fmt(l->arena, "t%03llu", (unsigned long long)place);
		if (replicates > 1)
			id = str_fmt(l->arena, "%.*sr%llu", STR_ARG(id), (unsigned long long)k);
		struct plan_trial *t = &l->trials[l->n];
		t->head.from = origin_derived(from);
		t->id = plan_str(from, id);
		t->index = plan_uint(from, l->n++);
		t->replicate = plan_uint(from, k);
		t->config = config;
		t->variables = variables;
		t->seed = plan_str(from, seed_of(l, config.v, k));
	}
}

/* What counter `counter` draws. */
static u128 draw(struct str seed, uint64_t counter, u128 n_combinations)
{
	uint8_t tail[8];
	u128 number = 0;
	for (unsigned i = 0; i < 8; i++)
		tail[i] = (uint8_t)(counter >> (56 - 8 * i));
	SHA2_CTX hash;
	SHA256Init(&hash);
	SHA256Update(&hash, (const uint8_t *)seed.ptr, seed.len);
	SHA256Update(&hash, tail, sizeof(tail));
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256Final(digest, &hash);
	for (unsigned i = 0; i < 16; i++)
		number = number << 8 | digest[i];
	return n_combinations ? number % n_combinations : number;
}

static void add_drawn(struct lister *l)
{
	struct str seed = IS_SET(l->sweep->seed) ? l->sweep->seed.v : l->sweep->id.v;
	struct map seen = {0};
	map_reserve(&seen, l->arena, (uint32_t)l->sweep->drawn.v);
	uint64_t counter = 0;
	for (uint64_t place = 0; place < l->sweep->drawn.v; counter++) {
		u128 number = draw(seed, counter, l->n_combinations);
		struct str key = {(const char *)&number, sizeof(number)};
		if (map_get(&seen, key) != MAP_NONE)
			continue;
		map_put(&seen, l->arena, str_dup(l->arena, key), 1);
		add_trials(l, number, place++);
	}
}

void list_trials(struct arena *a, const struct plan_sweep *sweep, struct plan *plan)
{
	struct lister l = {.arena = a, .sweep = sweep};
	bool is_drawn = IS_SET(sweep->drawn);
	uint64_t n = is_drawn ? sweep->drawn.v : sweep->combinations.v;
	/* More than there are is an error that has been told. */
	if (n > sweep->combinations.v || __builtin_mul_overflow(n, sweep->replicates.v, &n) ||
	    n > SWEEP_MOST || !n)
		return;
	sort_parameters(&l);
	l.trials = ARENA_ARRAY(a, n, struct plan_trial);
	if (is_drawn)
		add_drawn(&l);
	for (uint64_t i = 0; !is_drawn && i < sweep->combinations.v; i++)
		add_trials(&l, i, i);
	plan->trials.from = origin_derived(sweep->head.from);
	plan->trials.items = l.trials;
	plan->trials.n = l.n;
}

enum {
	LONGEST_NAME = 64
};

uint64_t sweep_combinations(const struct sweep *sweep)
{
	uint64_t n = sweep->parameters.n && !IS_POISON(sweep->parameters) ? 1 : 0;
	for (uint32_t i = 0; i < sweep->parameters.n; i++) {
		uint64_t values = sweep->parameters.items[i].n;
		n = values && n > UINT64_MAX / values ? UINT64_MAX : n * values;
	}
	return n;
}

static void lower_parameters(struct unit *u, const struct sweep *sweep, struct plan_sweep *p)
{
	p->parameters.from = sweep->parameters.from;
	p->parameters.n = sweep->parameters.n;
	p->parameters.items = ARENA_ARRAY(u->arena, sweep->parameters.n, struct plan_parameter);
	for (uint32_t i = 0; i < sweep->parameters.n; i++) {
		const struct v_map *from = &sweep->parameters.items[i];
		struct plan_parameter *to = &p->parameters.items[i];
		to->head.from = from->from;
		to->head.name = from->n ? from->items[0].key : STR("");
		to->values.from = from->from;
		to->values.n = from->n;
		to->values.items = ARENA_ARRAY(u->arena, from->n, struct v_str);
		for (uint32_t k = 0; k < from->n; k++)
			to->values.items[k] = from->items[k].value;
	}
}

static void lower_objective(const struct sweep_objective *o, struct plan_sweep *p)
{
	p->direction = o->direction;
	p->log_pattern = o->log_pattern;
	if (IS_SET(o->log_pattern))
		p->group = IS_SET(o->group) ? o->group : plan_uint(o->head.from, 1);
	p->json_path = o->json_path;
	p->json_field = o->json_field;
	p->scaling_axis = o->scaling_axis;
}

/* The job's name, as a folder may be called, and a number. */
static struct str first_id(struct unit *u)
{
	const struct v_str *name = &u->plan->name;
	struct buf b;
	buf_init(&b, u->arena);
	for (size_t i = 0; i < name->v.len && i < LONGEST_NAME && !name->is_secret; i++) {
		char c = name->v.ptr[i];
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
				(c >= '0' && c <= '9') || c == '_' || (c == '.' && b.len);
		buf_add_byte(&b, is_plain ? c : '-');
	}
	if (!b.len || b.ptr[0] == '-')
		return STR("sweep-1");
	buf_add_c(&b, "-1");
	return buf_str(&b);
}

void lower_trials(struct unit *u)
{
	const struct sweep *sweep = u->job->sweep;
	if (!HAS_RECORD(sweep))
		return;
	struct plan_sweep *p = ARENA_NEW(u->arena, struct plan_sweep);
	p->head.from = sweep->head.from;
	lower_parameters(u, sweep, p);
	p->combinations = plan_uint(sweep->parameters.from, sweep_combinations(sweep));
	if (HAS_RECORD(sweep->matrix)) {
		p->drawn = sweep->matrix->random;
		p->seed = sweep->matrix->seed;
	}
	p->replicates =
		IS_SET(sweep->replicates) ? sweep->replicates : plan_uint(sweep->head.from, 1);
	if (HAS_RECORD(sweep->objective))
		lower_objective(sweep->objective, p);
	p->id = plan_str(sweep->head.from, u->sweep_id.len ? u->sweep_id : first_id(u));
	u->plan->sweep = p;
	if (!u->trial.n && u->diags.n_errors == 0)
		list_trials(u->arena, p, u->plan);
}
