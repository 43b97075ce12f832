/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/screen/roster.h"

#include <string.h>

#include "driver/reach/ports.h"
#include "driver/screen/services.h"

/* How a state, or an end, is called. The verdict of `exited` is a prefix: "app-exit 42". */
static const struct state_words {
	const char *state, *verdict, *words, *family;
	bool is_bad;
} state_words[] = {
	{"waiting", "", "waiting", "waiting", false},
	{"starting", "", "starting", "starting", false},
	{"running", "", "running", "running", false},
	{"ready", "", "ready", "ready", false},
	{"stopping", "", "stopping", "stopping", false},
	{"backoff", "", "restarting", "restarting", false},
	{"skipped", "", "never began", "never began", false},
	{"exited", "completed", "done", "done", false},
	{"exited", "stopped", "stopped", "stopped", false},
	{"exited", "app-exit", "failed", "failed", true},
	{"exited", "app-signal", "killed", "failed", true},
	{"exited", "not-started", "not started", "failed", true},
	{"exited", "step-not-created", "got no step", "failed", true},
	{"exited", "oom", "out of memory", "failed", true},
	{"exited", "never-ready", "never ready", "failed", true},
	{"exited", "unhealthy", "unhealthy", "failed", true},
	{"exited", "component-ended", "lost its nodes", "failed", true},
	{"exited", "lost", "lost", "failed", true},
	{"exited", "", "ended", "ended", false},
};
static const struct state_words not_begun = {"", "", "not begun", "not begun", false};
static const struct state_words not_ready = {"", "", "not ready", "not ready", false};

/* Counts in this order: what asks for attention first. */
static const char *const families[] = {
	"failed", "restarting", "not ready", "waiting", "starting",    "stopping", "running",
	"ready",  "done",       "stopped",   "ended",   "never began", "not begun"};

static const struct state_words *words_of(const json_t *s)
{
	struct str state = json_str(s, "state"), verdict = json_str(s, "verdict");
	struct str readiness = json_str(s, "readiness");

	if (str_eq_c(state, "running") &&
	    (str_eq_c(readiness, "pending") || str_eq_c(readiness, "timeout")))
		return &not_ready;
	for (size_t i = 0; i < sizeof(state_words) / sizeof(*state_words); i++)
		if (str_eq_c(state, state_words[i].state) &&
		    str_has_prefix(verdict, state_words[i].verdict[0] && str_eq_c(state, "exited")
						    ? state_words[i].verdict
						    : ""))
			return &state_words[i];
	return &not_begun;
}

/* An older hpcc-rt has noted the first launch alone. */
const char *roster_launch_key(const json_t *service)
{
	return json_uint(service, "launches") > 1 ? "launched_at" : "started_at";
}

/* When it came to be as it is; 0 where nobody has written that down. */
static double since(const struct job_view *view, const json_t *s)
{
	struct str state = json_str(s, "state");

	if (str_eq_c(state, "waiting"))
		return state_time(view->state, "started_at");
	if (str_eq_c(state, "ready"))
		return state_time(s, "ready_at");
	if (str_eq_c(state, "exited") || str_eq_c(state, "backoff") || str_eq_c(state, "skipped"))
		return state_time(s, "ended_at");
	return str_eq_c(state, "stopping") ? 0 : state_time(s, roster_launch_key(s));
}

static struct str nodes_text(struct arena *a, const json_t *s)
{
	const json_t *nodes = json_object_get(s, "nodes");
	const char *first = json_string_value(json_array_get(nodes, 0));
	size_t n = json_array_size(nodes);

	if (!first)
		return STR("");
	return n > 1 ? str_fmt(a, "%s+%zu", first, n - 1) : str_c(first);
}

static struct str tries_text(struct arena *a, const json_t *s)
{
	bool may_restart = str_eq_c(json_str(s, "failure_policy_mode"), "restart_on_failure");
	uint64_t n = json_uint(s, "restart_count");

	if (!may_restart && n == 0)
		return STR("");
	return str_fmt(a, "%llu/%llu", (unsigned long long)n,
		       (unsigned long long)json_uint(s, "max_restarts"));
}

/* What is said of a service by its state is left out: 0 of one that is done. */
static struct str end_text(struct arena *a, const json_t *s)
{
	struct str verdict = json_str(s, "verdict");
	const json_t *code = json_object_get(s, "last_exit_code");
	bool says_code = str_has_prefix(verdict, "app-exit");

	if (!json_is_integer(code) || says_code)
		return verdict;
	if (verdict.len == 0 || str_eq_c(verdict, "completed"))
		return str_fmt(a, "%lld", json_integer_value(code));
	return str_fmt(a, "%lld %.*s", json_integer_value(code), STR_ARG(verdict));
}

