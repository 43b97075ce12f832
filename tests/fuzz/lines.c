/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Slips of the keyboard, made in every line of every file given: the line is taken out, written
 * twice, swapped with the next one, indented by one or two more or less, and loses one character.
 * Each result compiles, or is refused with a diagnostic at a real place; and the edits that
 * diagnostics propose never make it worse.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/diag/diag_render.h"
#include "tests/fuzz/target.h"

static char bytes[FUZZ_MAX_INPUT];
static unsigned n_checked, n_fixed_specs, n_failed;

static struct str read_spec(const char *path)
{
	FILE *file = fopen(path, "rb");
	if (!file) {
		perror(path);
		exit(1);
	}
	size_t n = fread(bytes, 1, sizeof(bytes), file);
	fclose(file);
	return (struct str){bytes, n};
}

static bool is_told(const struct fixture *f)
{
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++)
		if (!span_is_none(f->unit.diags.list.items[i]->at))
			return true;
	return false;
}

static void complain(const char *path, const char *slip, struct str text, const char *what)
{
	n_failed++;
	fprintf(stderr, "%s: %s; the spec, after '%s':\n%.*s----\n", path, what, slip,
		STR_ARG(text));
}

/* How many diagnostics that propose edits in `before` are among those of f. */
static uint32_t count_fixable(const struct fixture *f, const struct fixture *before)
{
	uint32_t n = 0;
	const struct diags *ds = &f->unit.diags, *old = &before->unit.diags;
	for (uint32_t i = 0; i < ds->list.n; i++) {
		bool is_old = false;
		for (uint32_t k = 0; k < old->list.n && !is_old; k++)
			is_old = old->list.items[k]->fixes.n &&
				 old->list.items[k]->rule == ds->list.items[i]->rule &&
				 str_eq(old->list.items[k]->text, ds->list.items[i]->text);
		n += is_old;
	}
	return n;
}

static bool has_rule(const struct fixture *f, enum rule_id rule)
{
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++)
		if (f->unit.diags.list.items[i]->rule == rule)
			return true;
	return false;
}

/* What was mended is gone, and the text is YAML if it was. Mistakes that nobody could see before,
   below a misspelt key or behind a syntax error, may come up. */
static void check_fixed(const char *path, const char *slip, struct str text,
			const struct fixture *before)
{
	uint32_t n_fixed;
	struct fixture after;
	struct str fixed = diags_fixed(before->unit.arena, &before->unit.diags,
				       before->unit.sources.files.items, &n_fixed);
	if (!n_fixed ||
	    has_rule(before, RULE_R002)) /* of a repeated key only the first is looked at */
		return;
	n_fixed_specs++;
	fuzz_compile(&after, fixed);
	if (before->unit.tree && !after.unit.tree)
		complain(path, slip, text, "its edits make a syntax error");
	else if (count_fixable(&after, before) + n_fixed > count_fixable(before, before))
		complain(path, slip, text, "its edits don't mend it");
	fixture_end(&after);
}

static void check(const char *path, const char *slip, struct str text)
{
	struct fixture f;
	fuzz_compile(&f, text);
	fuzz_check_diags(&f);
	if (f.unit.diags.n_errors ? !is_told(&f) : !f.unit.plan)
		complain(path, slip, text, "neither compiled nor told");
	check_fixed(path, slip, text, &f);
	fixture_end(&f);
	n_checked++;
}

/* The text with its bytes from begin to end replaced by others. */
static void check_replaced(const char *path, const char *slip, struct str text, size_t begin,
			   size_t end, struct str first, struct str second)
{
	struct arena arena;
	struct buf b;
	arena_init(&arena);
	buf_init(&b, &arena);
	buf_add(&b, str_slice(text, 0, begin));
	buf_add(&b, first);
	buf_add(&b, second);
	buf_add(&b, str_from(text, end));
	check(path, slip, buf_str(&b));
	arena_free(&arena);
}

static size_t next_line(struct str text, size_t begin)
{
	ptrdiff_t found = str_find(str_from(text, begin), '\n');
	return found == STR_NONE ? text.len : begin + (size_t)found + 1;
}

static void check_line(const char *path, struct str text, size_t begin)
{
	const struct str nothing = STR("");
	size_t end = next_line(text, begin), below = next_line(text, end);
	struct str line = str_slice(text, begin, end);
	size_t blanks = 0, length = line.len;
	check_replaced(path, "a line taken out", text, begin, end, nothing, nothing);
	check_replaced(path, "a line twice", text, begin, end, line, line);
	if (below > end)
		check_replaced(path, "two lines swapped", text, begin, below,
			       str_slice(text, end, below), line);
	check_replaced(path, "indented by 1 more", text, begin, begin, STR(" "), nothing);
	check_replaced(path, "indented by 2 more", text, begin, begin, STR("  "), nothing);
	while (blanks < line.len && line.ptr[blanks] == ' ')
		blanks++;
	for (size_t n = 1; n <= 2 && n <= blanks; n++)
		check_replaced(path, n == 1 ? "indented by 1 less" : "indented by 2 less", text,
			       begin, begin + n, nothing, nothing);
	while (length && (line.ptr[length - 1] == '\n' || line.ptr[length - 1] == '\r'))
		length--;
	const size_t places[] = {blanks, (blanks + length) / 2, length - 1};
	for (size_t i = 0; i < 3 && blanks < length; i++)
		check_replaced(path, "a character lost", text, begin + places[i],
			       begin + places[i] + 1, nothing, nothing);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct str text = read_spec(argv[i]);
		for (size_t begin = 0; begin < text.len; begin = next_line(text, begin))
			check_line(argv[i], text, begin);
	}
	printf("%u changed specs, %u mended\n", n_checked, n_fixed_specs);
	return n_failed || !n_checked;
}
