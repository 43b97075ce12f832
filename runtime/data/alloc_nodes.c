/* SPDX-License-Identifier: Apache-2.0 */
/* From numbers to names: the nodes of the allocation, and of every service. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/data/alloc.h"
#include "runtime/files.h"
#include "runtime/loop/spawn.h"

static void add_name(struct rt_alloc *a, struct rt_pool *pool, const char *name, size_t len)
{
	if (len && a->node_count < a->nodes)
		a->node[a->node_count] = rt_pool_text(pool, name, len);
	a->node_count += len > 0;
}

static uint32_t count_lines(const char *text)
{
	uint32_t n = 1;

	for (; (text = strchr(text, '\n')); text++)
		n++;
	return n;
}

/* For as many names as the table says, or else as there may be. */
static void make_room(struct rt_alloc *a, struct rt_pool *pool, uint32_t names)
{
	if (a->node)
		return;
	a->is_auto = !a->nodes;
	if (a->is_auto)
		a->nodes = names;
	a->node = rt_pool_array(pool, a->nodes, sizeof(*a->node));
}

/* Slurm's list in its short form, n[1-4],m7; scontrol spells it out without asking the controller. */
static bool expand(struct rt_alloc *a, struct rt_pool *pool, const char *list)
{
	const char *const argv[] = {"scontrol", "show", "hostnames", list, NULL};
	size_t len;
	const char *text = rt_output_of(pool, argv, &len);

	if (!text) {
		rt_say("begin: 'scontrol show hostnames %s' failed; the node names are unknown",
		       list);
		return false;
	}
	make_room(a, pool, count_lines(text));
	while (*text) {
		size_t n = strcspn(text, "\n");

		add_name(a, pool, text, n);
		text += n + (text[n] == '\n');
	}
	return true;
}

static bool add_list(struct rt_alloc *a, struct rt_pool *pool, const char *list)
{
	if (strpbrk(list, "[,"))
		return expand(a, pool, list);
	make_room(a, pool, 1);
	add_name(a, pool, list, strlen(list));
	return true;
}

/* Those of each component, one behind the other; the plain list is the first one's. */
static bool find_names_of_parts(struct rt_alloc *a, struct rt_pool *pool)
{
	for (uint32_t i = 0; i < a->part_count; i++) {
		const struct rt_alloc_part *part = &a->part[i];
		const char *name =
			rt_pool_format(pool, "SLURM_JOB_NODELIST_HET_GROUP_%u", (unsigned)i);
		const char *list = getenv(name);
		uint32_t before = a->node_count;

		if (!list || !*list) {
			rt_say("begin: a job of %u components needs %s, and it is not set",
			       a->part_count, name);
			return false;
		}
		if (!add_list(a, pool, list))
			return false;
		if (a->node_count - before != part->nodes) {
			rt_say("begin: component '%s' has %u node%s, the job was made for %u",
			       part->name, a->node_count - before,
			       a->node_count - before == 1 ? "" : "s", part->nodes);
			return false;
		}
	}
	return true;
}

static bool find_names(struct rt_alloc *a, struct rt_pool *pool)
{
	const char *list = getenv("SLURM_JOB_NODELIST");
	char host[256] = "localhost";

	if (a->part_count)
		return find_names_of_parts(a, pool);
	if (list && *list)
		return add_list(a, pool, list);
	make_room(a, pool, 1);
	if (a->nodes > 1) {
		rt_say("begin: a job of %u nodes needs SLURM_JOB_NODELIST, and it is not set",
		       a->nodes);
		return false;
	}
	gethostname(host, sizeof(host) - 1);
	add_name(a, pool, host, strlen(host));
	return true;
}

static bool place(struct rt_alloc *a, struct rt_pool *pool, struct rt_alloc_service *s)
{
	const char *p = s->set;

	s->node = rt_pool_array(pool, a->nodes, sizeof(*s->node));
	s->number = rt_pool_array(pool, a->nodes, sizeof(*s->number));
	while (*p) {
		uint32_t first, last;

		p = rt_word_span(p, a->nodes, &first, &last);
		if (!p) {
			rt_say("begin: service '%s' wants node %u of %u", s->name, last, a->nodes);
			return false;
		}
		for (; first <= last && s->node_count < a->nodes; first++) {
			s->number[s->node_count] = first;
			s->node[s->node_count++] = a->node[first];
		}
	}
	return true;
}

bool rt_alloc_nodes(struct rt_alloc *a, struct rt_pool *pool)
{
	bool good = true;

	if (!find_names(a, pool))
		return false;
	if (a->is_auto && a->node_count)
		a->nodes = a->node_count;
	if (a->node_count != a->nodes) {
		rt_say("begin: the allocation has %u node%s, the job was made for %u",
		       a->node_count, a->node_count == 1 ? "" : "s", a->nodes);
		return false;
	}
	for (uint32_t i = 0; i < a->count; i++)
		good = place(a, pool, &a->service[i]) && good;
	return good;
}
