/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Samples from nvidia-smi and sstat: lines whose columns become members of the names that the
 * tables give. A line of another form is no sample. It is kept in diagnostics/, like what the tool
 * says on its standard error.
 */
#include "runtime/data/sample_tools.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"

extern char **environ;

enum {
	MAX_COLUMNS = 16,
	MAX_DIAGNOSTICS = 1 << 16, /* bytes of a file; enough to see what is wrong */
	TOOL_LIMIT_S = 3,          /* three calls fit into the ten seconds of a last sample */
};

enum kind {
	TEXT,
	COUNT,  /* digits; without them the line is no sample */
	NUMBER, /* null if it is none */
	MIB,    /* 512, 512K, 1.5M, … */
	SECONDS /* [days-]hh:mm:ss */
};

struct column {
	const char *name;
	enum kind kind;
};

/* The last column takes what is left of the line. */
struct tool {
	const char *const *argv;
	const char *diagnostics, *file;
	char separator;
	const struct column *column;
};

static const char *const gpu_argv[] = {
	"nvidia-smi",
	"--query-gpu=index,uuid,name,utilization.gpu,utilization.memory,memory.used,memory.total,"
	"temperature.gpu,power.draw",
	"--format=csv,noheader,nounits", NULL};
static const struct column gpu_columns[] = {{"index", COUNT},
					    {"uuid", TEXT},
					    {"name", TEXT},
					    {"utilization_pct", NUMBER},
					    {"memory_utilization_pct", NUMBER},
					    {"memory_used_mib", NUMBER},
					    {"memory_total_mib", NUMBER},
					    {"temperature_c", NUMBER},
					    {"power_w", NUMBER},
					    {NULL, TEXT}};

/* The name of a program may hold commas, so it comes last. */
static const char *const process_argv[] = {
	"nvidia-smi", "--query-compute-apps=gpu_uuid,pid,used_memory,process_name",
	"--format=csv,noheader,nounits", NULL};
static const struct column process_columns[] = {{"gpu_uuid", TEXT},
						{"pid", COUNT},
						{"memory_used_mib", NUMBER},
						{"process", TEXT},
						{NULL, TEXT}};

static const struct column step_columns[] = {{"step_id", TEXT},       {"tasks", COUNT},
					     {"cpu_time_s", SECONDS}, {"rss_mib", MIB},
					     {"max_rss_mib", MIB},    {"max_rss_node", TEXT},
					     {"read_mib", MIB},       {"written_mib", MIB},
					     {"tres_usage", TEXT},    {NULL, TEXT}};

static const struct tool gpu_tool = {gpu_argv, "nvidia-smi", "gpu.jsonl", ',', gpu_columns};
static const struct tool process_tool = {process_argv, "nvidia-smi-processes",
					 "gpu_processes.jsonl", ',', process_columns};

void rt_sample_begin(struct rt_out *out, const char *node)
{
	rt_out_open(out, -1);
	rt_json_open(out, NULL, '{');
	rt_json_time(out, "at", rt_wall());
	rt_json_text(out, "node", node);
}

void rt_sample_end(struct rt_out *out, const char *file)
{
	int fd = rt_open_plain(AT_FDCWD, file, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0644);

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

/* Splits a line in place; blanks in front of the columns go. */
static int split(char *line, char separator, int wanted, char **column)
{
	int n = 0;

	for (;;) {
		while (*line == ' ')
			line++;
		column[n++] = line;
		char *end = n < wanted ? strchr(line, separator) : NULL;
		if (!end)
			return n;
		*end = '\0';
		line = end + 1;
	}
}

static bool is_number(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits)
		return false;
	return !text[digits] || (text[digits] == '.' && text[digits + 1] &&
				 !text[digits + 1 + strspn(text + digits + 1, "0123456789")]);
}

static bool is_count(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits && digits < 19 && !text[digits];
}

/* JSON has no numbers like 007. */
static void put_number(struct rt_out *out, const char *name, const char *text)
{
	while (text[0] == '0' && text[1] >= '0' && text[1] <= '9')
		text++;
	rt_out_format(out, ",\"%s\":%s", name, text);
}

