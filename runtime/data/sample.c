/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `sample`: writes what the node is doing to <job dir>/metrics, one JSON object a line, at
 * once and then every interval, until a file metrics/stop appears or TERM comes; then once more.
 *
 *	cpu.jsonl		{"at":…,"node":"n1","utilization_pct":42.5,"load_1m":3.1,…}
 *	gpu.jsonl, gpu_processes.jsonl	from nvidia-smi
 *	slurm.jsonl, steps.jsonl	from sstat: how many steps, and a line for each
 *	meta.json, diagnostics/	what is sampled, and what the tools complained of
 *
 * The files of all collectors are there from the start, so that readers need not ask. A tool that
 * is missing or fails is noted and asked again; nothing here can fail the job.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/data/sample_tools.h"
#include "runtime/verbs.h"
#include "runtime/core/words.h"
#include "ir/files.gen.h"

struct sampler {
	struct rt_pool pool;
	const char *job;
	char node[256];
	bool cpu, gpu, slurm, degraded;
	uint64_t interval_s;
	uint64_t busy, total; /* of the last look at /proc/stat */
};

/* The first line of /proc/stat, "cpu" and eight numbers: busy and total ticks. */
static bool read_ticks(uint64_t *busy, uint64_t *total)
{
	unsigned long long t[8] = {0};
	char text[512], *at = text + 3;

	rt_read_small("/proc/stat", text, sizeof(text));
	if (strncmp(text, "cpu ", 4))
		return false;
	*total = 0;
	for (int i = 0; i < 8; i++) {
		t[i] = strtoull(at, &at, 10);
		*total += t[i];
	}
	*busy = *total - t[3] - t[4];
	return *total > 0;
}

/* Tenths of a per cent as 12.3. */
static void put_tenths(struct rt_out *out, const char *key, uint64_t tenths)
{
	rt_out_format(out, ",\"%s\":%llu.%llu", key, (unsigned long long)(tenths / 10),
		      (unsigned long long)(tenths % 10));
}

static void put_loads(struct rt_out *out)
{
	static const char *const keys[] = {"load_1m", "load_5m", "load_15m"};
	char text[128], *at = text;

	rt_read_small("/proc/loadavg", text, sizeof(text));
	for (int i = 0; i < 3; i++) {
		size_t len = strspn(at, "0123456789.");

		if (!len)
			return;
		rt_out_format(out, ",\"%s\":%.*s", keys[i], (int)len, at);
		at += len + (at[len] == ' ');
	}
}

static void put_kib(struct rt_out *out, const char *text, const char *name, const char *key)
{
	const char *at = strstr(text, name);

	if (at)
		rt_json_number(out, key, (int64_t)(strtoull(at + strlen(name), NULL, 10) >> 10));
}

static void put_memory(struct rt_out *out)
{
	char text[4096];

	rt_read_small("/proc/meminfo", text, sizeof(text));
	put_kib(out, text, "MemTotal:", "memory_total_mib");
	put_kib(out, text, "MemAvailable:", "memory_available_mib");
}

static void sample_cpu(struct sampler *s)
{
	uint64_t busy, total;

	if (!read_ticks(&busy, &total))
		return;
	struct rt_out out;
	rt_sample_begin(&out, s->node);
	if (s->total && total > s->total)
		put_tenths(&out, "utilization_pct", (busy - s->busy) * 1000 / (total - s->total));
	s->busy = busy;
	s->total = total;
	put_loads(&out);
	put_memory(&out);
	rt_sample_end(&out, "cpu.jsonl");
}

static void sample_all(struct sampler *s)
{
	if (s->cpu)
		sample_cpu(s);
	if (s->gpu)
		rt_sample_gpus(s->node);
	if (s->slurm)
		rt_sample_steps(s->node, s->job);
}

static void write_meta(struct sampler *s)
{
	struct rt_replace file;
	struct rt_out *out = &file.out;

	if (!rt_replace_begin(&file, &s->pool, "meta.json", 0644))
		return;
	rt_json_open(out, NULL, '{');
	rt_json_number(out, "schema_version", 1);
	rt_json_text(out, "job_id", s->job);
	rt_json_time(out, "started_at", rt_wall());
	rt_json_number(out, "interval_seconds", (int64_t)s->interval_s);
	rt_json_open(out, "collectors", '{');
	rt_json_bool(out, "cpu", s->cpu);
	rt_json_bool(out, "gpu", s->gpu);
	rt_json_bool(out, "slurm", s->slurm);
	rt_json_close(out, '}');
	rt_json_bool(out, "degraded", s->degraded);
	rt_json_close(out, '}');
	rt_out_text(out, "\n");
	rt_replace_end(&file);
}

