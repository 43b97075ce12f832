/* SPDX-License-Identifier: Apache-2.0 */
/* YAML's traps: each is told in plain words at its place, and certain edits mend it. */
#include "tests/unit/test.h"

#include "ir/diag/diag_render.h"
#include "tests/unit/fixture.h"

struct trap {
	const char *text;
	const char *diag;  /* begins like this, behind the file's name */
	const char *fixed; /* NULL: no certain edit */
};

static void check_fixed(struct fixture *f, const struct trap *trap)
{
	uint32_t n;
	struct str fixed = diags_fixed(&f->arena, &f->unit.diags, f->unit.sources.files.items, &n);
	if (!str_eq_c(fixed, trap->fixed ? trap->fixed : trap->text))
		fail_msg("%s\nfixed: %.*s", trap->text, STR_ARG(fixed));
	if (!trap->fixed)
		return;
	struct fixture after;
	fixture_begin(&after);
	frontend_read_text(&after.unit, fixed);
	assert_str(fixture_diags(&after), "");
	fixture_end(&after);
}

static void check_trap(const struct trap *trap)
{
	struct fixture f;
	fixture_begin(&f);
	frontend_read_text(&f.unit, str_c(trap->text));
	struct str diags = fixture_diags(&f), head = str_fmt(&f.arena, "job.yaml:%s", trap->diag);
	if (!str_has_prefix(diags, head.ptr) || f.unit.diags.list.n != 1)
		fail_msg("%s\ngot  %.*s\nwant %s", trap->text, STR_ARG(diags), head.ptr);
	assert_null(fixture_check_spans(&f));
	check_fixed(&f, trap);
	fixture_end(&f);
}

