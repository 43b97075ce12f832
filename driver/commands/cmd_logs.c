/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc logs: the logs of services and batch script, or those lines of them that are wanted, and with --follow what
 * comes.
 *
 *	worker | step 40 of 100
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/interrupt.h"
#include "driver/jobs/elements.h"
#include "driver/screen/services.h"
#include "driver/story/job_logs.h"
#include "driver/story/pulse.h"
#include "driver/story/since.h"
#include "driver/system.h"

enum {
	DEFAULT_LINES = 20
};

static double wall_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* --lines: a number, or all. */
static bool read_lines(const struct options *o, struct log_choice *c)
{
	bool is_part = o->since || o->log_until || o->grep || o->all;

	c->last = is_part ? UINT64_MAX : DEFAULT_LINES;
	if (!o->log_lines || str_to_u64(str_c(o->log_lines), &c->last))
		return true;
	c->last = UINT64_MAX;
	if (strcmp(o->log_lines, "all") == 0)
		return true;
	complain("--lines wants a number or 'all', not '%s'", o->log_lines);
	return false;
}

static bool read_pattern(struct log_choice *c)
{
	if (!c->grep)
		return true;
	int error = regcomp(&c->pattern, c->grep, REG_EXTENDED | REG_NOSUB);
	if (error == 0)
		return true;
	char why[200];
	regerror(error, &c->pattern, why, sizeof(why));
	complain("--grep wants a POSIX extended regular expression, not '%s': %s", c->grep, why);
	return false;
}

static bool read_choice(struct invocation *inv, struct log_choice *c)
{
	const struct options *o = &inv->options;
	double now = wall_now();

	*c = (struct log_choice){.grep = o->grep,
				 .shows_times = o->timestamps,
				 .is_merged = o->merge,
				 .has_earlier = o->all};
	if ((o->since && !moment_read(inv, "--since", o->since, now, &c->since)) ||
	    (o->log_until && !moment_read(inv, "--until", o->log_until, now, &c->until)))
		return false;
	if (o->since && o->log_until && c->until < c->since) {
		complain("--until=%s is before --since=%s: there are no lines between them",
			 o->log_until, o->since);
		return false;
	}
	return read_lines(o, c) && read_pattern(c);
}

/* What is in another one's folder isn't what the job wrote. */
static bool check_roots(const struct job_logs *logs)
{
	for (uint32_t i = 0; i < logs->parts->list.n; i++) {
		const struct job_files *part = &logs->parts->list.items[i];
		int root = -1;
		struct str why;
		if (job_open_root(logs->inv->arena, part, &root, &why) == FOUND_REFUSED) {
			complain("the logs of job %.*s: %.*s", STR_ARG(part->id), STR_ARG(why));
			return false;
		}
		if (root >= 0)
			close(root);
	}
	return true;
}

/* Until the job ends, whose status is the result, the time is over, or a signal comes. */
static int follow(struct job_logs *logs)
{
	double until = logs->choice.until;
	struct pulse pulse;

	pulse_begin(&pulse, logs->inv, logs->job, logs->parts);
	while (pulse_beats(&pulse) && !output_is_gone(stdout)) {
		bool is_over = pulse_look(&pulse), is_late = until > 0 && wall_now() > until;

		job_logs_look(logs);
		job_logs_pour(logs, !is_over && !is_late);
		if (is_over)
			return pulse_say_end(&pulse);
		if (is_late)
			return EXIT_OK;
		pulse_wait(&pulse, 0);
	}
	job_logs_pour(logs, false);
	return output_is_gone(stdout) ? EXIT_UNEXPECTED : 128 + interrupt_take();
}

int cmd_logs(struct invocation *inv)
{
	struct job_logs logs = {.inv = inv};

	if (!read_choice(inv, &logs.choice))
		return EXIT_USAGE;
	struct job_files job;
	struct job_list parts;
	if (!job_find(inv, &job) || !job_parts(inv, &job, &parts))
		return EXIT_ENVIRONMENT;
	logs.job = &job;
	logs.parts = &parts;
	log_writer_init(&logs.out, inv, stdout);
	logs.out.has_names = !inv->options.no_prefix;
	if (!services_are_known(inv, logs.job, "batch"))
		return EXIT_USAGE;
	if (!check_roots(&logs))
		return EXIT_ENVIRONMENT;
	job_logs_list(&logs);
	job_logs_open(&logs);
	job_logs_pour(&logs, inv->options.follow);
	return inv->options.follow ? follow(&logs) : EXIT_OK;
}
