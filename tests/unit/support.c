/* SPDX-License-Identifier: Apache-2.0 */
/* ir/support: arena, strings, maps, sources, diagnostics. */
#include "tests/unit/test.h"

#include <string.h>

#include "ir/support/arena.h"
#include "ir/diag/diag.h"
#include "ir/support/map.h"
#include "ir/support/secret.h"
#include "ir/support/source.h"
#include "ir/support/utf8.h"
#include "ir/support/visible.h"

static struct arena arena;

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

static void test_arena(void **state)
{
	(void)state;
	char *small = arena_alloc(&arena, 3);
	assert_int_equal((uintptr_t)small % 8, 0);
	assert_int_equal(small[0] | small[1] | small[2], 0);
	memset(small, 7, 3);
	char *grown = arena_grow(&arena, small, 3, 12);
	assert_ptr_equal(grown, small); /* the last allocation grows in place */
	arena_alloc(&arena, 1);
	char *moved = arena_grow(&arena, grown, 12, 1 << 20);
	assert_ptr_not_equal(moved, grown);
	assert_int_equal(moved[2], 7);
	LIST(int) list = {0};
	for (int i = 0; i < 1000; i++)
		*LIST_PUSH(&arena, &list) = i;
	assert_int_equal(list.n, 1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(list.items[i], i);
}

static void test_list_items_begin_zeroed(void **state)
{
	(void)state;
	LIST(uint64_t) list = {0};
	memset(arena_alloc(&arena, 64), 0xff, 64);
	for (int i = 0; i < 100; i++)
		assert_int_equal(*LIST_PUSH(&arena, &list), 0);
}

static void test_str(void **state)
{
	(void)state;
	struct str head;
	struct str rest = str_split(STR("K=V=W"), '=', &head);
	assert_str(head, "K");
	assert_str(rest, "V=W");
	assert_str(str_split(STR("alone"), '=', &head), "");
	assert_str(head, "alone");
	assert_str(str_trim(STR(" \ta b\r\n")), "a b");
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("b"), STR("ab")) > 0);
	assert_str(str_fmt(&arena, "%d-%s", 4, "x"), "4-x");
	assert_int_equal(str_find_last(STR("a/b/c"), '/'), 3);
	assert_int_equal(str_find(STR(""), '/'), STR_NONE);
}

static void test_numbers(void **state)
{
	(void)state;
	uint64_t value;
	assert_true(str_to_u64(STR("18446744073709551615"), &value));
	assert_true(value == UINT64_MAX);
	assert_false(str_to_u64(STR("18446744073709551616"), &value));
	assert_false(str_to_u64(STR(""), &value));
	assert_false(str_to_u64(STR("+1"), &value));
}

static void test_distance(void **state)
{
	(void)state;
	static const struct {
		const char *a, *b;
		unsigned distance;
	} rows[] = {
		{"", "", 0},     {"imge", "image", 1},     {"IMAGE", "image", 0},    {"abc", "", 3},
		{"ab", "ba", 1}, {"kitten", "sitting", 3}, {"command", "comand", 1}, {"a", "b", 1}};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(str_distance(str_c(rows[i].a), str_c(rows[i].b), 9),
				 rows[i].distance);
	assert_int_equal(str_distance(STR("abcdef"), STR("uvwxyz"), 2), 3);
}

static void test_json(void **state)
{
	(void)state;
	struct buf b;
	buf_init(&b, &arena);
	buf_add_json(&b, STR("a\"\\\n\x01\xff\xc3\xa9"));
	assert_str(buf_str(&b), "\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\xc3\xa9\"");
}

static void test_utf8(void **state)
{
	(void)state;
	assert_int_equal(utf8_valid_length(STR("\xc0\x80")), 0);     /* overlong */
	assert_int_equal(utf8_valid_length(STR("\xed\xa0\x80")), 0); /* surrogate */
	assert_int_equal(utf8_valid_length(STR("\xf4\x90\x80\x80")), 0);
	assert_int_equal(utf8_valid_length(STR("\xf0\x9f\x98\x80")), 4);
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0x301), 0);
}

