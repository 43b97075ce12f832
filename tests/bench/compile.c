/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compile benchmark: specs of 1 to 10,000 services through the hpcc program, against the time
 * that libyaml alone needs to scan the same bytes, in the same run on the same machine. Both are
 * measured as processes, so that start-up counts on both sides.
 *
 *	compile-bench build/hpcc            two shapes of specs, all sizes
 *	compile-bench --short build/hpcc    up to 1,000 services, and fail on gross regressions
 *	compile-bench --spec containers 9   writes such a spec, for others that measure
 *
 * Prints one line per size: bytes of YAML, least CPU times and their ratio, the median of the
 * ratios of all rounds, peak memory, script bytes. A round runs both one after the other, so what
 * else the machine does bears on both.
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

enum {
	MAX_ROUNDS = 41
};

struct result {
	double yaml_ms, hpcc_ms, median;
	long peak_kib;
	size_t yaml_bytes, script_bytes;
};

static void die(const char *what)
{
	fprintf(stderr, "compile-bench: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* Chains of four services, each with the fields that real specs have. */
static void host_service(FILE *out, unsigned i)
{
	fprintf(out,
		"  service-%u:\n    command: [\"/usr/bin/worker\", \"--index\", \"%u\"]\n"
		"    working_dir: /data/run\n    environment:\n      RANK_INDEX: \"%u\"\n"
		"      MODE: batch\n    readiness:\n      type: tcp\n      port: %u\n"
		"    x-slurm:\n      failure_policy:\n        mode: restart_on_failure\n"
		"        max_restarts: 5\n",
		i, i, i, 1024 + i % 60000);
	if (i % 4)
		fprintf(out,
			"    depends_on:\n      service-%u:\n        condition: service_healthy\n",
			i - 1);
}

/* Containers on some of sixteen nodes, with variables of the spec, mounts and resources. */
static void container_service(FILE *out, unsigned i)
{
	fprintf(out,
		"  service-%u:\n    image: registry.example.org/team/worker:%u\n"
		"    command: python3 -m worker --index %u\n"
		"    environment:\n      - MODE=${MODE:-batch}\n      - RANK_INDEX=%u\n"
		"    volumes:\n      - ./data:/data:ro\n      - /scratch/run-%u:/scratch\n"
		"    readiness: {type: log, pattern: listening on, timeout_seconds: 90}\n"
		"    x-slurm:\n      ntasks_per_node: 2\n      cpus_per_task: 4\n"
		"      placement:\n        node_range: \"%u-%u\"\n        allow_overlap: true\n",
		i, i % 50, i, i, i, i % 8, i % 8 + i % 7 + 1);
	if (i % 4)
		fprintf(out, "    depends_on: {service-%u: {condition: service_healthy}}\n", i - 1);
}

struct shape {
	const char *name, *head;
	void (*service)(FILE *out, unsigned i);
};

static const struct shape shapes[] = {
	{"host",
	 "name: bench\nruntime:\n  backend: host\nx-slurm:\n  nodes: 1\n  time: 01:00:00\n"
	 "  partition: main\nservices:\n",
	 host_service},
	{"containers",
	 "name: bench\nx-slurm:\n  nodes: 16\n  time: 01:00:00\n  partition: main\n"
	 "  cache_dir: /shared/cache\n  submit_args: [--exclusive]\nservices:\n",
	 container_service},
};

static char *make_spec(const struct shape *shape, unsigned n, size_t *length)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, length);
	if (!out)
		die("open_memstream");
	fputs(shape->head, out);
	for (unsigned i = 0; i < n; i++)
		shape->service(out, i);
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

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;
	return (a > b) - (a < b);
}

/* The best of several rounds, for noise only adds, and the median of their ratios. */
static struct result measure(const char *hpcc, const char *folder, const struct shape *shape,
			     unsigned n)
{
	double ratios[MAX_ROUNDS];
	struct result r = {0};
	char spec[4096], script[4096];
	snprintf(spec, sizeof(spec), "%s/compose.yaml", folder);
	snprintf(script, sizeof(script), "%s/job.sbatch", folder);
	char *text = make_spec(shape, n, &r.yaml_bytes);
	FILE *out = fopen(spec, "w");
	if (!out || fwrite(text, 1, r.yaml_bytes, out) != r.yaml_bytes || fclose(out))
		die(spec);
	size_t rounds = n >= 10000 ? 11 : n >= 1000 ? 21 : MAX_ROUNDS;
	for (size_t i = 0; i < rounds; i++) {
		long ignored = 0;
		double yaml_ms =
			run((const char *[]){"/proc/self/exe", "--scan", spec, NULL}, &ignored);
		double hpcc_ms = run((const char *[]){hpcc, spec, "-o", script, NULL}, &r.peak_kib);
		keep_best(&r.yaml_ms, yaml_ms);
		keep_best(&r.hpcc_ms, hpcc_ms);
		ratios[i] = hpcc_ms / yaml_ms;
	}
	qsort(ratios, rounds, sizeof(*ratios), by_size);
	r.median = ratios[rounds / 2];
	struct stat info;
	if (stat(script, &info))
		die(script);
	r.script_bytes = (size_t)info.st_size;
	unlink(spec);
	unlink(script);
	free(text);
	return r;
}

/* All sizes of one shape. False when it is far off its aims, of which the short form allows twice,
   so that a busy machine doesn't fail the tests. */
static bool measure_shape(const char *hpcc, const char *folder, const struct shape *shape,
			  bool is_short)
{
	static const unsigned sizes[] = {1, 10, 100, 1000, 10000};
	double last_ms = 0, growth = 0, median = 0;
	printf("%s\n%8s %11s %11s %9s %7s %7s %9s %13s\n", shape->name, "services", "YAML bytes",
	       "libyaml ms", "hpcc ms", "ratio", "median", "peak KiB", "script bytes");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]) - is_short; i++) {
		struct result r = measure(hpcc, folder, shape, sizes[i]);
		median = r.median;
		growth = last_ms > 0 ? r.hpcc_ms / last_ms : 0;
		last_ms = r.hpcc_ms;
		printf("%8u %11zu %11.2f %9.2f %7.2f %7.2f %9ld %13zu\n", sizes[i], r.yaml_bytes,
		       r.yaml_ms, r.hpcc_ms, r.hpcc_ms / r.yaml_ms, median, r.peak_kib,
		       r.script_bytes);
	}
	printf("growth of the last step: %.1fx\n", growth);
	return !is_short || (median < 6 && growth < 24);
}

static int write_spec(const char *name, const char *number)
{
	size_t length;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		if (strcmp(shapes[i].name, name) == 0)
			return fputs(make_spec(&shapes[i], (unsigned)atoi(number), &length),
				     stdout) < 0;
	return 2;
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--scan") == 0)
		return scan(argv[2]);
	if (argc == 4 && strcmp(argv[1], "--spec") == 0)
		return write_spec(argv[2], argv[3]);
	bool is_short = argc == 3 && strcmp(argv[1], "--short") == 0;
	if (argc != 2 && !is_short) {
		fprintf(stderr, "usage: compile-bench [--short] HPCC\n");
		return 2;
	}
	bool is_fine = true;
	char folder[] = "/tmp/hpcc-bench-XXXXXX";
	if (!mkdtemp(folder))
		die("mkdtemp");
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++)
		is_fine &= measure_shape(argv[argc - 1], folder, &shapes[i], is_short);
	rmdir(folder);
	if (!is_fine)
		fprintf(stderr, "compile-bench: the ratio or the growth is far off its aim\n");
	return !is_fine;
}
