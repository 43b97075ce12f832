/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Read from `scontrol show config`:
 *
 *	ProctrackType           = proctrack/linuxproc
 *	SignalChildrenProcesses = yes
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "runtime/data/signalled.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"

static bool is_set_to(const char *line, const char *key, const char *value)
{
	size_t len = strlen(key);

	if (strncmp(line, key, len) != 0)
		return false;
	line += len + strspn(line + len, " ");
	if (*line++ != '=')
		return false;
	line += strspn(line, " ");
	len = strlen(value);
	return !strncasecmp(line, value, len) && strchr(" \n", line[len]);
}

static bool is_configured(const char *nothing)
{
	const char *const argv[] = {"scontrol", "show", "config", NULL};
	struct rt_pool pool = {0};
	size_t len;
	const char *line = rt_output_of(&pool, argv, &len);

	(void)nothing;
	while (line && *line) {
		if (is_set_to(line, "ProctrackType", "proctrack/linuxproc") ||
		    is_set_to(line, "SignalChildrenProcesses", "yes"))
			return true;
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	return false;
}

bool rt_slurm_signals_all(void)
{
	const char *id = getenv("SLURM_JOB_ID");

	return id && *id && rt_ask(is_configured, NULL);
}

bool rt_all_are_signalled(void)
{
	const char *who = getenv("HPCC_SIGNALLED");

	return who && !strcmp(who, "all");
}
