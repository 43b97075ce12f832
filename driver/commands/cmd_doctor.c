/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc doctor: a job of one minute that tries what the site offers (backends/bash/doctor.sh), and a table
 * of what it found. All files are in one folder, which goes at the end, however that comes.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "backends/bash.gen.h"
#include "driver/cluster/preflight.h"
#include "driver/cluster/refusals.h"
#include "driver/cluster/slurm.h"
#include "driver/commands/cmd.h"
#include "driver/interrupt.h"
#include "driver/jobs/remove.h"
#include "driver/system.h"
#include "driver/trust.h"
#include "ir/support/emit.h"

enum {
	LOOK_MS = 500,
	LOOKS_OF_QUEUE = 4, /* every so many looks the queue is asked */
	MAX_FILE = 1 << 20
};

struct doctor {
	struct invocation *inv;
	struct arena *arena;
	struct str above, folder; /* .hpc-compose; ours in it */
	bool made_above;
	struct str id, cluster;
	struct str state, reason; /* as the queue has it */
	bool is_over;
	size_t n_shown; /* findings told while the job runs */
	struct findings found;
};

static struct str file_of(struct doctor *d, const char *name)
{
	struct str bytes = STR(""), why;

	file_read(d->arena, path_join(d->arena, d->folder, str_c(name)).ptr, MAX_FILE, &bytes,
		  &why);
	return bytes;
}

static bool make_folder(struct doctor *d)
{
	struct arena *a = d->arena;

	d->above = path_join(a, working_folder(a), STR(".hpc-compose"));
	d->made_above = !path_exists(d->above.ptr);
	struct str why;
	if (!trust_make_folder(a, d->above, 1, &why)) {
		complain("can't run a job from here: %.*s", STR_ARG(why));
		advise("run it in a folder of yours that the cluster's nodes see");
		return false;
	}
	d->folder = str_fmt(a, "%.*s/doctor-XXXXXX", STR_ARG(d->above));
	if (mkdtemp((char *)d->folder.ptr))
		return true;
	complain("can't make a folder in '%.*s'", STR_ARG(d->above));
	return false;
}

static void remove_folder(struct doctor *d)
{
	struct str why;

	if (!folder_remove(d->arena, d->folder, &why))
		complain("'%.*s' stays: %.*s", STR_ARG(d->folder), STR_ARG(why));
	if (d->made_above)
		rmdir(d->above.ptr);
}

/* Two nodes where the partition has two: the one that is named, or the default one. */
static unsigned nodes_to_try(struct doctor *d)
{
	const char *partition = d->inv->options.partition;
	const char *argv[] = {"sinfo", "--noheader", "--format=%P|%D",
			      partition ? str_fmt(d->arena, "--partition=%s", partition).ptr : NULL,
			      NULL};
	struct child_end end;
	struct str why;

	if (!slurm_call(d->inv, argv, &end, &why))
		return 1;
	struct str line, name;
	while (end.out.len > 0) {
		uint64_t n;
		end.out = str_split(end.out, '\n', &line);
		struct str count = str_trim(str_split(line, '|', &name));
		if ((partition || str_has_suffix(name, "*")) && str_to_u64(count, &n) && n >= 2)
			return 2;
	}
	return 1;
}

static struct str script_text(struct doctor *d)
{
	struct emitter e;

	emit_init(&e, d->arena);
	emit_lit(&e, "#!/bin/bash\nDIR=");
	emit_word(&e, d->folder);
	emit_lit(&e, "\nCONTAINERS=(");
	for (enum runtime_backend i = 0; i < RUNTIME_BACKEND_N; i++) {
		if (!containers[i].is_contained)
			continue;
		emit_lit(&e, " ");
		emit_word(&e, str_c(containers[i].name));
	}
	emit_lit(&e, ")\n");
	emit_verbatim(&e, str_c(bash_doctor));
	return buf_str(&e.text);
}

static const char *option_word(struct doctor *d, const char *name, const char *value)
{
	return value ? str_fmt(d->arena, "--%s=%s", name, value).ptr : NULL;
}

static bool submit(struct doctor *d)
{
	const struct options *o = &d->inv->options;
	struct str script = path_join(d->arena, d->folder, STR("script.sh")), why;
	const char *argv[16] = {"sbatch", "--parsable", "--job-name=hpcc-doctor", "--time=1",
				"--ntasks-per-node=2"};
	size_t n = 5;

	if (!file_put(d->arena, script.ptr, script_text(d), 0700, &why)) {
		complain("can't write '%.*s': %.*s", STR_ARG(script), STR_ARG(why));
		return false;
	}
	argv[n++] = str_fmt(d->arena, "--nodes=%u", nodes_to_try(d)).ptr;
	argv[n++] = str_fmt(d->arena, "--output=%.*s/log", STR_ARG(d->folder)).ptr;
	const char *const places[] = {option_word(d, "partition", o->partition),
				      option_word(d, "account", o->account),
				      option_word(d, "qos", o->qos)};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (places[i])
			argv[n++] = places[i];
	argv[n++] = script.ptr;
	struct child_end end;
	if (!slurm_call(d->inv, argv, &end, &why)) {
		complain("sbatch refused the job: %.*s", STR_ARG(why));
		refusal_advise(end.err);
		return false;
	}
	if (slurm_read_id(d->arena, end.out, &d->id, &d->cluster))
		return true;
	complain("sbatch printed no job id: '%.*s'", STR_ARG(str_trim(end.out)));
	return false;
}

