/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc convert: a Docker Compose file becomes a spec. What the conversion can't know of, the compiler
 * tells: the spec is compiled, and what it refuses is left out as well, until nothing is.
 */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/compile.h"
#include "driver/json.h"
#include "driver/system.h"
#include "frontend/convert.h"
#include "frontend/frontend.h"
#include "passes/pass.h"

/* Something that was left out, and its place in the person's file. */
struct lost {
	struct str what, why;
	struct place place;
};

/* A conversion, and all that it lost on the way. */
struct convert_run {
	struct invocation *inv;
	const char *path;                /* the person's file */
	const struct compilation *given; /* that, and the files that it asks for */
	struct conversion result;
	LIST(struct conversion) rounds; /* one after the other, from the person's file on */
	LIST(struct lost) lost;
	LIST(struct str) said_before; /* decisions of what comes ahead of the conversion */
};

/* A place in what the rounds so far have made, as one in the person's file. */
static struct place place_given(const struct convert_run *run, size_t at)
{
	bool is_elsewhere = false;

	for (uint32_t i = run->rounds.n; i-- > 0 && !is_elsewhere;)
		at = convert_origin(&run->rounds.items[i], at, &is_elsewhere);
	if (is_elsewhere)
		return source_place(&run->given->unit.sources, (uint32_t)at);
	return source_place(&run->given->unit.sources,
			    compilation_leaf(run->given)->base + (uint32_t)at);
}

static void note_losses(struct convert_run *run, const struct compilation *c,
			const struct conversion *from)
{
	struct arena *a = run->inv->arena;
	const struct source *text = compilation_leaf(c);

	for (uint32_t i = 0; i < from->losses.n; i++) {
		const struct convert_loss *loss = &from->losses.items[i];

		*LIST_PUSH(a, &run->lost) =
			(struct lost){.what = loss->what,
				      .why = loss->why,
				      .place = place_given(run, loss->at.begin - text->base)};
	}
	*LIST_PUSH(a, &run->rounds) = *from;
	for (uint32_t i = 0; &run->result != from && i < from->decisions.n; i++)
		*LIST_PUSH(a, &run->result.decisions) = from->decisions.items[i];
}

/* What a diagnostic says, without the path in front. */
static struct str said_of(const struct diag *d)
{
	struct str path = d->about.path;

	if (path.len && str_has_prefix(d->text, path.ptr) && d->text.ptr[path.len] == ':')
		return str_trim(str_from(d->text, path.len + 1));
	return d->text;
}

/* Ports are the person's: published ones that lead nowhere, and those that belong to root. */
static void decide_ports(struct convert_run *run, const struct compilation *c)
{
	for (uint32_t i = 0; i < c->unit.diags.list.n; i++) {
		const struct diag *d = c->unit.diags.list.items[i];

		if (d->rule == RULE_A23 || d->rule == RULE_A24)
			*LIST_PUSH(run->inv->arena, &run->result.decisions) = d->text;
	}
}

/* The spec's errors, as places in its text. */
static uint32_t list_refusals(struct compilation *c, struct convert_refusal **list)
{
	const struct source *leaf = compilation_leaf(c);
	const struct diags *ds = &c->unit.diags;
	uint32_t n = 0;

	*list = ARENA_ARRAY(c->inv->arena, ds->list.n, struct convert_refusal);
	for (uint32_t i = 0; leaf && i < ds->list.n; i++) {
		const struct diag *d = ds->list.items[i];

		if (d->severity != SEVERITY_ERROR || d->at.begin < leaf->base ||
		    d->at.end > leaf->base + leaf->bytes.len)
			continue;
		struct span at = {d->at.begin - leaf->base, d->at.end - leaf->base};
		(*list)[n++] = (struct convert_refusal){at, said_of(d)};
	}
	return n;
}

/* Compiles the spec, and leaves out what is refused. False when errors stand that nothing helps
   against; they are in the compilation. */
static bool leave_out_refused(struct convert_run *run, struct compilation *c, const char *path)
{
	enum {
		ROUNDS = 20
	};

	for (int round = 0; round < ROUNDS; round++) {
		if (!compilation_set_up(c, run->inv, path))
			return false;
		c->text = run->result.text;
		if (compilation_plan(c)) {
			decide_ports(run, c);
			return true;
		}
		struct convert_refusal *refused;
		uint32_t n = list_refusals(c, &refused);
		struct compilation again;
		struct conversion more;
		if (!compilation_set_up(&again, run->inv, path) ||
		    !frontend_convert_refused(&again.unit, run->result.text, refused, n, &more))
			return false;
		run->result.text = more.text;
		note_losses(run, &again, &more);
	}
	return false;
}

