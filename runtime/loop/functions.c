/* SPDX-License-Identifier: Apache-2.0 */
/* What the script hands over: the supervision table on standard input, and its functions as text. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/support/run_variable.h"
#include "runtime/files.h"
#include "runtime/loop/sup.h"
#include "runtime/verbs.h"

/* The table has them; services get what their own texts say. */
static void forget_values(struct rt_pool *pool)
{
	for (size_t i = 0; environ[i];)
		if (strncmp(environ[i], RUN_VARIABLE, sizeof(RUN_VARIABLE) - 1))
			i++;
		else
			unsetenv(rt_pool_text(pool, environ[i], strcspn(environ[i], "=")));
}

bool rt_read_table(struct rt_sup *sup)
{
	size_t len;
	const char *text = rt_read_fd(&sup->pool, STDIN_FILENO, &len);

	if (!text) {
		rt_say("cannot read the supervision table: %s", strerror(errno));
		return false;
	}
	const struct rt_table_error *e = rt_table_read(&sup->table, &sup->pool, text, len);
	for (const struct rt_table_error *at = e; at; at = at->next)
		rt_say("supervision table, line %u: %s", at->line, at->text);
	forget_values(&sup->pool);
	return !e;
}

/* The text of `name () { … }`, or NULL. Looked for from *at on, since they come in the table's order. */
static const char *find_function(const char *const *text, size_t count, size_t *at,
				 const char *name)
{
	size_t len = strlen(name);

	for (size_t n = 0; n < count; n++, ++*at) {
		const char *one = text[*at % count];

		if (!strncmp(one, name, len) && strchr(" \t(", one[len]) && one[len])
			return one;
	}
	return NULL;
}

static bool assign_function(struct rt_sup *sup, uint32_t i, const char *const *text, size_t count,
			    size_t *at)
{
	const struct rt_service_def *def = &sup->table.service[i];
	struct rt_proc *p = &sup->proc[i];

	p->function = find_function(text, count, at, def->run);
	if (def->publish)
		p->publish_function = find_function(text, count, at, def->publish);
	if (!p->function)
		rt_say("service '%s': the script has no function '%s'", def->name, def->run);
	if (def->publish && !p->publish_function)
		rt_say("service '%s': the script has no function '%s'", def->name, def->publish);
	return p->function && (!def->publish || p->publish_function);
}

bool rt_read_functions(struct rt_sup *sup, const char *path)
{
	size_t len, count = 0, at = 0, next = 0;
	const char *stream = rt_read_file(&sup->pool, path, &len);
	bool good = true;

	if (!stream) {
		rt_say("cannot read the functions from %s: %s", path, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < len; i++)
		count += !stream[i];
	const char **text = rt_pool_array(&sup->pool, count + 1, sizeof(*text));
	for (size_t i = 0; i < count; i++) {
		text[i] = stream + at;
		at += strlen(stream + at) + 1;
	}
	sup->prelude = count ? text[0] : "";
	for (uint32_t i = 0; i < sup->table.count; i++)
		good = assign_function(sup, i, text + 1, count ? count - 1 : 0, &next) && good;
	return good;
}
