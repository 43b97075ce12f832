/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keys from elsewhere: those of Docker Compose that mean nothing in a batch job, or go by another
 * name here, and names that people know from other tools. Each with what to write instead, worked
 * out from the value where it can be:
 *
 *	deploy: {resources: {reservations: {devices: [{count: 2}]}}}	x-slurm: {gpus: 2}
 */
#include "frontend/bind/bind.h"

#include <string.h>

struct foreign {
	const char *key;
	enum rule_id rule; /* R006 where the language refuses the key by name */
	const char *help;
	const char *meant; /* the field that the author had in mind, if there is one */
};

#define NO_NETWORKS                                                                                \
	"there are no container networks, and services' names are no host names: those on one "    \
	"node meet at 127.0.0.1; remove the key"
#define SHARED_NETWORK                                                                             \
	"services share the host's network, so every port is reachable already; say when it "      \
	"answers with 'readiness: {type: tcp, port: ...}'"
#define NO_PRIVILEGES "services run as the user who submits, without privileges: remove the key"
#define NO_LIMITS     "limits are Slurm's: remove the key"

static const struct foreign compose_keys[] = {
	{"build", RULE_R006,
	 "name a base image with 'image' and list the build steps under "
	 "'x-runtime.prepare.commands'",
	 "image"},
	{"ports", RULE_R006, SHARED_NETWORK, NULL},
	{"networks", RULE_R006, NO_NETWORKS, NULL},
	{"network_mode", RULE_R006, NO_NETWORKS, NULL},
	{"restart", RULE_R006,
	 "write 'x-slurm: {failure_policy: {mode: restart_on_failure, max_restarts: 3}}'", NULL},
	{"deploy", RULE_R006,
	 "all services share one Slurm allocation: put resources under the service's 'x-slurm'",
	 NULL},
	{"volumes", RULE_R005,
	 "there are no named volumes: 'data:/x' in a service means the folder data beside this "
	 "file; make it, and remove this key",
	 NULL},
	{"container_name", RULE_R005, "the service's own name is used everywhere: remove the key",
	 NULL},
	{"hostname", RULE_R005, "services run under their node's name: remove the key", NULL},
	{"domainname", RULE_R005, "services run under their node's name: remove the key", NULL},
	{"env", RULE_R005, "write 'environment'", "environment"},
	{"env_vars", RULE_R005, "write 'environment'", "environment"},
	{"cmd", RULE_R005, "write 'command'", "command"},
	{"args", RULE_R005, "put the arguments into 'command'", "command"},
	{"workdir", RULE_R005, "write 'working_dir'", "working_dir"},
	{"mounts", RULE_R005, "write 'volumes'", "volumes"},
	{"expose", RULE_R005, "services share the host's network: remove the key", NULL},
	{"links", RULE_R005, "use 'depends_on' for the order; " NO_NETWORKS, NULL},
	{"external_links", RULE_R005, NO_NETWORKS, NULL},
	{"extra_hosts", RULE_R005, NO_NETWORKS, NULL},
	{"dns", RULE_R005, NO_NETWORKS, NULL},
	{"dns_search", RULE_R005, NO_NETWORKS, NULL},
	{"mac_address", RULE_R005, NO_NETWORKS, NULL},
	{"logging", RULE_R005, "each service's output goes to its own log file: remove the key",
	 NULL},
	{"labels", RULE_R005, "remove the key, or keep it in a root key that begins 'x-'", NULL},
	{"annotations", RULE_R005, "remove the key, or keep it in a root key that begins 'x-'",
	 NULL},
	{"user", RULE_R005, NO_PRIVILEGES, NULL},
	{"userns_mode", RULE_R005, NO_PRIVILEGES, NULL},
	{"group_add", RULE_R005, NO_PRIVILEGES, NULL},
	{"privileged", RULE_R005, NO_PRIVILEGES, NULL},
	{"cap_add", RULE_R005, NO_PRIVILEGES, NULL},
	{"cap_drop", RULE_R005, NO_PRIVILEGES, NULL},
	{"security_opt", RULE_R005, NO_PRIVILEGES, NULL},
	{"sysctls", RULE_R005, NO_PRIVILEGES, NULL},
	{"devices", RULE_R005,
	 "devices come with what is asked for: write 'x-slurm: {gpus: ...}' for GPUs, or remove "
	 "the key",
	 NULL},
	{"gpus", RULE_R005, "write 'x-slurm: {gpus: ...}' with their number", NULL},
	{"tty", RULE_R005, "a batch job has no terminal: remove the key", NULL},
	{"stdin_open", RULE_R005, "a batch job has no terminal: remove the key", NULL},
	{"attach", RULE_R005, "a batch job has no terminal: remove the key", NULL},
	{"init", RULE_R005, "hpcc reaps and signals processes itself: remove the key", NULL},
	{"pull_policy", RULE_R005,
	 "images are imported before submission and cached: remove the key", NULL},
	{"platform", RULE_R005, "an image must be of the nodes' own architecture: remove the key",
	 NULL},
	{"shm_size", RULE_R005, "/dev/shm is the node's own: remove the key", NULL},
	{"ipc", RULE_R005, "/dev/shm is the node's own: remove the key", NULL},
	{"tmpfs", RULE_R005,
	 "write 'x-slurm: {scratch: ...}' at the root for a fast folder of the job", NULL},
	{"read_only", RULE_R005, "end the mounts that must not change in ':ro', and remove the key",
	 NULL},
	{"ulimits", RULE_R005, NO_LIMITS, NULL},
	{"pids_limit", RULE_R005, NO_LIMITS, NULL},
	{"oom_score_adj", RULE_R005, NO_LIMITS, NULL},
	{"oom_kill_disable", RULE_R005, NO_LIMITS, NULL},
	{"mem_limit", RULE_R005,
	 "memory belongs to the job: write 'x-slurm: {mem: ...}' at the root", NULL},
	{"mem_reservation", RULE_R005,
	 "memory belongs to the job: write 'x-slurm: {mem: ...}' at the root", NULL},
	{"memswap_limit", RULE_R005, NO_LIMITS, NULL},
	{"cpus", RULE_R005, "write 'x-slurm: {cpus_per_task: ...}'", NULL},
	{"cpu_count", RULE_R005, "write 'x-slurm: {cpus_per_task: ...}'", NULL},
	{"cpuset", RULE_R005, "write 'x-slurm: {cpus_per_task: ..., cpu_bind: ...}'", NULL},
	{"cpu_shares", RULE_R005, NO_LIMITS, NULL},
	{"scale", RULE_R005, "write each copy as a service of its own, or 'x-slurm: {ntasks: ...}'",
	 NULL},
	{"profiles", RULE_R005,
	 "keep services that you don't always want in a file of their own and "
	 "use 'extends'",
	 NULL},
	{"include", RULE_R005, "write 'extends' with one file", NULL},
	{"configs", RULE_R005, "bind the file with 'volumes'", NULL},
	{"develop", RULE_R005, "nothing is watched in a batch job: remove the key", NULL},
};

