/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a site shows of itself: the configuration of Slurm, its accounting, options of srun, programs and
 * folders of the login node. What can't be seen isn't written, so that nothing in the file is a guess.
 */
#include "driver/cluster/site_probe.h"

#include <string.h>

#include "driver/cluster/slurm.h"
#include "driver/system.h"
#include "ir/grammar/grammar.h"

static const char from_config[] = "scontrol show config";
static const char from_help[] = "srun --help";

static void put_licenses(struct site_probe *p)
{
	const char *argv[] = {"scontrol", "--oneliner", "show", "licenses", NULL};
	struct arena *a = p->inv->arena;
	struct child_end end;
	struct str why;

	if (!slurm_call(p->inv, argv, &end, &why))
		return;
	struct buf b;
	buf_init(&b, a);
	struct str line;
	for (struct str rest = end.out; rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		struct str name = scontrol_field(line, "LicenseName");
		if (name.len > 0)
			buf_add_fmt(&b, "%.*s:%.*s\n", STR_ARG(name),
				    STR_ARG(scontrol_field(line, "Total")));
	}
	probe_put_list(p, p->root, CLUSTER_root_licenses, str_dup(a, buf_str(&b)), '\n',
		       "scontrol show licenses");
}

/* Names that sacctmgr lists, if the site enforces that there are no others. */
static void put_accounting(struct site_probe *p, enum cluster_key key, const char *what,
			   const char *format, const char *from)
{
	const char *argv[] = {"sacctmgr", "--noheader", "--parsable2", "show", what, format, NULL};
	struct child_end end;
	struct str why;

	if (slurm_call(p->inv, argv, &end, &why) && str_trim(end.out).len > 0)
		probe_put_list(p, p->root, key, end.out, '\n', from);
}

/* "associations,limits,qos,safe", or "none" */
static bool enforces(struct str text, const char *what)
{
	return str_contains(text, what) || str_contains(text, "all");
}

static void put_enforced(struct site_probe *p, struct str enforced)
{
	if (enforces(enforced, "associations") || enforces(enforced, "limits") ||
	    enforces(enforced, "safe") || enforces(enforced, "qos"))
		put_accounting(p, CLUSTER_root_accounts, "account", "format=account",
			       "sacctmgr show account");
	if (enforces(enforced, "qos"))
		put_accounting(p, CLUSTER_root_qos, "qos", "format=name", "sacctmgr show qos");
}

static void put_limits(struct site_probe *p, struct str config)
{
	struct str size = slurm_config_value(config, "MaxArraySize");
	struct str steps = slurm_config_value(config, "MaxStepCount");
	struct str how = slurm_config_value(config, "EnforcePartLimits");
	struct node *limits = probe_put_table(p, p->root, CLUSTER_root_limits);
	uint64_t number;

	if (str_to_u64(size, &number) && number > 0)
		probe_put(p, limits, CLUSTER_limits_max_array_size, NODE_INT, size, from_config);
	if (str_to_u64(steps, &number) && number > 0)
		probe_put(p, limits, CLUSTER_limits_max_step_count, NODE_INT, steps, from_config);
	if (str_eq_c(how, "NO") || str_eq_c(how, "ANY") || str_eq_c(how, "ALL"))
		probe_put(p, limits, CLUSTER_limits_enforce_part_limits, NODE_STRING, how,
			  from_config);
}

static bool put_config(struct site_probe *p, struct str *why)
{
	const char *argv[] = {"scontrol", "show", "config", NULL};
	struct child_end end;

	if (!slurm_call(p->inv, argv, &end, why))
		return false;
	struct str name = slurm_config_value(end.out, "ClusterName");
	struct str version = slurm_config_value(end.out, "SLURM_VERSION");
	uint32_t release;
	if (name.len > 0)
		probe_put(p, p->root, CLUSTER_root_name, NODE_STRING, name, from_config);
	if (grammar_release(version, &release))
		probe_put(p, p->root, CLUSTER_root_slurm_version, NODE_STRING, version,
			  from_config);
	struct str accounting = slurm_config_value(end.out, "AccountingStorageType");
	p->has_accounting = accounting.len > 0 && !str_has_suffix(accounting, "/none");
	put_limits(p, end.out);
	put_enforced(p, slurm_config_value(end.out, "AccountingStorageEnforce"));
	return true;
}

/* Words of "srun --mpi=list", which says more around them, on either stream; versions of pmix are parted by
   commas. */
static void put_mpi(struct site_probe *p)
{
	const char *argv[] = {"srun", "--mpi=list", NULL};
	struct arena *a = p->inv->arena;
	struct child_end end;
	struct str why;

	if (!slurm_call(p->inv, argv, &end, &why))
		return;
	struct buf b;
	buf_init(&b, a);
	struct str line, item;
	for (struct str rest = str_fmt(a, "%.*s\n%.*s", STR_ARG(end.out), STR_ARG(end.err));
	     rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		line = str_trim(line);
		if (str_has_prefix(line, "srun:"))
			line = str_trim(str_from(line, strlen("srun:")));
		struct str versions, text = str_split(line, ':', &versions);
		if (str_contains(versions, "plugin versions available"))
			line = text;
		while (line.len > 0) {
			line = str_split(line, ',', &item);
			item = str_trim(item);
			if (str_find(item, ' ') == STR_NONE && item.len > 0)
				buf_add_fmt(&b, "%.*s,", STR_ARG(item));
		}
	}
	if (b.len > 0)
		probe_put_list(p, p->root, CLUSTER_root_mpi_types, str_dup(a, buf_str(&b)), ',',
			       "srun --mpi=list");
}