static void print_decisions(const struct conversion *result, FILE *out)
{
	if (result->decisions.n)
		fprintf(out, "To be decided by you:\n");
	for (uint32_t i = 0; i < result->decisions.n; i++) {
		fprintf(out, "%3u. ", i + 1);
		print_visible(out, result->decisions.items[i], VISIBLE_LINE);
		fputc('\n', out);
	}
}

static void print_lost(const struct convert_run *run)
{
	for (uint32_t i = 0; i < run->lost.n; i++) {
		const struct lost *lost = &run->lost.items[i];
		struct str line =
			str_fmt(run->inv->arena, "%.*s:%u:%u: left out: %.*s: %.*s",
				STR_ARG(lost->place.source->name), lost->place.line,
				lost->place.column, STR_ARG(lost->what), STR_ARG(lost->why));

		print_visible(stdout, line, VISIBLE_LINE);
		putchar('\n');
	}
}

static void print_json(const struct convert_run *run)
{
	struct arena *a = run->inv->arena;
	json_t *list = json_array(), *decisions = json_array();

	for (uint32_t i = 0; i < run->lost.n; i++) {
		const struct lost *lost = &run->lost.items[i];

		json_array_append_new(list, json_pack("{s:o, s:i, s:i, s:o, s:o}", "file",
						      json_visible(a, lost->place.source->name),
						      "line", (int)lost->place.line, "column",
						      (int)lost->place.column, "key",
						      json_visible(a, lost->what), "why",
						      json_visible(a, lost->why)));
	}
	for (uint32_t i = 0; i < run->result.decisions.n; i++)
		json_array_append_new(decisions, json_visible(a, run->result.decisions.items[i]));
	json_print(json_pack("{s:o, s:o}", "lost", list, "decisions", decisions));
}

static int print_check(const struct convert_run *run)
{
	if (run->inv->options.format == FORMAT_TEXT) {
		print_lost(run);
		print_decisions(&run->result, stdout);
	} else {
		print_json(run);
	}
	return run->lost.n ? EXIT_UNEXPECTED : EXIT_OK;
}

/* Before the spec is written: one that can't have its folders isn't left behind. */
static bool make_folders(struct convert_run *run, const char *path)
{
	struct arena *a = run->inv->arena;
	struct str folder = path_folder(a, str_c(path)), why;

	for (uint32_t i = 0; i < run->result.folders.n; i++) {
		struct str one = path_join(a, folder, run->result.folders.items[i]);
		if (!folder_make(a, one, 0777, &why)) {
			complain("can't make '%.*s': %.*s", STR_ARG(one), STR_ARG(why));
			return false;
		}
	}
	return true;
}

/* "default.conf" of "deploy/default.conf", not ".config". */
static bool is_name_of_file(struct str path)
{
	size_t begin = path.len;

	while (begin && path.ptr[begin - 1] != '/')
		begin--;
	return str_find(str_from(path, begin + (begin < path.len)), '.') != STR_NONE;
}

/* What has a name like a file's is no folder that may be made. */
static void look_at_sources(struct convert_run *run, const char *spec)
{
	struct arena *a = run->inv->arena;

	for (uint32_t i = 0; i < run->result.sources.n; i++) {
		struct str source = run->result.sources.items[i];

		if (path_exists(path_join(a, path_folder(a, str_c(spec)), source).ptr))
			continue;
		if (!is_name_of_file(source))
			*LIST_PUSH(a, &run->result.folders) = source;
		else
			*LIST_PUSH(a, &run->result.decisions) = str_fmt(
				a,
				"volumes: make the file '%.*s', which is mounted and isn't there",
				STR_ARG(source));
	}
}

