/* SPDX-License-Identifier: Apache-2.0 */
/* The words of srun for a step beside a job's services, and the environment that it shall not have. */
#include "driver/enter/step_call.h"

#include "driver/cluster/slurm.h"
#include "ir/options.h"

void step_put(struct step_call *c, const char *word)
{
	*LIST_PUSH(c->inv->arena, &c->argv) = word;
}

/* What says to srun how to behave: of another allocation that we may be in, or of a profile. */
static void leave_out_slurm(struct step_call *c)
{
	static const char *const prefixes[] = {"SLURM_", "SLURMD_", "SRUN_", "PMI_", "PMIX_"};
	extern char **environ;

	for (char **at = environ; *at; at++) {
		struct str name;

		str_split(str_c(*at), '=', &name);
		if (str_eq_c(name, "SLURM_CONF"))
			continue;
		for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
			if (str_has_prefix(name, prefixes[i]))
				*LIST_PUSH(c->inv->arena, &c->env) = str_to_c(c->inv->arena, name);
	}
}

/* Shares what the job has, as services do that state nothing. */
static void put_share(struct step_call *c)
{
	uint32_t version = 0;

	slurm_version(c->inv, &version);
	const struct slurm_version *v = slurm_version_for(version);
	if (!v)
		return;
	if (*v->share)
		step_put(c, v->share);
	if (v->has_mem_zero)
		step_put(c, "--mem=0");
	if (v->share_keeps_gres)
		step_put(c, "--gres=none");
}

void step_begin(struct step_call *c, const struct job_files *job, const json_t *service,
		struct str node, const char *name)
{
	struct arena *a = c->inv->arena;
	/* Ctrl-C goes to the command at once. */
	static const char *const fixed[] = {"--nodes=1", "--ntasks=1", "--mpi=none", "--export=ALL",
					    "--disable-status"};
	const char *cluster = slurm_cluster_option(c->inv, job->cluster);

	step_put(c, "srun");
	step_put(c, str_fmt(a, "--jobid=%.*s", STR_ARG(job->number)).ptr);
	if (cluster)
		step_put(c, cluster);
	if (json_object_get(service, "het_group"))
		step_put(c, str_fmt(a, "--het-group=%llu",
				    (unsigned long long)json_uint(service, "het_group"))
				    .ptr);
	put_share(c);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		step_put(c, fixed[i]);
	step_put(c, str_fmt(a, "--job-name=hpc-compose:%s", name).ptr);
	step_put(c, str_fmt(a, "--nodelist=%.*s", STR_ARG(node)).ptr);
	leave_out_slurm(c);
}
