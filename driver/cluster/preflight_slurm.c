/* SPDX-License-Identifier: Apache-2.0 */
/* What Slurm says before a job is submitted: its version, the partition's limits, its configuration, and
   when the job would start. */
#include <string.h>

#include "driver/cluster/preflight.h"
#include "driver/cluster/refusals.h"
#include "driver/cluster/slurm.h"
#include "driver/system.h"
#include "ir/grammar/grammar.h"
#include "ir/options.h"

/* The script takes options that mean something else in the cluster's version. */
static void check_version(struct compilation *c, struct findings *f)
{
	uint32_t target = c->backend.target.slurm, version;

	if (!slurm_version(c->inv, &version) || slurm_scripts_agree(target, version))
		return;
	finding_of(f, FINDING_WARNING, STR("slurm"),
		   str_fmt(f->arena,
			   "the script is written for %s, and this is %02u.%02u: services may wait "
			   "for each other's CPUs or GPUs, or share them",
			   target ? str_fmt(f->arena, "Slurm %02u.%02u", target / 100, target % 100)
					    .ptr
				  : "new versions of Slurm",
			   version / 100, version % 100),
		   "sinfo --version",
		   str_fmt(f->arena, "--target=slurm=%02u.%02u", version / 100, version % 100).ptr);
}

/* One line of sinfo: NAME[*]|TIME LIMIT|NODES|STATE|SIZES OF JOBS */
struct partition {
	struct str name, limit, nodes, state, sizes;
	bool is_default;
};

static bool read_partition(struct str line, struct partition *p)
{
	struct str *const places[] = {&p->name, &p->limit, &p->nodes, &p->state, &p->sizes};

	*p = (struct partition){0};
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		line = str_split(line, '|', places[i]);
		*places[i] = str_trim(*places[i]);
	}
	p->is_default = str_has_suffix(p->name, "*");
	if (p->is_default)
		p->name = str_slice(p->name, 0, p->name.len - 1);
	return p->name.len > 0 && p->nodes.len > 0;
}

static const char sinfo_source[] = "sinfo";

/* Minutes and seconds as sinfo prints them; false for "infinite" and the like. */
static bool read_limit(struct arena *a, struct str text, uint64_t *seconds)
{
	struct problem p;

	return grammar_walltime(a, text, seconds, &p) && *seconds > 0;
}

/* What the job, or a component of it, asks for. */
struct ask {
	struct str who; /* "the job" */
	const struct plan_option *partition;
	struct v_uint nodes, time_s;
};

static void check_nodes(struct findings *f, const struct ask *ask, const struct partition *p)
{
	uint64_t most = UINT64_MAX;
	struct str least, rest = str_split(p->sizes, '-', &least);

	if (rest.len > 0)
		str_to_u64(rest, &most);
	uint64_t nodes;
	if (!IS_SET(ask->nodes) || !str_to_u64(p->nodes, &nodes))
		return;
	if (ask->nodes.v > nodes)
		finding_of(f, FINDING_FAILURE, STR("nodes"),
			   str_fmt(f->arena, "%.*s asks for %llu node%s, partition %.*s has %llu",
				   STR_ARG(ask->who), (unsigned long long)ask->nodes.v,
				   plural(ask->nodes.v), STR_ARG(p->name),
				   (unsigned long long)nodes),
			   sinfo_source, "lower x-slurm.nodes, or choose another partition");
	else if (ask->nodes.v > most)
		finding_of(f, FINDING_FAILURE, STR("nodes"),
			   str_fmt(f->arena,
				   "%.*s asks for %llu nodes, partition %.*s grants a job %llu",
				   STR_ARG(ask->who), (unsigned long long)ask->nodes.v,
				   STR_ARG(p->name), (unsigned long long)most),
			   sinfo_source, "lower x-slurm.nodes, or choose another partition");
}