/* A file that is there already may have been changed since. */
static bool make_files(struct convert_run *run, const char *spec)
{
	struct arena *a = run->inv->arena;
	struct str why;

	for (uint32_t i = 0; i < run->result.files.n; i++) {
		const struct convert_file *file = &run->result.files.items[i];
		struct str path = path_join(a, path_folder(a, str_c(spec)), file->path);

		if (path_exists(path.ptr))
			continue;
		if (!folder_make(a, path_folder(a, path), 0777, &why) ||
		    !file_write(a, path.ptr, file->text, plain_file_mode(), &why)) {
			complain("can't write '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
			return false;
		}
	}
	return true;
}

static int write_spec(struct convert_run *run)
{
	const char *to = run->inv->options.output;
	bool is_file = to && strcmp(to, "-") != 0;

	if (is_file && path_exists(to) && !run->inv->options.force) {
		complain("'%s' is there already; --force overwrites it", to);
		return EXIT_USAGE;
	}
	look_at_sources(run, is_file ? to : run->path);
	if (is_file && (!make_folders(run, to) || !make_files(run, to)))
		return EXIT_UNEXPECTED;
	struct str why;
	if (!file_write(run->inv->arena, to, run->result.text, plain_file_mode(), &why)) {
		complain("can't write '%s': %.*s", to ? to : "-", STR_ARG(why));
		return EXIT_UNEXPECTED;
	}
	print_decisions(&run->result, stderr);
	return EXIT_OK;
}

static int report_refusal(struct compilation *c)
{
	int status = compilation_report(c, stderr);

	return status == EXIT_OK ? EXIT_USAGE : status;
}

/* The further files of the command line, one laid over the other; later stages see one text. */
static bool lay_files_over(struct convert_run *run, struct compilation *c)
{
	struct arena *a = run->inv->arena;
	struct unit *u = &c->unit;
	const char *folder = str_to_c(a, str_cat(a, u->spec_dir, STR("/")));

	for (uint32_t i = 0; i < u->overlays.n; i++) {
		struct str path = u->overlays.items[i];
		struct conversion over;

		/* As the first file would name it. */
		if (str_has_prefix(path, folder))
			path = str_from(path, strlen(folder));
		else if (!str_eq(u->spec_dir, STR(".")))
			path = path_absolute(a, path);
		if (!frontend_convert_over(u, c->text, path, &over))
			return false;
		*LIST_PUSH(a, &run->rounds) = over;
		c->text = over.text;
		for (uint32_t k = 0; k < over.decisions.n; k++)
			*LIST_PUSH(a, &run->said_before) = over.decisions.items[k];
	}
	if (run->inv->options.files.list.n)
		run->inv->options.files.list.n = 1;
	return true;
}

/* The file that Compose lays over this one when nobody names files. */
static void tell_override(struct convert_run *run, const char *path)
{
	struct arena *a = run->inv->arena;
	struct str base = str_c(path);
	ptrdiff_t slash = str_find_last(base, '/'), dot = str_find_last(base, '.');
	struct str stem =
		str_slice(base, (size_t)(slash + 1), dot > slash ? (size_t)dot : base.len);

	if (dot <= slash || !(str_eq(stem, STR("docker-compose")) || str_eq(stem, STR("compose"))))
		return;
	for (int i = 0; i < 2; i++) {
		struct str over =
			str_fmt(a, "%.*s.override.%s", (int)dot, path, i ? "yaml" : "yml");

		if (!path_exists(str_to_c(a, over)))
			continue;
		*LIST_PUSH(a, &run->said_before) = str_fmt(
			a,
			"%.*s: Compose lays it over this file; 'hpcc convert -f %s -f %.*s' "
			"does, too",
			STR_ARG(over), path, STR_ARG(over));
		return;
	}
}

int cmd_convert(struct invocation *inv)
{
	const char *path = spec_find(inv);
	struct compilation c;
	struct convert_run run = {.inv = inv, .path = path, .given = &c};

	if (!path || !compilation_open(&c, inv, path))
		return EXIT_USAGE;
	if (!c.unit.overlays.n)
		tell_override(&run, path);
	else if (!lay_files_over(&run, &c))
		return report_refusal(&c);
	struct conversion gathered;
	if (!frontend_convert_gather(&c.unit, c.text, &gathered))
		return report_refusal(&c);
	*LIST_PUSH(inv->arena, &run.rounds) = gathered;
	struct compilation whole;
	if (!compilation_set_up(&whole, inv, path))
		return EXIT_USAGE;
	if (!frontend_convert(&whole.unit, gathered.text, &run.result) || whole.unit.diags.n_errors)
		return report_refusal(&whole);
	note_losses(&run, &whole, &run.result);
	for (uint32_t i = 0; i < gathered.decisions.n; i++)
		*LIST_PUSH(inv->arena, &run.result.decisions) = gathered.decisions.items[i];
	for (uint32_t i = 0; i < run.said_before.n; i++)
		*LIST_PUSH(inv->arena, &run.result.decisions) = run.said_before.items[i];
	struct compilation compiled;
	if (!leave_out_refused(&run, &compiled, path)) {
		complain("what became of '%s' can't be compiled:", path);
		return report_refusal(&compiled);
	}
	return inv->options.only_check ? print_check(&run) : write_spec(&run);
}
