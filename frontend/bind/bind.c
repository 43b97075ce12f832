/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The binder's door: a tree becomes a job, with normal forms unless it came from an IR text.
 *
 *	services: {api: {image: redis:7}}   ->   job->services.items[0].image.v = "redis:7"
 */
#include "frontend/bind/bind.h"

#include "frontend/frontend.h"
#include "frontend/profiles.h"
#include "frontend/variables/variables.h"

static const struct scope root_scope = {.at = {0, 0}};

void bind_tree(struct unit *u)
{
	struct site site = {u, &root_scope, NULL, u->tree};
	u->job = ARENA_NEW(u->arena, struct job);
	bind_record(&site, &record_job, u->job);
}

void frontend_bind(struct unit *u)
{
	if (!u->tree || u->tree->kind != NODE_MAP)
		return;
	variables_build(u);
	profiles_choose(u);
	bind_tree(u);
	normalize_job(u);
}
