/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compile benchmark: specs of 1 to 10,000 services through the hpcc program, against the time
 * that libyaml alone needs to scan the same bytes, in the same run on the same machine. Both are
 * measured as processes, so that start-up counts on both sides.
 *
 *	compile-bench build/hpcc            all sizes
 *	compile-bench --short build/hpcc    up to 1,000 services, and fail on gross regressions
 *
 * Prints one line per size: bytes of YAML, CPU times, their ratio, peak memory, script bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <yaml.h>

struct result {
	double yaml_ms, hpcc_ms;
	long peak_kib;
	size_t yaml_bytes, script_bytes;
};

static void die(const char *what)
{
	fprintf(stderr, "compile-bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Chains of four services, each with the fields that real specs have. */
static char *make_spec(unsigned n, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	if (!out)
		die("open_memstream");
	fprintf(out, "name: bench\nruntime:\n  backend: host\nx-slurm:\n  nodes: 1\n"
		     "  time: 01:00:00\n  partition: main\nservices:\n");
	for (unsigned i = 0; i < n; i++) {
		fprintf(out,
			"  service-%u:\n    command: [\"/usr/bin/worker\", \"--index\", \"%u\"]\n"
			"    working_dir: /data/run\n    environment:\n      RANK_INDEX: \"%u\"\n"
			"      MODE: batch\n    readiness:\n      type: tcp\n      port: %u\n"
			"    x-slurm:\n      failure_policy:\n        mode: restart_on_failure\n"
			"        max_restarts: 5\n",
			i, i, i, 1024 + i % 60000);
		if (i % 4)
			fprintf(out,
				"    depends_on:\n      service-%u:\n        condition: "
				"service_healthy\n",
				i - 1);
	}
	fclose(out);
	return text;
}

/* The yardstick: reads the file and lets libyaml scan it. */
static int scan(const char *path)
{
	FILE *in = fopen(path, "r");
	yaml_parser_t parser;
	yaml_event_t event;
	if (!in || !yaml_parser_initialize(&parser))
		die(path);
	yaml_parser_set_input_file(&parser, in);
	for (bool at_end = false; !at_end;) {
		if (!yaml_parser_parse(&parser, &event))
			die("libyaml can't parse the benchmark's spec");
		at_end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	fclose(in);
	return 0;
}

static double milliseconds(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

/* CPU time of a command in milliseconds; its peak memory goes to *peak_kib. */
static double run(const char *const argv[], long *peak_kib)
{
	pid_t pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);
		dup2(null, STDERR_FILENO);
		execv(argv[0], (char *const *)argv);
		_exit(127);
	}
	int status;
	struct rusage usage;
	if (wait4(pid, &status, 0, &usage) != pid)
		die("wait4");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "compile-bench: %s %s failed\n", argv[0], argv[1]);
		exit(2);
	}
	if (usage.ru_maxrss > *peak_kib)
		*peak_kib = usage.ru_maxrss;
	return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

static void keep_best(double *best, double ms)
{
	if (*best == 0 || ms < *best)
		*best = ms;
}

/* The best of several runs, for noise only adds. */
static struct result measure(const char *hpcc, const char *folder, unsigned n)
{
	struct result r = {0};
	char spec[4096], script[4096];
	snprintf(spec, sizeof(spec), "%s/compose.yaml", folder);
	snprintf(script, sizeof(script), "%s/job.sbatch", folder);
	char *text = make_spec(n, &r.yaml_bytes);
	FILE *out = fopen(spec, "w");
	if (!out || fwrite(text, 1, r.yaml_bytes, out) != r.yaml_bytes || fclose(out))
		die(spec);
	int rounds = n >= 10000 ? 5 : n >= 1000 ? 10 : 40;
	for (int i = 0; i < rounds; i++) {
		long ignored = 0;
		keep_best(&r.yaml_ms,
			  run((const char *[]){"/proc/self/exe", "--scan", spec, NULL}, &ignored));
		keep_best(&r.hpcc_ms,
			  run((const char *[]){hpcc, spec, "-o", script, NULL}, &r.peak_kib));
	}
	struct stat info;
	if (stat(script, &info))
		die(script);
	r.script_bytes = (size_t)info.st_size;
	unlink(spec);
	unlink(script);
	free(text);
	return r;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--scan") == 0)
		return scan(argv[2]);
	bool is_short = argc == 3 && strcmp(argv[1], "--short") == 0;
	if (argc != 2 && !is_short) {
		fprintf(stderr, "usage: compile-bench [--short] HPCC\n");
		return 2;
	}
	static const unsigned sizes[] = {1, 10, 100, 1000, 10000};
	char folder[] = "/tmp/hpcc-bench-XXXXXX";
	if (!mkdtemp(folder))
		die("mkdtemp");
	printf("%8s %12s %12s %12s %8s %12s %14s\n", "services", "YAML bytes", "libyaml ms",
	       "hpcc ms", "ratio", "peak KiB", "script bytes");
	double last_ratio = 0, last_ms = 0, growth = 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) - is_short; i++) {
		struct result r = measure(argv[argc - 1], folder, sizes[i]);
		last_ratio = r.hpcc_ms / r.yaml_ms;
		growth = last_ms > 0 ? r.hpcc_ms / last_ms : 0;
		last_ms = r.hpcc_ms;
		printf("%8u %12zu %12.2f %12.2f %8.2f %12ld %14zu\n", sizes[i], r.yaml_bytes,
		       r.yaml_ms, r.hpcc_ms, last_ratio, r.peak_kib, r.script_bytes);
	}
	printf("growth of the last step: %.1fx\n", growth);
	rmdir(folder);
	/* Gross regressions only: twice the aims, so that a busy machine doesn't fail the tests. */
	if (is_short && (last_ratio > 6 || growth > 24)) {
		fprintf(stderr, "compile-bench: the ratio or the growth is far off its aim\n");
		return 1;
	}
	return 0;
}
