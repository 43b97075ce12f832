/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.json: the whole job as follow-up commands see it. It is written by a
 * forked child, at most ten times a second, and where that takes long (thousands
 * of services, a slow disk) only during a tenth of the time: the child has a
 * snapshot of everything, and a slow file system delays nobody but the child. The
 * last state always gets written.
 */
#include "runtime/loop/state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/loop/sup.h"
#include "ir/files.gen.h"

#define WRITE_PAUSE (RT_SECOND / 10)
#define WRITE_SHARE 10
#define WRITE_LATE  (3 * RT_SECOND)
#define FINAL_LIMIT (10 * RT_SECOND)

/* A blank-separated list as a JSON array. */
void rt_state_nodes(struct rt_out *out, const char *nodes)
{
	rt_json_open(out, "nodes", '[');
	char name[RT_MARK_HOST_ROOM];
	while (nodes && *nodes) {
		size_t len = strcspn(nodes, " ");

		snprintf(name, sizeof(name), "%.*s", (int)len, nodes);
		rt_json_text(out, NULL, name);
		nodes += len + (nodes[len] == ' ');
	}
	rt_json_close(out, ']');
}

void rt_state_job(struct rt_out *out, const struct rt_state_job *job)
{
	rt_json_open(out, NULL, '{');
	rt_json_number(out, "schema_version", 1);
	rt_json_text(out, "job_id", job->id);
	rt_json_text(out, "name", job->name);
	rt_json_text(out, "status", job->status);
	if (job->ended_at)
		rt_json_number(out, "exit_code", job->exit_code);
	else
		rt_json_null(out, "exit_code");
	if (job->begun_at)
		rt_json_text(out, "started_at", job->begun_at);
	else
		rt_json_time(out, "started_at", job->started_at);
	rt_json_time(out, "ended_at", job->ended_at);
	rt_json_time(out, "updated_at", rt_wall());
	rt_json_time(out, "measured_at", job->measured_at);
	rt_json_number(out, "attempt", job->attempt);
	rt_state_nodes(out, job->nodes);
	rt_json_open(out, "services", '[');
}

static const char *const condition_names[] = {
	[RT_STARTED] = "started", [RT_HEALTHY] = "healthy", [RT_COMPLETED] = "completed"};

static void waiting_for(const struct rt_sup *sup, const struct rt_service *s, struct rt_out *out)
{
	rt_json_open(out, "waiting_for", '[');
	for (uint32_t c = 0; s->phase == RT_PH_WAITING && c < s->def->condition_count; c++) {
		const struct rt_condition *cond = &s->def->condition[c];

		if (rt_core_holds(&sup->core, cond))
			continue;
		rt_json_open(out, NULL, '{');
		rt_json_text(out, "service", cond->name);
		rt_json_text(out, "condition", condition_names[cond->kind]);
		rt_json_close(out, '}');
	}
	rt_json_close(out, ']');
}

static void counters(const struct rt_sup *sup, const struct rt_service *s, struct rt_out *out)
{
	const struct rt_service_def *def = s->def;

	rt_json_text(out, "failure_policy_mode", rt_policy_name(def->policy));
	rt_json_number(out, "restart_count", s->restarts);
	rt_json_number(out, "max_restarts", def->max_restarts);
	rt_json_seconds(out, "window_seconds", def->window);
	rt_json_number(out, "max_restarts_in_window", def->max_in_window);
	rt_json_number(out, "restart_failures_in_window", rt_core_window_count(s, sup->now));
	rt_json_number(out, "restarts_by_hand", s->restarts_by_hand);
	rt_json_bool(out, "stopped_by_hand", s->held);
	if (s->exited)
		rt_json_number(out, "last_exit_code", s->status);
	else
		rt_json_null(out, "last_exit_code");
}

