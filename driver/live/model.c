/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a state again when its file has changed, and asks the queue when it is time to. */
#include "driver/live/model.h"

#include <sys/mman.h>

#include "driver/jobs/elements.h"
#include "driver/jobs/known.h"
#include "driver/screen/services.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	LOOK_NS = 1000000000,  /* without news */
	AGAIN_NS = 1000000000, /* after no process could be started */
	MEASURE_S_LOCAL = 2,
	MEASURE_S = 15 /* Slurm's controller is asked to pass it on */
};

static void add_rows(struct model *m, uint32_t part)
{
	struct arena *a = m->inv->arena;
	const struct job_files *job = &m->parts->list.items[part];
	const json_t *services = json_object_get(job->record, "services");

	for (uint32_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		struct str own_name = str_dup(a, json_str(s, "name"));
		struct str name = service_shown(a, job, own_name, m->parts->list.n > 1);

		*LIST_PUSH(a, &m->rows.list) =
			(struct live_row){.name = name,
					  .own_name = own_name,
					  .token = str_dup(a, json_str(s, "token")),
					  .part = part,
					  .words = "not begun",
					  .family = "not begun",
					  .cpu = -1,
					  .memory = -1};
	}
}

void model_begin(struct model *m, struct invocation *inv, const struct job_files *job,
		 const struct job_list *parts)
{
	uint32_t n = parts->list.n;
	int fd = memfd_create("hpcc-events", MFD_CLOEXEC);

	*m = (struct model){.inv = inv, .job = job, .parts = parts};
	queue_init(&m->queue, inv, parts);
	arena_init(&m->scratch);
	arena_init(&m->moment);
	m->views = ARENA_ARRAY(inv->arena, n, struct job_view);
	m->follows = ARENA_ARRAY(inv->arena, n, struct follow);
	m->seen = ARENA_ARRAY(inv->arena, n, struct stat);
	m->events = fd >= 0 ? fdopen(fd, "w+") : tmpfile();
	for (uint32_t i = 0; i < n; i++) {
		m->views[i].job = &parts->list.items[i];
		add_rows(m, i);
		if (!m->events)
			continue;
		follow_begin(&m->follows[i], inv, &parts->list.items[i], m->events);
		m->follows[i].style = style_for(inv, stdout);
	}
}

void model_end(struct model *m)
{
	roster_free(&m->roster);
	queue_free(&m->queue);
	json_decref(errand_end(&m->measuring));
	for (uint32_t i = 0; i < m->parts->list.n; i++) {
		json_decref(m->views[i].state);
		if (m->events)
			follow_end(&m->follows[i]);
	}
	if (m->events)
		fclose(m->events);
	arena_free(&m->scratch);
	arena_free(&m->moment);
}

struct str model_word(const struct model *m)
{
	return job_views_word(m->views, m->parts->list.n);
}

double model_seconds(const struct model *m)
{
	double most = -1;

	for (uint32_t i = 0; i < m->parts->list.n; i++)
		if (job_view_seconds(&m->views[i]) > most)
			most = job_view_seconds(&m->views[i]);
	return most;
}

/* From two measurements of one launch follows what was used between them. */
static void take_usage(struct live_row *row, const json_t *service, double at)
{
	const json_t *live = json_object_get(service, "live");
	double used =
		json_number_value(json_object_get(json_object_get(live, "usage"), "cpu_seconds"));
	uint64_t launches = json_uint(service, "launches");
	bool is_next = row->launches == launches && row->cpu_at > 0;

	if (!json_is_object(live)) {
		row->cpu = row->memory = -1;
		row->cpu_at = 0;
		return;
	}
	row->memory = (double)json_uint(live, "memory_bytes");
	if (at <= row->cpu_at && is_next)
		return;
	row->cpu = is_next ? (used - row->cpu_seconds) / (at - row->cpu_at) * 100 : -1;
	row->launches = launches;
	row->cpu_seconds = used;
	row->cpu_at = at;
}

static enum row_tone tone_of(const struct roster_row *row)
{
	static const struct style tones = {
		.good = "good", .bad = "bad", .busy = "busy", .dim = "dim"};
	const char *tone = roster_color(&tones, row);

	return tone == tones.good   ? ROW_GOOD
	       : tone == tones.busy ? ROW_BUSY
	       : tone == tones.bad  ? ROW_BAD
				    : ROW_DIM;
}

/* How it ended, of one for which that matters, and what it waits for. */
static struct str remark_of(struct arena *a, const struct roster_row *row)
{
	bool says_end = row->is_bad || strcmp(row->family, "restarting") == 0;

	if (!says_end || row->end.len == 0)
		return row->remark;
	return str_fmt(a, "%.*s%s%.*s", STR_ARG(row->end), row->remark.len > 0 ? "; " : "",
		       STR_ARG(row->remark));
}

static void take_row(struct model *m, struct live_row *row, const struct roster_row *said)
{
	const json_t *service = said->state;

	row->words = said->words;
	row->family = said->family;
	row->rank = roster_rank(said->family);
	row->tone = tone_of(said);
	row->tries = said->tries;
	row->nodes = said->nodes;
	row->remark = remark_of(&m->scratch, said);
	row->started = state_time(service, roster_launch_key(service));
	row->ended = state_time(service, "ended_at");
	row->restarts = json_uint(service, "restart_count");
	take_usage(row, service, state_time(said->view->state, "measured_at"));
}

