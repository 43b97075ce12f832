/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verb `hosts`: writes the hosts files of the job's containers. Its table says which files there are,
 * for containers on which nodes, and where services are:
 *
 *	hpcc-hosts 1
 *	file 0 nodes 0
 *	file 1 nodes 0-1
 *	service web nodes 1		# and web-1
 *	name www nodes 1		# another name of a service there
 *
 * A file holds the lines that all of its nodes have in their own one, without the names of services, then
 * those: 127.0.0.1 where both are on one node and no other, else the address of the first node. How nodes'
 * own files differ from that of the first, and their addresses, comes from `own-hosts`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "ir/files.gen.h"
#include "runtime/core/words.h"
#include "runtime/hosts/hosts.h"
#include "runtime/files.h"
#include "runtime/verbs.h"

enum {
	/* Names of single nodes; a file of more would take longer to read than anybody waits. */
	NUMBERED_MAX = 65536
};

struct entry {
	const char *name, *set;
	uint32_t first, count; /* nodes */
	uint32_t *node; /* of a service: all of them; NULL: its numbered names are left out */
};

/* How the lines of a node differ from those of the first. */
struct own {
	struct rt_hosts_lines more, less; /* less: numbers of lines, as texts */
	const char *address;              /* NULL: not known */
	bool is_told;
};

/* Names, by hash; a power of two of places. */
struct name_set {
	const char **place;
	uint32_t places;
};

struct hosts {
	struct rt_pool pool;
	const char *dir;
	uint32_t nodes;
	const char **node;
	struct rt_hosts_lines base; /* of the first node */
	struct own *own;            /* of each node */
	uint32_t n_files, n_entries;
	struct entry *file, *entry; /* a file's name is its number */
	struct name_set known;      /* of services */
	struct name_set hosts;      /* of the nodes' own files, and of the nodes of this job */
	bool has_failed;
};

/* Names, without regard to case. */

static void set_open(struct name_set *s, struct rt_pool *pool, uint64_t most)
{
	for (s->places = 16; s->places < 2 * most;)
		s->places *= 2;
	s->place = rt_pool_array(pool, s->places, sizeof(*s->place));
}

static const char **set_place(const struct name_set *s, const char *name, size_t len)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];
		hash = (hash ^ (c >= 'A' && c <= 'Z' ? c | 0x20u : c)) * 16777619u;
	}
	for (uint32_t i = hash & (s->places - 1);; i = (i + 1) & (s->places - 1))
		if (!s->place[i] ||
		    (strlen(s->place[i]) == len && !strncasecmp(s->place[i], name, len)))
			return &s->place[i];
}

static bool set_has(const struct name_set *s, const char *name, size_t len)
{
	return *set_place(s, name, len) != NULL;
}

/* The table. */

static bool complain(struct hosts *h, unsigned line, const char *what)
{
	rt_say("hosts: line %u: %s", line, what);
	h->has_failed = true;
	return false;
}

/* "0-3,6" as numbers. */
static bool read_set(struct hosts *h, struct entry *e, unsigned line)
{
	e->node = rt_pool_array(&h->pool, h->nodes, sizeof(*e->node));
	for (const char *p = e->set; *p;) {
		uint32_t first, last;

		p = rt_word_span(p, h->nodes, &first, &last);
		if (!p)
			return complain(h, line, "not a set of this job's nodes");
		for (; first <= last && e->count < h->nodes; first++)
			e->node[e->count++] = first;
	}
	e->first = e->node[0];
	return e->count > 0;
}

static struct entry *next_entry(struct rt_pool *pool, struct entry **list, uint32_t *n)
{
	*list = rt_pool_more(pool, *list, *n, sizeof(**list));
	return &(*list)[(*n)++];
}

static void read_line(struct hosts *h, const struct rt_words *w)
{
	const char *what = w->word[0];
	bool is_file = !strcmp(what, "file");

	if (w->error || w->count != 4 || strcmp(w->word[2], "nodes") ||
	    !rt_word_is_nodes(w->word[3]) ||
	    (!is_file && strcmp(what, "service") && strcmp(what, "name"))) {
		complain(h, w->line,
			 w->error ? w->error : "not 'file', 'service' or 'name', a word and nodes");
		return;
	}
	if (is_file && w->word[1][strspn(w->word[1], "0123456789")]) {
		complain(h, w->line, "the name of a file is a number");
		return;
	}
	struct entry *e = is_file ? next_entry(&h->pool, &h->file, &h->n_files)
				  : next_entry(&h->pool, &h->entry, &h->n_entries);
	*e = (struct entry){.name = w->word[1], .set = w->word[3]};
	if (read_set(h, e, w->line) && !strcmp(what, "name"))
		e->node = NULL;
}

static bool read_table(struct hosts *h)
{
	size_t len;
	const char *text = rt_read_fd(&h->pool, STDIN_FILENO, &len);

	if (!text) {
		rt_say("hosts: cannot read the table");
		return false;
	}
	struct rt_words w;
	rt_words_open(&w, &h->pool, text, len);
	if (!rt_words_begin(&w, "hpcc-hosts")) {
		rt_say("hosts: its table begins with 'hpcc-hosts 1'");
		return false;
	}
	while (rt_words_next(&w))
		read_line(h, &w);
	return !h->has_failed;
}

