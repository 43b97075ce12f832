/* SPDX-License-Identifier: Apache-2.0 */
/*
 *	  Slurm     it waits: jobs with a higher priority come first (PENDING, Priority)
 *	  start     2026-12-01 04:10, in 5h59m, as Slurm estimates
 *	  time      [#####---------------] 30m00s of 2h00m, 1h30m left
 *	  services  3: 1 waiting, 2 ready
 */
#include "driver/screen/job_account.h"

#include <string.h>
#include <time.h>

#include "driver/cluster/reasons.h"
#include "driver/screen/table.h"
#include "driver/system.h"
#include "ir/grammar/grammar.h"
#include "ir/support/utf8.h"

enum {
	LABEL_COLUMNS = 10,
	BAR_COLUMNS = 20,
	MOST_SERVICES = 10 /* more are told as numbers, and those of them alone that aren't well */
};

struct account {
	struct invocation *inv;
	struct arena *arena;
	const struct job_view *view;
	const struct style *style;
	unsigned width;
};

/* A line, or more where it is long, behind its label. */
static void say(const struct account *c, const char *label, struct str text)
{
	unsigned indent = LABEL_COLUMNS + 2;

	printf("  %-*s", LABEL_COLUMNS, label);
	print_wrapped(stdout, c->arena, text, indent, indent, c->width);
}

/* For a command to go on with: " 4711" where the command line names a job, else nothing. */
static struct str job_word(const struct account *c)
{
	bool is_named = c->inv->options.job || c->inv->words.n > 0 || c->view->job->task.len > 0;

	return is_named ? str_fmt(c->arena, " %.*s", STR_ARG(c->view->job->id)) : STR("");
}

static void say_slurm(const struct account *c)
{
	const struct slurm_job *q = &c->view->queue;
	struct str why = slurm_reason_text(q->reason);
	bool has_reason = q->reason.len > 0 && !str_eq_c(q->reason, "None");
	if (!q->is_known)
		return;
	struct buf out;
	buf_init(&out, c->arena);
	buf_add(&out, slurm_state_text(q->state));
	if (why.len > 0)
		buf_add_fmt(&out, ": %.*s", STR_ARG(why));
	buf_add_fmt(&out, " (%.*s", STR_ARG(q->state));
	if (has_reason)
		buf_add_fmt(&out, ", %.*s", STR_ARG(q->reason));
	buf_add_c(&out, ")");
	say(c, "Slurm", buf_str(&out));
}

/* The estimate of the scheduler, in the time of this machine. */
static void say_start(const struct account *c)
{
	const struct slurm_job *q = &c->view->queue;
	struct tm tm = {.tm_isdst = -1};

	if (!q->is_known || !str_eq_c(q->state, "PENDING"))
		return;
	if (q->start.len == 0 ||
	    !strptime(str_to_c(c->arena, q->start), "%Y-%m-%dT%H:%M:%S", &tm)) {
		say(c, "start", STR("Slurm has no estimate"));
		return;
	}
	time_t at = mktime(&tm);
	double left = difftime(at, time(NULL));
	char stamp[32];
	strftime(stamp, sizeof(stamp), "%Y-%m-%d %H:%M", &tm);
	say(c, "start",
	    left > 0 ? str_fmt(c->arena, "%s, in %.*s, as Slurm estimates", stamp,
			       STR_ARG(duration_text(c->arena, left)))
		     : str_fmt(c->arena, "%s was Slurm's last estimate", stamp));
}

static void say_time(const struct account *c)
{
	const struct slurm_job *q = &c->view->queue;
	struct arena *a = c->arena;
	uint64_t used;

	if (!q->is_known || str_eq_c(q->state, "PENDING") || !grammar_limit(a, q->used, &used))
		return;
	struct str text = duration_text(a, (double)used);
	uint64_t limit;
	if (!grammar_limit(a, q->limit, &limit) || limit == 0) {
		say(c, "time", str_fmt(a, "%.*s, without a limit", STR_ARG(text)));
		return;
	}
	struct str most = duration_text(a, (double)limit);
	if (job_view_is_over(c->view)) {
		say(c, "time",
		    str_fmt(a, "%.*s of the %.*s that it might", STR_ARG(text), STR_ARG(most)));
		return;
	}
	struct buf bar;
	buf_init(&bar, a);
	uint64_t full = used >= limit ? BAR_COLUMNS : used * BAR_COLUMNS / limit;
	buf_add_byte(&bar, '[');
	buf_add_repeat(&bar, '#', full);
	buf_add_repeat(&bar, '-', BAR_COLUMNS - full);
	buf_add_fmt(&bar, "] %.*s of %.*s", STR_ARG(text), STR_ARG(most));
	if (used < limit)
		buf_add_fmt(&bar, ", %.*s left", STR_ARG(duration_text(a, (double)(limit - used))));
	else
		buf_add_c(&bar, ": its time is over");
	say(c, "time", buf_str(&bar));
}

