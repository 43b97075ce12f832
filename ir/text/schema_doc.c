/* SPDX-License-Identifier: Apache-2.0 */
/* The reference page of all fields, and what `hpcc explain PATH` says of one. */
#include "ir/text/schema_text.h"

#include <string.h>

#include "ir/schema_externs.gen.h"
#include "ir/support/bug.h"

static void visit(struct arena *a, struct record_list *list, const struct record *r)
{
	for (uint32_t i = 0; i < list->records.n; i++)
		if (list->records.items[i] == r)
			return;
	*LIST_PUSH(a, &list->records) = r;
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].sub)
			visit(a, list, r->fields[i].sub);
}

void schema_records(struct arena *a, struct record_list *list)
{
	visit(a, list, &record_job);
}

static const char *integer_takes(const char *type)
{
	if (strcmp(type, "pos") == 0)
		return "integer from 1";
	if (strcmp(type, "nodes") == 0)
		return "integer from 1, or `auto`";
	if (strcmp(type, "port") == 0)
		return "port, 1 to 65535";
	if (strcmp(type, "u16") == 0)
		return "integer, 0 to 65535";
	return "integer from 0";
}

static struct str words_takes(struct arena *a, const struct field *f, const char *last)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; f->words[i]; i++) {
		const char *between = !i ? "" : f->words[i + 1] ? ", " : last;
		buf_add_c(&b, between);
		buf_add_fmt(&b, "`%s`", f->words[i]);
	}
	return buf_str(&b);
}

static struct str record_takes(struct arena *a, const struct record *r)
{
	struct buf b;
	buf_init(&b, a);
	buf_add_c(&b, "mapping");
	if (record_word(r).len)
		buf_add_fmt(&b, ", or `%.*s`", STR_ARG(record_word(r)));
	if (record_shorthand(r, "scalar"))
		buf_add_fmt(&b, ", or text (`%s`)", record_shorthand(r, "scalar")->key);
	if (record_shorthand(r, "list"))
		buf_add_fmt(&b, ", or list (`%s`)", record_shorthand(r, "list")->key);
	return buf_str(&b);
}

struct str schema_takes(struct arena *a, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR:
		if (strcmp(f->arg, "version") == 0)
			return STR("`1`");
		return strcmp(f->arg, "signal") == 0 ? STR("signal, by name or number")
						     : STR("text");
	case KIND_BOOL:
		return STR("`true` or `false`");
	case KIND_UINT:
		return str_c(integer_takes(f->arg));
	case KIND_PORT:
		return STR("integer from 1 to 65535, or the name of a port");
	case KIND_GPUS:
		return STR("integer from 1, or `KIND:NUMBER`");
	case KIND_ENUM:
		return words_takes(a, f, " or ");
	case KIND_LIST:
		if (f->words)
			return str_cat(a, STR("list of "), words_takes(a, f, ", "));
		return STR("list of texts");
	case KIND_ONE_OR_LIST:
		return STR("text or list of texts");
	case KIND_MAP:
		return STR("mapping of texts");
	case KIND_ENV:
		return STR("mapping of texts, or list of `NAME=value`");
	case KIND_COMMAND:
		return STR("text or list of words");
	case KIND_WALLTIME:
		return STR("time limit");
	case KIND_DURATION:
		return STR("seconds, or a duration such as `1m30s`");
	case KIND_NODESET:
		return STR("node indices such as `0-3,6`");
	case KIND_MOUNTS:
		return STR("list of mounts");
	case KIND_RECORD:
		return record_takes(a, f->sub);
	case KIND_RECORDS:
		return record_shorthand(f->sub, "scalar") ? STR("list of texts or mappings")
							  : STR("list of mappings");
	case KIND_NAMED:
		return record_has(f->sub, "names") ? STR("list of names, or mapping by name")
						   : STR("mapping by name");
	case KIND_VALUES:
		return STR("mapping of lists of values");
	}
	BUG("a kind that takes nothing");
}

static bool has_default(const struct field *f)
{
	return *f->initial && f->kind != KIND_RECORD;
}

/* Cells of a Markdown table; `|` would end one. */
static void add_cell(struct buf *b, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '|')
			buf_add_byte(b, '\\');
		buf_add_byte(b, text.ptr[i]);
	}
}

static struct str field_path(struct arena *a, const struct record *r, const struct field *f)
{
	return *r->path ? str_fmt(a, "%s.%s", r->path, f->key) : str_c(f->key);
}

