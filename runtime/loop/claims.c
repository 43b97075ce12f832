/* SPDX-License-Identifier: Apache-2.0 */
/* Asserts: what each service has claimed about its end, looked at when the job is over. */
#include "runtime/loop/sup.h"

#include <string.h>

#include "runtime/files.h"
#include "runtime/data/globs.h"

static bool has_claims(const struct rt_service_def *def)
{
	return def->has_assert_exit || def->has_assert_duration || def->assert_artifact;
}

static bool found(const char *path, void *arg)
{
	(void)path;
	*(bool *)arg = true;
	return false;
}

static void fail(struct rt_sup *sup, struct rt_claims *c, const char *service, const char *text)
{
	c->failed = true;
	c->failure[c->failures++] = text;
	rt_say("assert of service '%s' failed: %s", service, text);
	(void)sup;
}

static void check_exit(struct rt_sup *sup, const struct rt_service *s, struct rt_claims *c)
{
	if (!s->exited)
		fail(sup, c, s->def->name, "exit status expected, and it never ran to an end");
	else if (s->status != (int)s->def->assert_exit)
		fail(sup, c, s->def->name,
		     rt_pool_format(&sup->pool, "exit status %d, expected %u", s->status,
				    s->def->assert_exit));
}

static void check_duration(struct rt_sup *sup, const struct rt_service *s, struct rt_claims *c)
{
	int64_t took = s->exit_at - s->first_launch;

	if (!s->exited || !s->launched)
		fail(sup, c, s->def->name, "duration expected, and it never ran to an end");
	else if (took > s->def->assert_duration)
		fail(sup, c, s->def->name,
		     rt_pool_format(&sup->pool, "took %.3fs, at most %.3fs expected",
				    (double)took / (double)RT_SECOND,
				    (double)s->def->assert_duration / (double)RT_SECOND));
}

static void check_artifact(struct rt_sup *sup, const struct rt_service *s, struct rt_claims *c)
{
	bool any = false;

	rt_glob(sup->dir, s->def->assert_artifact, found, &any);
	if (!any)
		fail(sup, c, s->def->name,
		     rt_pool_format(&sup->pool, "no file matches '%s'", s->def->assert_artifact));
}

bool rt_claims_check(struct rt_sup *sup)
{
	bool good = true;

	for (uint32_t i = 0; i < sup->table.count; i++) {
		const struct rt_service *s = &sup->core.service[i];
		struct rt_claims *c = &sup->claims[i];

		if (!has_claims(s->def))
			continue;
		if (sup->core.shutdown || s->held) {
			c->status = "skipped";
			continue;
		}
		if (s->def->has_assert_exit)
			check_exit(sup, s, c);
		if (s->def->assert_artifact)
			check_artifact(sup, s, c);
		if (s->def->has_assert_duration)
			check_duration(sup, s, c);
		c->status = c->failed ? "failed" : "passed";
		good = good && !c->failed;
	}
	return good;
}