/* Which version of Pyxis brought which option of srun, newest first: its own isn't told. */
static const struct {
	const char *option, *version;
} pyxis_options[] = {
	{"--container-unshare", "0.24"},
	{"--container-entrypoint-log", "0.20"},
	{"--container-env", "0.15"},
	{"--container-writable", "0.11"},
};

static void put_pyxis(struct site_probe *p, struct node *runtimes)
{
	const char *argv[] = {"srun", "--help", NULL};
	struct child_end end;
	struct str why;

	if (!slurm_call(p->inv, argv, &end, &why))
		return;
	bool is_there = str_contains(end.out, "--container-image");
	probe_put(p, runtimes, CLUSTER_runtimes_pyxis, NODE_BOOL,
		  is_there ? STR("true") : STR("false"), from_help);
	for (size_t i = 0; is_there && i < sizeof(pyxis_options) / sizeof(*pyxis_options); i++) {
		if (!str_contains(end.out, pyxis_options[i].option))
			continue;
		probe_put(p, p->root, CLUSTER_root_pyxis_version, NODE_STRING,
			  str_c(pyxis_options[i].version),
			  str_fmt(p->inv->arena, "%s has %s", from_help, pyxis_options[i].option)
				  .ptr);
		return;
	}
}

static const struct {
	const char *program;
	enum cluster_key runtime, version;
} programs[] = {
	{"apptainer", CLUSTER_runtimes_apptainer, CLUSTER_root_apptainer_version},
	{"singularity", CLUSTER_runtimes_singularity, CLUSTER_root_singularity_version},
	{"ch-run", CLUSTER_runtimes_charliecloud, CLUSTER_root_charliecloud_version},
	{"enroot", CLUSTER_runtimes_enroot, CLUSTER_root_enroot_version},
};

/* The last word of the first line that is a version. */
static struct str version_in(struct str text)
{
	struct str line, found = STR("");

	str_split(text, '\n', &line);
	while (line.len > 0) {
		struct str word;
		uint32_t release;
		line = str_split(line, ' ', &word);
		if (str_find(word, '.') != STR_NONE && grammar_release(word, &release))
			found = word;
	}
	return found;
}

/* A program that the login node lacks may be on the nodes: nothing is written of it. */
static void put_programs(struct site_probe *p, struct node *runtimes)
{
	struct arena *a = p->inv->arena;

	for (size_t i = 0; i < sizeof(programs) / sizeof(*programs); i++) {
		bool is_enroot = strcmp(programs[i].program, "enroot") == 0;
		const char *argv[] = {programs[i].program, is_enroot ? "version" : "--version",
				      NULL};
		struct child_end end;
		struct str why;

		if (program_find(a, argv[0]).len == 0 || !slurm_call(p->inv, argv, &end, &why))
			continue;
		const char *from = str_fmt(a, "%s %s", argv[0], argv[1]).ptr;
		probe_put(p, runtimes, programs[i].runtime, NODE_BOOL, STR("true"), from);
		struct str version = version_in(end.out.len > 0 ? end.out : end.err);
		if (version.len > 0)
			probe_put(p, p->root, programs[i].version, NODE_STRING, version, from);
	}
}

static bool is_shared_system(struct str type)
{
	static const char *const types[] = {"nfs",  "nfs4",   "lustre", "gpfs",  "beegfs",
					    "ceph", "wekafs", "panfs",  "cvmfs", "afs"};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (str_eq_c(type, types[i]))
			return true;
	return false;
}

/* Folders of network file systems that this machine has mounted. */
static void put_folders(struct site_probe *p)
{
	enum {
		MOST = 4 << 20
	};
	struct arena *a = p->inv->arena;
	struct str text, why, line, word, folder, type;

	if (!stream_read(a, "/proc/self/mounts", MOST, &text, &why))
		return;
	struct buf b;
	buf_init(&b, a);
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		line = str_split(str_split(line, ' ', &word), ' ', &folder);
		str_split(line, ' ', &type);
		if (is_shared_system(type))
			buf_add_fmt(&b, "%.*s\n", STR_ARG(folder));
	}
	if (b.len > 0)
		probe_put_list(p, probe_put_table(p, p->root, CLUSTER_root_folders),
			       CLUSTER_folders_shared, str_dup(a, buf_str(&b)), '\n',
			       "/proc/self/mounts");
}

bool site_probe(struct invocation *inv, struct site_probe *p, struct str *why)
{
	*p = (struct site_probe){.inv = inv};
	p->root = probe_table(p);
	if (!put_config(p, why) || !probe_partitions(p, why))
		return false;
	put_licenses(p);
	put_mpi(p);
	struct node *runtimes = probe_put_table(p, p->root, CLUSTER_root_runtimes);
	put_pyxis(p, runtimes);
	put_programs(p, runtimes);
	put_folders(p);
	return true;
}