/* Thousandths are enough, and 64 bits hold them up to an exbibyte. */
static void put_mib(struct rt_out *out, const char *name, const char *text)
{
	static const char units[] = "KMGTP";
	size_t digits = strspn(text, "0123456789"),
	       point = text[digits] == '.' ? digits + 1 : digits;
	size_t len = point + strspn(text + point, "0123456789");
	const char *unit = text[len] ? strchr(units, text[len]) : NULL;
	int power = unit ? (int)(unit - units) + 1 : 0;

	if (!digits || digits > 15 || (text[len] && (!unit || text[len + 1]))) {
		rt_json_null(out, name);
		return;
	}
	uint64_t value = strtoull(text, NULL, 10) * 1000;
	for (size_t i = 0, weight = 100; i < 3 && point + i < len; i++, weight /= 10)
		value += (uint64_t)(text[point + i] - '0') * weight;
	value = power < 2 ? value >> (10 * (2 - power)) : value << (10 * (power - 2));
	rt_out_format(out, ",\"%s\":%llu.%03llu", name, (unsigned long long)(value / 1000),
		      (unsigned long long)(value % 1000));
}

static void put_seconds(struct rt_out *out, const char *name, const char *text)
{
	const char *dash = strchr(text, '-');
	uint64_t sum = 0, days = dash ? strtoull(text, NULL, 10) : 0;
	char *end;

	for (const char *p = dash ? dash + 1 : text;; p = end + 1) {
		uint64_t part = strtoull(p, &end, 10);
		/* Slurm shows a time that it does not know as half a million millennia. */
		if (end == p || (*end && *end != ':' && *end != '.') || days > 36500) {
			rt_json_null(out, name);
			return;
		}
		sum = sum * 60 + part;
		if (*end != ':')
			break;
	}
	rt_json_number(out, name, (int64_t)(sum + days * 86400));
}

static void put_column(struct rt_out *out, const struct column *c, const char *text)
{
	switch (c->kind) {
	case TEXT:
		rt_json_text(out, c->name, text);
		break;
	case COUNT:
		put_number(out, c->name, text);
		break;
	case NUMBER:
		if (is_number(text))
			put_number(out, c->name, text);
		else
			rt_json_null(out, c->name);
		break;
	case MIB:
		put_mib(out, c->name, text);
		break;
	case SECONDS:
		put_seconds(out, c->name, text);
		break;
	}
}

/* True if the line is a sample. It is cut up either way. */
static bool put_line(const struct tool *tool, const char *node, char *line)
{
	int wanted = 0;

	while (tool->column[wanted].name)
		wanted++;
	char *column[MAX_COLUMNS];
	if (split(line, tool->separator, wanted, column) != wanted)
		return false;
	for (int i = 0; i < wanted; i++)
		if (tool->column[i].kind == COUNT && !is_count(column[i]))
			return false;
	struct rt_out out;
	rt_sample_begin(&out, node);
	for (int i = 0; i < wanted; i++)
		put_column(&out, &tool->column[i], column[i]);
	rt_sample_end(&out, tool->file);
	return true;
}

/* On PATH. Where a node has no GPUs its tool is missing, which is nothing to report. */
static bool is_there(const char *program)
{
	const char *path = getenv("PATH");
	char file[1024];

	for (size_t n; path && *path; path += n + (path[n] == ':')) {
		n = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%s", (int)n, path, program);
		if (!access(file, X_OK))
			return true;
	}
	return false;
}

/* diagnostics/sstat.n1.err, to write at its end; /dev/null once it is long. */
static int open_diagnostics(const struct tool *tool, const char *node)
{
	char path[512];

	snprintf(path, sizeof(path), "diagnostics/%s.%s.err", tool->diagnostics, node);
	int fd = rt_open_plain(AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW, 0644);
	struct stat st;
	if (fd >= 0 && !fstat(fd, &st) && st.st_size < MAX_DIAGNOSTICS)
		return fd;
	if (fd >= 0)
		close(fd);
	return open("/dev/null", O_WRONLY | O_CLOEXEC);
}