static const struct trap traps[] = {
	/* Tabs. */
	{"services:\n\tapi:\n\t\timage: x\n", "2:1-2 R001 a tab can't indent",
	 "services:\n  api:\n    image: x\n"},
	{"a:\n\tb: |\n\t\techo\n", "2:1-2 R001 a tab can't indent", NULL},
	{"a:\n  b: x\n\t\n  c: y\n", "3:1-2 R001 a tab can't indent", "a:\n  b: x\n\n  c: y\n"},
	{"a:\n  b: x\n\t# c\n  c: y\n", "3:1-2 R001 a tab can't indent",
	 "a:\n  b: x\n# c\n  c: y\n"},
	{"a:\n  -\tb\n", "2:4-5 R001 a tab can't stand before what begins here", "a:\n  - b\n"},
	{"services:\n  api:\n  \timage: x\n", "3:3-4 R001 a tab can't indent", NULL},
	{"services:\n  api:\n    image: x\n\tcommand: y\n", "4:1-2 R001 a tab can't indent", NULL},
	/* A quote further up isn't closed: what seems to begin after another one can't be quoted. */
	{"a: \"x\nb: \"*y\"\n", "2:5-6 R001 a text can't begin with '*'", NULL},
	/* A blank is missing. */
	{"a:\n  image:redis\n  command: y\n", "2:3-9 R001 a blank is missing after 'image:'",
	 "a:\n  image: redis\n  command: y\n"},
	{"a:\n  command: y\n  image:redis\n", "3:3-9 R001 a blank is missing after 'image:'",
	 "a:\n  command: y\n  image: redis\n"},
	{"a:\n  - b\n  -c\n", "3:3-4 R001 a blank is missing after '-'", "a:\n  - b\n  - c\n"},
	{"a:\n  image=redis\n  command: y\n", "2:3-9 R001 a key ends in ':', not in '='",
	 "a:\n  image: redis\n  command: y\n"},
	{"{a: {b:}}\n", "1:6-8 R001 a blank is missing after 'b:'", "{a: {b: }}\n"},
	{"{a: 1, b:[c]}\n", "1:8-10 R001 a blank is missing after 'b:'", "{a: 1, b: [c]}\n"},
	/* A colon is missing. */
	{"a: {b {c: d}}\n", "1:5-6 R001 a ':' is missing after 'b'", "a: {b: {c: d}}\n"},
	{"a:\n  image redis\n  command: y\n", "2:3-8 R001 a ':' is missing after 'image'",
	 "a:\n  image: redis\n  command: y\n"},
	{"a:\n  api\n    image: redis\n", "2:3-6 R001 a ':' is missing after 'api'",
	 "a:\n  api:\n    image: redis\n"},
	{"services\n  a: 1\n", "1:1-9 R001 a ':' is missing after 'services'",
	 "services:\n  a: 1\n"},
	{"a:\n  image: x\n  command\nb: 1\n", "3:3-10 R001 a ':' is missing after 'command'", NULL},
	/* Lines of a script that lost its head. */
	{"a:\n  script:\n    echo x\n    echo y: z\n",
	 "3:5-11 R001 a text of several lines can't begin without '|' | help write 'script: |' above "
	 "it",
	 NULL},
	{"a:\n  b: x\n  echo \"y\"\n", "3:3-7 R001 a ':' is missing after 'echo'", NULL},
	{"a:\n  b: x\n  c=d\n", "3:3-5 R001 a key ends in ':', not in '='", NULL},
	/* Quotes. */
	{"a:\n  image: \"redis\n  command: y\n",
	 "2:10-16 R001 the quote that opens here is never closed",
	 "a:\n  image: \"redis\"\n  command: y\n"},
	{"a: \"redis\nb: \"x\"\n",
	 "1:4-10 R001 the quote that opens here is closed only lines below",
	 "a: \"redis\"\nb: \"x\"\n"},
	{"a: 'redis\nb: 1\nc: 'it'\n",
	 "1:4-10 R001 the quote that opens here is closed only lines below",
	 "a: 'redis'\nb: 1\nc: 'it'\n"},
	{"a: \"one # two\nb\n", "1:4-14 R001 the quote that opens here is never closed", NULL},
	{"a: \"x\" y\n", "1:8-9 R001 text follows the quote that ends the value", NULL},
	{"a: 'it's'\n", "1:8-10 R001 text follows the quote that ends the value", NULL},
	{"a: \"C:\\path\"\n", "1:7-9 R001 '\\p' is no escape in double quotes",
	 "a: \"C:\\\\path\"\n"},
	{"a: \"\\u12\"\n", "1:5-7 R001 this escape needs more hexadecimal digits", NULL},
	{"a: [\"b, \"c\"]\n",
	 "1:10-11 R001 a ',' or ']' is missing here | note job.yaml:1:4-5 it was opened here | note "
	 "job.yaml:1:5-10 this text in quotes ends right before it",
	 NULL},
	/* Starts that YAML keeps for itself. */
	{"a:\n  b: @foo # c\n", "2:6-7 R001 a text can't begin with '@'",
	 "a:\n  b: \"@foo\" # c\n"},
	{"a:\n  b: `date`\n", "2:6-7 R001 a text can't begin with '`'", "a:\n  b: \"`date`\"\n"},
	{"a:\n  b: %x\n", "2:6-7 R001 a text can't begin with '%'", "a:\n  b: \"%x\"\n"},
	{"a: [%x, 2]\n", "1:5-6 R001 a text can't begin with '%'", "a: [\"%x\", 2]\n"},
	{"a:\n  @b: 1\n", "2:3-4 R001 a text can't begin with '@'", "a:\n  \"@b\": 1\n"},
	{"a:\n  - *.log\n", "2:5-6 R001 a text can't begin with '*'", "a:\n  - \"*.log\"\n"},
	{"a: & b\n", "1:4-5 R001 a text can't begin with '&'", "a: \"& b\"\n"},
	{"a: !foo!bar x\n", "1:4-5 R001 a text can't begin with '!'", "a: \"!foo!bar x\"\n"},
	{"a: {$FOO}/x\n", "1:10-12 R001 this can't follow a complete value", "a: \"{$FOO}/x\"\n"},
	{"a: [ -f x ] && y\n", "1:13-14 R001 a text can't begin with '&'",
	 "a: \"[ -f x ] && y\"\n"},
	/* A second colon. */
	{"a: b: c\n", "1:5-6 R001 a value can't hold ': ' unless it is in quotes", "a: \"b: c\"\n"},
	{"a: echo \"x: y\"\n", "1:11-12 R001 a value can't hold ': '", "a: 'echo \"x: y\"'\n"},
	{"a:{b: 1, c: 2}\n",
	 "1:1-3 R001 a blank is missing after 'a:' | help YAML needs ': ' between key and value",
	 "a: {b: 1, c: 2}\n"},
	{"a:[\"]\", {b: c, d: e}]\n", "1:1-3 R001 a blank is missing after 'a:'",
	 "a: [\"]\", {b: c, d: e}]\n"},
	{"a:[b: 1, c: 2\n", "1:1-3 R001 a blank is missing after 'a:'", NULL},
	{"a: it's \"x: y\"\n", "1:11-12 R001 a value can't hold ': '", NULL},
	/* Indentation. */
	{"a:\n    b:\n        c: x\n   d:\n        e: y\n",
	 "4:1-4 R001 this line is indented by 3; the lines above it begin at 8, 4, 0", NULL},
	{"a:\n  b:\n    c: x\n   d: y\n",
	 "4:1-4 R001 this line is indented by 3; the lines above it begin at 4, 2, 0", NULL},
	{"a:\n    - b\n   - c\n",
	 "3:1-4 R001 this line is indented by 3; the lines above it begin at 4, 0 | help items of one "
	 "list begin in the same column; is it meant to stand beside '- b'?",
	 NULL},
	{"  a: 1\nb: 2\n", "2:1-5 R001 this line is indented less than the file's first key", NULL},
	{"a:\n  b: x\n    c: y\n", "3:5-6 R001 this line is indented deeper than the one above",
	 NULL},
	{"a:\n  b: 1\n  - c\n", "3:3-6 R001 a list item can't stand beside keys", NULL},
	{"a:\n  - b\n  c: 1\n", "3:3-7 R001 a key can't stand beside list items", NULL},
	{"a: |\n    x\n  y\nb: 1\n",
	 "3:1-3 R001 this line is indented by 2; the lines above it begin at 4, 0", NULL},
	{"a: |\nfoo\n", "2:1-4 R001 the text of a block must be indented deeper than its key",
	 NULL},
	{"a: | foo\n  bar\n", "1:6-9 R001 nothing can follow the '|' of a text block on its line",
	 NULL},
	{"a: - b\n", "1:4-5 R001 a list can't begin on the line of its key", NULL},
	/* Look-alikes. */
	{"a:\n\xc2\xa0\xc2\xa0"
	 "b: x\n  c: y\n",
	 "2:1-2 R001 this is a no-break space (U+00A0), not a blank", "a:\n  b: x\n  c: y\n"},
	{"a: \xe2\x80\x9chello: x\xe2\x80\x9d\n",
	 "1:4-5 R001 this is a typographic quote (U+201C), not a YAML quote", "a: \"hello: x\"\n"},
	{"\xc2\xa0 a: x\n", "1:1-2 R001 this is a no-break space (U+00A0), not a blank",
	 "  a: x\n"},
	{"a:\n  \xef\xbb\xbf"
	 "b: x\n",
	 "2:3-4 R001 this is a byte order mark (U+FEFF), not a blank", "a:\n  b: x\n"},
	{"\xef\xbb\xbf"
	 "name:x\na: y\n",
	 "1:1-6 R001 a blank is missing after 'name:'",
	 "\xef\xbb\xbf"
	 "name: x\na: y\n"},
	{"\xe2\x80\x9c"
	 "a\xe2\x80\x9d: x\n",
	 "1:1-2 R001 this is a typographic quote (U+201C), not a YAML quote", NULL},
	{"a: \xe2\x80\x9cx y\xe2\x80\x9d\n",
	 "1:4-5 A18 this typographic quote (U+201C) becomes a part of the text | help the quotes of "
	 "YAML are \" and ': write \"x y\"",
	 "a: \"x y\"\n"},
	{"a: [x\xc2\xa0, y]\n", "1:6-7 A18 this no-break space (U+00A0) becomes a part of the text",
	 "a: [x, y]\n"},
	{"a: \xc2\xbb"
	 "x\n",
	 "1:4-5 A18 this typographic quote (U+00BB) becomes a part of the text", NULL},
	/* Brackets. */
	{"a: [1, 2\nb: 3\n", "1:4-9 R001 the '[' that opens here is never closed", NULL},
	{"a: {x: 1\n", "1:4-9 R001 the '{' that opens here is never closed", NULL},
	{"a: [1, 2", "1:4-9 R001 the '[' that opens here is never closed", NULL},
	{"a: [1, {b: 2},\n", "1:4-15 R001 the '[' that opens here is never closed", NULL},
	{"a: [1, 2}\n", "1:9-10 R001 '}' can't close a '['", NULL},
	{"a: [\"x\" \"y\"]\n", "1:9-10 R001 a ',' or ']' is missing here", NULL},
	{"a: [1, 2]]\n", "1:10-11 R001 ']' closes nothing", NULL},
	{"a: ]\n", "1:4-5 R001 ']' closes nothing", NULL},
	/* The rest. */
	{": a\n", "1:1-2 R001 a key is missing before this ':'", NULL},
	{"%YAML 1.3\n---\na: 1\n", "1:1-10 R001 a line that begins with '%' is a directive", NULL},
	{"a: 1\n--- b\n", "2:1-4 R001 a second YAML document begins here", NULL},
};

