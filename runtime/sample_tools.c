/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from nvidia-smi and sstat: comma- or bar-separated lines, whose columns become members
 * of the names that the tables give. What a tool complains of is kept in diagnostics/.
 */
#include "runtime/sample_tools.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/files.h"

enum {
	MAX_COLUMNS = 16
};

static const char *const gpu_columns[] = {"index",
					  "uuid",
					  "name",
					  "utilization_pct",
					  "memory_utilization_pct",
					  "memory_used_mib",
					  "memory_total_mib",
					  "temperature_c",
					  "power_w",
					  NULL};
static const char gpu_command[] =
	"command -v nvidia-smi >/dev/null && timeout 3 nvidia-smi "
	"--query-gpu=index,uuid,name,utilization.gpu,utilization.memory,memory.used,memory.total,"
	"temperature.gpu,power.draw --format=csv,noheader,nounits 2>diagnostics/nvidia-smi.err";

static const char *const process_columns[] = {"gpu_uuid", "pid", "process", "memory_used_mib",
					      NULL};
static const char process_command[] =
	"command -v nvidia-smi >/dev/null && timeout 3 nvidia-smi "
	"--query-compute-apps=gpu_uuid,pid,process_name,used_memory --format=csv,noheader,nounits "
	"2>diagnostics/nvidia-smi-processes.err";

/* A leading = marks what is text even when it looks like a number. */
static const char *const step_columns[] = {
	"=step_id",      "tasks", "cpu_time", "rss",        "max_rss",
	"max_rss_node", "read",  "written",  "tres_usage", NULL};

bool rt_sample_begin(struct rt_out *out, const char *node)
{
	rt_out_open(out, -1);
	rt_json_open(out, NULL, '{');
	rt_json_time(out, "at", rt_wall());
	rt_json_text(out, "node", node);
	return true;
}

void rt_sample_end(struct rt_out *out, const char *file)
{
	int fd = open(file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

	if (fd < 0)
		return;
	if (out->error) { /* longer than the buffer */
		close(fd);
		return;
	}
	rt_json_close(out, '}');
	rt_out_text(out, "\n");
	out->fd = fd;
	rt_out_flush(out);
	close(fd);
}

/* Splits a line in place; blanks round the columns go. */
static int split(char *line, char separator, char **column)
{
	int n = 0;
	char *end;

	line[strcspn(line, "\n")] = '\0';
	while (n < MAX_COLUMNS) {
		while (*line == ' ')
			line++;
		column[n++] = line;
		end = strchr(line, separator);
		if (!end)
			return n;
		*end = '\0';
		line = end + 1;
	}
	return n;
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits)
		return false;
	return !text[digits] || (text[digits] == '.' && text[digits + 1] &&
				 !text[digits + 1 + strspn(text + digits + 1, "0123456789")]);
}

static void put_columns(struct rt_out *out, const char *const *names, char **column, int n)
{
	for (int i = 0; i < n && names[i]; i++) {
		if (names[i][0] == '=')
			rt_json_text(out, names[i] + 1, column[i]);
		else if (is_number(column[i]) &&
		    (column[i][0] != '0' || strlen(column[i]) == 1 || column[i][1] == '.'))
			rt_out_format(out, ",\"%s\":%s", names[i], column[i]);
		else
			rt_json_text(out, names[i], column[i]);
	}
}

static void sample_lines(const char *command, char separator, const char *const *names,
			 const char *node, const char *file)
{
	FILE *pipe = popen(command, "re");
	char line[2048], *column[MAX_COLUMNS];
	struct rt_out out;

	while (pipe && fgets(line, sizeof(line), pipe)) {
		int n = split(line, separator, column);

		if (n < 2 || !rt_sample_begin(&out, node))
			continue;
		put_columns(&out, names, column, n);
		rt_sample_end(&out, file);
	}
	if (pipe)
		pclose(pipe);
}

void rt_sample_gpus(const char *node)
{
	sample_lines(gpu_command, ',', gpu_columns, node, "gpu.jsonl");
	sample_lines(process_command, ',', process_columns, node, "gpu_processes.jsonl");
}

/* The number of lines that steps.jsonl got from this sample goes into slurm.jsonl. */
void rt_sample_steps(const char *node, const char *job)
{
	char command[512], line[2048], *column[MAX_COLUMNS];
	struct rt_out row;
	int64_t steps = 0;
	FILE *pipe;

	if (!*job || job[strspn(job, "0123456789_")])
		return;
	snprintf(command, sizeof(command),
		 "command -v sstat >/dev/null && timeout 3 sstat --allsteps --noheader --parsable2 "
		 "--jobs=%s --format=JobID,NTasks,AveCPU,AveRSS,MaxRSS,MaxRSSNode,AveDiskRead,"
		 "AveDiskWrite,TRESUsageInTot 2>diagnostics/sstat.err",
		 job);
	pipe = popen(command, "re");
	while (pipe && fgets(line, sizeof(line), pipe)) {
		int n = split(line, '|', column);

		if (n < 2 || !rt_sample_begin(&row, node))
			continue;
		put_columns(&row, step_columns, column, n);
		rt_sample_end(&row, "steps.jsonl");
		steps++;
	}
	if (!pipe || pclose(pipe) || !rt_sample_begin(&row, node))
		return;
	rt_json_text(&row, "job_id", job);
	rt_json_number(&row, "steps", steps);
	rt_sample_end(&row, "slurm.jsonl");
}

void rt_sample_node_name(char *name, size_t room)
{
	const char *slurm = getenv("SLURMD_NODENAME");

	if (slurm && *slurm)
		snprintf(name, room, "%s", slurm);
	else if (gethostname(name, room - 1))
		snprintf(name, room, "unknown");
}
