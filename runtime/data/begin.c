/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `begin`: makes the job's folders and files before anything runs, and
 * prints what the script has to know as shell assignments:
 *
 *	JOB_DIR='/home/ada/demo/.hpc-compose/17'
 *	NODES=('n1' 'n2')
 *	export HPC_COMPOSE_NODE_COUNT='2'
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/data/alloc.h"
#include "runtime/data/copy_tree.h"
#include "runtime/files.h"
#include "runtime/data/resume.h"
#include "runtime/data/signalled.h"
#include "runtime/loop/state.h"
#include "runtime/verbs.h"
#include "ir/files.gen.h"

struct begin {
	struct rt_pool pool;
	struct rt_alloc alloc;
	const char *root, *dir;
};

static bool failed(const char *what, const char *path)
{
	rt_say("begin: cannot %s %s: %s", what, path, strerror(errno));
	return false;
}

/* A folder that somebody made before the job came, whose number can be guessed, is his: he could
   put other programs and files in it. */
static bool is_own(const char *path)
{
	struct stat st;

	if (stat(path, &st))
		return failed("look at", path);
	if (st.st_uid == geteuid() || st.st_uid == 0)
		return true;
	rt_say("begin: the job's folder %s belongs to user %lu: no job runs in it", path,
	       (unsigned long)st.st_uid);
	return false;
}

static bool make_folders(struct begin *b)
{
#define FOLDER(path, mode) {path, mode},
	static const struct {
		const char *name;
		mode_t mode;
	} folders[] = {{"", 0755}, JOB_FOLDERS(FOLDER)};
#undef FOLDER

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const char *path = rt_pool_format(&b->pool, "%s/%s", b->dir, folders[i].name);

		if (i == 0)
			path = b->dir;
		if (!rt_make_folders(path, folders[i].mode))
			return failed("make the folder", path);
		if (i == 0 && (!is_own(b->root) || !is_own(path)))
			return false;
	}
	/* Samples of an attempt before, which ran here without resume, and may be of other nodes.
	 */
	rt_remove_tree(rt_pool_format(&b->pool, "%s/" JOB_FOLDER_METRICS, b->dir));
	return true;
}

/* An element of an array is known by the array's number and its index: <array>_<index> beside its
   own folder leads there. The job goes on without. */
static void link_element(struct begin *b)
{
	const char *array = getenv("SLURM_ARRAY_JOB_ID"), *index = getenv("SLURM_ARRAY_TASK_ID");
	const char *name = strrchr(b->root, '/');

	if (!array || !index || !name || strspn(array, "0123456789") != strlen(array) ||
	    strspn(index, "0123456789") != strlen(index))
		return;
	const char *link = rt_pool_format(&b->pool, "%.*s/%s_%s", (int)(name - b->root), b->root,
					  array, index);
	if (symlink(name + 1, link) != 0 && errno != EEXIST) /* EEXIST: it was requeued */
		rt_say("begin: cannot make the link %s: %s", link, strerror(errno));
}

