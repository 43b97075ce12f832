/* SPDX-License-Identifier: Apache-2.0 */
#include "driver/reach/tunnel.h"

#include <unistd.h>

#include "driver/system.h"
#include "ir/support/emit.h"

enum {
	HOST_ROOM = 256,
	MOST_FORWARDED = 16, /* of a range */
	OF_ROOT = 1024,      /* ports below belong to root, on the laptop as well */
	RAISED_BY = 8000
};

/* SSH_CONNECTION is "<laptop> <port> <this machine> <port>": the address that the session came in at. */
void tunnel_end_guess(struct arena *a, const struct job_files *job, struct tunnel_end *end)
{
	struct str rest = str_c(env_or("SSH_CONNECTION", ""));

	*end = (struct tunnel_end){.user = str_c(env_or("USER", env_or("LOGNAME", "")))};
	struct str word;
	rest = str_split(str_split(rest, ' ', &word), ' ', &word);
	end->port = str_split(rest, ' ', &end->host);
	end->is_local = job->is_local;
	end->is_by_session = end->host.len > 0;
	if (str_eq_c(end->port, "22"))
		end->port = STR("");
	if (end->is_by_session)
		return;
	char name[HOST_ROOM] = "";
	gethostname(name, sizeof(name) - 1);
	end->host = str_dup(a, str_c(name));
}

static uint64_t local_number(uint64_t number)
{
	return number < OF_ROOT ? number + RAISED_BY : number;
}

/* One -L for each number of the port; how many there are. */
static unsigned add_forwards(struct emitter *out, struct str node, const json_t *port)
{
	uint64_t number = json_uint(port, "number"), last = json_uint(port, "last");
	unsigned n = 0;

	if (number == 0 || !str_eq_c(json_str(port, "protocol"), "tcp"))
		return 0;
	for (last = last > number ? last : number; number <= last && n < MOST_FORWARDED; number++) {
		struct str word = str_fmt(out->text.arena, "%llu:%.*s:%llu",
					  (unsigned long long)local_number(number), STR_ARG(node),
					  (unsigned long long)number);

		buf_add_c(&out->text, " -L ");
		emit_word(out, word);
		n++;
	}
	return n;
}

/* "me@login1", as a word for a shell. */
static void add_target(struct emitter *out, const struct tunnel_end *end, struct str host)
{
	struct arena *a = out->text.arena;

	buf_add_byte(&out->text, ' ');
	emit_word(out, end->user.len > 0
			       ? str_fmt(a, "%.*s@%.*s", STR_ARG(end->user), STR_ARG(host))
			       : host);
}

struct str tunnel_line(struct arena *a, const struct tunnel_end *end, enum tunnel_way way,
		       const json_t *state, const json_t *ports)
{
	const json_t *nodes = json_object_get(state, "nodes");
	struct str node = str_c(json_string_value(json_array_get(nodes, 0)));
	bool is_into = way == TUNNEL_INTO_NODE;
	unsigned n = 0;

	struct emitter out;
	emit_init(&out, a);
	buf_add_c(&out.text, "ssh -N");
	if (is_into) {
		struct str host = end->port.len > 0 ? str_fmt(a, "%.*s:%.*s", STR_ARG(end->host),
							      STR_ARG(end->port))
						    : end->host;
		buf_add_c(&out.text, " -J");
		add_target(&out, end, host);
	} else if (end->port.len > 0) {
		buf_add_c(&out.text, " -p ");
		emit_word(&out, end->port);
	}
	/* Of a local job the node is this machine. */
	bool is_here = is_into || end->is_local;
	for (size_t i = 0; node.len > 0 && i < json_array_size(ports); i++)
		n += add_forwards(&out, is_here ? STR("localhost") : node,
				  json_array_get(ports, i));
	add_target(&out, end, is_into ? node : end->host);
	return n > 0 && !(is_into && end->is_local) ? buf_str(&out.text) : STR("");
}

struct str tunnel_guesses(struct arena *a, const struct tunnel_end *end)
{
	return str_fmt(a,
		       "Guessed: '%.*s' is %s; write there what your laptop calls the login node "
		       "(with -J for a host on the way), and your name at the site.",
		       STR_ARG(end->host),
		       end->is_by_session ? "where this session came in"
					  : "the name of this machine");
}