/* Keys that are right elsewhere, but were brought from Compose when they stand in a service. */
static const struct foreign service_keys[] = {
	{"secrets", RULE_R005,
	 "a secret is a variable here: write ${NAME} where its value is wanted, and remove the key",
	 NULL},
	{"runtime", RULE_R005,
	 "GPUs come with 'x-slurm: {gpus: ...}': remove the key; 'runtime' at the root says how "
	 "containers start",
	 NULL},
};

static const struct foreign dependency_keys[] = {
	{"required", RULE_R005, "every dependency is required: remove the key", NULL},
	{"restart", RULE_R005, "dependents go on when a dependency starts again: remove the key",
	 NULL},
};

/* Names from elsewhere for fields of x-slurm. */
static const struct foreign slurm_keys[] = {
	{"cpus", RULE_R005, "write 'cpus_per_task'", "cpus_per_task"},
	{"memory", RULE_R005, "write 'mem' under the root 'x-slurm'", "mem"},
	{"timelimit", RULE_R005, "write 'time' under the root 'x-slurm'", "time"},
	{"walltime", RULE_R005, "write 'time' under the root 'x-slurm'", "time"},
	{"gpu", RULE_R005, "write 'gpus'", "gpus"},
	{"queue", RULE_R005, "write 'partition' under the root 'x-slurm'", "partition"},
	{"project", RULE_R005, "write 'account' under the root 'x-slurm'", "account"},
	{"tasks", RULE_R005, "write 'ntasks'", "ntasks"},
	{"sbatch_args", RULE_R005, "write 'submit_args'", "submit_args"},
	{"srun_args", RULE_R005, "write 'extra_srun_args' in a service's 'x-slurm'",
	 "extra_srun_args"},
	{"restart_policy", RULE_R005, "write 'failure_policy' in a service's 'x-slurm'",
	 "failure_policy"},
};

