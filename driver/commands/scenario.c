/* SPDX-License-Identifier: Apache-2.0 */
/* The small language of scenarios. */
#include "driver/commands/scenario.h"

#include <signal.h>
#include <string.h>

enum {
	MAX_WORDS = 64
};

/* One statement being read. */
struct reader_state {
	struct arena *a;
	struct str text; /* the statement, for messages */
	struct str words[MAX_WORDS];
	unsigned n, at;
	const struct plan *plan;
	const struct rt_table *table;
	struct scenario *scenario;
};

/* Ten years: far beyond any job, and sums of a few stay within the clock. */
#define LONGEST (10 * INT64_C(365) * 24 * 3600 * RT_SECOND)

bool scenario_time(struct str text, int64_t *ns)
{
	static const struct {
		const char *unit;
		int64_t ns;
	} units[] = {
		{"ms", 1000000}, {"s", RT_SECOND}, {"m", 60 * RT_SECOND}, {"h", 3600 * RT_SECOND}};
	bool any = false;

	*ns = 0;
	while (text.len > 0) {
		size_t digits = 0, letters = 0, unit = 0;

		while (digits < text.len && text.ptr[digits] >= '0' && text.ptr[digits] <= '9')
			digits++;
		while (digits + letters < text.len && text.ptr[digits + letters] >= 'a' &&
		       text.ptr[digits + letters] <= 'z')
			letters++;
		while (unit < 4 &&
		       !str_eq_c(str_slice(text, digits, digits + letters), units[unit].unit))
			unit++;
		uint64_t value;
		if (!str_to_u64(str_slice(text, 0, digits), &value) || value > 1000000000) {
			*ns = digits > 9 ? RT_NEVER : 0;
			return false;
		}
		if (unit == 4 && (letters > 0 || any || digits < text.len))
			return false;
		int64_t part;
		if (__builtin_mul_overflow((int64_t)value, unit == 4 ? RT_SECOND : units[unit].ns,
					   &part) ||
		    __builtin_add_overflow(*ns, part, ns) || *ns > LONGEST) {
			*ns = RT_NEVER;
			return false;
		}
		text = str_from(text, digits + letters);
		any = true;
	}
	return any;
}

static bool fail(const struct reader_state *r, const char *why)
{
	complain("scenario: %s: '%.*s'", why, STR_ARG(r->text));
	return false;
}

static bool is_next(const struct reader_state *r, const char *word)
{
	return r->at < r->n && str_eq_c(r->words[r->at], word);
}

static bool take(struct reader_state *r, const char *word)
{
	bool is = is_next(r, word);

	r->at += is;
	return is;
}

static bool take_time(struct reader_state *r, int64_t *ns)
{
	if (r->at >= r->n || !scenario_time(r->words[r->at], ns))
		return fail(r, r->at < r->n && *ns == RT_NEVER
				       ? "a time is ten years at most"
				       : "a time such as 10s or 1m30s is missing");
	r->at++;
	return true;
}

static int signal_number(struct str name)
{
	static const struct {
		const char *name;
		int number;
	} signals[] = {{"TERM", SIGTERM}, {"INT", SIGINT},   {"USR1", SIGUSR1}, {"USR2", SIGUSR2},
		       {"HUP", SIGHUP},   {"QUIT", SIGQUIT}, {"KILL", SIGKILL}, {"SEGV", SIGSEGV}};

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		if (str_eq_c(name, signals[i].name))
			return signals[i].number;
	return 0;
}

/* A status, or a signal's name. */
static bool take_status(struct reader_state *r, struct moment *m)
{
	if (r->at >= r->n)
		return fail(r, "an exit status is missing");
	m->signal = signal_number(r->words[r->at]);
	uint64_t status;
	if (m->signal == 0 && (!str_to_u64(r->words[r->at], &status) || status > 255))
		return fail(r, "an exit status is a number up to 255, or a signal's name");
	m->status = m->signal ? 128 + m->signal : (int)status;
	r->at++;
	return true;
}

static bool take_times(struct reader_state *r, struct moment m, struct moments *list)
{
	do {
		if (!take_time(r, &m.time))
			return false;
		*LIST_PUSH(r->a, &list->list) = m;
	} while (r->at < r->n && !is_next(r, "every") && !is_next(r, "for"));
	return true;
}

/* That the last one of a list holds for all further starts. */
static bool take_every_time(struct reader_state *r)
{
	bool is = take(r, "every");

	if (is)
		take(r, "time");
	return is;
}

static bool read_exits(struct reader_state *r, struct behaviour *b)
{
	struct moment m = {0};

	if (!take_status(r, &m))
		return false;
	if (take(r, "at"))
		return take_times(r, m, &b->exits_at);
	if (!take(r, "after"))
		return fail(r, "'at' or 'after' is missing");
	if (!take_times(r, m, &b->exits_after))
		return false;
	b->exits_every_time = take_every_time(r);
	return true;
}

static bool read_hangs(struct reader_state *r, struct behaviour *b,
		       const struct rt_service_def *def)
{
	struct moments *list = is_next(r, "at") ? &b->hangs_at : &b->hangs_after;
	size_t before = list->list.n;
	int64_t length = RT_NEVER;

	if (def->live.look.kind == RT_READY_NONE)
		return fail(r, "nobody looks whether it hangs: it has no liveness");
	if (!take(r, "at") && !take(r, "after"))
		return fail(r, "'at' or 'after' is missing");
	if (!take_times(r, (struct moment){0}, list))
		return false;
	bool is_every = take_every_time(r);
	if (take(r, "for") && !take_time(r, &length))
		return false;
	is_every = take_every_time(r) || is_every;
	if (is_every && list == &b->hangs_at)
		return fail(r, "'every time' goes with 'after'");
	b->hangs_every_time |= is_every;
	for (size_t i = before; i < list->list.n; i++)
		list->list.items[i].length = length;
	return true;
}

