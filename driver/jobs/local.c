/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc up --local: the script for the local scheduler, run here, with what happens shown line by
 * line. Ctrl-C asks the job to end gracefully, as Slurm would.
 */
#include "driver/jobs/local.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "driver/child.h"
#include "driver/screen/follow.h"
#include "driver/interrupt.h"
#include "driver/jobs/job_process.h"
#include "driver/live/live.h"
#include "driver/jobs/jobs.h"
#include "driver/cluster/preflight.h"
#include "driver/images/prepare.h"
#include "driver/jobs/report_job.h"
#include "driver/screen/style.h"
#include "driver/story/submitted.h"
#include "driver/jobs/runtime.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/files.gen.h"

enum {
	LOOK_MS = 40,
	START_S = 10, /* for a shell to begin */
	BATCH_LINES = 12
};

/* Makes <runtime root>/local-<time>[-n] and names it. */
static bool make_root(struct arena *a, struct str runtime_root, struct str *id, struct str *root)
{
	time_t now = time(NULL);
	struct str why;
	if (!trust_make_folder(a, runtime_root, 1, &why) ||
	    !record_make_folder(a, working_folder(a), &why)) {
		complain("can't run jobs from here: %.*s", STR_ARG(why));
		advise("%s", trust_way_out);
		return false;
	}
	struct tm tm;
	localtime_r(&now, &tm);
	char stamp[32];
	strftime(stamp, sizeof(stamp), "local-%Y%m%d-%H%M%S", &tm);
	for (unsigned n = 1; n < 1000; n++) {
		*id = n == 1 ? str_dup(a, str_c(stamp)) : str_fmt(a, "%s-%u", stamp, n);
		*root = path_join(a, runtime_root, *id);
		if (mkdir(root->ptr, 0775) == 0)
			return true;
		if (errno != EEXIST)
			break;
	}
	complain("can't make '%.*s': %s", STR_ARG(*root), strerror(errno));
	return false;
}

/* Compiles for here, with the folders of this machine. */
static int compile_here(struct compilation *c, struct invocation *inv, struct str *runtime_root)
{
	inv->options.backend = BACKEND_LOCAL;
	int status = compile_spec(c, inv);
	if (status != EXIT_OK)
		return status;
	*runtime_root = plan_path_here(inv->arena, c, c->unit.plan->runtime_root);
	c->backend.job_root = *runtime_root;
	c->backend.spec_dir = path_absolute(inv->arena, c->unit.spec_dir);
	return EXIT_OK;
}

static bool write_job(struct compilation *c, struct job_files *job, struct str *script_path)
{
	struct arena *a = c->inv->arena;
	mode_t mode = c->unit.plan->has_secrets.v ? 0600 : plain_file_mode();

	*script_path = path_join(a, job->root, STR(JOB_FILE_SCRIPT));
	struct script script;
	compilation_script(c, &script);
	struct str why;
	if (file_put(a, script_path->ptr, script.text, mode, &why)) {
		job->record = record_new(c, job->id, job->root, true);
		job->batch_log = path_join(a, job->root, STR(JOB_FILE_BATCH_LOG));
		json_object_set_new(job->record, "batch_log", json_string(job->batch_log.ptr));
		if (submitted_write(c, script.text, job->root, &why) &&
		    record_write(a, job->record, &why))
			return true;
	}
	complain("can't write the files of the job: %.*s", STR_ARG(why));
	return false;
}

static const char *condition_text(uint32_t condition)
{
	switch ((enum dependency_condition)condition) {
	case DEPENDENCY_CONDITION_SERVICE_STARTED:
		return "has started";
	case DEPENDENCY_CONDITION_SERVICE_HEALTHY:
		return "is ready";
	case DEPENDENCY_CONDITION_SERVICE_COMPLETED_SUCCESSFULLY:
		return "has completed";
	case DEPENDENCY_CONDITION_N:
		break;
	}
	return "";
}

/* What is about to run, and what waits for what. */
static void print_plan(const struct follow *f, const struct compilation *c)
{
	const struct plan *plan = c->unit.plan;
	struct arena *a = f->inv->arena;

	fprintf(f->out, "%sjob %.*s%s: %u service%s of %.*s, on this machine\n", f->style.bold,
		STR_ARG(f->job->id), f->style.off, plan->services.n, plural(plan->services.n),
		STR_ARG(str_visible(a, c->unit.path, VISIBLE_LINE)));
	for (uint32_t i = 0; i < plan->services.n; i++) {
		const struct plan_service *s = &plan->services.items[i];

		for (uint32_t k = 0; k < s->dependencies.n; k++) {
			const struct plan_dependency *d = &s->dependencies.items[k];

			fprintf(f->out, "         %.*s  %sstarts when %.*s %s%s\n",
				STR_ARG(padded(a, k ? STR("") : s->name.v, f->name_width)),
				f->style.dim, STR_ARG(str_visible(a, d->name.v, VISIBLE_LINE)),
				condition_text(d->condition.v), f->style.off);
		}
	}
	fflush(f->out);
}

