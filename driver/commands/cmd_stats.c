/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc stats: what a job's services used: times and restarts from its state, what they use at this moment from
 * their supervisor, step statistics from Slurm's accounting where there is any, and a summary of its samples (metrics/ *.jsonl).
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <time.h>

#include "driver/components/components.h"
#include "driver/commands/cmd.h"
#include "driver/jobs/known.h"
#include "driver/json.h"
#include "driver/open.h"
#include "driver/jobs/status.h"
#include "driver/screen/style.h"
#include "driver/system.h"
#include "ir/files.gen.h"

enum {
	MAX_SAMPLES = 256 << 20
};

/* Seconds from the first start to the end, or to now. */
static double service_seconds(const json_t *s)
{
	double start = state_time(s, "started_at"), end = state_time(s, "ended_at");

	if (start <= 0)
		return 0;
	return (end > 0 ? end : (double)time(NULL)) - start;
}

static json_t *service_stats(const json_t *state)
{
	const json_t *services = json_object_get(state, "services");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		json_t *one = json_object();

		json_object_set(one, "name", json_object_get(s, "name"));
		json_object_set(one, "state", json_object_get(s, "state"));
		json_object_set_new(one, "seconds", json_seconds(service_seconds(s)));
		json_object_set(one, "restart_count", json_object_get(s, "restart_count"));
		json_object_set(one, "last_exit_code", json_object_get(s, "last_exit_code"));
		if (json_object_get(s, "usage"))
			json_object_set(one, "usage", json_object_get(s, "usage"));
		if (json_object_get(s, "live"))
			json_object_set(one, "live", json_object_get(s, "live"));
		json_array_append_new(list, one);
	}
	return list;
}

/* Steps of a live job from sstat, of an ended one from sacct; an empty list where neither knows. One element of
   an array has the array's number, by which sacct would tell all of them. */
static json_t *step_stats(struct invocation *inv, const struct job_view *view, struct str *why)
{
	const char *jobs =
		str_fmt(inv->arena, "--jobs=%.*s", STR_ARG(components_numbers(inv->arena, view)))
			.ptr;
	const char *live[] = {"sstat",      "--allsteps",
			      "--noheader", "--parsable2",
			      jobs,         "--format=JobID,MaxRSS,AveCPU,MaxDiskRead,MaxDiskWrite",
			      NULL};
	const char *past[] = {"sacct",
			      "--noheader",
			      "--parsable2",
			      str_fmt(inv->arena, "--jobs=%.*s", STR_ARG(view->job->id)).ptr,
			      "--format=JobID,MaxRSS,AveCPU,MaxDiskRead,MaxDiskWrite,JobName",
			      slurm_cluster_option(inv, view->job->cluster),
			      NULL};
	static const char *const keys[] = {"step",          "max_rss",        "ave_cpu",
					   "max_disk_read", "max_disk_write", "name"};
	json_t *list = json_array();
	struct child_end end;

	if (view->job->is_local || view->job->number.len == 0 ||
	    !slurm_call(inv, job_view_is_over(view) ? past : live, &end, why))
		return list;
	struct str line;
	for (struct str rest = end.out; rest.len > 0;) {
		rest = str_split(rest, '\n', &line);
		if (line.len == 0)
			continue;
		json_t *one = json_object();
		for (size_t k = 0; k < 6 && line.len > 0; k++) {
			struct str word;

			line = str_split(line, '|', &word);
			json_object_set_new(one, keys[k], json_visible(inv->arena, word));
		}
		json_array_append_new(list, one);
	}
	return list;
}

