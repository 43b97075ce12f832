/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/enter/target.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver/open.h"
#include "driver/screen/services.h"
#include "ir/files.gen.h"

enum {
	MAX_MARK = 1 << 16
};

static bool is_running(struct invocation *inv, const struct job_view *view)
{
	struct str word = job_view_word(view);

	if (job_view_is_over(view))
		complain("job %.*s has ended (%.*s)", STR_ARG(view->job->id), STR_ARG(word));
	else if (view->queue_error.len > 0)
		complain("Slurm doesn't say whether job %.*s runs: %.*s", STR_ARG(view->job->id),
			 STR_ARG(str_visible(inv->arena, view->queue_error, VISIBLE_LINE)));
	else if (!view->job->is_local && view->queue.is_known &&
		 !str_eq_c(view->queue.state, "RUNNING"))
		complain("job %.*s doesn't run: it is %.*s", STR_ARG(view->job->id),
			 STR_ARG(view->queue.state));
	else if (!view->state)
		complain("job %.*s says nothing of its services: %.*s", STR_ARG(view->job->id),
			 STR_ARG(view->state_error));
	else
		return true;
	return false;
}

bool enter_find_job(struct invocation *inv, struct known_job *known)
{
	if (!known_job_find(inv, known))
		return false;
	if (known->parts.list.n != 1) {
		complain("job %.*s is an array: name the element that is meant",
			 STR_ARG(known->job.id));
		advise("%.*s_%.*s is one; 'hpcc status' shows all", STR_ARG(known->job.id),
		       STR_ARG(known->parts.list.n > 0 ? known->parts.list.items[0].task
						       : STR("0")));
		return false;
	}
	return is_running(inv, &known->views[0]);
}

/* "web-1, web-2" of 'web'; empty when nobody is a copy of it. */
static struct str copies_of(struct arena *a, const struct job_files *job, const char *name)
{
	const json_t *services = json_object_get(job->record, "services");
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);

		if (str_eq_c(json_str(s, "copy_of"), name))
			buf_add_fmt(&out, "%s%.*s", out.len ? ", " : "",
				    STR_ARG(json_str(s, "name")));
	}
	return str_dup(a, buf_str(&out));
}

bool enter_find_service(struct invocation *inv, const struct job_view *view, const char *name,
			const json_t **service)
{
	struct arena *a = inv->arena;

	*service = json_named(json_object_get(view->state, "services"), str_c(name));
	if (*service)
		return true;
	struct str copies = copies_of(a, view->job, name);
	if (copies.len > 0) {
		complain("'%s' has copies: name one of them", name);
		advise("they are %.*s", STR_ARG(str_visible(a, copies, VISIBLE_LINE)));
		return false;
	}
	service_complain_unknown(inv, view->job, name, NULL);
	return false;
}

/* It has processes, as far as its supervisor has written down. */
static bool has_begun(struct invocation *inv, const json_t *service)
{
	static const char *const without[] = {"waiting", "backoff", "exited", "skipped"};
	struct arena *a = inv->arena;
	struct str state = json_str(service, "state"), remark = service_remark(a, service);

	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++)
		if (str_eq_c(state, without[i])) {
			remark = str_visible(a, remark, VISIBLE_LINE);
			complain("service '%.*s' doesn't run: it is %.*s%s%.*s",
				 STR_ARG(str_visible(a, json_str(service, "name"), VISIBLE_LINE)),
				 STR_ARG(state), remark.len > 0 ? ": " : "", STR_ARG(remark));
			return false;
		}
	return true;
}

/* What the marks in service-exits/ say of a service's newest launch. */
struct marks {
	uint64_t launch, tasks; /* tasks: one more than the highest that has begun */
	bool has_begun, has_ended;
};

/* "TOKEN.LAUNCH.TASK.ENDING" */
static bool read_mark_name(const char *name, struct str token, uint64_t *launch, uint64_t *task,
			   struct str *ending)
{
	struct str rest = str_c(name);

	if (!str_has_prefix(rest, token.ptr) || name[token.len] != '.')
		return false;
	struct str word;
	rest = str_split(str_from(rest, token.len + 1), '.', &word);
	if (!str_to_u64(word, launch))
		return false;
	*ending = str_split(rest, '.', &word);
	/* TOKEN.1 may be another service's token. */
	return str_to_u64(word, task) && str_find(*ending, '.') == STR_NONE;
}