/* The copy that steps run: the job folder is there in every container. */
/* Thousands of trials don't need as many copies. */
static bool link_self(const char *path)
{
	if (!getenv("HPCC_TRIAL"))
		return false;
	unlink(path);
	return !linkat(AT_FDCWD, "/proc/self/exe", AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}

static bool copy_self(struct begin *b)
{
	const char *path = rt_pool_format(&b->pool, "%s/" JOB_FILE_PROGRAM, b->dir);
	struct stat here, there;

	if (!stat("/proc/self/exe", &here) && !stat(path, &there) && here.st_ino == there.st_ino &&
	    here.st_dev == there.st_dev)
		return true;
	if (link_self(path))
		return true;
	size_t len;
	const char *bytes = rt_read_file(&b->pool, "/proc/self/exe", &len);
	if (!bytes)
		return failed("read", "/proc/self/exe");
	struct rt_replace copy;
	if (!rt_replace_begin(&copy, &b->pool, path, JOB_MODE_PROGRAM))
		return failed("write", path);
	copy.is_lasting = false;
	rt_out_bytes(&copy.out, bytes, len);
	return rt_replace_end(&copy) || failed("write", path);
}

/* One name a line, each with a tail such as " slots=4". */
static bool write_names(struct begin *b, const char *name, const char **node, uint32_t count,
			const char *tail)
{
	const char *path = rt_pool_format(&b->pool, "%s/%s", b->dir, name);
	struct rt_replace file;

	if (!rt_replace_begin(&file, &b->pool, path, JOB_MODE_NODES))
		return failed("write", path);
	file.is_lasting = false; /* a job does not survive its node */
	for (uint32_t i = 0; i < count; i++) {
		rt_out_text(&file.out, node[i]);
		rt_out_text(&file.out, tail);
		rt_out_text(&file.out, "\n");
	}
	return rt_replace_end(&file) || failed("write", path);
}

static bool write_service(struct begin *b, const struct rt_alloc_service *s)
{
	const char *file = rt_pool_format(&b->pool, JOB_FILE_SERVICE_NODES("%s"), s->token);
	uint32_t slots = s->ntasks_per_node;

	if (!write_names(b, file, s->node, s->node_count, ""))
		return false;
	if (!slots && s->node_count == 1)
		slots = s->ntasks;
	if (s->mpi) {
		file = rt_pool_format(&b->pool, JOB_FILE_MPI_HOSTS("%s"), s->token);
		if (!write_names(b, file, s->node, s->node_count,
				 slots ? rt_pool_format(&b->pool, " slots=%u", slots) : ""))
			return false;
	}
	if (!s->nproc || s->node_count < 2)
		return true;
	file = rt_pool_format(&b->pool, JOB_FILE_DISTRIBUTED_HOSTS("%s"), s->token);
	return write_names(b, file, s->node, s->node_count,
			   rt_pool_format(&b->pool, " slots=%u", s->nproc));
}

/* The nodes of each component of a heterogeneous job. */
static bool write_parts(struct begin *b)
{
	const char **node = b->alloc.node;
	const char *folder = rt_pool_format(&b->pool, "%s/" JOB_FOLDER_COMPONENT_NODES, b->dir);

	if (b->alloc.part_count && !rt_make_folders(folder, 0755))
		return failed("make the folder", folder);
	for (uint32_t i = 0; i < b->alloc.part_count; i++) {
		const struct rt_alloc_part *part = &b->alloc.part[i];
		const char *file =
			rt_pool_format(&b->pool, JOB_FILE_COMPONENT_NODES("%s"), part->name);

		if (!write_names(b, file, node, part->nodes, ""))
			return false;
		node += part->nodes;
	}
	return true;
}

static bool write_allocation(struct begin *b)
{
	if (!write_names(b, JOB_FILE_PRIMARY_NODE, b->alloc.node, 1, "") ||
	    !write_names(b, JOB_FILE_NODES, b->alloc.node, b->alloc.node_count, ""))
		return false;
	for (uint32_t i = 0; i < b->alloc.count; i++)
		if (!write_service(b, &b->alloc.service[i]))
			return false;
	return write_parts(b);
}

static const char *join(struct begin *b, const char **node, uint32_t count)
{
	size_t len = 1;

	for (uint32_t i = 0; i < count; i++)
		len += strlen(node[i]) + 1;
	char *text;
	char *at = text = rt_pool_take(&b->pool, len);
	for (uint32_t i = 0; i < count; i++) {
		at = stpcpy(at, i ? " " : "");
		at = stpcpy(at, node[i]);
	}
	return text;
}

static bool write_state(struct begin *b)
{
	const char *path = rt_pool_format(&b->pool, "%s/" JOB_FILE_STATE, b->dir);
	const struct rt_alloc *a = &b->alloc;
	struct rt_state_job job = {.id = a->job_id,
				   .name = a->job_name,
				   .status = "STARTING",
				   .started_at = rt_wall(),
				   .attempt = a->attempt,
				   .nodes = join(b, a->node, a->node_count)};
	struct rt_replace file;
	if (!rt_replace_begin(&file, &b->pool, path, JOB_MODE_STATE))
		return failed("write", path);
	rt_state_job(&file.out, &job);
	for (uint32_t i = 0; i < a->count; i++) {
		const struct rt_alloc_service *s = &a->service[i];

		rt_json_open(&file.out, NULL, '{');
		rt_json_text(&file.out, "name", s->name);
		rt_json_text(&file.out, "token", s->token);
		rt_json_text(&file.out, "state", "waiting");
		rt_json_null(&file.out, "verdict");
		rt_state_nodes(&file.out, join(b, s->node, s->node_count));
		if (s->node_count > 1)
			rt_state_port(&file.out,
				      rt_pool_format(&b->pool, "%u", rt_alloc_port(a, i)));
		rt_json_close(&file.out, '}');
		rt_out_text(&file.out, "\n");
	}
	rt_json_close(&file.out, ']');
	rt_json_close(&file.out, '}');
	rt_out_text(&file.out, "\n");
	return rt_replace_end(&file) || failed("write", path);
}

static void export(struct rt_out *out, const char *name, const char *value)
{
	rt_out_format(out, "export HPC_COMPOSE_%s=", name);
	rt_out_shell_word(out, value);
	rt_out_text(out, "\n");
}

static void export_nodes(struct begin *b, struct rt_out *out)
{
	const char *names = join(b, b->alloc.node, b->alloc.node_count);

	if (strlen(names) <= RT_VARIABLE_MAX) {
		export(out, "NODELIST", names);
		return;
	}
	rt_out_text(out, "unset HPC_COMPOSE_NODELIST\n");
	rt_say("begin: the names of %u nodes are too long for a variable: HPC_COMPOSE_NODELIST is not "
	       "set, HPC_COMPOSE_NODELIST_FILE is",
	       b->alloc.node_count);
}

/* COMPONENT_<NAME>_NODELIST and its like: the name in capitals, with '_' for other bytes. */
static void export_parts(struct begin *b, struct rt_out *out)
{
	const char **node = b->alloc.node;

	for (uint32_t i = 0; i < b->alloc.part_count; i++) {
		const struct rt_alloc_part *part = &b->alloc.part[i];
		char *token = rt_pool_text(&b->pool, part->name, strlen(part->name));
		const char *names = join(b, node, part->nodes);

		for (char *c = token; *c; c++)
			*c = isalnum((unsigned char)*c) ? (char)toupper((unsigned char)*c) : '_';
		if (strlen(names) <= RT_VARIABLE_MAX)
			export(out, rt_pool_format(&b->pool, "COMPONENT_%s_NODELIST", token),
			       names);
		export(out, rt_pool_format(&b->pool, "COMPONENT_%s_NODE_COUNT", token),
		       rt_pool_format(&b->pool, "%u", part->nodes));
		export(out, rt_pool_format(&b->pool, "COMPONENT_%s_PRIMARY_NODE", token), node[0]);
		node += part->nodes;
	}
}

/* CPUS=([0]=30 [2]=15): for each task of the services that have a share, by number. */
static void print_shares(struct begin *b, struct rt_out *out)
{
	const char *before = "CPUS=(", *after = "";

	for (uint32_t i = 0; i < b->alloc.count; i++) {
		const struct rt_alloc_service *s = &b->alloc.service[i];

		if (!s->gpus)
			continue;
		rt_out_format(out, "%s[%u]=%llu", before, i,
			      (unsigned long long)rt_alloc_cpus(&b->alloc, s, &b->pool));
		before = " ";
		after = ")\n";
	}
	rt_out_text(out, after);
}

static bool print_facts(struct begin *b)
{
	const struct rt_alloc *a = &b->alloc;
	struct rt_out out;

	rt_out_open(&out, STDOUT_FILENO);
	rt_out_text(&out, "JOB_DIR=");
	rt_out_shell_word(&out, b->dir);
	rt_out_text(&out, "\nNODES=(");
	for (uint32_t i = 0; i < a->node_count; i++) {
		rt_out_text(&out, i ? " " : "");
		rt_out_shell_word(&out, a->node[i]);
	}
	rt_out_text(&out, ")\n");
	print_shares(b, &out);
	export(&out, "JOB_DIR", b->dir);
	export(&out, "PRIMARY_NODE", a->node[0]);
	export(&out, "NODE_COUNT", rt_pool_format(&b->pool, "%u", a->node_count));
	export_nodes(b, &out);
	export_parts(b, &out);
	export(&out, "NODELIST_FILE", rt_pool_format(&b->pool, "%s/" JOB_FILE_NODES, b->dir));
	if (a->resume) {
		export(&out, "RESUME_DIR", a->resume);
		export(&out, "ATTEMPT", rt_pool_format(&b->pool, "%u", a->attempt));
		export(&out, "IS_RESUME", a->is_resume ? "1" : "0");
	}
	if (rt_slurm_signals_all())
		rt_out_text(&out, "export HPCC_SIGNALLED=all\n"); /* for the shim */
	/* By now the script has read them; a script that a service runs must not. */
	rt_out_text(&out, "unset HPCC_SCRIPT HPCC_JOB_ID\n");
	return rt_out_flush(&out) || failed("write to", "standard output");
}

static const char *job_id(struct begin *b)
{
	const char *id = getenv("SLURM_JOB_ID");

	if (id && *id)
		return id;
	const char *slash = strrchr(b->root, '/');
	return slash && slash[1] ? slash + 1 : b->root;
}

/* An absolute root without a slash at its end. */
static bool settle_root(struct begin *b)
{
	size_t len = strlen(b->root);

	while (len > 1 && b->root[len - 1] == '/')
		len--;
	b->root = rt_pool_text(&b->pool, b->root, len);
	if (b->root[0] == '/')
		return true;
	char here[4096];
	if (!getcwd(here, sizeof(here)))
		return failed("find", "the current folder");
	b->root = rt_pool_format(&b->pool, "%s/%s", here, b->root);
	return true;
}

static bool begin(struct begin *b)
{
	const char *again = getenv("SLURM_RESTART_COUNT");
	struct rt_alloc *a = &b->alloc;

	if (!settle_root(b) || !rt_alloc_nodes(a, &b->pool))
		return false;
	a->job_id = job_id(b);
	a->attempt = again ? (uint32_t)strtoul(again, NULL, 10) : 0;
	b->dir = b->root;
	if (a->resume)
		b->dir = rt_pool_format(&b->pool, "%s/" JOB_FOLDER_ATTEMPTS "/%u", b->root,
					a->attempt);
	if (!make_folders(b))
		return false;
	link_element(b);
	if (!copy_self(b) || !write_allocation(b))
		return false;
	if (a->resume && !rt_resume_begin(a, &b->pool, b->root))
		return false;
	return write_state(b) && print_facts(b);
}

int rt_verb_begin(int argc, char **argv)
{
	static struct begin b;
	const struct rt_option options[] = {
		{.name = "--root", .value = &b.root, .required = true},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	size_t len;
	const char *text = rt_read_fd(&b.pool, STDIN_FILENO, &len);
	if (!text) {
		rt_say("begin: cannot read the allocation table: %s", strerror(errno));
		return RT_ENVIRONMENT;
	}
	if (!rt_alloc_read(&b.alloc, &b.pool, text, len))
		return RT_USAGE;
	return begin(&b) ? 0 : RT_ENVIRONMENT;
}