/* Adds a sample's numbers to their sums: each key has count, mean, max. */
static void add_sample(json_t *sums, const json_t *sample)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)sample, key, value)
	{
		json_t *sum = json_object_get(sums, key);
		double v = json_number_value(value);

		/* Of numbers that are names there is no mean. */
		if (!json_is_number(value) || strcmp(key, "index") == 0 || strcmp(key, "pid") == 0)
			continue;
		if (!sum) {
			sum = json_pack("{s:f, s:f, s:f}", "count", 0.0, "sum", 0.0, "max", v);
			json_object_set_new(sums, key, sum);
		}
		double n = json_real_value(json_object_get(sum, "count")) + 1;
		double max = json_real_value(json_object_get(sum, "max"));
		json_object_set_new(sum, "sum",
				    json_real(json_real_value(json_object_get(sum, "sum")) + v));
		json_object_set_new(sum, "count", json_real(n));
		json_object_set_new(sum, "max", json_real(v > max ? v : max));
	}
}

static json_t *summarise(struct arena *a, int folder, const char *name)
{
	json_t *all = json_object(), *sums = json_object();
	json_int_t rows = 0;
	struct str text, why;
	if (!file_read_at(a, folder, name, MAX_SAMPLES, &text, &why))
		text = STR("");
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		json_error_t error;
		json_t *sample = json_loadb(line.ptr, line.len, 0, &error);
		if (json_is_object(sample)) {
			add_sample(sums, sample);
			rows++;
		}
		json_decref(sample);
	}
	json_t *sum;
	const char *key;
	json_object_foreach(sums, key, sum)
	{
		double n = json_real_value(json_object_get(sum, "count"));

		json_object_set_new(sum, "mean",
				    json_real(json_real_value(json_object_get(sum, "sum")) / n));
		json_object_del(sum, "sum");
		json_object_set_new(sum, "count", json_integer((json_int_t)n));
	}
	json_object_set_new(all, "rows", json_integer(rows));
	json_object_set_new(all, "values", sums);
	return all;
}

