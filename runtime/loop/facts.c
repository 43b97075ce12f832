/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The facts of the allocation: read back from the files `begin` wrote, and given
 * to services and hooks as variables.
 */
#include "runtime/loop/sup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runtime/core/words.h"
#include "runtime/loop/peers.h"
#include "runtime/loop/spawn.h"
#include "runtime/files.h"
#include "ir/files.gen.h"

/* A file of names, one a line, as a blank-separated list; NULL if it is not there. */
static const char *read_names(struct rt_sup *sup, const char *name, uint32_t *count)
{
	const char *path = rt_pool_format(&sup->pool, "%s/%s", sup->dir, name);
	size_t len;
	char *text = rt_read_plain(&sup->pool, path, &len);

	*count = 0;
	if (!text)
		return NULL;
	while (len && text[len - 1] == '\n')
		text[--len] = '\0';
	*count = len > 0;
	for (char *p = text; *p; p++)
		if (*p == '\n') {
			*p = ' ';
			++*count;
		}
	return text;
}

/* ` slots=K` of the service's host file. */
static const char *read_slots(struct rt_sup *sup, const char *token)
{
	const char *path =
		rt_pool_format(&sup->pool, "%s/" JOB_FILE_DISTRIBUTED_HOSTS("%s"), sup->dir, token);
	size_t len;
	const char *text = rt_read_plain(&sup->pool, path, &len);

	const char *slots = text ? strstr(text, " slots=") : NULL;
	if (!slots)
		return "1";
	slots = rt_pool_text(&sup->pool, slots + 7, strspn(slots + 7, "0123456789"));
	uint64_t number;
	return rt_word_number(slots, UINT32_MAX, &number) && number ? slots : "1";
}

/* The port is in the state file that `begin` left: {"name":N,"token":T,…,"dist_master_port":P}. */
static const char *read_port(struct rt_sup *sup, const char *state, const char *token)
{
	const char *key = rt_pool_format(&sup->pool, "\"token\":\"%s\"", token);
	const char *at = state ? strstr(state, key) : NULL;

	if (!at)
		return NULL;
	const char *end = strchr(at, '\n');
	const char *port = strstr(at, "\"dist_master_port\":\"");
	if (!port || (end && port > end))
		return NULL;
	port += strlen("\"dist_master_port\":\"");
	return rt_pool_text(&sup->pool, port, strspn(port, "0123456789"));
}

/* Steps of a component belong to its own job: a signal for them by the number of the first does nothing. */
static const char *job_of_part(struct rt_sup *sup, const struct rt_service_def *def)
{
	const char *id = def->part_name
				 ? getenv(rt_pool_format(&sup->pool, "SLURM_JOB_ID_HET_GROUP_%u",
							 (unsigned)def->part))
				 : NULL;
	return id && *id ? id : sup->job_id;
}

static void read_service(struct rt_sup *sup, uint32_t i, const char *state)
{
	const struct rt_service_def *def = &sup->table.service[i];
	struct rt_proc *p = &sup->proc[i];
	const char *file = rt_pool_format(&sup->pool, JOB_FILE_SERVICE_NODES("%s"), def->token);

	p->job_id = job_of_part(sup, def);
	p->nodes = read_names(sup, file, &p->node_count);
	if (!p->nodes || !p->node_count) {
		p->nodes = sup->nodes;
		p->node_count = 1;
		p->nodes = rt_pool_text(&sup->pool, p->nodes, strcspn(p->nodes, " "));
	}
	p->first_node = rt_pool_text(&sup->pool, p->nodes, strcspn(p->nodes, " "));
	if (def->log)
		p->log_path = def->log[0] == '/'
				      ? def->log
				      : rt_pool_format(&sup->pool, "%s/%s", sup->dir, def->log);
	if (p->node_count < 2)
		return;
	p->nproc = read_slots(sup, def->token);
	p->master_port = read_port(sup, state, def->token);
	if (!p->master_port)
		rt_say("service '%s': state.json of this job's beginning is missing or damaged; "
		       "it gets no rendezvous port",
		       def->name);
}

/* Takes a string of our own JSON apart, in place; it ends at its quote. */
static void decode(char *text)
{
	char *to = text, digits[5] = "";

	for (; *text && *text != '"' && *text != '\n'; text++) {
		if (text[0] == '\\' && text[1] == 'u' && strlen(text) >= 6) {
			memcpy(digits, text + 2, 4); /* a control character */
			*to++ = (char)strtol(digits, NULL, 16);
			text += 5;
			continue;
		}
		if (*text == '\\' && text[1])
			text++;
		*to++ = *text;
	}
	*to = '\0';
}

/* The JSON string behind a key; NULL if the key isn't there. */
static const char *text_behind(struct rt_sup *sup, const char *text, const char *key)
{
	const char *at = text ? strstr(text, key) : NULL;

	if (!at)
		return NULL;
	at += strlen(key);
	char *value = rt_pool_text(&sup->pool, at, strcspn(at, "\n"));
	decode(value);
	return value;
}

bool rt_facts_read(struct rt_sup *sup)
{
	const char *id = getenv("SLURM_JOB_ID"), *again = getenv("SLURM_RESTART_COUNT");
	char host[RT_MARK_HOST_ROOM] = "localhost";

	gethostname(host, sizeof(host) - 1);
	size_t len;
	const char *state = rt_read_plain(
		&sup->pool, rt_pool_format(&sup->pool, "%s/" JOB_FILE_STATE, sup->dir), &len);
	uint32_t count;
	sup->nodes = read_names(sup, JOB_FILE_NODES, &count);
	if (!sup->nodes || !count)
		sup->nodes = rt_pool_text(&sup->pool, host, strlen(host));
	if (!id || !*id)
		id = text_behind(sup, state, "{\"schema_version\":1,\"job_id\":\"");
	if (!id)
		id = strrchr(sup->dir, '/') ? strrchr(sup->dir, '/') + 1 : sup->dir;
	sup->job_id = id;
	sup->job_name = text_behind(sup, state, ",\"name\":\"");
	sup->begun_at = text_behind(sup, state, ",\"started_at\":\"");
	sup->attempt = again ? (uint32_t)strtoul(again, NULL, 10) : 0;
	for (uint32_t i = 0; i < sup->table.count; i++)
		read_service(sup, i, state);
	return true;
}

