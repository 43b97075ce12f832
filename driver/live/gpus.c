/* SPDX-License-Identifier: Apache-2.0 */
/* What the GPUs of a service's nodes did at the last sample (metrics/gpu.jsonl). */
#include <unistd.h>

#include "driver/live/view.h"
#include "ir/files.gen.h"

enum {
	END_BYTES = 1 << 15 /* of the samples: the last of each GPU */
};

static bool is_on(const json_t *nodes, struct str node)
{
	for (size_t i = 0; i < json_array_size(nodes); i++)
		if (str_eq_c(node, json_string_value(json_array_get(nodes, i))))
			return true;
	return false;
}

/* Each sample replaces the one of its GPU. */
static void take_sample(json_t *last, struct arena *a, struct str line, const json_t *nodes)
{
	json_error_t error;
	json_t *sample = json_loadb(line.ptr, line.len, 0, &error);
	struct str node = json_str(sample, "node");

	if (sample && is_on(nodes, node))
		json_object_set(last,
				str_fmt(a, "%.*s %llu", STR_ARG(node),
					(unsigned long long)json_uint(sample, "index"))
					.ptr,
				sample);
	json_decref(sample);
}

static void add_gpu(struct buf *out, const json_t *sample)
{
	const json_t *busy = json_object_get(sample, "utilization_pct");

	buf_add_c(out, out->len > 0 ? ", " : "");
	if (json_is_number(busy))
		buf_add_fmt(out, "%.0f%% ", json_number_value(busy));
	buf_add_fmt(out, "%.1f/%.0fG",
		    json_number_value(json_object_get(sample, "memory_used_mib")) / 1024,
		    json_number_value(json_object_get(sample, "memory_total_mib")) / 1024);
}

struct str view_gpus(struct view *v, uint32_t part, const json_t *nodes)
{
	struct arena *a = &v->scratch;
	struct str why;
	int fd = job_open(a, &v->model.parts->list.items[part], JOB_FOLDER_METRICS "/gpu.jsonl",
			  &why);

	if (fd < 0)
		return STR("");
	struct str text = read_log_end(a, fd, END_BYTES);
	close(fd);
	json_t *last = json_object();
	struct str line;
	while (text.len > 0) {
		text = str_split(text, '\n', &line);
		take_sample(last, a, line, nodes);
	}
	struct buf out;
	buf_init(&out, a);
	const char *name;
	json_t *sample;
	json_object_foreach(last, name, sample) add_gpu(&out, sample);
	json_decref(last);
	return str_dup(a, buf_str(&out));
}