static void assertions(const struct rt_sup *sup, uint32_t i, struct rt_out *out)
{
	const struct rt_service *s = &sup->core.service[i];
	const struct rt_service_def *def = s->def;
	const struct rt_claims *claims = &sup->claims[i];

	rt_json_open(out, "assertions", '{');
	rt_json_bool(out, "configured", strcmp(claims->status, "none") != 0);
	rt_json_text(out, "status", claims->status);
	if (def->has_assert_exit)
		rt_json_number(out, "expected_exit_code", def->assert_exit);
	else
		rt_json_null(out, "expected_exit_code");
	rt_json_text(out, "artifacts_contain", def->assert_artifact);
	if (def->has_assert_duration)
		rt_json_seconds(out, "max_duration_seconds", def->assert_duration);
	else
		rt_json_null(out, "max_duration_seconds");
	if (s->exited && s->launched)
		rt_json_seconds(out, "duration_seconds", s->exit_at - s->first_launch);
	else
		rt_json_null(out, "duration_seconds");
	rt_json_open(out, "failures", '[');
	for (uint32_t k = 0; k < claims->failures; k++)
		rt_json_text(out, NULL, claims->failure[k]);
	rt_json_close(out, ']');
	rt_json_close(out, '}');
}

const char *rt_state_last_look(const struct rt_sup *sup, uint32_t service)
{
	const struct rt_proc *p = &sup->proc[service];
	const char *seen = p->live && p->live->seen[0] ? p->live->seen : p->probe.seen;

	return seen[0] ? seen : NULL;
}

static const char *readiness_word(const struct rt_service *s)
{
	if (s->def->ready.kind == RT_READY_NONE)
		return NULL;
	switch (s->probe) {
	case RT_PROBE_NONE:
		/* Its container is not up yet. */
		return s->phase == RT_PH_ALIVE && !s->begun && !s->stopping ? "pending" : "none";
	case RT_PROBE_PENDING:
		return "pending";
	case RT_PROBE_PASSED:
		return "passed";
	case RT_PROBE_FAILED:
		return "timeout";
	}
	return NULL;
}

void rt_state_usage(struct rt_out *out, const struct rt_usage *usage)
{
	rt_json_open(out, "usage", '{');
	rt_json_seconds(out, "cpu_seconds", usage->cpu_us * 1000);
	rt_json_number(out, "max_memory_bytes", usage->memory);
	rt_json_number(out, "read_bytes", usage->read);
	rt_json_number(out, "written_bytes", usage->written);
	rt_json_close(out, '}');
}

/* Of the launch that runs, when it was last asked for. */
static void live(const struct rt_sup *sup, uint32_t service, struct rt_out *out)
{
	struct rt_measure m;

	if (!rt_measure_of(sup, service, &m)) {
		rt_json_null(out, "live");
		return;
	}
	rt_json_open(out, "live", '{');
	rt_json_number(out, "processes", m.processes);
	rt_json_number(out, "memory_bytes", m.memory);
	rt_state_usage(out, &m.used);
	rt_json_close(out, '}');
}

static void write_service(const struct rt_sup *sup, uint32_t i, struct rt_out *out)
{
	const struct rt_service *s = &sup->core.service[i];
	const struct rt_proc *p = &sup->proc[i];

	rt_json_open(out, NULL, '{');
	rt_json_text(out, "name", s->def->name);
	rt_json_text(out, "token", s->def->token);
	rt_json_text(out, "state", rt_state_name(rt_core_state(s)));
	char verdict[RT_VERDICT_ROOM];
	rt_json_text(out, "verdict", rt_verdict_text(s, verdict));
	waiting_for(sup, s, out);
	rt_json_text(out, "readiness", readiness_word(s));
	rt_json_text(out, "last_look", rt_state_last_look(sup, i));
	rt_json_time(out, "started_at", p->started_wall);
	rt_json_time(out, "launched_at", p->launched_wall);
	rt_json_time(out, "ready_at", p->ready_wall);
	rt_json_time(out, "ended_at", p->pid ? 0 : p->ended_wall);
	if (p->pid)
		rt_json_number(out, "pid", p->pid);
	else
		rt_json_null(out, "pid");
	rt_json_text(out, "step_id", p->step[0] ? p->step : NULL);
	if (s->def->part_name) {
		rt_json_text(out, "component", s->def->part_name);
		rt_json_number(out, "het_group", s->def->part);
		rt_json_text(out, "component_job_id", p->job_id);
	}
	rt_state_nodes(out, p->nodes);
	rt_json_text(out, "log", s->def->log);
	rt_json_number(out, "launches", s->launches);
	counters(sup, s, out);
	rt_state_usage(out, &p->used_in_all);
	live(sup, i, out);
	assertions(sup, i, out);
	rt_state_port(out, p->master_port);
	rt_json_close(out, '}');
	rt_out_text(out, "\n");
}