#define NO_SPACING                                                                                 \
	"write 'timeout_seconds': when to look is hpcc's choice, how long to go on is yours"

/* Names that restart policies and probes have in Compose and Kubernetes. */
static const struct foreign policy_keys[] = {
	{"retries", RULE_R005, "write 'max_restarts'", "max_restarts"},
	{"max_retries", RULE_R005, "write 'max_restarts'", "max_restarts"},
	{"max_attempts", RULE_R005, "write 'max_restarts'", "max_restarts"},
	{"delay", RULE_R005, "write 'backoff_seconds'", "backoff_seconds"},
	{"condition", RULE_R005, "write 'mode: restart_on_failure'", "mode"},
};

static const struct foreign readiness_keys[] = {
	{"interval", RULE_R005, NO_SPACING, NULL},
	{"periodSeconds", RULE_R005, NO_SPACING, NULL},
	{"retries", RULE_R005, NO_SPACING, NULL},
	{"failureThreshold", RULE_R005, NO_SPACING, NULL},
	{"start_period", RULE_R005, NO_SPACING, NULL},
	{"initialDelaySeconds", RULE_R005, NO_SPACING, NULL},
	{"timeoutSeconds", RULE_R005, "write 'timeout_seconds'", "timeout_seconds"},
	{"path", RULE_R005, "write it into 'url', as in http://127.0.0.1:8000/health", "url"},
	{"regex", RULE_R005, "write 'pattern'", "pattern"},
	{"status", RULE_R005, "write 'status_code'", "status_code"},
};

#define LOOK_UP(table, key) look_up(table, sizeof(table) / sizeof((table)[0]), key)

static const struct foreign *look_up(const struct foreign *table, size_t n, struct str key)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_c(key, table[i].key))
			return &table[i];
	return NULL;
}

static const struct foreign *find_foreign(const struct record *record, struct str key)
{
	const struct foreign *found = NULL;
	if (record == &record_slurm || record == &record_step)
		return LOOK_UP(slurm_keys, key);
	if (record == &record_dependency)
		return LOOK_UP(dependency_keys, key);
	if (record == &record_failure_policy)
		return LOOK_UP(policy_keys, key);
	if (record == &record_readiness)
		return LOOK_UP(readiness_keys, key);
	if (record == &record_service)
		found = LOOK_UP(service_keys, key);
	if (!found && (record == &record_service || record == &record_job))
		found = LOOK_UP(compose_keys, key);
	return found;
}

/* The text of a scalar down a path of keys, or empty. */
static struct str scalar_at(const struct node *node, const char *const *path)
{
	for (; node && *path; path++)
		node = node_get(node, *path);
	bool is_scalar = node && node->kind != NODE_LIST && node->kind != NODE_MAP;
	return is_scalar ? node->text : STR("");
}

/* "0.5" is one CPU, "1.5" are two; 0 for what is no number. */
static uint64_t whole_cpus(struct str text)
{
	struct str whole, rest = str_split(text, '.', &whole);
	uint64_t n = 0, part = 0;
	if (!text.len || (whole.len && !str_to_u64(whole, &n)))
		return 0;
	return n + (rest.len && str_to_u64(rest, &part) && part > 0);
}

static void add_field(struct buf *b, const char *key, struct str value)
{
	if (value.len)
		buf_add_fmt(b, "%s%s: %.*s", b->len ? ", " : "", key, STR_ARG(value));
}