/* The anchor that Markdown viewers give a heading: letters and digits stay, blanks become '-'. */
static void add_anchor(struct buf *b, const char *heading)
{
	for (const char *p = heading; *p; p++) {
		bool is_word = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_' ||
			       *p == '-';
		if (is_word)
			buf_add_byte(b, *p);
	}
}

static void add_row(struct buf *b, const struct field *f)
{
	buf_add_fmt(b, "| `%s`", f->key);
	if (f->bits & FIELD_WHEN) {
		buf_add_c(b, " (");
		for (struct str rest = str_c(f->when), one; rest.len;) {
			rest = str_split(rest, '|', &one);
			buf_add(b, one);
			buf_add_c(b, rest.len ? ", " : ")");
		}
	}
	buf_add_c(b, " | ");
	add_cell(b, schema_takes(b->arena, f));
	buf_add_c(b, field_has_variables(f) ? " $" : "");
	buf_add_c(b, f->bits & FIELD_BLANK ? " (blank: absent) | " : " | ");
	if (f->bits & FIELD_REQ)
		buf_add_c(b, "**required**");
	else if (has_default(f))
		buf_add_fmt(b, "`%s`", f->initial);
	buf_add_c(b, " | ");
	add_cell(b, str_c(f->help));
	if (f->sub) {
		buf_add_fmt(b, " See [`%s`](#", f->sub->path);
		add_anchor(b, f->sub->path);
		buf_add_c(b, ").");
	}
	buf_add_fmt(b, " | %s |\n", f->rules);
}

static const char introduction[] =
	"<!-- Made from the rows in ir/facts/fields/*.m4; change those. -->\n"
	"# Fields of a spec\n"
	"\n"
	"One section for each mapping, one row for each of its keys. *Text* is any scalar, taken "
	"as\n"
	"it is written: `time: 90` and `mem: 4096` need no quotes. `$` behind a type means that\n"
	"variables such as `${NAME:-default}` are replaced. Integers and `true`/`false` must be "
	"YAML\n"
	"integers and booleans, without quotes, once variables are replaced. A key with `null` counts as absent, unless the key "
	"is\n"
	"required or takes one of several words; so does a blank text where the type says *blank: "
	"absent*,\n"
	"such as what `${NAME:-}` leaves of an unset variable. The last column names the rules that "
	"speak of\n"
	"the field; `hpcc explain R039` says what one means.\n";

struct str schema_reference(struct arena *a)
{
	struct record_list list = {0};
	struct buf b;
	buf_init(&b, a);
	schema_records(a, &list);
	buf_add_c(&b, introduction);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		buf_add_fmt(&b, *r->path ? "\n## `%s`\n\n" : "\n## The root%s\n\n", r->path);
		buf_add_c(&b, "| key | takes | default | meaning | rules |\n"
			      "|---|---|---|---|---|\n");
		for (size_t k = 0; k < r->n_fields; k++)
			add_row(&b, &r->fields[k]);
	}
	return buf_str(&b);
}

/* One step of a path: cuts it off the front of *rest. `[3]` behind a key is dropped. */
static struct str next_step(struct str *rest)
{
	struct str step;
	*rest = str_split(*rest, '.', &step);
	ptrdiff_t bracket = str_find(step, '[');
	return bracket == STR_NONE ? step : str_slice(step, 0, (size_t)bracket);
}

/* The field that a path names; *record gets the one that holds it. */
static const struct field *find_field(struct str path, const struct record **record)
{
	const struct record *r = &record_job;
	const struct field *f = NULL;
	while (path.len) {
		if (f && f->kind == KIND_NAMED) {
			next_step(&path); /* any name */
			r = f->sub;
			if (!path.len)
				return f;
		} else if (f &&
			   (f->kind == KIND_MAP || f->kind == KIND_ENV || f->kind == KIND_VALUES)) {
			return f; /* a name of the author's own */
		} else if (f) {
			r = f->sub;
		}
		if (!r)
			return NULL;
		f = record_field(r, next_step(&path));
		if (!f)
			return NULL;
		*record = r;
	}
	return f;
}

static struct str without_backticks(struct arena *a, struct str text)
{
	struct buf b;
	buf_init(&b, a);
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != '`')
			buf_add_byte(&b, text.ptr[i]);
	return buf_str(&b);
}

