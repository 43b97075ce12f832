/* SPDX-License-Identifier: Apache-2.0 */
/* The table of rules: look-up, and the two forms that people read. */
#include "ir/text/rules.h"

#include <string.h>

const struct rule *rule_find(struct str id_or_name)
{
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		if (str_eq_nocase(id_or_name, str_c(rules[i].id)) ||
		    str_eq_c(id_or_name, rules[i].name))
			return &rules[i];
	return NULL;
}

bool rule_is_advice(const struct rule *rule)
{
	return rule->id[0] == 'A';
}

const struct rule *rule_nearest(struct str name)
{
	struct nearest near = nearest_to(name);
	const struct rule *nearest = NULL;
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++)
		if (is_nearest(&near, str_c(rules[i].name)))
			nearest = &rules[i];
	return nearest;
}

static const char *needs_text(const struct rule *rule)
{
	static const struct {
		const char *needs, *text;
	} texts[] = {{"sweep", "when the sweep is submitted"}, {"local", "in a local run"}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (rule->needs && strcmp(rule->needs, texts[i].needs) == 0)
			return texts[i].text;
	return "";
}

/* Lines of an example, each indented. */
static void add_lines(struct buf *b, const char *text, const char *indent)
{
	for (struct str rest = str_c(text), line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		buf_add_fmt(b, "%s%.*s\n", indent, STR_ARG(line));
	}
}

/* Words of a text in lines of at most 78 columns. */
static void add_wrapped(struct buf *b, const char *text)
{
	size_t column = 0;
	for (struct str rest = str_c(text), word; rest.len;) {
		rest = str_split(rest, ' ', &word);
		if (column && column + 1 + word.len > 78) {
			buf_add_byte(b, '\n');
			column = 0;
		}
		buf_add_fmt(b, "%s%.*s", column ? " " : "", STR_ARG(word));
		column += word.len + (column != 0);
	}
	buf_add_byte(b, '\n');
}

static void add_examples(struct buf *b, const struct rule *rule)
{
	const char *when = needs_text(rule);
	if (rule->file_name) {
		buf_add_fmt(b, "\nbeside the examples, %s:\n\n", rule->file_name);
		add_lines(b, rule->file_text, "    ");
	}
	buf_add_fmt(b, "\nthis %s%s%s:\n\n", rule_is_advice(rule) ? "is warned of" : "fails",
		    when[0] ? " " : "", when);
	add_lines(b, rule->bad, "    ");
	buf_add_c(b, "\nthis is fine:\n\n");
	add_lines(b, rule->good, "    ");
}

struct str rule_text(struct arena *a, const struct rule *rule)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_fmt(&b, "%s %s (%s)\n\n", rule->id, rule->name,
		    rule_is_advice(rule) ? "advice: a warning, switched by -W" : "error");
	add_wrapped(&b, rule->meaning);
	add_wrapped(&b, rule->remedy);
	add_examples(&b, rule);
	return buf_str(&b);
}

/* One of the rules, and the field is written in its examples. */
static const struct rule *shows_key(struct str ids, struct str key)
{
	for (struct str id; ids.len;) {
		ids = str_trim(str_split(ids, ',', &id));
		const struct rule *rule = rule_find(id);
		for (size_t at = 0; rule && at < strlen(rule->bad); at++) {
			struct str rest = str_c(rule->bad + at);
			bool is_begin = !at || byte_is_in(rule->bad[at - 1], " {\n");
			if (is_begin && str_has_prefix(rest, key.ptr) &&
			    str_has_prefix(str_from(rest, key.len), ":"))
				return rule;
		}
	}
	return NULL;
}

struct str rule_examples(struct arena *a, const char *ids, const char *key)
{
	const struct rule *rule = shows_key(str_c(ids), str_c(key));
	if (!rule)
		return STR("");
	struct buf b;
	buf_init(&b, a);
	buf_add_fmt(&b, "\n%s: ", rule->id);
	add_wrapped(&b, rule->meaning);
	add_examples(&b, rule);
	return buf_str(&b);
}

static void add_markdown(struct buf *b, const struct rule *rule)
{
	const char *when = needs_text(rule);
	buf_add_fmt(b, "### %s `%s`\n\n", rule->id, rule->name);
	add_wrapped(b, rule->meaning);
	add_wrapped(b, rule->remedy);
	if (rule->file_name) {
		buf_add_fmt(b, "\nBeside the examples, `%s`:\n\n```text\n", rule->file_name);
		add_lines(b, rule->file_text, "");
		buf_add_c(b, "```\n");
	}
	/* Only what compiles is marked as YAML, as everywhere in docs/. */
	buf_add_fmt(b, "\n%s%s%s:\n\n```text\n", rule_is_advice(rule) ? "Warned of" : "Fails",
		    when[0] ? " " : "", when);
	add_lines(b, rule->bad, "");
	buf_add_fmt(b, "```\n\nFine:\n\n```%s\n", rule->file_name ? "text" : "yaml");
	add_lines(b, rule->good, "");
	buf_add_c(b, "```\n\n");
}

struct str rules_markdown(struct arena *a)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(
		&b,
		"<!-- Made from ir/facts/rules/; HPCC_UPDATE=1 build/tests/unit/unit_rules_page writes "
		"it. -->\n"
		"# Rules and advice\n\n"
		"Every message of the compiler ends in the id of a rule. Rules are errors; "
		"advice is\na warning, switched off by `-W no-NAME`. `hpcc explain R053` "
		"prints one entry of this page.\n\n");
	for (enum rule_id i = RULE_NONE + 1; i < N_RULES; i++) {
		if (i == 1 || rules[i].section != rules[i - 1].section)
			buf_add_fmt(&b, "## %s\n\n", rule_sections[rules[i].section].title);
		add_markdown(&b, &rules[i]);
	}
	b.len--; /* the page ends in one line break */
	return buf_str(&b);
}