static void learn_names(struct hosts *h)
{
	uint64_t numbered = 0;

	set_open(&h->known, &h->pool, h->n_entries);
	for (uint32_t i = 0; i < h->n_entries; i++) {
		const char *name = h->entry[i].name;

		*set_place(&h->known, name, strlen(name)) = name;
		numbered += h->entry[i].node ? h->entry[i].count : 0;
	}
	if (numbered <= NUMBERED_MAX)
		return;
	rt_say("hosts: too many names: those of a service's single nodes are left out");
	for (uint32_t i = 0; i < h->n_entries; i++)
		h->entry[i].node = NULL;
}

static uint64_t count_words(const struct rt_hosts_lines *lines)
{
	uint64_t n = 0;
	size_t len;

	for (uint32_t i = 0; i < lines->n; i++)
		for (const char *at = lines->line[i]; rt_hosts_word(&at, &len);)
			n++;
	return n;
}

static void learn_words(struct hosts *h, const struct rt_hosts_lines *lines)
{
	size_t len;

	for (uint32_t i = 0; i < lines->n; i++) {
		const char *at = lines->line[i], *word = rt_hosts_word(&at, &len);

		while (word && (word = rt_hosts_word(&at, &len))) {
			const char **place = set_place(&h->hosts, word, len);

			if (!*place)
				*place = rt_pool_text(&h->pool, word, len);
		}
	}
}

static void learn_hosts(struct hosts *h)
{
	uint64_t most = h->nodes + count_words(&h->base);

	for (uint32_t i = 0; i < h->nodes; i++)
		most += count_words(&h->own[i].more);
	set_open(&h->hosts, &h->pool, most);
	learn_words(h, &h->base);
	for (uint32_t i = 0; i < h->nodes; i++) {
		learn_words(h, &h->own[i].more);
		*set_place(&h->hosts, h->node[i], strlen(h->node[i])) = h->node[i];
	}
}

/* What nodes say of themselves. */

static bool read_nodes(struct hosts *h)
{
	size_t len;
	const char *path = rt_pool_format(&h->pool, "%s/" JOB_FILE_NODES, h->dir);
	char *text = rt_read_plain(&h->pool, path, &len);

	if (!text) {
		rt_say("hosts: cannot read %s", path);
		return false;
	}
	for (const char *p = text; (p = strchr(p, '\n')); p++)
		h->nodes++;
	h->node = rt_pool_array(&h->pool, h->nodes + 1, sizeof(*h->node));
	h->own = rt_pool_array(&h->pool, h->nodes + 1, sizeof(*h->own));
	for (uint32_t i = 0; i < h->nodes; i++) {
		h->node[i] = text;
		text = strchr(text, '\n');
		*text++ = '\0';
	}
	return h->nodes > 0;
}

static struct own *own_of(struct hosts *h, const char *name, size_t len)
{
	for (uint32_t i = 0; i < h->nodes; i++)
		if (strlen(h->node[i]) == len && !memcmp(h->node[i], name, len))
			return &h->own[i];
	return NULL;
}

/* Whatever a line says that isn't understood: without it, the node's lines are those of the first. */
static void take_report(struct hosts *h, char *text)
{
	for (char *end; (end = strchr(text, '\n')); text = end + 1) {
		*end = '\0';
		size_t len = strcspn(text, " ");
		struct own *own = own_of(h, text, len);
		const char *what = text[len] ? text + len + 1 : "";

		if (own && !strncmp(what, "has ", 4))
			rt_hosts_add(&own->more, &h->pool, what + 4);
		else if (own && !strncmp(what, "lacks ", 6))
			rt_hosts_add(&own->less, &h->pool, what + 6);
		else if (own && !strncmp(what, "address ", 8))
			own->address = what + 8;
	}
}

/* The files. */

/* The lines that all nodes of a file have, and those that some of them have. */
static void part_lines(struct hosts *h, const struct entry *file, struct rt_hosts_lines *common,
		       struct rt_hosts_lines *others)
{
	bool *is_lacked = rt_pool_array(&h->pool, h->base.n + 1, sizeof(*is_lacked));
	const struct rt_hosts_lines *more = &h->own[file->first].more;
	uint64_t number;

	for (uint32_t i = 0; i < file->count; i++) {
		const struct own *own = &h->own[file->node[i]];

		for (uint32_t k = 0; k < own->less.n; k++)
			if (rt_word_number(own->less.line[k], h->base.n, &number))
				is_lacked[number] = true;
		for (uint32_t k = 0; k < own->more.n; k++)
			rt_hosts_add(others, &h->pool, own->more.line[k]);
	}
	for (uint32_t i = 0; i < h->base.n; i++)
		rt_hosts_add(is_lacked[i] ? others : common, &h->pool, h->base.line[i]);
	for (uint32_t k = 0; k < more->n; k++) {
		uint32_t i = 1;

		while (i < file->count &&
		       rt_hosts_find(&h->own[file->node[i]].more, more->line[k], k) != UINT32_MAX)
			i++;
		if (i == file->count)
			rt_hosts_add(common, &h->pool, more->line[k]);
	}
}

