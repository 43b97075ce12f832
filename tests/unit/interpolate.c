/* SPDX-License-Identifier: Apache-2.0 */
/* Interpolation: every form, laziness, places of mistakes, where values came from, limits. */
#include "tests/unit/test.h"

#include <string.h>
#include <time.h>

#include "frontend/variables/interpolate.h"
#include "frontend/variables/variables.h"
#include "ir/facts/rules.h"

#define ABOUT(field) ((struct diag_subject){.path = STR(field)})

static struct arena arena;
static struct unit unit;

static bool no_file(void *context, struct arena *a, struct str path, struct str *bytes,
		    struct str *why)
{
	(void)context, (void)a, (void)path, (void)bytes;
	*why = STR("no such file or directory");
	return false;
}

static const struct {
	const char *name, *value;
} environment[] = {
	{"SET", "value"}, {"EMPTY", ""}, {"DOLLAR", "$SET"}, {"B", "b"}, {"HOME_DIR", "/home"},
};

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena);
	unit = (struct unit){.arena = &arena, .reader = {.read = no_file}};
	source_map_init(&unit.sources, &arena);
	diags_init(&unit.diags, &arena);
	for (size_t i = 0; i < sizeof(environment) / sizeof(*environment); i++)
		*LIST_PUSH(&arena, &unit.process_env) = (struct assignment){
			str_c(environment[i].name), str_c(environment[i].value)};
	unit.spec_dir = STR(".");
	variables_build(&unit);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A scalar as it stands in a file, with its quotes, and what YAML makes of it. */
static struct node scalar(const char *source, const char *text)
{
	uint32_t file = source_add(&unit.sources, STR("compose.yaml"), str_c(source));
	const struct source *s = &unit.sources.files.items[file];
	return (struct node){.kind = NODE_STRING,
			     .is_quoted = source[0] == '"' || source[0] == '\'',
			     .at = source_span(s, 0, strlen(source)),
			     .text = str_c(text)};
}

static bool expand(const char *text, unsigned flags, struct v_str *value)
{
	struct node node = scalar(text, text);
	node.is_quoted = false;
	*value = (struct v_str){.from = {.at = node.at, .kind = ORIGIN_WRITTEN}};
	return interpolate(&unit, &node, node.text, ABOUT("services.a.image"), flags, value);
}

