/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/reach/ports.h"

#include "ir/files.gen.h"

enum {
	MAX_PORTS = 1 << 20, /* bytes of the file */
	HIGHEST = 65535
};

void chosen_ports_read(struct invocation *inv, const struct job_files *job,
		       struct chosen_ports *chosen)
{
	*chosen = (struct chosen_ports){0};
	struct str text, why;
	if (!job_read(inv->arena, job, JOB_FILE_PORTS, MAX_PORTS, &text, &why))
		return;
	struct str rest = str_trim(text), word;
	uint64_t number;
	while (rest.len > 0) {
		rest = str_split(rest, ' ', &word);
		if (!str_to_u64(word, &number) || number == 0 || number > HIGHEST)
			return;
		*LIST_PUSH(inv->arena, &chosen->list) = number;
	}
}

json_t *service_ports(const json_t *record, const struct chosen_ports *chosen)
{
	const json_t *ports = json_object_get(record, "ports");
	json_t *list = json_array();

	for (size_t i = 0; i < json_array_size(ports); i++) {
		json_t *one = json_copy(json_array_get(ports, i));
		json_t *place = json_object_get(one, "chosen");
		uint64_t k = json_uint(one, "chosen");

		if (json_is_integer(place) && k < chosen->list.n)
			json_object_set_new(one, "number",
					    json_integer((json_int_t)chosen->list.items[k]));
		json_object_del(one, "chosen");
		json_array_append_new(list, one);
	}
	return list;
}

struct str port_text(struct arena *a, const json_t *port)
{
	uint64_t number = json_uint(port, "number"), last = json_uint(port, "last");
	struct str protocol = json_str(port, "protocol");
	struct buf out;

	buf_init(&out, a);
	if (number > 0)
		buf_add_uint(&out, number);
	else
		buf_add_fmt(&out, "%.*s?", STR_ARG(json_str(port, "name")));
	if (last > 0)
		buf_add_fmt(&out, "-%llu", (unsigned long long)last);
	if (protocol.len > 0 && !str_eq_c(protocol, "tcp"))
		buf_add_fmt(&out, "/%.*s", STR_ARG(protocol));
	return buf_str(&out);
}

struct str ports_text(struct arena *a, const json_t *ports)
{
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; i < json_array_size(ports); i++)
		buf_add_fmt(&out, "%s%.*s", i > 0 ? "," : "",
			    STR_ARG(port_text(a, json_array_get(ports, i))));
	return buf_str(&out);
}