static struct str remark_text(struct arena *a, const json_t *s)
{
	const json_t *waits = json_object_get(s, "waiting_for");
	struct str state = json_str(s, "state"), look = json_str(s, "last_look");
	struct str verdict = json_str(s, "verdict");
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; str_eq_c(state, "waiting") && i < json_array_size(waits); i++) {
		const json_t *one = json_array_get(waits, i);

		buf_add_fmt(&out, "%s%.*s (%.*s)", i == 0 ? "waits for " : ", ",
			    STR_ARG(json_str(one, "service")), STR_ARG(json_str(one, "condition")));
	}
	bool is_up = str_eq_c(state, "running") || str_eq_c(state, "ready");
	bool ended_by_look = str_eq_c(state, "exited") &&
			     (str_eq_c(verdict, "never-ready") || str_eq_c(verdict, "unhealthy"));
	if (look.len > 0 && (is_up || ended_by_look))
		buf_add_fmt(&out, "last look: %.*s", STR_ARG(look));
	return str_dup(a, buf_str(&out));
}

/* A job whose services are being listed. */
struct enlisting {
	struct arena *arena;
	const struct job_view *view;
	struct chosen_ports chosen;
	struct roster *roster;
};

static void add_row(const struct enlisting *l, const json_t *s, const json_t *record)
{
	struct arena *a = l->arena;
	struct roster_row *row = LIST_PUSH(a, &l->roster->rows);
	const struct state_words *words = s ? words_of(s) : &not_begun;
	struct str name = json_str(s ? s : record, "name");
	json_t *ports = service_ports(record, &l->chosen);

	*row = (struct roster_row){
		.view = l->view,
		.state = s,
		.record = record,
		.port_list = ports,
		.name = name,
		.words = words->words,
		.family = words->family,
		.is_bad = words->is_bad,
		.since = since(l->view, s),
		.nodes = nodes_text(a, s),
		.tries = tries_text(a, s),
		.ready = json_str(record, "ready"),
		.ports = ports_text(a, ports),
		.end = end_text(a, s),
		.remark = remark_text(a, s),
	};
}

void roster_add(struct invocation *inv, const struct job_view *view, struct roster *roster)
{
	const json_t *states = json_object_get(view->state, "services");
	struct enlisting l = {.arena = inv->arena, .view = view, .roster = roster};
	const json_t *records = json_object_get(view->job->record, "services");

	chosen_ports_read(inv, view->job, &l.chosen);
	for (size_t i = 0; i < json_array_size(states); i++) {
		const json_t *s = json_array_get(states, i);
		struct str name = json_str(s, "name");

		if (service_is_wanted(inv, view->job, name))
			add_row(&l, s, json_named(records, name));
	}
	for (size_t i = 0; !view->state && i < json_array_size(records); i++) {
		const json_t *record = json_array_get(records, i);

		if (service_is_wanted(inv, view->job, json_str(record, "name")))
			add_row(&l, NULL, record);
	}
}

void roster_free(struct roster *roster)
{
	for (uint32_t i = 0; i < roster->rows.n; i++)
		json_decref(roster->rows.items[i].port_list);
	*roster = (struct roster){0};
}

struct str roster_counts(struct arena *a, const struct roster *roster, const char *word)
{
	const char *sign = ":";
	struct buf out;

	buf_init(&out, a);
	buf_add_fmt(&out, "%u%s", roster->rows.n, word);
	for (size_t f = 0; f < sizeof(families) / sizeof(*families); f++) {
		uint32_t n = 0;

		for (uint32_t i = 0; i < roster->rows.n; i++)
			n += strcmp(roster->rows.items[i].family, families[f]) == 0;
		if (n == 0)
			continue;
		buf_add_fmt(&out, "%s %u %s", sign, n, families[f]);
		sign = ",";
	}
	return buf_str(&out);
}

unsigned roster_rank(const char *family)
{
	unsigned rank = 0;

	while (rank < sizeof(families) / sizeof(*families) && strcmp(families[rank], family) != 0)
		rank++;
	return rank;
}

const char *roster_color(const struct style *style, const struct roster_row *row)
{
	if (strcmp(row->family, "not ready") == 0)
		return style->busy;
	return style_of_state(style, json_str(row->state, "state"),
			      json_str(row->state, "verdict"));
}

const struct roster_row *roster_first_failure(const struct roster *roster)
{
	const struct roster_row *first = NULL;

	for (uint32_t i = 0; i < roster->rows.n; i++) {
		const struct roster_row *row = &roster->rows.items[i];

		if (row->is_bad && row->since > 0 && (!first || row->since < first->since))
			first = row;
	}
	return first;
}