static void make_file(bool is_wanted, const char *name)
{
	int fd = is_wanted ? rt_open_plain(AT_FDCWD, name, O_WRONLY | O_CREAT | O_NOFOLLOW, 0644)
			   : -1;

	if (is_wanted && fd < 0)
		rt_say("sample: " JOB_FOLDER_METRICS "/%s: %s", name, rt_open_fault(name));
	if (fd >= 0)
		close(fd);
}

static void make_files(const struct sampler *s)
{
	make_file(s->cpu, "cpu.jsonl");
	make_file(s->gpu, "gpu.jsonl");
	make_file(s->gpu, "gpu_processes.jsonl");
	make_file(s->slurm, "slurm.jsonl");
	make_file(s->slurm, "steps.jsonl");
}

/* True when it is time for the next sample, false when for the last one. */
static bool wait_interval(const struct sampler *s, const sigset_t *signals)
{
	int64_t end = rt_now() + (int64_t)s->interval_s * 1000000000, left;

	while ((left = end - rt_now()) > 0) {
		struct timespec pause = {.tv_sec = 1};

		if (left < 1000000000)
			pause = (struct timespec){.tv_nsec = left};
		if (sigtimedwait(signals, NULL, &pause) > 0 || !access("stop", F_OK))
			return false;
	}
	return true;
}

static bool read_collectors(struct sampler *s, const char *list)
{
	for (const char *p = list; *p;) {
		size_t n = strcspn(p, ",");

		if (n == 3 && !strncmp(p, "cpu", 3))
			s->cpu = true;
		else if (n == 3 && !strncmp(p, "gpu", 3))
			s->gpu = true;
		else if (n == 5 && !strncmp(p, "slurm", 5))
			s->slurm = true;
		else
			return false;
		p += n + (p[n] == ',');
	}
	return true;
}

static bool enter_folder(struct sampler *s, const char *dir)
{
	const char *path = rt_pool_format(&s->pool, "%s/" JOB_FOLDER_METRICS, dir);

	if (rt_make_folders(rt_pool_format(&s->pool, "%s/diagnostics", path), 0755) && !chdir(path))
		return true;
	rt_say("sample: cannot enter %s: %s", path, strerror(errno));
	return false;
}

static bool is_first_task(void)
{
	const char *task = getenv("SLURM_PROCID");

	return !task || !strcmp(task, "0");
}

int rt_verb_sample(int argc, char **argv)
{
	static struct sampler s;
	const char *dir = NULL, *interval = NULL, *collect = NULL;
	const struct rt_option options[] = {
		{.name = "--dir", .value = &dir, .required = true},
		{.name = "--job", .value = &s.job, .required = true},
		{.name = "--interval", .value = &interval, .required = true},
		{.name = "--collect", .value = &collect, .required = true},
		{.name = "--degraded", .flag = &s.degraded},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	if (!rt_word_number(interval, 1000000000, &s.interval_s) || !s.interval_s ||
	    !read_collectors(&s, collect)) {
		rt_say("sample: wants --interval SECONDS and --collect of cpu, gpu, slurm");
		return RT_USAGE;
	}
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	rt_sample_node_name(s.node, sizeof(s.node));
	if (!enter_folder(&s, dir))
		return RT_ENVIRONMENT;
	make_files(&s);
	/* On several nodes one of them speaks for the job; of one with components one of each, whose steps Slurm
	   tells by the component's own number (which is no variable of Slurm's). */
	const char *component = getenv("HPCC_COMPONENT_JOB");
	bool is_elsewhere = component && strcmp(component, s.job);
	s.slurm = s.slurm && is_first_task();
	if (is_first_task() && !is_elsewhere)
		write_meta(&s);
	if (is_elsewhere)
		s.job = component;
	do
		sample_all(&s);
	while (wait_interval(&s, &signals));
	sample_all(&s);
	return 0;
}
