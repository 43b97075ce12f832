/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc ports: where the services of a running job listen, and the ssh line that brings a port to a laptop.
 *
 *	SERVICE  PORT       STATE  ADDRESS
 *	web      http 8080  ready  n1:8080
 *
 *	From a laptop:
 *	  web  ssh -N -L 8080:n1:8080 me@login1
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/known.h"
#include "driver/reach/ports.h"
#include "driver/reach/tunnel.h"
#include "driver/screen/job_line.h"
#include "driver/screen/roster.h"
#include "driver/screen/services.h"
#include "driver/screen/table.h"

enum column {
	NAME,
	PORT,
	STATE,
	ADDRESS,
	N_COLUMNS
};

static const struct table_column columns[N_COLUMNS] = {
	[NAME] = {"SERVICE", 12, false},
	[PORT] = {"PORT", 12, false},
	[STATE] = {"STATE", 10, false},
	[ADDRESS] = {"ADDRESS", 24, false},
};

/* "n1:8080 n2:8080": of each node of the service. */
static struct str addresses_text(struct arena *a, const struct roster_row *row, const json_t *port)
{
	const json_t *nodes = json_object_get(row->state, "nodes");
	uint64_t number = json_uint(port, "number"), last = json_uint(port, "last");
	struct buf out;

	buf_init(&out, a);
	for (size_t i = 0; number > 0 && i < json_array_size(nodes); i++) {
		buf_add_fmt(&out, "%s%s:%llu", i > 0 ? " " : "",
			    json_string_value(json_array_get(nodes, i)),
			    (unsigned long long)number);
		if (last > 0)
			buf_add_fmt(&out, "-%llu", (unsigned long long)last);
	}
	return buf_str(&out);
}

static bool is_up(const struct roster_row *row)
{
	struct str state = json_str(row->state, "state");

	return !job_view_is_over(row->view) &&
	       (str_eq_c(state, "running") || str_eq_c(state, "ready"));
}

static void print_addresses(struct arena *a, const struct roster *roster, bool is_of_many,
			    const struct style *style)
{
	struct table t = {.arena = a,
			  .columns = columns,
			  .n = N_COLUMNS,
			  .colored = STATE,
			  .style = style,
			  .note_name = ""};

	for (uint32_t i = 0; i < roster->rows.n; i++) {
		const struct roster_row *r = &roster->rows.items[i];

		for (size_t k = 0; k < json_array_size(r->port_list); k++) {
			const json_t *port = json_array_get(r->port_list, k);
			struct str name = json_str(port, "name");
			struct table_row *row = table_add(&t);

			row->cells[NAME] = service_shown(a, r->view->job, r->name, is_of_many);
			row->cells[PORT] = port_text(a, port);
			if (name.len > 0 && json_uint(port, "number") > 0)
				row->cells[PORT] = str_fmt(a, "%.*s %.*s", STR_ARG(name),
							   STR_ARG(row->cells[PORT]));
			row->cells[STATE] = str_c(r->words);
			row->cells[ADDRESS] = addresses_text(a, r, port);
			row->color = roster_color(style, r);
		}
	}
	table_print(stdout, &t, screen_width(stdout));
}

static struct str ssh_line(struct arena *a, const struct tunnel_end *end, enum tunnel_way way,
			   const struct roster_row *row, const json_t *ports)
{
	return is_up(row) ? tunnel_line(a, end, way, row->state, ports) : STR("");
}