static void take_mark(struct marks *m, const char *name, const struct enter_target *t)
{
	uint64_t launch, task;
	struct str ending;

	if (!read_mark_name(name, t->token, &launch, &task, &ending) || launch < m->launch)
		return;
	if (launch > m->launch)
		*m = (struct marks){.launch = launch};
	m->tasks = task + 1 > m->tasks ? task + 1 : m->tasks;
	m->has_begun = m->has_begun || (task == t->task && str_eq_c(ending, "start"));
	m->has_ended = m->has_ended || (task == t->task && str_eq_c(ending, "exit"));
}

/* The folder of marks, or -1. */
static int open_marks(struct arena *a, const struct job_files *job)
{
	struct str why;
	int root = -1;

	if (job_open_root(a, job, &root, &why) != FOUND_FILE)
		return -1;
	int fd = openat(root, JOB_FOLDER_MARKS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(root);
	return fd;
}

static void list_marks(int folder, const struct enter_target *t, struct marks *m)
{
	DIR *dir = fdopendir(dup(folder));

	if (!dir)
		return;
	struct dirent *entry;
	while ((entry = readdir(dir)))
		take_mark(m, entry->d_name, t);
	closedir(dir);
}

/* "host=n1" */
static struct str host_in(struct arena *a, int folder, const struct enter_target *t,
			  const struct marks *m)
{
	struct str text, why;
	struct str name = str_fmt(a, "%.*s.%llu.%llu.start", STR_ARG(t->token),
				  (unsigned long long)m->launch, (unsigned long long)t->task);

	if (!file_read_at(a, folder, name.ptr, MAX_MARK, &text, &why))
		return STR("");
	text = str_trim(text);
	struct str word;
	while (text.len > 0) {
		text = str_split(text, ' ', &word);
		if (str_has_prefix(word, "host="))
			return str_from(word, strlen("host="));
	}
	return STR("");
}

/* In a container the mark may have the machine's own name, longer than Slurm's; the state has those. */
static struct str node_of(const json_t *service, struct str host)
{
	const json_t *nodes = json_object_get(service, "nodes");
	struct str only = STR("");

	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i);
		struct str name = {json_string_value(node), json_string_length(node)};

		only = name;
		if (str_eq(name, host) ||
		    (str_has_prefix(host, name.ptr) && host.ptr[name.len] == '.'))
			return name;
	}
	return json_array_size(nodes) == 1 ? only : host;
}

static bool find_task(struct invocation *inv, const json_t *service, struct enter_target *t)
{
	struct arena *a = inv->arena;
	struct str name = str_visible(a, t->service, VISIBLE_LINE);
	struct marks m = {0};
	int folder = open_marks(a, t->job);

	if (folder >= 0)
		list_marks(folder, t, &m);
	if (folder >= 0 && m.has_begun && !m.has_ended && !t->job->is_local)
		t->node = node_of(service, host_in(a, folder, t, &m));
	if (folder >= 0)
		close(folder);
	if (m.has_begun && !m.has_ended)
		return true;
	if (t->task > 0 && t->task >= m.tasks && m.tasks > 0)
		complain("service '%.*s' has no task %llu: the last one is %llu", STR_ARG(name),
			 (unsigned long long)t->task, (unsigned long long)m.tasks - 1);
	else if (m.has_ended)
		complain("service '%.*s' doesn't run: its task %llu has ended", STR_ARG(name),
			 (unsigned long long)t->task);
	else
		complain("service '%.*s' has been started, and its task %llu hasn't begun yet",
			 STR_ARG(name), (unsigned long long)t->task);
	return false;
}

int enter_find(struct invocation *inv, struct enter_target *t, uint32_t *rest)
{
	struct known_job *known = ARENA_NEW(inv->arena, struct known_job);
	uint32_t at = services_begin(inv);

	*t = (struct enter_target){.task = inv->options.task};
	if (!enter_find_job(inv, known))
		return EXIT_ENVIRONMENT;
	const struct job_view *view = &known->views[0];
	const json_t *service;
	if (!enter_find_service(inv, view, inv->words.items[at], &service))
		return EXIT_USAGE;
	if (!has_begun(inv, service))
		return EXIT_ENVIRONMENT;
	t->job = view->job;
	t->service = json_str(service, "name");
	t->token = json_str(service, "token");
	t->component = service;
	*rest = at + 1;
	return find_task(inv, service, t) ? EXIT_OK : EXIT_ENVIRONMENT;
}