static void test_forms(void **state)
{
	(void)state;
	static const char *const rows[][2] = {
		{"plain", "plain"},
		{"$SET", "value"},
		{"${SET}", "value"},
		{"a$SET.b${SET}c", "avalue.bvaluec"},
		{"$EMPTY|${EMPTY}", "|"},
		{"${NONE:-d}", "d"},
		{"${EMPTY:-d}", "d"},
		{"${SET:-d}", "value"},
		{"${NONE-d}", "d"},
		{"${EMPTY-d}", ""},
		{"${SET-d}", "value"},
		{"${SET:?m}", "value"},
		{"${SET?m}", "value"},
		{"${EMPTY?m}", ""},
		{"${NONE:-}", ""},
		{"${SET:+w}", "w"},
		{"${SET+w}", "w"},
		{"${EMPTY:+w}", ""},
		{"${EMPTY+w}", "w"},
		{"${NONE:+w}", ""},
		{"${NONE+w}", ""},
		{"${SET:+}", ""},
		{"a${SET:+-$SET}", "a-value"},
		{"${NONE:+$NONE}", ""},
		{"${SET:+${EMPTY:-x}}", "x"},
		{"$$SET", "$SET"},
		{"$$$SET", "$value"},
		{"$9 $- a$", "$9 $- a$"},
		{"$", "$"},
		{"$$", "$"},
		{"$$$$", "$$"},
		{"${A:-{x}}", "{x}"},
		{"${A:-${B:-c}}", "b"},
		{"${A:-${C:-c}}", "c"},
		{"${SET:-${}}", "value"},
		{"${SET:-${1X}${X=y}}", "value"},
		{"${A:-$$}", "$"},
		{"${A:-$${}", "${"},
		{"${A:-a$}", "a$"},
		{"${A:-x:-y-?z}", "x:-y-?z"},
		{"$DOLLAR ${DOLLAR}", "$SET $SET"},
		{"}{$SET}", "}{value}"},
		{"${SET:-${NONE}}", "value"},
		{"\xc3\xa9$SET\xe2\x82\xac", "\xc3\xa9value\xe2\x82\xac"},
		{"$SET_X_${B}", NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct v_str value;
		bool is_good = expand(rows[i][0], 0, &value);
		if (is_good != (rows[i][1] != NULL))
			fail_msg("'%s' is %s", rows[i][0], is_good ? "accepted" : "refused");
		if (is_good)
			assert_str(value.v, rows[i][1]);
	}
}

static void test_refusals(void **state)
{
	(void)state;
	static const struct {
		const char *text, *rule;
		uint32_t begin, end;
		const char *message; /* behind the path */
	} rows[] = {
		{"x $NONE y", "R024", 2, 7, "variable 'NONE' is not set"},
		{"${NONE}", "R024", 0, 7, NULL},
		{"${NONE:?set it}", "R025", 0, 15, "set it (variable 'NONE' is not set)"},
		{"${EMPTY:?set $SET}", "R025", 0, 18, "set value (variable 'EMPTY' is empty)"},
		{"${NONE?m}", "R025", 0, 9, NULL},
		{"${NONE:?}", "R025", 0, 9, "variable 'NONE' is required, but it is not set"},
		{"${EMPTY:?}", "R025", 0, 10, "variable 'EMPTY' is required, but it is empty"},
		{"a ${}", "R026", 2, 5, "'${}' names no variable"},
		{"${1X}", "R026", 0, 5, "'1X' doesn't begin with the name of a variable"},
		{"${ X}", "R026", 0, 5, NULL},
		{"${-x}", "R026", 0, 5, NULL},
		{"${X:=y}", "R027", 3, 5, "':=' can't follow the name of a variable"},
		{"${SET:+$NONE}", "R024", 7, 12, "variable 'NONE' is not set"},
		{"${X=y}", "R027", 3, 4, "'=' can't follow the name of a variable"},
		{"${SET!}", "R027", 5, 6, NULL},
		{"${SET:}", "R027", 5, 6, NULL},
		{"${X", "R028", 0, 3, "'${' has no '}'"},
		{"ab${A:-${B}", "R028", 2, 11, NULL},
		{"${", "R028", 0, 2, NULL},
		{"${1X", "R028", 0, 4, NULL},
		{"${SET:-${}", "R028", 0, 10, NULL},
		{"${A:-${}}", "R026", 5, 8, NULL},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct v_str value;
		uint32_t before = unit.diags.list.n;
		if (expand(rows[i].text, 0, &value))
			fail_msg("'%s' is accepted", rows[i].text);
		assert_int_equal(value.from.kind, ORIGIN_POISON);
		assert_int_equal(unit.diags.list.n, before + 1);
		const struct diag *d = unit.diags.list.items[before];
		uint32_t base = value.from.at.begin;
		if (strcmp(rules[d->rule].id, rows[i].rule) != 0 ||
		    d->at.begin != base + rows[i].begin || d->at.end != base + rows[i].end)
			fail_msg("'%s': %s at %u-%u: %.*s", rows[i].text, rules[d->rule].id,
				 d->at.begin - base, d->at.end - base, STR_ARG(d->text));
		assert_true(str_has_prefix(d->text, "services.a.image: "));
		if (rows[i].message)
			assert_str(str_from(d->text, 18), rows[i].message);
	}
}

static void test_all_mistakes_at_once(void **state)
{
	(void)state;
	struct v_str value;
	uint32_t before = unit.diags.list.n;
	assert_false(expand("$ONE ${TWO} ${} ${X=}", 0, &value));
	assert_int_equal(unit.diags.list.n, before + 4);
}

static void test_places_in_quoted_and_block_scalars(void **state)
{
	(void)state;
	struct v_str value = {0};
	static const struct {
		const char *source, *text;
		uint32_t begin, end; /* of the blame in source */
	} rows[] = {
		{"'ab $NONE'", "ab $NONE", 4, 9},
		{"\"$NONE\"", "$NONE", 1, 6},
		{"\"a\\tb $NONE\"", "a\tb $NONE", 6, 11},          /* found by its own text */
		{"\"\\x41 $NONE $NONE\"", "A $NONE $NONE", 0, 18}, /* twice: the scalar */
		{"|\n  a\n  $NONE\n", "a\n$NONE\n", 8, 13},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct node node = scalar(rows[i].source, rows[i].text);
		uint32_t before = unit.diags.list.n;
		assert_false(interpolate(&unit, &node, node.text, ABOUT("p"), 0, &value));
		const struct diag *d = unit.diags.list.items[before];
		assert_int_equal(d->at.begin - node.at.begin, rows[i].begin);
		assert_int_equal(d->at.end - node.at.begin, rows[i].end);
	}
	struct node node = scalar("KEY=$NONE", "KEY=$NONE"); /* a part of a scalar */
	uint32_t before = unit.diags.list.n;
	assert_false(interpolate(&unit, &node, str_from(node.text, 4), ABOUT("p"), 0, &value));
	assert_int_equal(unit.diags.list.items[before]->at.begin - node.at.begin, 4);
}

static void test_origin(void **state)
{
	(void)state;
	struct v_str value;
	static const struct trail inherited = {.kind = TRAIL_EXTENDS};
	struct node node = scalar("${SET}/${NONE:-$B}", "${SET}/${NONE:-$B}");
	value = (struct v_str){.from = origin_new(node.at, &inherited, ORIGIN_WRITTEN)};
	assert_true(interpolate(&unit, &node, node.text, ABOUT("p"), 0, &value));
	assert_int_equal(value.from.kind, ORIGIN_ENVIRONMENT);
	assert_int_equal(origin_trail(value.from)->kind, TRAIL_VARIABLE);
	assert_str(origin_trail(value.from)->name, "SET");
	assert_str(origin_trail(value.from)->next->name, "B");
	assert_ptr_equal(origin_trail(value.from)->next->next, &inherited);
	assert_true(expand("${NONE:-d}", 0, &value));
	assert_int_equal(value.from.kind, ORIGIN_WRITTEN); /* no variable took part */
	assert_null(origin_trail(value.from));
}

static void test_job_id(void **state)
{
	(void)state;
	struct v_str value;
	assert_true(expand("/x/$SLURM_JOB_ID", INTERPOLATE_JOB_ID, &value));
	assert_str(value.v, "/x/${SLURM_JOB_ID}");
	assert_true(expand("/x/${SLURM_JOB_ID:-1}", INTERPOLATE_JOB_ID, &value));
	assert_str(value.v, "/x/${SLURM_JOB_ID}");
	assert_false(expand("/x/$SLURM_JOB_ID", 0, &value));
}

static void test_suggestion(void **state)
{
	(void)state;
	struct v_str value;
	uint32_t before = unit.diags.list.n;
	assert_false(expand("$HOME_DOR", 0, &value));
	assert_str(unit.diags.list.items[before]->lines.items[0].text, "did you mean 'HOME_DIR'?");
	before = unit.diags.list.n;
	assert_false(expand("$SLURM_NTASKS", 0, &value));
	assert_str(
		unit.diags.list.items[before]->lines.items[0].text,
		"it is set in the job alone: write ${run:SLURM_NTASKS}, or $$SLURM_NTASKS for a shell that runs "
		"there; names of log files take %j");
	/* A folder that sites make for each job. */
	before = unit.diags.list.n;
	assert_false(expand("$HPCC_NO_TMPDIR", 0, &value));
	assert_non_null(
		strstr(str_to_c(unit.arena, unit.diags.list.items[before]->lines.items[0].text),
		       "write ${run:HPCC_NO_TMPDIR}"));
}

/* ${A:-${A:-...}} of some depth. */
static const char *nested(int depth)
{
	struct buf b;
	buf_init(&b, &arena);
	for (int i = 0; i < depth; i++)
		buf_add_c(&b, "${A:-");
	buf_add_byte(&b, 'x');
	buf_add_repeat(&b, '}', (size_t)depth);
	return str_dup(&arena, buf_str(&b)).ptr;
}

static void test_depth(void **state)
{
	(void)state;
	struct v_str value;
	assert_true(expand(nested(INTERPOLATE_MAX_DEPTH), 0, &value));
	assert_str(value.v, "x");
	uint32_t before = unit.diags.list.n;
	assert_false(expand(nested(INTERPOLATE_MAX_DEPTH + 1), 0, &value));
	assert_str(unit.diags.list.items[before]->text,
		   "services.a.image: variables are nested deeper than 64 levels");
	assert_false(expand(nested(100000), 0, &value));
}

static void test_large_texts(void **state)
{
	(void)state;
	struct v_str value;
	struct buf b;
	buf_init(&b, &arena);
	for (int i = 0; i < 100000; i++)
		buf_add_c(&b, "${A:-x}$SET$$ ");
	buf_add_repeat(&b, 'z', 1 << 20);
	assert_true(expand(str_dup(&arena, buf_str(&b)).ptr, 0, &value));
	assert_int_equal(value.v.len, 100000 * 8 + (1 << 20));
	char *text = arena_alloc(&arena, 1 << 16); /* NUL bytes are bytes */
	memcpy(text, "a\0$SET", 6);
	struct node node = scalar("x", "x");
	value = (struct v_str){0};
	assert_true(interpolate(&unit, &node, (struct str){text, 6}, ABOUT("p"), 0, &value));
	assert_int_equal(value.v.len, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_all_mistakes_at_once),
		cmocka_unit_test(test_places_in_quoted_and_block_scalars),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_job_id),
		cmocka_unit_test(test_suggestion),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_large_texts),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
