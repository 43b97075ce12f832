/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hpcc explain: a rule (R012, A07, or its name), a field (x-slurm.time), or where a line of a
 * script came from (job.sbatch:42).
 */
#include <string.h>

#include "driver/commands/cmd.h"
#include "driver/compile.h"
#include "driver/json.h"
#include "driver/system.h"
#include "frontend/frontend.h"
#include "ir/text/rules.h"
#include "ir/text/schema_text.h"
#include "ir/diag/diag_render.h"

static void put(struct str text)
{
	fwrite(text.ptr, 1, text.len, stdout);
	if (text.len > 0 && !str_has_suffix(text, "\n"))
		putchar('\n');
}

/* "job.sbatch:42" of a file that exists. */
static bool split_place(struct arena *a, const char *word, struct str *path, uint64_t *line)
{
	ptrdiff_t colon = str_find_last(str_c(word), ':');

	if (colon == STR_NONE || !str_to_u64(str_from(str_c(word), (size_t)colon + 1), line))
		return false;
	*path = str_dup(a, str_slice(str_c(word), 0, (size_t)colon));
	return path_exists(path->ptr);
}

static struct str line_of(struct str text, uint64_t number)
{
	struct str line = STR("");

	while (number-- > 0 && text.len > 0)
		text = str_split(text, '\n', &line);
	return line;
}

/* The comment that heads the section which the line stands in. */
static struct str section_of(struct str text, uint64_t number)
{
	struct str section = STR(""), line;

	while (number-- > 0 && text.len > 0) {
		text = str_split(text, '\n', &line);
		if (str_has_prefix(line, "# "))
			section = str_from(line, 2);
	}
	return section;
}

static bool is_for_programs(const struct invocation *inv)
{
	return inv->options.format == FORMAT_JSON;
}

/* A line as people may see it. */
static struct str shown(struct compilation *c, struct str line)
{
	return diags_redact_lines(c->inv->arena, &c->unit.diags, line);
}

static json_t *origin_json(struct compilation *c, const struct line_origin *origin)
{
	struct place place = source_place(&c->unit.sources, origin->at.begin);
	struct arena *a = c->inv->arena;
	json_t *one = json_object();

	json_object_set_new(
		one, "field",
		json_visible(a, secrets_redact(a, &c->unit.diags.secrets, origin->what, 0)));
	if (!place.source)
		return one;
	json_object_set_new(one, "file", json_visible(a, place.source->name));
	json_object_set_new(one, "line", json_integer(place.line));
	json_object_set_new(one, "column", json_integer(place.column));
	json_object_set_new(
		one, "text",
		json_visible(a, shown(c, source_line(&c->unit.sources, place.source, place.line))));
	return one;
}

static void print_line_json(struct compilation *c, struct str path, uint64_t number,
			    struct str line, const struct script *script)
{
	struct arena *a = c->inv->arena;
	bool is_fresh = str_eq(line, line_of(script->text, number));
	json_t *origins = json_array();

	for (uint32_t i = 0; i < script->lines.n; i++)
		if (script->lines.items[i].line == number)
			json_array_append_new(origins, origin_json(c, &script->lines.items[i]));
	json_print(json_pack("{s:s, s:o, s:I, s:o, s:b, s:o, s:o}", "kind", "line", "file",
			     json_visible(a, path), "line", (json_int_t)number, "text",
			     json_visible(a, shown(c, line)), "is_fresh", is_fresh, "section",
			     json_visible(a, section_of(script->text, number)), "origins",
			     origins));
}

static void print_origin(struct compilation *c, const struct line_origin *origin)
{
	struct place place = source_place(&c->unit.sources, origin->at.begin);
	struct arena *a = c->inv->arena;

	printf("comes from %.*s",
	       STR_ARG(str_visible(a, secrets_redact(a, &c->unit.diags.secrets, origin->what, 0),
				   VISIBLE_LINE)));
	if (!place.source) {
		putchar('\n');
		return;
	}
	printf(", %.*s:%u:%u\n    %.*s\n",
	       STR_ARG(str_visible(a, place.source->name, VISIBLE_LINE)), place.line, place.column,
	       STR_ARG(str_visible(
		       a, shown(c, source_line(&c->unit.sources, place.source, place.line)),
		       VISIBLE_LINE)));
}

static int explain_line(struct invocation *inv, struct str path, uint64_t number)
{
	bool any = false;

	inv->words.n = 0; /* the spec is the one of --file, or the one here */
	struct compilation c;
	int status = compile_spec(&c, inv);
	if (status != EXIT_OK)
		return status;
	struct str text, why;
	if (!stream_read(inv->arena, path.ptr, FRONTEND_MAX_FILE, &text, &why)) {
		complain("can't read '%.*s': %.*s", STR_ARG(path), STR_ARG(why));
		return EXIT_USAGE;
	}
	c.backend.keeps_lines = true;
	struct script script;
	compilation_script(&c, &script);
	struct str line = line_of(text, number);
	if (is_for_programs(inv)) {
		print_line_json(&c, path, number, line, &script);
		return EXIT_OK;
	}
	if (!str_eq(line, line_of(script.text, number)))
		complain(
			"'%.*s' isn't what %.*s compiles to now; the answer is about the fresh script",
			STR_ARG(path), STR_ARG(c.unit.path));
	printf("%.*s:%llu\n    %.*s\n", STR_ARG(str_visible(inv->arena, path, VISIBLE_LINE)),
	       (unsigned long long)number,
	       STR_ARG(str_visible(inv->arena, shown(&c, line), VISIBLE_LINE)));
	for (uint32_t i = 0; i < script.lines.n; i++) {
		if (script.lines.items[i].line != number)
			continue;
		print_origin(&c, &script.lines.items[i]);
		any = true;
	}
	struct str section = section_of(script.text, number);
	if (!any)
		printf("comes from no field; its section: %.*s\n",
		       STR_ARG(str_visible(inv->arena, section, VISIBLE_LINE)));
	return EXIT_OK;
}