/* The first Ctrl-C asks the job to end; the third ends everything at once. */
static void pass_signal(struct follow *f, pid_t pid, unsigned *asked, int *first)
{
	int number = interrupt_take();

	if (number == 0)
		return;
	if (++*asked == 1)
		*first = number;
	if (*asked == 1)
		fprintf(f->out, "%sstopping the job gracefully; once more to hurry%s\n",
			f->style.busy, f->style.off);
	fflush(f->out);
	if (*asked < 3)
		kill(pid, number == SIGHUP ? SIGTERM : number);
	else
		kill(-pid, SIGKILL);
}

/* Shows what happens until the script has ended; its status, or one for the signal that asked it to
   end: never 0 then. */
static int follow_script(struct follow *f, pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = {fd, POLLIN, 0};
	unsigned asked = 0;
	int status = 0, first = 0;

	for (;;) {
		poll(&ended, fd >= 0 ? 1 : 0, LOOK_MS);
		follow_step(f);
		pass_signal(f, pid, &asked, &first);
		pid_t done = waitpid(pid, &status, WNOHANG);
		if (done == pid || (done < 0 && errno != EINTR))
			break;
	}
	follow_step(f);
	if (fd >= 0)
		close(fd);
	status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return status == EXIT_OK && first ? 128 + first : status;
}

/* The same in the live view, where it is wanted. What happened is told in lines afterwards. */
static bool show_script(struct follow *f, const struct job_list *one, pid_t pid, int *status)
{
	struct live_job task = {.job = f->job, .parts = one, .is_ours = true, .child = pid};
	struct live_end view;

	if (!live_is_wanted(f->inv, one) || !live_view(f->inv, &task, &view))
		return false;
	if (!view.is_over)
		*status = follow_script(f, pid);
	else
		*status = view.status;
	follow_step(f);
	if (*status == EXIT_OK && view.signal)
		*status = 128 + view.signal;
	return true;
}

static void print_end(struct follow *f, int status, uint64_t start)
{
	struct arena *a = f->inv->arena;
	struct str took = duration_text(a, (double)(clock_ns() - start) / 1e9);
	const char *color = status == 0 ? f->style.good : f->style.bad;

	if (f->events.fd < 0 && status != 0) {
		fprintf(f->out, "the job ended before its services could start:\n");
		struct str why;
		print_log_tail(f->out, a, job_open(a, f->job, JOB_FILE_BATCH_LOG, &why),
			       BATCH_LINES, "         | ", "");
	}
	if (status == 0)
		fprintf(f->out, "%scompleted%s in %.*s", color, f->style.off, STR_ARG(took));
	else
		fprintf(f->out, "%s%s with status %d%s after %.*s", color,
			status == 130 || status == 143 ? "cancelled" : "failed", status,
			f->style.off, STR_ARG(took));
	fprintf(f->out, "; 'hpcc logs' shows the logs, which are in %.*s/logs\n",
		STR_ARG(path_shown(a, f->job->root)));
	fflush(f->out);
}

/* The process is known by its environment, which it has once it is the shell: whoever is told that the
   job has started may ask for it at once. */
