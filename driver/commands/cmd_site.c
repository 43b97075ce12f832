/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc site: the site's file. `show` prints what holds, all files cluster.toml laid over each other, and
 * which file says each value; `probe` writes one from what the site shows; `check` compares the two.
 */
#include "driver/commands/cmd.h"

#include <string.h>

#include "driver/cluster/site_compare.h"
#include "driver/cluster/site_probe.h"
#include "driver/compile.h"
#include "driver/json.h"
#include "driver/system.h"
#include "frontend/settings.h"
#include "ir/text/toml_text.h"
#include "ir/toml_keys.h"

static struct str place_text(void *context, const struct node *value)
{
	const struct compilation *c = context;
	struct place at = source_place(&c->unit.sources, value->at.begin);

	return at.source ? str_fmt(c->inv->arena, "%.*s:%u", STR_ARG(at.source->name), at.line)
			 : STR("");
}

static json_t *value_json(struct arena *a, const struct node *value)
{
	if (value->kind == NODE_LIST) {
		json_t *list = json_array();

		for (uint32_t i = 0; i < value->n; i++)
			json_array_append_new(list, value_json(a, value->items[i]));
		return list;
	}
	if (value->kind == NODE_BOOL)
		return json_boolean(str_eq_c(value->text, "true"));
	uint64_t number;
	if (value->kind == NODE_INT && str_to_u64(value->text, &number))
		return json_integer((json_int_t)number);
	return json_visible(a, value->text);
}

/* A table by its keys; each value beside its place. */
static json_t *table_json(struct compilation *c, const struct node *table)
{
	json_t *object = json_object();

	for (uint32_t i = 0; i < table->n; i++) {
		const struct entry *e = &table->entries[i];
		struct str key = str_visible(c->inv->arena, e->key, VISIBLE_LINE);
		bool is_rows = e->value->kind == NODE_LIST && e->value->n &&
			       e->value->items[0]->kind == NODE_MAP;
		json_t *value = NULL;

		if (e->value->kind == NODE_MAP) {
			value = table_json(c, e->value);
		} else if (is_rows) {
			value = json_array();
			for (uint32_t k = 0; k < e->value->n; k++)
				json_array_append_new(value, table_json(c, e->value->items[k]));
		} else {
			value = json_object();
			json_object_set_new(value, "value", value_json(c->inv->arena, e->value));
			json_object_set_new(value, "from",
					    json_visible(c->inv->arena, place_text(c, e->value)));
		}
		json_object_set_new(object, str_dup(c->inv->arena, key).ptr, value);
	}
	return object;
}

static void show_json(struct compilation *c)
{
	const struct site_facts *site = c->unit.site;
	json_t *all = json_object(), *files = json_array();

	for (uint32_t i = 0; i < c->unit.site_places.n; i++) {
		const struct site_place *place = &c->unit.site_places.items[i];
		json_t *file = json_object();

		json_object_set_new(file, "path", json_visible(c->inv->arena, place->path));
		json_object_set_new(file, "read", json_boolean(place->is_read));
		json_array_append_new(files, file);
	}
	json_object_set_new(all, "files", files);
	json_object_set_new(all, "site", site ? table_json(c, site->tree) : json_object());
	json_print(all);
}

static int show(struct compilation *c)
{
	struct arena *a = c->inv->arena;
	const struct site_facts *site = c->unit.site;

	if (c->inv->options.format == FORMAT_JSON) {
		show_json(c);
		return EXIT_OK;
	}
	struct buf b;
	buf_init(&b, a);
	for (uint32_t i = 0; i < c->unit.site_places.n; i++)
		buf_add_fmt(
			&b, "# %s %.*s\n", c->unit.site_places.items[i].is_read ? "read:" : "none:",
			STR_ARG(str_visible(a, c->unit.site_places.items[i].path, VISIBLE_LINE)));
	if (site) {
		struct toml_writer w = {
			.arena = a, .keys = &cluster_keys, .comment = place_text, .context = c};
		buf_add_byte(&b, '\n');
		buf_add(&b, toml_text(&w, site->tree));
	}
	return file_write_result(a, c->inv->options.output, buf_str(&b), plain_file_mode());
}

static bool ask(struct compilation *c, struct site_probe *p)
{
	struct str why;

	if (site_probe(c->inv, p, &why))
		return true;
	complain("the site doesn't answer: %.*s", STR_ARG(why));
	advise("run this where Slurm's commands are, such as on the login node");
	return false;
}