static void ask_queue(struct doctor *d)
{
	struct slurm_question q = {.cluster = d->cluster, .ids = &d->id, .n = 1};
	struct slurm_jobs jobs;
	struct str why;

	if (!slurm_ask_queue(d->inv, &q, &jobs, &why))
		return;
	const struct slurm_job *job = slurm_jobs_find(&jobs, d->id);
	d->is_over = !job || job->is_over;
	struct str reason = job ? job->reason : STR("");
	if (job && str_eq_c(job->state, "PENDING") && !str_eq(reason, d->reason)) {
		fprintf(stderr, "job %.*s waits: %.*s\n", STR_ARG(d->id),
			STR_ARG(str_visible(d->arena, reason, VISIBLE_LINE)));
		refusal_advise(reason);
	}
	d->reason = str_dup(d->arena, reason);
	d->state = job ? str_dup(d->arena, job->state) : STR("");
}

/* Names of what has been tried since the last look. */
static void show_progress(struct doctor *d)
{
	struct str lines = file_of(d, "findings"), line, name;
	size_t n = 0;

	while (lines.len > 0) {
		lines = str_split(lines, '\n', &line);
		str_split(line, '\t', &name);
		if (n++ >= d->n_shown)
			fprintf(stderr, "tried %.*s\n",
				STR_ARG(str_visible(d->arena, name, VISIBLE_LINE)));
	}
	d->n_shown = n > d->n_shown ? n : d->n_shown;
}

static void cancel(struct doctor *d)
{
	const char *argv[] = {"scancel", slurm_cluster_option(d->inv, d->cluster), NULL, NULL};

	argv[argv[1] ? 2 : 1] = str_to_c(d->arena, d->id);
	struct child_end end;
	struct str why;
	if (!slurm_call(d->inv, argv, &end, &why))
		complain("scancel failed: %.*s", STR_ARG(why));
}

/* Until it is over; the number of the signal that came, or 0. */
static int wait_for_end(struct doctor *d)
{
	int number = 0;

	for (unsigned look = 0; !d->is_over; look++) {
		if (look % LOOKS_OF_QUEUE == 0)
			ask_queue(d);
		show_progress(d);
		int came = interrupt_take();
		if (came && number)
			return number; /* once more: no waiting */
		if (came) {
			number = came;
			fprintf(stderr, "cancelling job %.*s\n", STR_ARG(d->id));
			cancel(d);
		}
		if (!d->is_over)
			poll(NULL, 0, LOOK_MS);
	}
	return number;
}

static void add_finding(struct doctor *d, struct str line)
{
	static const struct {
		const char *word;
		enum finding_level level;
	} levels[] = {{"ok", FINDING_OK},
		      {"warn", FINDING_WARNING},
		      {"fail", FINDING_FAILURE},
		      {"absent", FINDING_ABSENT}};
	struct str name, how, detail;
	struct str help =
		str_split(str_split(str_split(line, '\t', &name), '\t', &how), '\t', &detail);

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++)
		if (str_eq_c(how, levels[i].word))
			finding_of(&d->found, levels[i].level, name, detail, "",
				   str_to_c(d->arena, help));
}

/* How the job's minute ended. */
static void add_limit(struct doctor *d)
{
	bool waits = file_of(d, "limit.waits").len > 0;

	if (file_of(d, "limit.told").len > 0)
		finding_of(&d->found, FINDING_OK, STR("time limit"),
			   STR("at its end a step gets TERM, and has time to save"), "", "");
	else if (waits)
		finding_of(&d->found, FINDING_FAILURE, STR("time limit"),
			   STR("the job's time was up, and no step got TERM before it was killed"),
			   "", "begin the end earlier: x-slurm.signal: \"B:TERM@120\"");
	else
		finding_of(&d->found, FINDING_WARNING, STR("time limit"),
			   STR("the minute was over before this could be tried"), "",
			   "try again when the cluster is less busy");
}

static void read_findings(struct doctor *d)
{
	struct str lines = file_of(d, "findings"), line;

	while (lines.len > 0) {
		lines = str_split(lines, '\n', &line);
		add_finding(d, line);
	}
	if (file_of(d, "tried").len > 0) {
		add_limit(d);
		return;
	}
	struct str log = str_trim(file_of(d, "log"));
	finding_of(&d->found, FINDING_FAILURE, STR("job"),
		   str_fmt(d->arena, "%.*s ended as %.*s before all was tried%s%.*s",
			   STR_ARG(d->id),
			   STR_ARG(d->state.len > 0 ? d->state : STR("one that Slurm forgot")),
			   log.len > 0 ? ": " : "", STR_ARG(log)),
		   "", "try again when the cluster is less busy");
}

static int treat(struct doctor *d)
{
	d->found = (struct findings){.arena = d->arena};
	preflight_config(d->inv, NULL, &d->found);
	interrupts_hold(); /* a job that is submitted is known to us, whatever comes */
	bool is_submitted = submit(d);
	interrupts_catch();
	if (!is_submitted)
		return EXIT_ENVIRONMENT;
	fprintf(stderr, "job %.*s tries this site for a minute; Ctrl-C cancels it\n",
		STR_ARG(d->id));
	int number = wait_for_end(d);
	if (number)
		return 128 + number;
	read_findings(d);
	findings_print(d->inv, &d->found);
	return d->found.n_failures > 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}

int cmd_doctor(struct invocation *inv)
{
	struct doctor d = {.inv = inv, .arena = inv->arena};

	if (program_find(d.arena, "sbatch").len == 0) {
		complain("there is no sbatch on PATH");
		advise("run hpcc doctor on a login node of the cluster");
		return EXIT_ENVIRONMENT;
	}
	if (!make_folder(&d))
		return EXIT_ENVIRONMENT;
	int status = treat(&d);
	remove_folder(&d);
	return status;
}