static DIR *open_samples(struct invocation *inv, const struct job_files *job)
{
	struct str why;
	int root;

	if (job_open_root(inv->arena, job, &root, &why) != FOUND_FILE)
		return NULL;
	int fd = openat(root, JOB_FOLDER_METRICS, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	close(root);
	return fd < 0 ? NULL : fdopendir(fd);
}

static json_t *sample_stats(struct invocation *inv, const struct job_files *job)
{
	json_t *all = json_object();
	DIR *dir = open_samples(inv, job);
	struct dirent *entry;

	while (dir && (entry = readdir(dir)) != NULL) {
		struct str name = str_c(entry->d_name);

		if (!str_has_suffix(name, ".jsonl"))
			continue;
		json_object_set_new(all, str_to_c(inv->arena, str_slice(name, 0, name.len - 6)),
				    summarise(inv->arena, dirfd(dir), entry->d_name));
	}
	if (dir)
		closedir(dir);
	return all;
}

/* By the launches that have ended. */
static void print_usage(const json_t *usage)
{
	const double mib = 1024 * 1024;

	if (!usage)
		return;
	printf("  CPU %.2fs  memory %.1f MiB  read %.1f MiB  written %.1f MiB",
	       json_number_value(json_object_get(usage, "cpu_seconds")),
	       (double)json_uint(usage, "max_memory_bytes") / mib,
	       (double)json_uint(usage, "read_bytes") / mib,
	       (double)json_uint(usage, "written_bytes") / mib);
}

/* Of the launch that runs. */
static void print_live(const json_t *service)
{
	const json_t *live = json_object_get(service, "live");
	struct str state = json_str(service, "state");

	if (json_is_object(live)) {
		uint64_t processes = json_uint(live, "processes");

		printf("\n  at this moment: %llu process%s  memory %.1f MiB; so far:",
		       (unsigned long long)processes, processes == 1 ? "" : "es",
		       (double)json_uint(live, "memory_bytes") / (1024 * 1024));
		print_usage(json_object_get(live, "usage"));
	} else if (live && (str_eq_c(state, "running") || str_eq_c(state, "ready"))) {
		printf("\n  at this moment: not known, its steps could not be asked");
	}
}

static void print_services(struct invocation *inv, const json_t *services)
{
	for (size_t i = 0; i < json_array_size(services); i++) {
		const json_t *s = json_array_get(services, i);
		double seconds = json_number_value(json_object_get(s, "seconds"));
		uint64_t restarts = json_uint(s, "restart_count");

		printf("%.*s %-9.*s %8.*s  %llu restart%s",
		       STR_ARG(padded(inv->arena, json_str(s, "name"), 16)),
		       STR_ARG(json_str(s, "state")), STR_ARG(duration_text(inv->arena, seconds)),
		       (unsigned long long)restarts, plural(restarts));
		print_usage(json_object_get(s, "usage"));
		print_live(s);
		putchar('\n');
	}
}

static void print_steps(struct arena *a, const json_t *steps)
{
	if (json_array_size(steps) > 0)
		printf("\n%-22s %12s %12s %12s %12s\n", "step", "max memory", "cpu time", "read",
		       "written");
	for (size_t i = 0; i < json_array_size(steps); i++) {
		const json_t *s = json_array_get(steps, i);
		struct str name = str_visible(a, json_str(s, "name"), VISIBLE_LINE);

		printf("%-22.*s %12.*s %12.*s %12.*s %12.*s  %.*s\n", STR_ARG(json_str(s, "step")),
		       STR_ARG(json_str(s, "max_rss")), STR_ARG(json_str(s, "ave_cpu")),
		       STR_ARG(json_str(s, "max_disk_read")),
		       STR_ARG(json_str(s, "max_disk_write")), STR_ARG(name));
	}
}

static void print_samples(struct arena *a, json_t *samples)
{
	const char *name, *key;
	json_t *one, *value;

	json_object_foreach(samples, name, one)
	{
		json_t *values = json_object_get(one, "values");
		uint64_t rows = json_uint(one, "rows");

		printf("\n%.*s: %llu sample%s\n",
		       STR_ARG(str_visible(a, str_c(name), VISIBLE_LINE)), (unsigned long long)rows,
		       plural(rows));
		json_object_foreach(values, key, value)
		{
			printf("  %.*s mean %14.2f  max %14.2f\n",
			       STR_ARG(padded(a, str_c(key), 32)),
			       json_number_value(json_object_get(value, "mean")),
			       json_number_value(json_object_get(value, "max")));
		}
	}
}

static json_t *all_stats(struct invocation *inv, const struct job_view *view, struct str *why)
{
	json_t *all = json_object();

	json_object_set_new(all, "schema_version", json_integer(1));
	json_object_set_new(all, "job_id", json_text(inv->arena, view->job->id));
	json_object_set(all, "measured_at", json_object_get(view->state, "measured_at"));
	json_object_set_new(all, "services", service_stats(view->state));
	json_object_set_new(all, "steps", step_stats(inv, view, why));
	json_object_set_new(all, "samples", sample_stats(inv, view->job));
	return all;
}

static void print_stats(struct invocation *inv, const struct job_view *view, const json_t *all)
{
	printf("job %.*s%.*s: %.*s\n", STR_ARG(view->job->id),
	       STR_ARG(attempt_text(inv->arena, view->state)), STR_ARG(job_view_word(view)));
	print_services(inv, json_object_get(all, "services"));
	print_steps(inv->arena, json_object_get(all, "steps"));
	print_samples(inv->arena, json_object_get(all, "samples"));
}

int cmd_stats(struct invocation *inv)
{
	bool is_json = inv->options.format == FORMAT_JSON;
	json_t *elements = json_array();
	struct str why = STR("");
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	job_measure(inv, &one);
	for (uint32_t i = 0; i < one.parts.list.n; i++) {
		json_t *all = all_stats(inv, &one.views[i], &why);

		if (!is_json)
			print_stats(inv, &one.views[i], all);
		json_array_append_new(elements, all);
	}
	if (is_json && one.parts.list.n == 1)
		json_print(json_incref(json_array_get(elements, 0)));
	else if (is_json)
		json_print(json_pack("{s:i, s:s%, s:O}", "schema_version", 1, "job_id",
				     one.job.id.ptr, one.job.id.len, "elements", elements));
	else if (why.len > 0)
		complain("no statistics of steps: %.*s", STR_ARG(why));
	json_decref(elements);
	return EXIT_OK;
}