/* A line a service that is up, to be copied: it isn't broken. */
static void print_tunnels(struct invocation *inv, const struct roster *roster, bool is_of_many)
{
	struct arena *a = inv->arena;
	struct tunnel_end end;
	struct str into = STR("");
	bool is_first = true;

	tunnel_end_guess(a, roster->rows.items[0].view->job, &end);
	for (uint32_t i = 0; i < roster->rows.n; i++) {
		const struct roster_row *r = &roster->rows.items[i];
		struct str line = ssh_line(a, &end, TUNNEL_TO_NODE, r, r->port_list);

		if (line.len == 0)
			continue;
		if (is_first) {
			puts("\nFrom a laptop, for as long as it runs:");
			into = ssh_line(a, &end, TUNNEL_INTO_NODE, r, r->port_list);
		}
		is_first = false;
		printf("  %.*s: %.*s\n",
		       STR_ARG(str_visible(a, service_shown(a, r->view->job, r->name, is_of_many),
					   VISIBLE_LINE)),
		       STR_ARG(str_visible(a, line, VISIBLE_LINE)));
	}
	if (is_first)
		return;
	putchar('\n');
	print_wrapped(stdout, a, tunnel_guesses(a, &end), 0, 0, screen_width(stdout));
	if (into.len > 0)
		printf("What listens on 127.0.0.1 of its node alone, where the site lets you into nodes:\n"
		       "  %.*s\n",
		       STR_ARG(str_visible(a, into, VISIBLE_LINE)));
}

static json_t *row_json(struct arena *a, const struct roster_row *row, const json_t *port,
			const struct tunnel_end *end)
{
	json_t *list = json_pack("[O]", port), *one = json_deep_copy(port);
	json_t *nodes = json_object_get(row->state, "nodes"), *addresses = json_array();
	struct str line = ssh_line(a, end, TUNNEL_TO_NODE, row, list);
	struct str into = ssh_line(a, end, TUNNEL_INTO_NODE, row, list);
	struct str rest = addresses_text(a, row, port);

	json_decref(list);
	struct str word;
	while (rest.len > 0) {
		rest = str_split(rest, ' ', &word);
		json_array_append_new(addresses, json_text(a, word));
	}
	json_object_set_new(one, "job", json_text(a, row->view->job->id));
	json_object_set_new(one, "service", json_visible(a, row->name));
	json_object_set_new(one, "state", json_text(a, json_str(row->state, "state")));
	json_object_set_new(one, "is_up", json_boolean(is_up(row)));
	json_object_set_new(one, "nodes", nodes ? json_incref(nodes) : json_array());
	json_object_set_new(one, "addresses", addresses);
	json_object_set_new(one, "ssh", json_text(a, line));
	json_object_set_new(one, "ssh_into_node", json_text(a, into));
	json_object_set_new(one, "guessed", json_text(a, line.len > 0 ? end->host : STR("")));
	return one;
}

static int ports_json(struct invocation *inv, const struct roster *roster)
{
	json_t *list = json_array();
	struct tunnel_end end;

	if (roster->rows.n > 0)
		tunnel_end_guess(inv->arena, roster->rows.items[0].view->job, &end);
	for (uint32_t i = 0; i < roster->rows.n; i++) {
		const struct roster_row *r = &roster->rows.items[i];

		for (size_t k = 0; k < json_array_size(r->port_list); k++)
			json_array_append_new(
				list,
				row_json(inv->arena, r, json_array_get(r->port_list, k), &end));
	}
	json_print(list);
	return EXIT_OK;
}

static bool states_ports(const struct roster *roster)
{
	for (uint32_t i = 0; i < roster->rows.n; i++)
		if (json_array_size(roster->rows.items[i].port_list) > 0)
			return true;
	return false;
}

int cmd_ports(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	struct roster roster = {0};
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	if (!services_are_known(inv, &one.job, NULL))
		return EXIT_USAGE;
	uint32_t n = one.parts.list.n;
	for (uint32_t i = 0; i < n; i++)
		roster_add(inv, &one.views[i], &roster);
	if (inv->options.format == FORMAT_JSON)
		return ports_json(inv, &roster);
	if (n > 1)
		print_array_line(stdout, inv->arena, &one.job, one.views, n, &style);
	else
		print_job_line(inv, &one.views[0], &style);
	if (!states_ports(&roster)) {
		puts("no port is stated: ports, expose, x-slurm.ports or a tcp readiness does that");
		return EXIT_OK;
	}
	print_addresses(inv->arena, &roster, n > 1, &style);
	if (job_views_are_over(one.views, n))
		puts("the job has ended, and nothing listens there any more");
	else
		print_tunnels(inv, &roster, n > 1);
	return EXIT_OK;
}
