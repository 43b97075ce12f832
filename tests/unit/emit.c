/* SPDX-License-Identifier: Apache-2.0 */
/* ir/support/emit: what a shell reads is what was written. */
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ir/support/arena.h"
#include "ir/support/emit.h"

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

static const char *const hostile[] = {
	"",          "plain",        "two words",
	"it's",      "''",           "'",
	"\"",        "$HOME",        "${x}",
	"$(id)",     "`id`",         "a\\b",
	"\\",        "line\nbreak",  "\n",
	"tab\there", "-n",           "--",
	"~",         "~root",        "*",
	"a;b",       "a&b",          "a|b",
	"<in",       "#no",          "!!",
	"a!b",       "{a,b}",        "[x]",
	"?",         "=x",           "caf\xc3\xa9",
	"\xff\xfe",  "a=b c",        "$'\\n'",
	"EOF\n",     "\r",           "trailing\n\n",
	" lead",     "\\\nnewline",  "%s%n",
	"\x01\x02",  "\xe2\x80\xa8",
};

enum {
	N_HOSTILE = sizeof(hostile) / sizeof(hostile[0])
};

/* What bash makes of `script`, its NUL-ended outputs one behind the other. */
static struct str run_bash(struct str script)
{
	char name[] = "/tmp/hpcc-emit-XXXXXX";
	char *command;
	struct buf out;
	int byte, fd = mkstemp(name);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, script.ptr, script.len), script.len);
	close(fd);
	command = arena_alloc(&arena, 100);
	snprintf(command, 100, "HOME='/h o\"me' bash %s", name);
	FILE *pipe = popen(command, "r");
	assert_non_null(pipe);
	buf_init(&out, &arena);
	while ((byte = fgetc(pipe)) != EOF)
		buf_add_byte(&out, (char)byte);
	assert_int_equal(pclose(pipe), 0);
	unlink(name);
	return buf_str(&out);
}

static void test_words_survive_bash(void **state)
{
	struct emitter e;
	struct str got;

	(void)state;
	emit_init(&e, &arena);
	e.keeps_origins = true;
	emit_lit(&e, "printf '%s\\0'");
	for (int i = 0; i < N_HOSTILE; i++) {
		emit_lit(&e, " ");
		emit_word(&e, str_c(hostile[i]));
	}
	emit_lit(&e, "\n");
	got = run_bash(buf_str(&e.text));
	for (int i = 0; i < N_HOSTILE; i++) {
		struct str one;
		got = str_split(got, '\0', &one);
		assert_str(one, hostile[i]);
	}
}

static void test_parts_survive_bash(void **state)
{
	struct emitter e;
	struct str got;

	(void)state;
	emit_init(&e, &arena);
	e.keeps_origins = true;
	emit_lit(&e, "NODES=(n0 n1 n2 n3)\nIFS=,\nprintf '%s\\0'");
	for (int i = 0; i < N_HOSTILE; i++) {
		struct word w;
		word_init(&w, &arena);
		word_text(&w, str_c(hostile[i]));
		word_expansion(&w, "$HOME");
		word_text(&w, str_c(hostile[i]));
		word_indexed(&w, "${NODES[*]:", 1, ":2}");
		emit_lit(&e, " ");
		emit_parts(&e, &w);
	}
	emit_lit(&e, "\n");
	got = run_bash(buf_str(&e.text));
	for (int i = 0; i < N_HOSTILE; i++) {
		struct str one;
		got = str_split(got, '\0', &one);
		assert_str(one, str_fmt(&arena, "%s/h o\"me%sn1,n2", hostile[i], hostile[i]).ptr);
	}
}

static void test_forms(void **state)
{
	struct emitter e, before;

	(void)state;
	emit_init(&e, &arena);
	e.keeps_origins = true;
	emit_word(&e, STR("a/b-1.x"));
	emit_lit(&e, " ");
	emit_word(&e, STR("it's"));
	emit_lit(&e, " ");
	emit_int(&e, 42);
	emit_lit(&e, "\n");
	emit_comment(&e, STR("two\nlines"));
	assert_str(buf_str(&e.text), "a/b-1.x 'it'\\''s' 42\n# two lines\n");
	assert_int_equal(e.line, 3);
	emit_origin(&e, (struct span){3, 4}, STR("before"));
	before = e;
	emit_lit(&e, "x\n");
	emit_origin(&e, (struct span){5, 6}, STR("here"));
	assert_int_equal(e.origins.items[1].line, 4);
	emit_rewind(&e, &before);
	assert_str(buf_str(&e.text), "a/b-1.x 'it'\\''s' 42\n# two lines\n");
	assert_int_equal(e.line, 3);
	assert_int_equal(e.origins.n, 1);
}

static void test_end_mark_is_no_line_of_the_text(void **state)
{
	(void)state;
	assert_str(emit_end_mark(&arena, "END", STR("a\nENDING\n")), "END");
	assert_str(emit_end_mark(&arena, "END", STR("a\nEND\nb")), "END_2");
	assert_str(emit_end_mark(&arena, "END", STR("END_2\nEND")), "END_3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words_survive_bash),
		cmocka_unit_test(test_parts_survive_bash),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_end_mark_is_no_line_of_the_text),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
