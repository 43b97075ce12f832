/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs of hpcc-rt and what they share: options, and the meaning of exit statuses. */
#ifndef HPCC_RUNTIME_VERBS_H
#define HPCC_RUNTIME_VERBS_H

#include <stdbool.h>

enum {
	RT_USAGE = 2,
	RT_ENVIRONMENT = 3
};

/* `--name VALUE`; with no value pointer's text but a flag, `value` is NULL. */
struct rt_option {
	const char *name;
	const char **value;
	bool required;
	bool *flag; /* instead of a value */
};

/*
 * Reads all of argv[1 …] as options; says what is wrong and returns false. An
 * array of options ends with an empty one.
 */
bool rt_read_options(const struct rt_option *options, int argc, char **argv);

/* The same of a verb with a command behind "--", which is returned; NULL when something was wrong. */
char **rt_read_command(const struct rt_option *options, bool may_be_empty, int argc, char **argv);

/*
 * Closes the record of the job in `root`, the newest attempt's, unless somebody has; what has not ended
 * is lost. False if it can't be written.
 */
bool rt_end_record(const char *root, int status);

/* Whether Slurm says that the time of the job is up; asks for some seconds at most. */
bool rt_limit_is_reached(const char *job_id);

/* Each takes the words after `hpcc-rt`, its own name first, and returns the exit status. */
int rt_verb_script(int argc, char **argv);
int rt_verb_begin(int argc, char **argv);
int rt_verb_supervise(int argc, char **argv);
int rt_verb_step(int argc, char **argv);
int rt_verb_enter(int argc, char **argv);
int rt_verb_end(int argc, char **argv);
int rt_verb_collect(int argc, char **argv);
int rt_verb_sample(int argc, char **argv);
int rt_verb_publish(int argc, char **argv);
int rt_verb_lookup(int argc, char **argv);
int rt_verb_withdraw(int argc, char **argv);
int rt_verb_image_folder(int argc, char **argv);
int rt_verb_busy(int argc, char **argv);
int rt_verb_ports(int argc, char **argv);
int rt_verb_dots(int argc, char **argv);
int rt_verb_hosts(int argc, char **argv);
int rt_verb_own_hosts(int argc, char **argv);
int rt_verb_trials(int argc, char **argv);
int rt_verb_trials_agent(int argc, char **argv);

#endif