/* As a rule both have the services in the same order. */
static const struct roster_row *find_row(const struct model *m, const struct live_row *row,
					 uint32_t i)
{
	const struct roster_row *all = m->roster.rows.items;
	const struct job_view *view = &m->views[row->part];

	if (i < m->roster.rows.n && all[i].view == view && str_eq(all[i].name, row->own_name))
		return &all[i];
	for (i = 0; i < m->roster.rows.n; i++)
		if (all[i].view == view && str_eq(all[i].name, row->own_name))
			return &all[i];
	return NULL;
}

/* All is of the memory of one look. */
static void take_rows(struct model *m)
{
	struct arena *lasting = m->inv->arena;

	m->inv->arena = &m->scratch;
	for (uint32_t i = 0; i < m->parts->list.n; i++)
		roster_add(m->inv, &m->views[i], &m->roster);
	m->inv->arena = lasting;
	for (uint32_t i = 0; i < m->rows.list.n; i++) {
		struct live_row *row = &m->rows.list.items[i];
		const struct roster_row *said = find_row(m, row, i);

		row->tries = row->nodes = row->remark = STR("");
		if (said)
			take_row(m, row, said);
	}
}

const struct roster_row *model_said(const struct model *m, uint32_t row)
{
	return row < m->rows.list.n ? find_row(m, &m->rows.list.items[row], row) : NULL;
}

/* The state of some element is another file than at the last look. */
static bool has_changed(struct model *m)
{
	bool any = false;

	for (uint32_t i = 0; i < m->parts->list.n; i++) {
		struct stat here = {0}, *seen = &m->seen[i];
		struct str path =
			path_join(&m->moment, m->parts->list.items[i].root, STR(JOB_FILE_STATE));

		if (stat(path.ptr, &here) != 0)
			memset(&here, 0, sizeof(here));
		any = any || here.st_ino != seen->st_ino || here.st_size != seen->st_size ||
		      here.st_mtim.tv_sec != seen->st_mtim.tv_sec ||
		      here.st_mtim.tv_nsec != seen->st_mtim.tv_nsec;
		*seen = here;
	}
	arena_reset(&m->moment);
	return any;
}

/* A job that is over for everybody stays so. */
static void look_at_states(struct model *m, const struct job_view *asked)
{
	uint32_t n = m->parts->list.n;

	roster_free(&m->roster); /* while the rows are there */
	job_views_take(m->inv, &m->scratch, m->parts, asked, m->views);
	m->next_look = clock_ns() + LOOK_NS;
	m->is_over = asking_take(&m->asking, m->views, n, asked, m->follows[0].events.fd >= 0) ||
		     m->is_over;
	take_rows(m);
}

/* Asks the queue when it is time to, and has its answer once. */
static const struct job_view *ask_queue(struct model *m)
{
	if (m->is_over || m->job->is_local)
		return NULL;
	if (errand_is_open(&m->queue.errand))
		return queue_take(&m->queue);
	if (!asking_is_due(&m->asking))
		return NULL;
	m->asked_at = clock_ns();
	if (!queue_ask(&m->queue))
		m->asking.next = m->asked_at + AGAIN_NS;
	return NULL;
}

unsigned model_silence(const struct model *m)
{
	return errand_is_open(&m->queue.errand)
		       ? (unsigned)((clock_ns() - m->asked_at) / UINT64_C(1000000000))
		       : 0;
}

bool model_look(struct model *m)
{
	const struct job_view *asked = ask_queue(m);
	bool is_due = m->job->is_local && !m->is_over && clock_ns() >= m->next_look;
	bool is_news = false;

	for (uint32_t i = 0; m->events && i < m->parts->list.n; i++)
		is_news = follow_step(&m->follows[i]) || is_news;
	if (!has_changed(m) && !asked && !is_due)
		return is_news;
	look_at_states(m, asked);
	return true;
}

void model_ask_anew(struct model *m)
{
	queue_free(&m->queue);
	m->asking.next = 0;
}

int model_queue_fd(const struct model *m)
{
	return errand_is_open(&m->queue.errand) ? m->queue.errand.fd : -1;
}

/* In memory nothing of it is needed: the answers come with the states. */
static json_t *measure(void *context)
{
	struct model *m = context;
	struct known_job one = {.job = *m->job, .parts = *m->parts, .views = m->views};

	job_measure_ask(m->inv, &one);
	return json_true();
}

void model_measure(struct model *m)
{
	if (errand_is_open(&m->measuring) && errand_has_ended(&m->measuring))
		json_decref(errand_end(&m->measuring));
	if (m->is_over || clock_ns() < m->next_measure || errand_is_open(&m->measuring))
		return;
	if (!str_eq_c(model_word(m), "RUNNING")) {
		m->next_measure = clock_ns() + LOOK_NS;
		return;
	}
	/* What was used in between is known after the second one. */
	bool is_soon = m->job->is_local || m->measured++ == 0;
	m->next_measure =
		clock_ns() + (is_soon ? MEASURE_S_LOCAL : MEASURE_S) * UINT64_C(1000000000);
	if (!errand_begin(&m->measuring, measure, m))
		m->next_measure += AGAIN_NS;
}
