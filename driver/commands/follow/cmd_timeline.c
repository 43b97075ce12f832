/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc timeline: the run of a job drawn as text. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/known.h"
#include "driver/screen/services.h"
#include "driver/screen/table.h"
#include "driver/system.h"
#include "driver/tale/json.h"
#include "driver/tale/text.h"

enum {
	USUAL_COLUMNS = 80,
	MIN_COLUMNS = 40,
	MAX_COLUMNS = 1000,
	MOST_ROWS = 60
};

/* Of the terminal; else 80. */
static unsigned columns_here(void)
{
	unsigned columns = screen_width(stdout);

	if (columns == 0)
		return USUAL_COLUMNS;
	return columns < MIN_COLUMNS ? MIN_COLUMNS : columns > MAX_COLUMNS ? MAX_COLUMNS : columns;
}

/* Whether the environment asks for UTF-8; a static program may not have the locale itself. */
static bool speaks_utf8(void)
{
	const char *locale = env_or("LC_ALL", env_or("LC_CTYPE", env_or("LANG", "C")));

	return strcasestr(locale, "utf-8") || strcasestr(locale, "utf8");
}

static bool *wanted_services(const struct invocation *inv, const struct job_files *job,
			     const struct tale *t)
{
	bool *is_wanted = ARENA_ARRAY(inv->arena, t->services.n, bool);

	for (uint32_t i = 0; i < t->services.n; i++)
		is_wanted[i] = service_is_wanted(inv, job, t->services.items[i].name);
	return is_wanted;
}

/* False after a message. With a list the tale goes there. */
static bool print_timeline(struct invocation *inv, const struct job_view *view,
			   const struct tale_look *look, json_t *list)
{
	struct tale t;
	struct str why;

	if (!tale_read(inv, view, &t, &why)) {
		complain("can't tell of job %.*s: %.*s", STR_ARG(view->job->id), STR_ARG(why));
		return false;
	}
	if (list) {
		json_array_append_new(list, tale_json(&t));
		return true;
	}
	struct tale_rows rows;
	tale_rows(&t, wanted_services(inv, view->job, &t),
		  inv->options.all ? t.services.n : MOST_ROWS, &rows);
	struct str text = tale_text(&t, &rows, look);
	fwrite(text.ptr, 1, text.len, stdout);
	return true;
}

int cmd_timeline(struct invocation *inv)
{
	struct tale_look look = {style_for(inv, stdout), columns_here(), !speaks_utf8()};
	struct known_job one;
	json_t *list = inv->options.format == FORMAT_JSON ? json_array() : NULL;
	uint32_t told = 0;

	if (!known_job_find(inv, &one) || !services_are_known(inv, &one.job, NULL))
		return EXIT_ENVIRONMENT;
	for (uint32_t i = 0; i < one.parts.list.n; i++) {
		if (told > 0 && !list)
			putchar('\n');
		told += print_timeline(inv, &one.views[i], &look, list);
	}
	if (list)
		json_print(list);
	return told > 0 ? EXIT_OK : EXIT_ENVIRONMENT;
}