void rt_state_port(struct rt_out *out, const char *port)
{
	if (port)
		rt_json_text(out, "dist_master_port", port);
}

/* 0, or the errno of what went wrong. */
static int write_state(struct rt_sup *sup)
{
	const char *path = rt_pool_format(&sup->pool, "%s/" JOB_FILE_STATE, sup->dir);
	struct rt_state_job job = {.id = sup->job_id,
				   .name = sup->job_name,
				   .status = sup->status_word,
				   .exit_code = sup->status,
				   .started_at = sup->started_wall,
				   .begun_at = sup->begun_at,
				   .ended_at = sup->ended_wall,
				   .measured_at = sup->measured_wall,
				   .attempt = sup->attempt,
				   .nodes = sup->nodes};
	struct rt_replace file;
	if (!rt_replace_begin(&file, &sup->pool, path, JOB_MODE_STATE))
		return errno ? errno : EIO;
	rt_state_job(&file.out, &job);
	for (uint32_t i = 0; i < sup->table.count; i++)
		write_service(sup, i, &file.out);
	rt_json_close(&file.out, ']');
	rt_json_close(&file.out, '}');
	rt_out_text(&file.out, "\n");
	return rt_replace_end(&file) ? 0 : errno ? errno : EIO;
}

void rt_state_changed(struct rt_sup *sup)
{
	sup->state_dirty = true;
}

int64_t rt_state_next(const struct rt_sup *sup)
{
	return sup->state_dirty && !sup->state_writer ? sup->state_next : RT_NEVER;
}

void rt_state_due(struct rt_sup *sup)
{
	if (rt_state_next(sup) > sup->now)
		return;
	sup->state_dirty = false;
	sup->state_begun = sup->now;
	pid_t pid = fork();
	if (!pid)
		_exit(write_state(sup) & 255);
	if (pid < 0) {
		sup->state_dirty = true;
		return;
	}
	sup->state_writer = pid;
	rt_child_add(sup, pid, RT_CHILD_STATE, 0, 0, RT_NEVER);
}

static void warn(struct rt_sup *sup, int error)
{
	if (error && !sup->warned_state)
		rt_say("cannot write " JOB_FILE_STATE ": %s; the job goes on", strerror(error));
	sup->warned_state = sup->warned_state || error;
}

void rt_state_child_ended(struct rt_sup *sup, int status)
{
	int64_t pause = WRITE_SHARE * (sup->now - sup->state_begun);

	pause = pause < WRITE_PAUSE ? WRITE_PAUSE : pause > WRITE_LATE ? WRITE_LATE : pause;
	sup->state_next = sup->state_begun + pause;
	sup->state_writer = 0;
	warn(sup, status);
}

/* A file system that hangs must not keep the job from ending. */
void rt_state_final(struct rt_sup *sup)
{
	int64_t until = rt_now() + FINAL_LIMIT;
	int status = 0;
	pid_t ended = 0;

	if (sup->state_writer) /* it was ended with all others, and left this behind */
		unlink(rt_pool_format(&sup->pool, "%s/" JOB_FILE_STATE ".tmp-%ld", sup->dir,
				      (long)sup->state_writer));
	pid_t pid = fork();
	if (!pid)
		_exit(write_state(sup) & 255);
	sigset_t children;
	sigemptyset(&children);
	sigaddset(&children, SIGCHLD);
	while (pid > 0 && !ended) {
		int64_t left = until - rt_now();
		struct timespec limit = {.tv_sec = (time_t)(left / RT_SECOND),
					 .tv_nsec = (long)(left % RT_SECOND)};

		ended = waitpid(pid, &status, WNOHANG);
		if (left <= 0)
			break;
		if (!ended) /* SIGCHLD is blocked, and tells at once */
			sigtimedwait(&children, NULL, &limit);
	}
	if (pid > 0 && !ended)
		kill(pid, SIGKILL);
	if (pid < 0)
		warn(sup, write_state(sup));
	else
		warn(sup, !ended ? ETIMEDOUT : WIFEXITED(status) ? WEXITSTATUS(status) : EIO);
}