/* An own line without names of services; nothing where no other name is in it. */
static void write_own(const struct hosts *h, struct rt_out *out, const char *line)
{
	size_t len, address_len;
	const char *at = line, *word, *address = rt_hosts_word(&at, &address_len);
	bool has_name = false;

	while ((word = rt_hosts_word(&at, &len))) {
		if (set_has(&h->known, word, len))
			continue;
		if (!has_name)
			rt_out_bytes(out, address, address_len);
		has_name = true;
		rt_out_text(out, "\t");
		rt_out_bytes(out, word, len);
	}
	if (has_name)
		rt_out_text(out, "\n");
}

static bool some_names(const struct rt_hosts_lines *lines, const char *name)
{
	for (uint32_t i = 0; i < lines->n; i++)
		if (rt_hosts_names(lines->line[i], name))
			return true;
	return false;
}

static void write_line(struct rt_out *out, const char *address, const char *name)
{
	rt_out_format(out, "%s\t%s\n", address, name);
}

/* Where containers of the file find a node; NULL where it isn't known. */
static const char *address_of(struct hosts *h, const struct entry *file, uint32_t node,
			      bool is_alone)
{
	if (is_alone && file->count == 1 && file->first == node)
		return "127.0.0.1";
	if (!h->own[node].address && !h->own[node].is_told) {
		rt_say("hosts: node %s has not said its address: containers on other nodes don't find its "
		       "services by name",
		       h->node[node]);
		h->own[node].is_told = true;
	}
	return h->own[node].address;
}

static void write_names(struct hosts *h, const struct entry *file, struct rt_out *out)
{
	for (uint32_t i = 0; i < h->n_entries; i++) {
		const struct entry *e = &h->entry[i];
		const char *address = address_of(h, file, e->first, e->count == 1);

		if (address)
			write_line(out, address, e->name);
		for (uint32_t k = 0; e->node && k < e->count; k++) {
			const char *name = rt_pool_format(&h->pool, "%s-%u", e->name, k + 1);

			bool is_taken = set_has(&h->known, name, strlen(name)) ||
					set_has(&h->hosts, name, strlen(name));
			address = is_taken ? NULL : address_of(h, file, e->node[k], e->count == 1);
			if (address)
				write_line(out, address, name);
		}
	}
}

/* A node that is known by a line which others lack, such as "127.0.1.1 n2" in its own file, has its
   address instead. */
static void write_own_lines(struct hosts *h, const struct entry *file, struct rt_out *out)
{
	struct rt_hosts_lines common = {0}, others = {0};

	part_lines(h, file, &common, &others);
	for (uint32_t i = 0; i < common.n; i++)
		write_own(h, out, common.line[i]);
	if (!some_names(&common, "localhost"))
		write_line(out, "127.0.0.1", "localhost");
	for (uint32_t i = 0; others.n && file->count > 1 && i < file->count; i++) {
		const char *name = h->node[file->node[i]];
		const char *address = h->own[file->node[i]].address;

		if (address && !set_has(&h->known, name, strlen(name)) &&
		    some_names(&others, name) && !some_names(&common, name))
			write_line(out, address, name);
	}
}

static bool write_file(struct hosts *h, const struct entry *file)
{
	const char *path = rt_pool_format(&h->pool, "%s/" JOB_FILE_HOSTS("%s"), h->dir, file->name);
	struct rt_replace r;

	if (rt_replace_begin(&r, &h->pool, path, JOB_MODE_HOSTS)) {
		r.is_lasting = false; /* a job does not survive its node */
		write_own_lines(h, file, &r.out);
		write_names(h, file, &r.out);
		if (rt_replace_end(&r))
			return true;
	}
	rt_say("hosts: cannot write %s", path);
	return false;
}

int rt_verb_hosts(int argc, char **argv)
{
	static struct hosts h;
	const char *report = NULL, *base = "/etc/hosts";
	size_t len;
	const struct rt_option options[] = {
		{.name = "--dir", .value = &h.dir, .required = true},
		{.name = "--base", .value = &base},
		{.name = "--nodes", .value = &report},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	if (!read_nodes(&h))
		return RT_ENVIRONMENT;
	if (!read_table(&h))
		return RT_USAGE;
	rt_hosts_read(&h.base, &h.pool, base);
	char *text = report ? rt_read_file(&h.pool, report, &len) : NULL;
	if (report && !text)
		rt_say("hosts: nodes have not said where they are: cannot read %s", report);
	if (text)
		take_report(&h, text);
	learn_names(&h);
	learn_hosts(&h);
	for (uint32_t i = 0; i < h.n_files; i++)
		if (!write_file(&h, &h.file[i]))
			return RT_ENVIRONMENT;
	return 0;
}