static int complain_unknown(struct invocation *inv, const char *word)
{
	const struct rule *rule = rule_nearest(str_c(word));
	struct str field = schema_suggest(inv->arena, str_c(word));

	complain("'%s' is neither a rule, a field, nor a line of a script", word);
	if (field.len > 0)
		advise("did you mean '%.*s'?", STR_ARG(field));
	else if (rule)
		advise("did you mean '%s' (%s)?", rule->id, rule->name);
	else
		advise("as in: hpcc explain R012, hpcc explain x-slurm.time, hpcc explain "
		       "job.sbatch:42");
	return EXIT_USAGE;
}

/* "services.image", with the name of the service left out; else the empty string. */
static struct str field_of_services(struct arena *a, struct str word)
{
	struct str key = str_from(word, strlen("services."));
	struct str path = str_cat(a, STR("services.<name>."), key);
	bool is_short = str_has_prefix(word, "services.") && str_find(key, '.') == STR_NONE;

	return is_short && schema_field(path) ? path : STR("");
}

/* The path that is meant: the word, or one that ends in it, as "placement" and "stage_in.from". */
static struct str field_meant(struct arena *a, const char *word)
{
	struct str path = field_of_services(a, str_c(word));

	if (path.len > 0)
		return path;
	if (schema_field(str_c(word)))
		return str_c(word);
	return schema_ending(a, str_c(word));
}

/* "R012, R013" as a list. */
static json_t *ids_json(struct arena *a, const char *ids)
{
	struct str rest = str_c(ids);
	json_t *list = json_array();
	struct str one;
	while (rest.len > 0) {
		rest = str_split(rest, ',', &one);
		if (!str_is_blank(one))
			json_array_append_new(list, json_visible(a, str_trim(one)));
	}
	return list;
}

static json_t *field_json(struct arena *a, struct str path, const struct field *f)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:b, s:b, s:s, s:s, s:o}", "kind", "field", "path",
			 json_visible(a, path), "takes", json_visible(a, schema_takes(a, f)),
			 "default", json_text(a, str_c(f->initial)), "required",
			 (f->bits & FIELD_REQ) != 0, "variables", (f->bits & FIELD_INTERP) != 0,
			 "help", f->help, "effect", f->effect, "rules", ids_json(a, f->rules));
}

static int explain_field(struct invocation *inv, struct str path)
{
	const struct field *field = schema_field(path);

	if (is_for_programs(inv)) {
		json_print(field_json(inv->arena, path, field));
		return EXIT_OK;
	}
	put(schema_explain(inv->arena, path));
	put(rule_examples(inv->arena, field->rules, field->key));
	return EXIT_OK;
}

static json_t *rule_json(struct arena *a, const struct rule *rule)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "kind", "rule", "id", rule->id,
			 "name", rule->name, "severity", rule_is_advice(rule) ? "warning" : "error",
			 "meaning", rule->meaning, "remedy", rule->remedy, "fails",
			 json_text(a, str_c(rule->bad)), "fine", json_text(a, str_c(rule->good)));
}

static int explain_rule(struct invocation *inv, const struct rule *rule)
{
	if (is_for_programs(inv))
		json_print(rule_json(inv->arena, rule));
	else
		put(rule_text(inv->arena, rule));
	return EXIT_OK;
}

static int list_rules(struct invocation *inv)
{
	json_t *all = is_for_programs(inv) ? json_array() : NULL;

	for (enum rule_id i = RULE_NONE + 1; all && i < N_RULES; i++)
		json_array_append_new(all, rule_json(inv->arena, &rules[i]));
	if (all) {
		json_print(all);
		return EXIT_OK;
	}
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++) {
		size_t section = rules[i].section;

		if (i == 1 || section != rules[i - 1].section)
			printf("%s%s\n", section ? "\n" : "", rule_sections[section].title);
		printf("  %-5s %-26s %s\n", rules[i].id, rules[i].name, rules[i].meaning);
	}
	return EXIT_OK;
}

int cmd_explain(struct invocation *inv)
{
	const char *word = inv->words.n > 0 ? inv->words.items[0] : NULL;

	if (!word)
		return list_rules(inv);
	const struct rule *rule = rule_find(str_c(word));
	if (rule)
		return explain_rule(inv, rule);
	struct str path;
	uint64_t line;
	if (split_place(inv->arena, word, &path, &line))
		return explain_line(inv, path, line);
	path = field_meant(inv->arena, word);
	if (path.len == 0)
		return complain_unknown(inv, word);
	return explain_field(inv, path);
}