/* The limits of the partition that the job goes to. */
static void check_partition(struct findings *f, const struct ask *ask, const struct partition *p)
{
	uint64_t seconds;

	if (ask->time_s.v > 0 && read_limit(f->arena, p->limit, &seconds) &&
	    ask->time_s.v > seconds)
		finding_of(f, FINDING_FAILURE, STR("time"),
			   str_fmt(f->arena, "%.*s asks for more than partition %.*s grants (%.*s)",
				   STR_ARG(ask->who), STR_ARG(p->name), STR_ARG(p->limit)),
			   sinfo_source, "lower x-slurm.time, or choose another partition");
	if (p->state.len > 0 && !str_eq_c(p->state, "up"))
		finding_of(f, FINDING_FAILURE, STR("partition"),
			   str_fmt(f->arena,
				   "partition %.*s is %.*s: jobs wait there, or are refused",
				   STR_ARG(p->name), STR_ARG(p->state)),
			   sinfo_source, "choose another partition, or wait until it is up");
	check_nodes(f, ask, p);
}

static void findings_append(struct findings *f, const struct findings *more)
{
	for (uint32_t i = 0; i < more->list.n; i++)
		*LIST_PUSH(f->arena, &f->list) = more->list.items[i];
	f->n_failures += more->n_failures;
}

/* The partitions that are named, or the default one. Of several, one that takes the job is enough. */
static void check_partitions(struct findings *f, const struct ask *ask, struct str printed)
{
	struct findings wrong = {.arena = f->arena};
	struct partition p;
	struct str line;

	while (printed.len > 0) {
		uint32_t before = wrong.list.n;
		printed = str_split(printed, '\n', &line);
		if (!read_partition(line, &p) || !(ask->partition || p.is_default))
			continue;
		check_partition(&wrong, ask, &p);
		if (wrong.list.n == before)
			return;
	}
	findings_append(f, &wrong);
}

/* False, after a finding, when the cluster doesn't answer, or has no such partition. */
static bool look_at(struct compilation *c, struct findings *f, const struct ask *ask)
{
	const struct plan_option *partition = ask->partition;
	const char *argv[6] = {"sinfo", "--noheader", "--format=%P|%l|%D|%a|%s"};

	if (partition)
		argv[3] = str_fmt(f->arena, "--partition=%.*s", STR_ARG(partition->value.v)).ptr;
	struct str why;
	struct child_end end;
	if (!slurm_call(c->inv, argv, &end, &why)) {
		finding_add(f, FINDING_FAILURE, STR("cluster"), why,
			    "is the controller up, and SLURM_CONF right?");
		return false;
	}
	if (str_trim(end.out).len == 0) {
		struct str name = partition ? partition->value.v : STR("any");

		finding_add(f, FINDING_FAILURE, STR("partition"),
			    str_fmt(f->arena, "the cluster has no partition '%.*s'", STR_ARG(name)),
			    "'sinfo' lists them");
		return false;
	}
	check_partitions(f, ask, end.out);
	return true;
}

void preflight_slurm(struct compilation *c, struct findings *f)
{
	const struct plan *plan = c->unit.plan;
	const struct ask job = {.who = STR("the job"),
				.partition = plan_option_named(plan, "partition"),
				.nodes = plan->nodes,
				.time_s = plan->time_s};
	uint32_t n = plan->components.n ? plan->components.n : 1;

	if (program_find(f->arena, "sinfo").len == 0)
		return;
	struct findings found = {.arena = f->arena};
	for (uint32_t i = 0; i < n; i++) {
		const struct plan_component *part =
			plan->components.n ? &plan->components.items[i] : NULL;
		const struct ask own = {
			.who = part ? str_fmt(f->arena, "component '%.*s'", STR_ARG(part->name.v))
				    : STR(""),
			.partition = part ? option_named(part->options.items, part->options.n,
							 "partition")
					  : NULL,
			.nodes = part ? part->nodes : job.nodes,
			.time_s = part ? part->time_s : job.time_s};
		if (!look_at(c, &found, part ? &own : &job)) {
			findings_append(f, &found);
			return;
		}
	}
	finding_add(f, FINDING_OK, STR("cluster"), STR("answers"), "");
	check_version(c, f);
	findings_append(f, &found);
	preflight_config(c->inv, plan, f);
}

static const char config_source[] = "scontrol show config";