static const char probe_head[] =
	"# The site as it shows itself to 'hpcc site probe'; behind each value stands where it was seen.\n"
	"# What can't be seen from outside (shell, containers, folders of nodes, ports, variables of the\n"
	"# interconnect) is yours to add: docs/your-site.md has all keys.\n\n";

static int probe(struct compilation *c)
{
	struct arena *a = c->inv->arena;
	const char *to = c->inv->options.output;

	if (to && strcmp(to, "-") != 0 && path_exists(to) && !c->inv->options.force) {
		complain("'%s' is there already; --force overwrites it", to);
		advise("'hpcc site check' says what has changed");
		return EXIT_USAGE;
	}
	struct site_probe p;
	if (!ask(c, &p))
		return EXIT_ENVIRONMENT;
	struct toml_writer w = {
		.arena = a, .keys = &cluster_keys, .comment = site_probe_source, .context = &p};
	return file_write_result(a, to, str_cat(a, str_c(probe_head), toml_text(&w, p.root)),
				 plain_file_mode());
}

static void print_difference(struct arena *a, const struct site_difference *d)
{
	const char *const says = d->says.len > 0 ? d->says.ptr : "nothing";
	const char *const shows = d->shows.len > 0 ? d->shows.ptr : "nothing";

	print_visible(stdout,
		      str_fmt(a, "%.*s: the file says %s%s%.*s%s, the site shows %s%s%.*s%s",
			      STR_ARG(d->key), says, d->where.len > 0 ? " (" : "",
			      STR_ARG(d->where), d->where.len > 0 ? ")" : "", shows,
			      d->from.len > 0 ? " (" : "", STR_ARG(d->from),
			      d->from.len > 0 ? ")" : ""),
		      VISIBLE_LINE);
	putchar('\n');
}

static void print_differences_json(struct arena *a, const struct site_differences *found)
{
	json_t *all = json_object(), *list = json_array();

	for (uint32_t i = 0; i < found->list.n; i++) {
		const struct site_difference *d = &found->list.items[i];
		json_t *one = json_object();

		json_object_set_new(one, "key", json_visible(a, d->key));
		json_object_set_new(one, "file", json_text(a, d->says));
		json_object_set_new(one, "at", json_text(a, d->where));
		json_object_set_new(one, "site", json_text(a, d->shows));
		json_object_set_new(one, "from", json_text(a, d->from));
		json_array_append_new(list, one);
	}
	json_object_set_new(all, "same", json_boolean(found->list.n == 0));
	json_object_set_new(all, "differences", list);
	json_print(all);
}

static int check(struct compilation *c)
{
	struct arena *a = c->inv->arena;

	if (!c->unit.site) {
		complain("there is no cluster.toml to compare");
		advise("'hpcc site probe -o cluster.toml' writes one; 'hpcc site' says where it "
		       "belongs");
		return EXIT_ENVIRONMENT;
	}
	struct site_probe p;
	if (!ask(c, &p))
		return EXIT_ENVIRONMENT;
	struct site_differences found = {0};
	site_compare(&c->unit, &p, &found);
	if (c->inv->options.format == FORMAT_JSON)
		print_differences_json(a, &found);
	for (uint32_t i = 0; i < found.list.n && c->inv->options.format == FORMAT_TEXT; i++)
		print_difference(a, &found.list.items[i]);
	if (found.list.n == 0 && c->inv->options.format == FORMAT_TEXT)
		printf("no difference\n");
	return found.list.n > 0 ? EXIT_UNEXPECTED : EXIT_OK;
}

static const struct {
	const char *name;
	int (*run)(struct compilation *c);
} actions[] = {
	{"show", show},
	{"probe", probe},
	{"check", check},
};

int cmd_site(struct invocation *inv)
{
	const char *word = inv->words.n > 0 ? inv->words.items[0] : "show";
	const char *names[sizeof(actions) / sizeof(*actions)];
	size_t n = sizeof(actions) / sizeof(*actions);
	struct compilation c;

	for (size_t i = 0; i < n; i++) {
		names[i] = actions[i].name;
		if (strcmp(word, actions[i].name) != 0)
			continue;
		if (!compilation_set_up(&c, inv, "-"))
			return EXIT_USAGE;
		settings_load(&c.unit, STR("."));
		int status = compilation_report(&c, stderr);
		return status == EXIT_OK ? actions[i].run(&c) : status;
	}
	complain("hpcc site doesn't know '%s'", word);
	const char *near = suggest_word(word, names, n);
	if (near)
		advise("did you mean 'hpcc site %s'?", near);
	else
		advise("usage: hpcc site %s", inv->command->arguments);
	return EXIT_USAGE;
}