static void explain_keys(struct buf *b, const struct record *r)
{
	size_t width = 0;
	for (size_t i = 0; i < r->n_fields; i++)
		if (r->fields[i].key_length > width)
			width = r->fields[i].key_length;
	buf_add_c(b, "\n  keys:\n");
	for (size_t i = 0; i < r->n_fields; i++)
		buf_add_fmt(b, "    %-*s  %s\n", (int)width, r->fields[i].key, r->fields[i].help);
}

struct str schema_explain(struct arena *a, struct str path)
{
	const struct record *r = NULL;
	const struct field *f = find_field(path, &r);
	if (!f)
		return STR("");
	struct buf b;
	buf_init(&b, a);
	struct str name = field_path(a, r, f);
	struct str takes = without_backticks(a, schema_takes(a, f));
	buf_add_fmt(&b, "%.*s\n  %s\n\n", STR_ARG(name), f->help);
	buf_add_fmt(&b, "  takes:    %.*s%s%s\n", STR_ARG(takes),
		    field_has_variables(f) ? "; variables are replaced" : "",
		    f->bits & FIELD_BLANK ? "; blank is absent" : "");
	if (f->bits & FIELD_REQ)
		buf_add_c(&b, "  required: yes\n");
	else if (has_default(f))
		buf_add_fmt(&b, "  default:  %s\n", f->initial);
	if (f->bits & FIELD_WHEN) {
		struct str types = str_c(f->when);
		buf_add_fmt(&b, "  only for: type %.*s\n", STR_ARG(types));
	}
	if (*f->effect)
		buf_add_fmt(&b, "  becomes:  %s\n", f->effect);
	if (*f->rules)
		buf_add_fmt(&b, "  rules:    %s\n", f->rules);
	if (f->sub)
		explain_keys(&b, f->sub);
	return buf_str(&b);
}

/* stage_in[0].from is stage_in.from */
static struct str without_positions(struct arena *a, struct str path)
{
	bool is_inside = false;
	struct buf out;
	buf_init(&out, a);
	for (size_t i = 0; i < path.len; i++) {
		is_inside |= path.ptr[i] == '[';
		if (!is_inside)
			buf_add_byte(&out, path.ptr[i]);
		is_inside &= path.ptr[i] != ']';
	}
	return buf_str(&out);
}

struct str schema_ending(struct arena *a, struct str steps)
{
	struct record_list list = {0};
	struct str best = STR(""), end = str_cat(a, STR("."), without_positions(a, steps));
	schema_records(a, &list);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		for (size_t k = 0; k < r->n_fields; k++) {
			struct str path = field_path(a, r, &r->fields[k]);
			if (str_has_suffix(without_positions(a, path), end.ptr) &&
			    (!best.len || path.len < best.len))
				best = path;
		}
	}
	return best;
}

const struct record *schema_record(struct str path)
{
	const struct record *r = &record_job;
	const struct field *f = NULL;
	while (path.len && r) {
		bool is_name = f && f->kind == KIND_NAMED;
		f = is_name ? NULL : record_field(r, next_step(&path));
		if (is_name)
			next_step(&path);
		else
			r = f ? f->sub : NULL;
	}
	return f && f->kind == KIND_NAMED ? NULL : r;
}

const struct field *schema_field(struct str path)
{
	const struct record *r = NULL;
	return find_field(path, &r);
}

struct str schema_suggest(struct arena *a, struct str path)
{
	struct record_list list = {0};
	struct str best = STR("");
	struct str last = path;
	ptrdiff_t dot = str_find_last(path, '.');
	if (dot != STR_NONE)
		last = str_from(path, (size_t)dot + 1);
	enum {
		WHOLE = 32
	};
	unsigned limit = slips_allowed(last);
	unsigned best_cost = (limit + 1) * (WHOLE + 2);
	schema_records(a, &list);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		for (size_t k = 0; k < r->n_fields; k++) {
			struct str whole = field_path(a, r, &r->fields[k]);
			unsigned distance = str_distance(last, str_c(r->fields[k].key), limit);
			/* Of several keys the one whose whole path is nearest. */
			unsigned cost = distance * (WHOLE + 2) + str_distance(path, whole, WHOLE);
			if (distance > limit || cost >= best_cost)
				continue;
			best_cost = cost;
			best = whole;
		}
	}
	return best;
}
