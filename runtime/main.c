/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc-rt: finds the verb and hands over. */
#include <stdio.h>
#include <string.h>

#include "runtime/files.h"
#include "runtime/verbs.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} verbs[] = {
	{"script", rt_verb_script,
	 "--root DIR [--options BASHOPTS] -- ARGV…  run the batch script, pass its signals on"},
	{"begin", rt_verb_begin, "--root DIR              job folders and facts; table on stdin"},
	{"supervise", rt_verb_supervise,
	 "--dir DIR --functions FILE  run the services; table on stdin"},
	{"step", rt_verb_step,
	 "[--dir DIR] [--chdir DIR] [--dist] [--prologue FILE] [--epilogue FILE] -- ARGV…"},
	{"enter", rt_verb_enter,
	 "--job ID [--program FILE] --service TOKEN [--task N] -- ARGV…  a command there"},
	{"end", rt_verb_end, "--dir DIR --status N      close the state file if nobody else did"},
	{"publish", rt_verb_publish,
	 "--cache DIR --job ID --service S --name N --port P --protocol X --path X --ttl S [-- K=V…]"},
	{"lookup", rt_verb_lookup, "--cache DIR --timeout S [--optional] -- NAME…  prints exports"},
	{"withdraw", rt_verb_withdraw, "--cache DIR --job ID -- NAME…"},
	{"image-folder", rt_verb_image_folder, "-- FILE  prints the WORKDIR of a SIF image"},
	{"dots", rt_verb_dots, "-- WORD…  runs it with variables that have dots in their names"},
	{"busy", rt_verb_busy, "--job ID --count N        ports of this node that somebody has"},
	{"ports", rt_verb_ports,
	 "--job ID --count N [--busy LIST] [--fixed LIST]  ports for the job"},
	{"hosts", rt_verb_hosts,
	 "--dir DIR [--base FILE] [--nodes REPORT]  hosts files of containers; table on stdin"},
	{"own-hosts", rt_verb_own_hosts,
	 "--base FILE [--file FILE]  how this node's hosts file differs, and its address"},
	{"sample", rt_verb_sample,
	 "--dir DIR --job ID --interval S --collect cpu,gpu,slurm  until metrics/stop is there"},
	{"collect", rt_verb_collect,
	 "--dir DIR --job ID --status N  copy artifacts; table on stdin"},
	{"trials", rt_verb_trials,
	 "--table FILE [--local N] [--cpus N] [--gpus N] [--memory MIB] [--again]  a sweep's trials"},
	{"trials-agent", rt_verb_trials_agent, "--table FILE            starts trials on its node"},
};

static int show_help(void)
{
	puts("hpcc-rt: what a script made by hpcc calls inside a job\n");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		printf("  hpcc-rt %-12s %s\n", verbs[i].name, verbs[i].help);
	puts("\nExample, from a script:\n"
	     "  \"$HPCC_RT\" supervise --dir \"$JOB_DIR\" --functions <(service_functions) <table");
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		rt_say("hpcc-rt takes a verb; hpcc-rt --help lists them");
		return RT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		puts("hpcc-rt " HPCC_VERSION);
		return 0;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
		return show_help();
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return verbs[i].run(argc - 1, argv + 1);
	rt_say("hpcc-rt has no verb '%s'; hpcc-rt --help lists them", argv[1]);
	return RT_USAGE;
}