static void test_visible(void **state)
{
	static const struct {
		const char *text, *line, *lines, *colors;
	} cases[] = {
		{"plain caf\xc3\xa9", "plain caf\xc3\xa9", "plain caf\xc3\xa9",
		 "plain caf\xc3\xa9"},
		{"a\tb\nc\r\n", "a\\tb\\nc\\r\\n", "a\tb\nc\n", "a\tb\nc\n"},
		{"1\r2", "1\\r2", "1\\r2", "1\\r2"},
		{"\x1b[2J\x1b]0;t\a", "\\x1b[2J\\x1b]0;t\\x07", "\\x1b[2J\\x1b]0;t\\x07",
		 "\\x1b[2J\\x1b]0;t\\x07"},
		{"\xff\xc2\x9b"
		 "2J",
		 "\\xff\\x9b2J", "\\xff\\x9b2J", "\\xff\\x9b2J"},
		{"\xe2\x80\xae"
		 "x\xe2\x81\xa6",
		 "\\u202ex\\u2066", "\\u202ex\\u2066", "\\u202ex\\u2066"},
		/* A colour that is left on ends with its line. */
		{"\x1b[1;31mred\nb", "\\x1b[1;31mred\\nb", "\\x1b[1;31mred\nb",
		 "\x1b[1;31mred\x1b[0m\nb"},
		{"\x1b[31mred\x1b[m.", "\\x1b[31mred\\x1b[m.", "\\x1b[31mred\\x1b[m.",
		 "\x1b[31mred\x1b[m."},
		{"\x1b[31", "\\x1b[31", "\\x1b[31", "\\x1b[31"},
		{"\x1b[3", "\\x1b[3", "\\x1b[3", "\\x1b[3"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str text = str_c(cases[i].text);
		assert_str(str_visible(&arena, text, VISIBLE_LINE), cases[i].line);
		assert_str(str_visible(&arena, text, VISIBLE_TEXT), cases[i].lines);
		assert_str(str_visible(&arena, text, VISIBLE_COLORS), cases[i].colors);
	}
}

static void test_secrets(void **state)
{
	static const char key[] = "-----BEGIN KEY-----\n  abcdef\nxyz\n-----END KEY-----\n";
	static const struct {
		const char *secrets[3];
		const char *text;
		unsigned search;
		const char *wanted;
	} cases[] = {
		{{"hunter2"}, "a hunter2, ahunter2a", 0, "a <redacted>, a<redacted>a"},
		{{" hunter2\n"}, "hunter2", 0, "<redacted>"},
		/* Overlapping ones, in any order, hide all that they cover. */
		{{"abcdef", "defghi"}, "_abcdefghi_", 0, "_<redacted>_"},
		{{"defghi", "abcdef"}, "_abcdefghi_", 0, "_<redacted>_"},
		{{"abcd", "abcdef"}, "abcdefg", 0, "<redacted>g"},
		/* Short ones hide nothing but themselves. */
		{{"a"}, "a cat: a", 0, "a cat: a"},
		{{"a"}, "not a cat: 'a'", SECRETS_SHORT, "not a cat: '<redacted>'"},
		{{"1"}, "11 is not 1", SECRETS_SHORT, "11 is not <redacted>"},
		/* Lines of several, where they say something. */
		{{key}, "x abcdef xyz", 0, "x <redacted> xyz"},
		{{key}, key, 0, "<redacted>\n"},
		/* Quoted by a shell, by YAML and by JSON. */
		{{"pa'ss"}, "export A='pa'\\''ss'", SECRETS_QUOTED, "export A='<redacted>'"},
		{{"pa'ss"}, "export A=pa\\'ss", SECRETS_QUOTED, "export A=<redacted>"},
		{{"pa'ss"},
		 "sh -c 'A='\\''pa'\\''\\'\\'''\\''ss'\\'''",
		 SECRETS_QUOTED,
		 "sh -c 'A='\\''<redacted>'\\'''"},
		{{"a\"b\\c\nd"},
		 "{\"k\": \"a\\\"b\\\\c\\nd\"}",
		 SECRETS_QUOTED,
		 "{\"k\": \"<redacted>\"}"},
		{{"x$$y%z"},
		 "\"x\\$\\$y%%z\" x$$$$y%z",
		 SECRETS_QUOTED,
		 "\"<redacted>\" <redacted>"},
		{{"pa'ss"}, "export A='pa'\\''ss'", 0, "export A='pa'\\''ss'"},
		{{"caf\xc3\xa9\xff"}, "a caf\xc3\xa9\xff", SECRETS_QUOTED, "a <redacted>"},
		{{"''''"}, "export A='' B=''", SECRETS_QUOTED, "export A='' B=''"},
		{{""}, "export A=''", SECRETS_SHORT | SECRETS_QUOTED, "export A=''"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct secret_set set;
		secrets_init(&set, &arena);
		for (size_t k = 0; k < 3 && cases[i].secrets[k]; k++)
			secrets_add(&set, str_c(cases[i].secrets[k]));
		assert_str(secrets_redact(&arena, &set, str_c(cases[i].text), cases[i].search),
			   cases[i].wanted);
	}
}

static void test_secrets_are_held(void **state)
{
	struct secret_set set;
	(void)state;
	secrets_init(&set, &arena);
	assert_false(secrets_hold(&set, STR("x")));
	secrets_add(&set, STR("a"));
	secrets_add(&set, STR("hunter2\n"));
	assert_true(secrets_hold(&set, STR("a")));
	assert_false(secrets_hold(&set, STR("aa")));
	assert_true(secrets_hold(&set, STR("hunter2")));
	assert_true(secrets_hold(&set, STR("hunter2\n")));
	assert_true(secrets_hold(&set, STR("my-hunter2!")));
	assert_false(secrets_hold(&set, STR("hunter")));
}

/* A piece of a longer text ends where it ends for libc, too. */
static void test_c_strings(void **state)
{
	(void)state;
	struct str whole = STR("4711\n;east"), id;

	str_split(whole, '\n', &id);
	assert_string_equal(str_to_c(&arena, id), "4711");
	assert_string_equal(str_to_c(&arena, str_from(whole, 6)), "east");
	assert_string_equal(str_to_c(&arena, (struct str){NULL, 0}), "");
}

static void test_map(void **state)
{
	(void)state;
	struct map m = {0};
	assert_int_equal(map_get(&m, STR("x")), MAP_NONE);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(map_put(&m, &arena, str_fmt(&arena, "k%u", i), i), MAP_NONE);
	for (uint32_t i = 0; i < 5000; i++)
		assert_int_equal(map_get(&m, str_fmt(&arena, "k%u", i)), i);
	assert_int_equal(map_put(&m, &arena, STR("k7"), 9), 7);
	assert_int_equal(map_get(&m, STR("k7")), 9);
	assert_int_equal(m.n, 5000);
}

static void test_places(void **state)
{
	(void)state;
	struct source_map map;
	source_map_init(&map, &arena);
	source_add(&map, STR("a"),
		   STR("\xef\xbb\xbf"
		       "ab\r\nc\xc3\xa9"
		       "d\n"));
	uint32_t second = source_add(&map, STR("b"), STR("x\ry"));
	const struct source *a = &map.files.items[0], *b = &map.files.items[second];
	struct place p = source_place(&map, a->base + 4);
	assert_int_equal(p.line, 1);
	assert_int_equal(p.column, 2); /* the byte order mark has no column */
	p = source_place(&map, a->base + 10);
	assert_int_equal(p.line, 2);
	assert_int_equal(p.column, 3);
	p = source_place(&map, a->base + (uint32_t)a->bytes.len);
	assert_ptr_equal(p.source, a); /* the end of a file belongs to it */
	assert_int_equal(p.line, 3);
	p = source_place(&map, b->base + 2);
	assert_int_equal(p.line, 2);
	assert_str(p.source->name, "b");
	assert_str(source_line(&map, a, 2), "c\xc3\xa9"
					    "d");
	assert_str(source_text(&map, source_span(b, 0, 1)), "x");
	assert_null(source_at(&map, 0));
}

static void test_diags(void **state)
{
	(void)state;
	struct diags ds;
	diags_init(&ds, &arena);
	struct diag *d = diag_error(&ds, (struct span){5, 6}, RULE_R005, "unknown key '%s'", "x");
	diag_note(&ds, d, (struct span){1, 2}, "here");
	diag_help(&ds, d, "did you mean '%s'?", "y");
	diag_fix(&ds, d, d->at, STR("y"));
	diag_warning(&ds, SPAN_NONE, RULE_A01, "w");
	assert_int_equal(ds.n_errors, 1);
	assert_int_equal(ds.list.n, 2);
	assert_int_equal(d->lines.n, 2);
	assert_str(d->fixes.items[0].text, "y");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena),     cmocka_unit_test(test_list_items_begin_zeroed),
		cmocka_unit_test(test_str),       cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_distance),  cmocka_unit_test(test_json),
		cmocka_unit_test(test_utf8),      cmocka_unit_test(test_visible),
		cmocka_unit_test(test_secrets),   cmocka_unit_test(test_secrets_are_held),
		cmocka_unit_test(test_c_strings), cmocka_unit_test(test_map),
		cmocka_unit_test(test_places),    cmocka_unit_test(test_diags),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