static void test_traps(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++)
		check_trap(&traps[i]);
}

/* What YAML takes as a text, though a key or an item was meant: the edit makes the binder happy. */
static void test_hints(void **state)
{
	(void)state;
	static const struct {
		const char *text, *help, *fixed;
	} rows[] = {
		{"name:demo\n", "a blank is missing after 'name:'", "name: demo\n"},
		{"services:\n  a:\n    image:redis\n", "a blank is missing after 'image:'",
		 "services:\n  a:\n    image: redis\n"},
		{"services:\n  a:\n    image:\xc2\xa0redis\n", "is a no-break space (U+00A0)",
		 "services:\n  a:\n    image: redis\n"},
		{"services:\n  a: redis:7\n", "R011", "services:\n  a: redis:7\n"},
		{"services:\n  a:'  image: x\n", "a blank is missing after 'a:'",
		 "services:\n  a:'  image: x\n"},
		{"services:\n  a:{image: x}\n", "a blank is missing after 'a:'",
		 "services:\n  a: {image: x}\n"},
		{"services:\n  a:[{b: [run]\n", "a blank is missing after 'a:'",
		 "services:\n  a:[{b: [run]\n"},
		{"services:\n  a: A=, b]\n", "R011", "services:\n  a: A=, b]\n"},
		{"services:\n  A=, b]\n", "a key ends in ':', not in '='", "services:\n  A=, b]\n"},
		{"services:\n  a:\n    image=redis\n", "a key ends in ':', not in '='",
		 "services:\n  a:\n    image: redis\n"},
		{"services: {a: {image: x, environment: {A:1}}}\n", "a blank is missing after 'A:'",
		 "services: {a: {image: x, environment: {A: 1}}}\n"},
		{"services:\n  a:\n    image: x\n    command:\n      - echo a: b\n",
		 "in quotes: \"echo a: b\"",
		 "services:\n  a:\n    image: x\n    command:\n      - \"echo a: b\"\n"},
		{"services:\n  a:\n    image: x\n    environment:\n      - A: b\n", "write A=b",
		 "services:\n  a:\n    image: x\n    environment:\n      - A=b\n"},
		{"services:\n  a:\n    image: x\n    volumes:\n      - ./a: /b\n", "write ./a:/b",
		 "services:\n  a:\n    image: x\n    volumes:\n      - ./a:/b\n"},
		{"services: {a: {image:redis}}\n", "a blank is missing after 'image:'",
		 "services: {a: {image: redis}}\n"},
		{"services:\n  a:\n    image: x\n    volumes:\n      -a:/b\n      -c:/d\n",
		 "a blank is missing after '-'",
		 "services:\n  a:\n    image: x\n    volumes:\n      - a:/b\n      - c:/d\n"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture f;
		fixture_begin(&f);
		frontend_read_text(&f.unit, str_c(rows[i].text));
		if (f.unit.tree)
			frontend_bind(&f.unit);
		struct str diags = fixture_diags(&f);
		if (!str_contains(diags, rows[i].help))
			fail_msg("%s\ngot %.*s", rows[i].text, STR_ARG(diags));
		uint32_t n;
		assert_str(diags_fixed(&f.arena, &f.unit.diags, f.unit.sources.files.items, &n),
			   rows[i].fixed);
		fixture_end(&f);
	}
}

/* Whatever one byte does to a text: a place inside the file, or a tree. */
static void test_every_byte(void **state)
{
	(void)state;
	static const char bytes[] = "\t\n\r \"'[]{}:,-#&*!|>%@`?\\~x\xc2\xff";
	struct str good = STR("a: &x {b: [1, \"two\"], c: 'd'}\ne:\n  - f: |\n      g\n  - *x\n"
			      "h: {<<: *x}\n");
	for (size_t at = 0; at < good.len; at++) {
		for (size_t i = 0; bytes[i]; i++) {
			struct fixture f;
			fixture_begin(&f);
			struct str bad = str_dup(&f.arena, good);
			((char *)bad.ptr)[at] = bytes[i];
			frontend_read_text(&f.unit, bad);
			const char *fault = fixture_check_spans(&f);
			if (fault)
				fail_msg("%s: %.*s", fault, STR_ARG(bad));
			assert_true(f.unit.tree || f.unit.diags.n_errors);
			fixture_end(&f);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_traps),
		cmocka_unit_test(test_hints),
		cmocka_unit_test(test_every_byte),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
