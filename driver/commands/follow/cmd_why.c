/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc why: what failed first, and what came of it, each with the file and line that say so. */
#include <stdio.h>
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/jobs/known.h"
#include "driver/json.h"
#include "driver/screen/style.h"
#include "driver/story/why.h"
#include "driver/system.h"

enum {
	LABEL_COLUMNS = 10,
	MAX_PARTS = 3 /* elements of an array that are told in full */
};

static struct str place_text(struct arena *a, const struct citation *place)
{
	struct str file =
		str_has_prefix(place->file, "/") ? path_shown(a, place->file) : place->file;

	if (place->from == 0)
		return file;
	if (place->from == place->to)
		return str_fmt(a, "%.*s:%llu", STR_ARG(file), (unsigned long long)place->from);
	return str_fmt(a, "%.*s:%llu-%llu", STR_ARG(file), (unsigned long long)place->from,
		       (unsigned long long)place->to);
}

static void print_why_line(struct arena *a, const struct why_line *l, bool is_first,
			   const struct style *style)
{
	struct str place = place_text(a, &l->place), rest = l->text;

	if (is_first)
		fputs(style->bold, stdout);
	else
		printf("  %-*s", LABEL_COLUMNS, l->label);
	struct str line;
	rest = str_split(rest, '\n', &line);
	print_visible(stdout, line, VISIBLE_LINE);
	fputs(style->off, stdout);
	while (rest.len > 0) {
		rest = str_split(rest, '\n', &line);
		printf("\n  %-*s", LABEL_COLUMNS, "");
		print_visible(stdout, line, VISIBLE_LINE);
	}
	if (place.len > 0)
		printf("%s  [%.*s]%s", style->dim, STR_ARG(str_visible(a, place, VISIBLE_LINE)),
		       style->off);
	putchar('\n');
}

static void print_why(struct invocation *inv, const struct job_view *view,
		      const struct style *style)
{
	struct arena *a = inv->arena;
	struct why why;

	why_tell(inv, view, &why);
	printf("job %.*s%.*s %.*s: ", STR_ARG(view->job->id), STR_ARG(attempt_text(a, view->state)),
	       STR_ARG(job_view_word(view)));
	for (uint32_t i = 0; i < why.lines.n; i++)
		print_why_line(a, &why.lines.items[i], i == 0, style);
	printf("%s  files are below %.*s%s\n", style->dim,
	       STR_ARG(str_visible(a, path_shown(a, view->job->root), VISIBLE_LINE)), style->off);
}

static json_t *why_json(struct invocation *inv, const struct job_view *view)
{
	json_t *one = json_object(), *lines = json_array();
	struct arena *a = inv->arena;
	struct why why;

	why_tell(inv, view, &why);
	json_object_set_new(one, "job", json_text(a, view->job->id));
	json_object_set_new(one, "attempt",
			    json_integer((json_int_t)json_uint(view->state, "attempt")));
	json_object_set_new(one, "state", json_text(a, job_view_word(view)));
	json_object_set_new(one, "root", json_visible(a, view->job->root));
	for (uint32_t i = 0; i < why.lines.n; i++) {
		const struct why_line *l = &why.lines.items[i];
		json_t *line = json_object();

		json_object_set_new(line, "is", json_string(l->label));
		json_object_set_new(line, "text", json_visible(a, l->text));
		json_object_set_new(line, "file", json_text(a, l->place.file));
		json_object_set_new(line, "first_line", json_integer((json_int_t)l->place.from));
		json_object_set_new(line, "last_line", json_integer((json_int_t)l->place.to));
		json_array_append_new(lines, line);
	}
	json_object_set_new(one, "lines", lines);
	return one;
}

static bool has_gone_wrong(const struct job_view *view)
{
	return job_view_is_over(view) && job_view_exit(view) != 0;
}

int cmd_why(struct invocation *inv)
{
	struct style style = style_for(inv, stdout);
	bool is_json = inv->options.format == FORMAT_JSON;
	struct known_job one;

	if (!known_job_find(inv, &one))
		return EXIT_ENVIRONMENT;
	uint32_t n_wrong = 0, n = 0;
	for (uint32_t i = 0; i < one.parts.list.n; i++)
		n_wrong += has_gone_wrong(&one.views[i]);
	json_t *list = json_array();
	for (uint32_t i = 0; i < one.parts.list.n; i++) {
		/* Of an array those that went wrong; where none did, all. */
		if (n_wrong > 0 && !has_gone_wrong(&one.views[i]))
			continue;
		n++;
		if (is_json)
			json_array_append_new(list, why_json(inv, &one.views[i]));
		else if (n <= MAX_PARTS)
			print_why(inv, &one.views[i], &style);
	}
	if (is_json) {
		json_print(list);
		return EXIT_OK;
	}
	json_decref(list);
	if (n > MAX_PARTS)
		printf("and %u element%s more; 'hpcc status' shows all\n", n - MAX_PARTS,
		       plural(n - MAX_PARTS));
	return EXIT_OK;
}