/* Starts the tool in a process group of its own, with no signal blocked; its process, or -1. */
static pid_t start(const struct tool *tool, int out, int err)
{
	sigset_t none;

	sigemptyset(&none);
	posix_spawn_file_actions_t files;
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, err, 2);
	posix_spawnattr_t how;
	posix_spawnattr_init(&how);
	posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
	posix_spawnattr_setsigmask(&how, &none);
	pid_t pid;
	int error = posix_spawnp(&pid, tool->argv[0], &files, &how,
				 (char *const *)(uintptr_t)tool->argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	return error ? -1 : pid;
}

/* What comes out of the pipe until its end, or until the time is over: false then. */
static bool read_output(int fd, char *text, size_t room, int64_t end)
{
	size_t used = 0;

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		int64_t left = end - rt_now();

		text[used] = '\0';
		if (left <= 0)
			return false;
		if (poll(&ready, 1, (int)(left / 1000000) + 1) <= 0)
			continue;
		if (used + 1 == room)
			used = 0; /* nobody has that many GPUs */
		ssize_t n = read(fd, text + used, room - used - 1);
		if (n <= 0)
			return true;
		used += (size_t)n;
	}
}

/* Ends the tool if it did not end by itself; true if it ended with 0. A process that is stuck in
   the kernel can't be waited for. */
static bool finish(pid_t pid, bool ended)
{
	int64_t until = rt_now() + 500000000;
	struct timespec pause = {.tv_nsec = 5000000};

	if (!ended)
		kill(-pid, SIGKILL);
	int status;
	while (!waitpid(pid, &status, WNOHANG)) {
		if (rt_now() > until) {
			kill(-pid, SIGKILL);
			return false;
		}
		nanosleep(&pause, NULL);
	}
	return ended && WIFEXITED(status) && !WEXITSTATUS(status);
}

/* What the tool printed: samples, and lines of another form, which go to the diagnostics. */
static int64_t put_lines(const struct tool *tool, const char *node, char *text, int err)
{
	int64_t rows = 0;
	char whole[1024], *save;

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		snprintf(whole, sizeof(whole), "%s", line);
		if (put_line(tool, node, line))
			rows++;
		else
			dprintf(err, "%s\n", whole);
	}
	return rows;
}

/* Runs the tool; the number of samples that it gave, -1 if it isn't there or failed. */
static int64_t ask(const struct tool *tool, const char *node)
{
	static char text[1 << 16];
	int64_t rows = -1;
	int pipe[2];

	if (!is_there(tool->argv[0]) || pipe2(pipe, O_CLOEXEC))
		return -1;
	int err = open_diagnostics(tool, node);
	pid_t pid = start(tool, pipe[1], err);
	close(pipe[1]);
	if (pid > 0) {
		bool ended = read_output(pipe[0], text, sizeof(text),
					 rt_now() + TOOL_LIMIT_S * (int64_t)1000000000);
		if (ended)
			rows = put_lines(tool, node, text, err);
		else
			dprintf(err, "no answer within %d s\n", TOOL_LIMIT_S);
		if (!finish(pid, ended))
			rows = -1;
	}
	close(pipe[0]);
	close(err);
	return rows;
}

void rt_sample_gpus(const char *node)
{
	if (ask(&gpu_tool, node) >= 0)
		ask(&process_tool, node);
}

/* The number of lines that steps.jsonl got from this sample goes into slurm.jsonl. */
void rt_sample_steps(const char *node, const char *job)
{
	char option[64];
	const char *const argv[] = {
		"sstat",
		"--allsteps",
		"--noheader",
		"--parsable2",
		option,
		"--format=JobID,NTasks,AveCPU,AveRSS,MaxRSS,MaxRSSNode,AveDiskRead,AveDiskWrite,"
		"TRESUsageInTot",
		NULL};
	const struct tool tool = {argv, "sstat", "steps.jsonl", '|', step_columns};

	if (!*job || job[strspn(job, "0123456789_")] || strlen(job) > 40)
		return;
	snprintf(option, sizeof(option), "--jobs=%s", job);
	int64_t steps = ask(&tool, node);
	if (steps < 0)
		return;
	struct rt_out row;
	rt_sample_begin(&row, node);
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