/* The job line has those that the queue tells. */
static void say_nodes(const struct account *c)
{
	const json_t *nodes = json_object_get(c->view->state, "nodes");
	size_t n = json_array_size(nodes);
	if (n == 0 || c->view->queue.nodes.len > 0 || c->view->job->is_local)
		return;
	struct buf out;
	buf_init(&out, c->arena);
	if (n > 1)
		buf_add_fmt(&out, "%zu: ", n);
	for (size_t i = 0; i < n && i < MOST_SERVICES; i++)
		buf_add_fmt(&out, "%s%s", i > 0 ? " " : "",
			    json_string_value(json_array_get(nodes, i)));
	if (n > MOST_SERVICES)
		buf_add_fmt(&out, " and %zu more", n - MOST_SERVICES);
	say(c, "nodes", buf_str(&out));
}

/* Of a job that was started elsewhere. */
static void say_folder(const struct account *c)
{
	struct str folder = json_str(c->view->job->record, "submit_dir");

	if (folder.len > 0 && !str_eq(folder, working_folder(c->arena)))
		say(c, "folder", folder);
}

static bool is_well(const struct roster_row *row)
{
	static const char *const well[] = {"ready", "running", "done", "stopped", "ended"};

	for (size_t i = 0; i < sizeof(well) / sizeof(*well); i++)
		if (strcmp(row->family, well[i]) == 0)
			return true;
	return false;
}

static void say_service(const struct account *c, const struct roster_row *row, unsigned columns)
{
	struct arena *a = c->arena;
	bool waits = strcmp(row->family, "waiting") == 0 && row->remark.len > 0;
	struct str name = text_fitted(a, row->name, columns);
	struct buf out;

	buf_init(&out, a);
	if (row->end.len > 0 && row->is_bad)
		buf_add_fmt(&out, " (%.*s)", STR_ARG(row->end));
	if (row->remark.len > 0)
		buf_add_fmt(&out, "%s%.*s", waits ? "" : ", ", STR_ARG(row->remark));
	if (row->tries.len > 0 && json_uint(row->state, "restart_count") > 0)
		buf_add_fmt(&out, ", %.*s restarts", STR_ARG(row->tries));
	bool has_ended = str_eq_c(json_str(row->state, "state"), "exited");
	if (row->since > 0)
		buf_add_fmt(&out, has_ended ? ", %.*s ago" : ", for %.*s",
			    STR_ARG(duration_text(a, (double)time(NULL) - row->since)));
	printf("    %.*s%*s  %s%s%s", STR_ARG(name), (int)(columns - utf8_columns(name)), "",
	       roster_color(c->style, row), waits ? "" : row->words, c->style->off);
	unsigned used = 6 + columns + (waits ? 0 : (unsigned)strlen(row->words));
	print_wrapped(stdout, a, buf_str(&out), used, 6 + columns + 2, c->width);
}

static void say_services(const struct account *c, const struct roster *roster)
{
	bool tells_all = roster->rows.n <= MOST_SERVICES;
	unsigned columns = 0;
	uint32_t told = 0, left_out = 0;

	if (roster->rows.n == 0)
		return;
	say(c, "services", roster_counts(c->arena, roster, ""));
	for (uint32_t i = 0; i < roster->rows.n; i++)
		if (tells_all || !is_well(&roster->rows.items[i]))
			widen_for(c->arena, &columns, roster->rows.items[i].name);
	if (c->width > 0 && columns > c->width / 4)
		columns = c->width / 4;
	for (uint32_t i = 0; i < roster->rows.n; i++) {
		bool is_told =
			tells_all || (!is_well(&roster->rows.items[i]) && told < MOST_SERVICES);

		told += is_told;
		left_out += !is_told;
		if (is_told)
			say_service(c, &roster->rows.items[i], columns);
	}
	if (left_out > 0)
		printf("    and %u more: hpcc ps%.*s\n", left_out, STR_ARG(job_word(c)));
}

static void say_failure(const struct account *c, const struct roster *roster)
{
	const struct roster_row *failure = roster_first_failure(roster);

	if (failure)
		say(c, "failed",
		    str_fmt(c->arena, "'%.*s' first (%.*s), %.*s ago; more: hpcc why%.*s",
			    STR_ARG(failure->name), STR_ARG(failure->end),
			    STR_ARG(duration_text(c->arena, (double)time(NULL) - failure->since)),
			    STR_ARG(job_word(c))));
}

void print_job_account(struct invocation *inv, const struct job_view *view,
		       const struct style *style)
{
	struct account c = {.inv = inv,
			    .arena = inv->arena,
			    .view = view,
			    .style = style,
			    .width = screen_width(stdout)};
	struct roster roster = {0};

	roster_add(inv, view, &roster);
	say_slurm(&c);
	say_start(&c);
	say_time(&c);
	say_nodes(&c);
	say_folder(&c);
	say_services(&c, &roster);
	say_failure(&c, &roster);
}