/* "30 sec" */
static bool config_number(struct str printed, const char *key, uint64_t *number)
{
	struct str word;

	str_split(slurm_config_value(printed, key), ' ', &word);
	return str_to_u64(word, number);
}

/* Seconds that services may take to stop, as the spec says; 0: it says nothing. */
static unsigned long long stated_grace(const struct plan *plan)
{
	for (uint32_t i = 0; plan && i < plan->services.n; i++)
		if (plan->services.items[i].stop_grace_s.from.kind > ORIGIN_DEFAULT)
			return plan->grace_s.v;
	return 0;
}

/* The bound of a job's teardown against the time that Slurm leaves it. */
static void check_kill_wait(struct findings *f, const struct plan *plan, uint64_t wait)
{
	unsigned long long grace = stated_grace(plan);

	if (grace < wait) {
		finding_of(
			f, FINDING_OK, STR("KillWait"),
			str_fmt(f->arena,
				"%llu s from the end of a job's time until what is left of it is "
				"killed",
				(unsigned long long)wait),
			config_source, "");
		return;
	}
	finding_of(
		f, FINDING_WARNING, STR("KillWait"),
		str_fmt(f->arena,
			"services may take %llu s to stop, and Slurm kills them %llu s after the "
			"job's time is up, or after scancel",
			grace, (unsigned long long)wait),
		config_source,
		str_fmt(f->arena,
			"shorten stop_grace_period, or begin before: x-slurm.signal: \"B:TERM@%llu\"",
			grace + 60)
			.ptr);
}

static uint64_t launches(const struct plan *plan)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; plan && i < plan->services.n; i++) {
		const struct plan_policy *p = plan->services.items[i].policy;

		sum += 1;
		if (p && p->mode.v == FAILURE_POLICY_MODE_RESTART_ON_FAILURE)
			sum += p->max_restarts.v;
	}
	return sum;
}

static void check_steps(struct findings *f, const struct plan *plan, uint64_t most)
{
	unsigned long long steps = launches(plan);

	finding_of(
		f, steps > most ? FINDING_FAILURE : FINDING_OK, STR("MaxStepCount"),
		steps > most
			? str_fmt(f->arena,
				  "with its restarts the job may take %llu steps, and Slurm "
				  "creates %llu for one",
				  steps, (unsigned long long)most)
			: str_fmt(f->arena, "a job may have %llu steps", (unsigned long long)most),
		config_source, steps > most ? "lower failure_policy.max_restarts" : "");
}

/* Nothing else starts the components of a job at one moment. */
static void check_scheduler(struct findings *f, struct str type)
{
	if (type.len == 0 || str_eq_c(type, "sched/backfill"))
		return;
	finding_of(
		f, FINDING_FAILURE, STR("scheduler"),
		str_fmt(f->arena,
			"only the backfill scheduler starts jobs with components, and this cluster "
			"has %.*s",
			STR_ARG(type)),
		config_source, "submit jobs of one component each, and let one wait for the other");
}

void preflight_config(struct invocation *inv, const struct plan *plan, struct findings *f)
{
	const char *argv[] = {"scontrol", "show", "config", NULL};
	struct child_end end;
	struct str why;

	if (program_find(f->arena, argv[0]).len == 0 || !slurm_call(inv, argv, &end, &why))
		return;
	uint64_t number;
	if (config_number(end.out, "KillWait", &number))
		check_kill_wait(f, plan, number);
	if (config_number(end.out, "MaxStepCount", &number))
		check_steps(f, plan, number);
	if (plan && plan->components.n)
		check_scheduler(f, slurm_config_value(end.out, "SchedulerType"));
	if (str_contains(slurm_config_value(end.out, "LaunchParameters"), "test_exec"))
		finding_of(f, FINDING_OK, STR("test_exec"),
			   STR("srun looks on the host for what it starts; hpcc starts services by "
			       "/bin/sh, which is there"),
			   config_source, "");
	struct str flags = slurm_config_value(end.out, "PrologFlags");
	if (flags.len > 0)
		finding_of(f, FINDING_OK, STR("PrologFlags"), str_dup(f->arena, flags),
			   config_source, "");
}