/* The GPUs that `deploy` asks for; "..." for all of them. */
static struct str deployed_gpus(const struct node *deploy)
{
	static const char *const kinds[] = {"reservations", "limits"};
	for (size_t i = 0; i < 2; i++) {
		const struct node *kind = node_get(node_get(deploy, "resources"), kinds[i]);
		const struct node *devices = node_get(kind, "devices");
		if (!devices || devices->kind != NODE_LIST || !devices->n)
			continue;
		const struct node *count = node_get(devices->items[0], "count");
		return count && count->kind == NODE_INT ? count->text : STR("...");
	}
	return STR("");
}

/* What the resources and replicas of `deploy` are in x-slurm. */
static void help_deploy(const struct site *s, struct diag *d, const struct node *deploy)
{
	static const char *const cpus[2][4] = {{"resources", "limits", "cpus", NULL},
					       {"resources", "reservations", "cpus", NULL}};
	static const char *const memory[2][4] = {{"resources", "limits", "memory", NULL},
						 {"resources", "reservations", "memory", NULL}};
	static const char *const replicas[] = {"replicas", NULL};
	struct diags *ds = &s->u->diags;
	struct arena *a = s->u->arena;
	struct buf b;
	buf_init(&b, a);
	struct str gpus = deployed_gpus(deploy), mem = STR("");
	uint64_t n_cpus = 0, n_copies = 0;
	for (size_t i = 0; i < 2; i++) {
		uint64_t n = whole_cpus(scalar_at(deploy, cpus[i]));
		n_cpus = n > n_cpus ? n : n_cpus;
		mem = mem.len ? mem : scalar_at(deploy, memory[i]);
	}
	add_field(&b, "gpus", gpus);
	if (n_cpus)
		add_field(&b, "cpus_per_task", str_fmt(a, "%llu", (unsigned long long)n_cpus));
	if (b.len)
		diag_help(ds, d,
			  "write 'x-slurm: {%.*s}' here; the root's 'x-slurm' is what the "
			  "whole job gets",
			  STR_ARG(buf_str(&b)));
	if (mem.len)
		diag_help(ds, d,
			  "memory belongs to the job: write 'x-slurm: {mem: %.*s}' at the root",
			  STR_ARG(mem));
	if (str_to_u64(scalar_at(deploy, replicas), &n_copies) && n_copies > 1)
		diag_help(ds, d,
			  "for %llu copies write as many services, or 'x-slurm: {ntasks: %llu}'",
			  (unsigned long long)n_copies, (unsigned long long)n_copies);
}

/* Help that the value itself tells; false when it tells nothing. */
static bool help_by_value(const struct site *s, struct diag *d, const struct entry *entry)
{
	struct diags *ds = &s->u->diags;
	uint32_t before = d->lines.n;
	static const char *const self[] = {NULL};
	struct str text = scalar_at(entry->value, self);
	if (str_eq_c(entry->key, "deploy"))
		help_deploy(s, d, entry->value);
	else if (str_eq_c(entry->key, "mem_limit") && text.len)
		diag_help(ds, d,
			  "memory belongs to the job: write 'x-slurm: {mem: %.*s}' at the root",
			  STR_ARG(text));
	else if (str_eq_c(entry->key, "cpus") && whole_cpus(text))
		diag_help(ds, d,
			  s->scope->record == &record_service
				  ? "write 'x-slurm: {cpus_per_task: %llu}'"
				  : "write 'cpus_per_task: %llu'",
			  (unsigned long long)whole_cpus(text));
	return d->lines.n > before;
}

bool complain_foreign(const struct site *s, const struct key_set *set, const struct entry *entry)
{
	const struct foreign *foreign = find_foreign(set->record, entry->key);
	struct diags *ds = &s->u->diags;
	if (!foreign)
		return false;
	struct str path = scope_path(s->u->arena, s->scope);
	struct diag *d = diag_error(ds, entry->key_at, foreign->rule,
				    foreign->rule == RULE_R006
					    ? "'%.*s' in %.*s has no meaning in a Slurm job"
					    : "unknown key '%.*s' in %.*s",
				    STR_ARG(entry->key), STR_ARG(path));
	if (!help_by_value(s, d, entry)) {
		diag_help(ds, d, "%s", foreign->help);
		d->group = foreign->key;
	}
	const struct field *f =
		foreign->meant ? record_field(set->record, str_c(foreign->meant)) : NULL;
	if (f)
		set->is_meant[f - set->record->fields] = true;
	return true;
}