/* Variables of a child. */

static void set(struct rt_variables *v, const char *name, const char *value)
{
	char full[64];

	snprintf(full, sizeof(full), "HPC_COMPOSE_%s", name);
	rt_variable_set(v, full, value ? value : "");
}

static void set_number(struct rt_variables *v, const char *name, long long value)
{
	char text[24];

	snprintf(text, sizeof(text), "%lld", value);
	set(v, name, text);
}

static void set_path(struct rt_variables *v, const char *name, const char *dir, const char *form,
		     const char *part)
{
	char path[RT_MARK_PATH_ROOM];
	int len = snprintf(path, sizeof(path), "%s/", dir);

	if (part && part[0] == '/' && !strcmp(form, "%s"))
		len = 0;
	if (!strcmp(form, "%s"))
		snprintf(path + len, sizeof(path) - (size_t)len, "%s", part ? part : "");
	else if (!strcmp(form, "nodes"))
		snprintf(path + len, sizeof(path) - (size_t)len, JOB_FILE_SERVICE_NODES("%s"),
			 part);
	else
		snprintf(path + len, sizeof(path) - (size_t)len, JOB_FILE_DISTRIBUTED_HOSTS("%s"),
			 part);
	set(v, name, path);
}

static void set_distributed(struct rt_variables *v, const struct rt_proc *p, const char *dir,
			    const char *token)
{
	uint64_t nproc = 1;

	rt_word_number(p->nproc, UINT32_MAX, &nproc);
	set(v, "DIST_MASTER_ADDR", p->first_node);
	set_number(v, "DIST_NNODES", p->node_count);
	set(v, "DIST_NPROC_PER_NODE", p->nproc);
	set_number(v, "DIST_WORLD_SIZE", (long long)(p->node_count * nproc));
	set_path(v, "DIST_HOSTFILE", dir, "hosts", token);
	if (!p->master_port)
		return;
	set(v, "DIST_MASTER_PORT", p->master_port);
	char text[RT_MARK_HOST_ROOM + 32];
	snprintf(text, sizeof(text), "%s:%s", p->first_node, p->master_port);
	set(v, "DIST_RDZV_ENDPOINT", text);
}

static void set_hook(struct rt_variables *v, const struct rt_sup *sup, const struct rt_service *s,
		     const struct rt_action *hook)
{
	set(v, "HOOK_PHASE", rt_hook_name(hook->hook));
	if (hook->hook == RT_HOOK_PROLOGUE)
		set(v, "SERVICE_EXIT_CODE", "");
	else
		set_number(v, "SERVICE_EXIT_CODE", s->status);
	if (hook->hook != RT_HOOK_RESTART && hook->hook != RT_HOOK_WINDOW)
		return;
	char seconds[40];
	if (s->def->window % RT_SECOND)
		snprintf(seconds, sizeof(seconds), "%.3f", (double)s->def->window / RT_SECOND);
	else
		snprintf(seconds, sizeof(seconds), "%lld", (long long)(s->def->window / RT_SECOND));
	set_number(v, "ATTEMPT", sup->attempt);
	set_number(v, "RESTART_COUNT", s->restarts);
	set_number(v, "MAX_RESTARTS", s->def->max_restarts);
	set(v, "WINDOW_SECONDS", seconds);
	set_number(v, "MAX_RESTARTS_IN_WINDOW", s->def->max_in_window);
	set_number(v, "RESTART_FAILURES_IN_WINDOW", s->window_count);
}

void rt_facts_variables(struct rt_variables *v, const void *launch_facts)
{
	const struct rt_launch_facts *f = launch_facts;
	const struct rt_sup *sup = f->sup;
	const struct rt_service *s = &sup->core.service[f->service];
	const struct rt_proc *p = &sup->proc[f->service];
	const char *dir = f->hook || !s->def->view ? sup->dir : s->def->view;

	rt_variable_remove(v, "HPCC_RT"); /* how the script finds us is nobody else's matter */
	set(v, "JOB_DIR", dir);
	set_path(v, "NODELIST_FILE", dir, "%s", JOB_FILE_NODES);
	set(v, "SERVICE_NAME", s->def->name);
	if (s->def->log)
		set_path(v, "SERVICE_LOG", dir, "%s", s->def->log);
	if (s->def->part_name)
		set(v, "SERVICE_COMPONENT", s->def->part_name);
	set(v, "SERVICE_PRIMARY_NODE", p->first_node);
	set_number(v, "SERVICE_NODE_COUNT", p->node_count);
	if (strlen(p->nodes) <= RT_VARIABLE_MAX)
		set(v, "SERVICE_NODELIST", p->nodes);
	else
		rt_variable_remove(v, "HPC_COMPOSE_SERVICE_NODELIST"); /* its file is there */
	set_path(v, "SERVICE_NODELIST_FILE", dir, "nodes", s->def->token);
	if (p->node_count > 1)
		set_distributed(v, p, dir, s->def->token);
	if (f->hook)
		set_hook(v, sup, s, f->hook);
	else if (s->def->tasks)
		rt_variable_set(v, "HPCC_MARK", p->prefix);
	if (!f->hook)
		rt_peers_variables(v, sup, f->service);
}