static bool read_ready(struct reader_state *r, struct behaviour *b)
{
	if (take(r, "at"))
		return take_time(r, &b->ready_at);
	if (take(r, "after"))
		return take_time(r, &b->ready_after);
	return fail(r, "'at' or 'after' is missing");
}

static bool read_order(struct reader_state *r, struct behaviour *b)
{
	static const struct {
		const char *word;
		enum rt_order order;
	} orders[] = {{"restarted", RT_ORDER_RESTART},
		      {"stopped", RT_ORDER_STOP},
		      {"started", RT_ORDER_START}};

	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++)
		if (take(r, orders[i].word))
			return take(r, "at")
				       ? take_times(r,
						    (struct moment){.status = (int)orders[i].order},
						    &b->orders)
				       : fail(r, "'at' is missing");
	return fail(r, "a service is ready, restarted, stopped or started");
}

static bool read_stops(struct reader_state *r, struct behaviour *b)
{
	if (!take(r, "after"))
		return fail(r, "'after' is missing");
	if (!take_time(r, &b->stops_after))
		return false;
	struct moment m;
	if (take(r, "with")) {
		if (!take_status(r, &m))
			return false;
		b->stop_status = m.status;
	}
	return true;
}

static bool read_service(struct reader_state *r, struct behaviour *b,
			 const struct rt_service_def *def)
{
	if (take(r, "exits"))
		return read_exits(r, b);
	if (take(r, "hangs"))
		return read_hangs(r, b, def);
	bool is_passive = take(r, "is");
	if (take(r, "ready"))
		return read_ready(r, b);
	if (is_passive)
		return read_order(r, b);
	if (take(r, "stops"))
		return read_stops(r, b);
	if (take(r, "begins"))
		return take(r, "after") ? take_time(r, &b->begins_after)
					: fail(r, "'after' is missing");
	if (take(r, "never")) {
		if (take(r, "begins"))
			return b->never_begins = true;
		if (take(r, "ready"))
			return b->is_never_ready = true;
	}
	if (take(r, "ignores") && take(r, "stop"))
		return b->ignores_stop = true;
	return fail(r, "a service exits, begins, is ready, hangs, stops, never begins, is "
		       "never ready, ignores stop, or is restarted, stopped or started");
}

static bool complain_unknown(const struct reader_state *r, const char *name)
{
	size_t n = r->table->count;
	const char **names = ARENA_ARRAY(r->a, n, const char *);

	for (size_t i = 0; i < n; i++)
		names[i] = r->table->service[i].name;
	const char *near = suggest_word(name, names, n);
	complain("scenario: no service is called '%s'", name);
	if (near)
		advise("did you mean '%s'?", near);
	return false;
}

/* The statement holds for each copy of that service; *is_one is false when it has none. */
static bool read_copies(struct reader_state *r, const char *name, bool *is_one)
{
	bool ok = true;

	*is_one = false;
	for (uint32_t i = 0; i < r->plan->services.n && ok; i++) {
		const struct plan_service *s = &r->plan->services.items[i];
		if (!IS_SET(s->copy_of) || !str_eq_c(s->copy_of.v, name))
			continue;
		uint32_t k = rt_table_find(r->table, s->name.v.ptr);
		*is_one = true;
		r->at = 1;
		ok = read_service(r, &r->scenario->services[k], &r->table->service[k]);
	}
	return ok;
}

/* A statement of a service, of its copies, or of a signal; *is_known is false for another name. */
static bool read_subject(struct reader_state *r, const char *name, bool *is_known)
{
	int number = signal_number(r->words[0]);
	uint32_t service = rt_table_find(r->table, name);

	r->at = 1;
	*is_known = true;
	if (service < r->table->count)
		return read_service(r, &r->scenario->services[service],
				    &r->table->service[service]);
	bool ok = read_copies(r, name, is_known);
	if (*is_known || number == 0)
		return ok;
	*is_known = true;
	if (!take(r, "at"))
		return fail(r, "'at' is missing");
	return take_times(r, (struct moment){.signal = number}, &r->scenario->signals);
}

static bool read_statement(struct reader_state *r)
{
	const char *name = str_to_c(r->a, r->words[0]);
	bool is_known;
	bool ok = read_subject(r, name, &is_known);

	if (!is_known)
		return complain_unknown(r, name);
	if (ok && r->at < r->n)
		return fail(r, "there is more than hpcc understands");
	return ok;
}

/* Words are separated by blanks and commas. */
static void split_words(struct reader_state *r)
{
	struct str rest = r->text;

	r->n = 0;
	while (rest.len > 0 && r->n < MAX_WORDS) {
		size_t n = 0;

		while (n < rest.len && !strchr(" \t\r,", rest.ptr[n]))
			n++;
		if (n > 0)
			r->words[r->n++] = str_slice(rest, 0, n);
		rest = str_from(rest, n + 1);
	}
}

bool scenario_read(struct arena *a, struct str text, const struct plan *plan,
		   const struct rt_table *table, struct scenario *s)
{
	struct reader_state r = {.a = a, .plan = plan, .table = table, .scenario = s};

	s->services = ARENA_ARRAY(a, table->count, struct behaviour);
	for (uint32_t i = 0; i < table->count; i++)
		s->services[i].stop_status = -1;
	while (text.len > 0) {
		struct str line;

		text = str_split(text, '\n', &line);
		str_split(line, '#', &line);
		struct str part;
		while (line.len > 0) {
			line = str_split(line, ';', &part);
			r.text = str_trim(part);
			split_words(&r);
			if (r.n > 0 && !read_statement(&r))
				return false;
		}
	}
	return true;
}