static void wait_for_shell(const struct job_files *job, pid_t pid)
{
	uint64_t until = clock_ns() + START_S * UINT64_C(1000000000);
	siginfo_t ended = {0};

	while (!local_job_is_alive(job) && clock_ns() < until && !interrupt_is_noted() &&
	       waitid(P_PID, (id_t)pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       ended.si_pid == 0)
		poll(NULL, 0, 1);
}

/* Starts the script of the job. */
static pid_t start_script(struct invocation *inv, const struct local_launcher *launcher,
			  struct job_files *job, struct str script, struct str runtime)
{
	struct arena *a = inv->arena;
	LIST(const char *) argv = {0}, env = {0};
	for (const char *const *w = launcher ? launcher->argv : NULL; w && *w; w++)
		*LIST_PUSH(a, &argv) = *w;
	*LIST_PUSH(a, &argv) = "bash";
	*LIST_PUSH(a, &argv) = script.ptr;
	*LIST_PUSH(a, &argv) = NULL;
	for (const char *const *w = launcher ? launcher->env : NULL; w && *w; w++)
		*LIST_PUSH(a, &env) = *w;
	*LIST_PUSH(a, &env) = str_fmt(a, "HPCC_RT=%.*s", STR_ARG(runtime)).ptr;
	*LIST_PUSH(a, &env) = str_fmt(a, "HPCC_JOB_ID=%.*s", STR_ARG(job->id)).ptr;
	*LIST_PUSH(a, &env) = NULL;
	struct child_call call = {.argv = argv.items, .env = env.items};
	pid_t pid = child_start(&call, job->batch_log.ptr, !inv->options.detach);

	if (pid < 0) {
		complain("can't start %s: %s", argv.items[0], strerror(errno));
		return -1;
	}
	json_object_set_new(job->record, "pid", json_integer(pid));
	json_object_set_new(job->record, "pid_start", json_integer((json_int_t)process_start(pid)));
	struct str why;
	if (!record_write(a, job->record, &why))
		complain("can't record the process of the job: %.*s", STR_ARG(why));
	wait_for_shell(job, pid);
	return pid;
}

/* What the job needs: looked for here, unless it runs elsewhere. */
static int make_ready(struct compilation *c, bool is_here)
{
	int status = is_here ? preflight_before(c) : EXIT_OK;

	return status == EXIT_OK ? prepare_images(c, false) : status;
}

/* Folder, script and record. */
static int make_job(struct compilation *c, struct str runtime_root, struct job_files *job,
		    struct str *script, struct str *runtime)
{
	struct arena *a = c->inv->arena;
	struct str why;

	if (!record_can_hold(c, runtime_root, &why)) {
		complain("%.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	*runtime = runtime_place(a, runtime_root, &why);
	if (runtime->len == 0) {
		complain("can't keep hpcc-rt here: %.*s", STR_ARG(why));
		return EXIT_ENVIRONMENT;
	}
	if (!make_root(a, runtime_root, &job->id, &job->root) || !write_job(c, job, script))
		return EXIT_ENVIRONMENT;
	job->number = job->id;
	job->runtime_root = runtime_root;
	return EXIT_OK;
}

/* All up to the start of the script. */
static int prepare(struct compilation *c, struct invocation *inv, bool is_here,
		   struct job_files *job, struct str *script, struct str *runtime)
{
	struct str runtime_root;
	int status = compile_here(c, inv, &runtime_root);

	*job = (struct job_files){.is_local = true};
	if (status == EXIT_OK)
		status = make_ready(c, is_here);
	return status == EXIT_OK ? make_job(c, runtime_root, job, script, runtime) : status;
}

pid_t local_start(struct compilation *c, struct invocation *inv,
		  const struct local_launcher *launcher, struct job_files *job, int *status)
{
	struct str script, runtime;

	*status = prepare(c, inv, !launcher, job, &script, &runtime);
	if (*status != EXIT_OK)
		return 0;
	if (launcher)
		json_object_set_new(job->record, "inside", json_text(inv->arena, launcher->inside));
	interrupts_catch();
	pid_t pid = start_script(inv, launcher, job, script, runtime);
	*status = pid < 0 ? EXIT_ENVIRONMENT : EXIT_OK;
	return pid < 0 ? 0 : pid;
}

int local_up(struct invocation *inv)
{
	bool is_json = inv->options.format == FORMAT_JSON;
	uint64_t start = clock_ns();
	struct compilation c;
	struct job_files job;
	struct job_list one = {{&job, 1, 1}};
	struct str script, runtime;
	int status = prepare(&c, inv, true, &job, &script, &runtime);
	if (status != EXIT_OK)
		return status;
	struct follow f;
	follow_begin(&f, inv, &job, is_json ? stderr : stdout);
	follow_logs(&f, false);
	print_plan(&f, &c);
	interrupts_catch();
	pid_t pid = start_script(inv, NULL, &job, script, runtime);
	if (pid < 0)
		return EXIT_ENVIRONMENT;
	if (inv->options.detach) {
		if (is_json)
			json_print(job_record_shown(inv->arena, &job));
		else
			fprintf(f.out, "started; 'hpcc watch' shows it, 'hpcc cancel' ends it\n");
		return EXIT_OK;
	}
	if (!show_script(&f, &one, pid, &status))
		status = follow_script(&f, pid);
	follow_rest(&f);
	print_end(&f, status, start);
	follow_end(&f);
	if (is_json)
		json_print(job_json(inv, &job, &one));
	return status;
}
