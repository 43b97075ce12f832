/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Specs that are mostly right: the bytes choose keys, kinds and values from the schema, so that the
 * binder, the passes and the backends see what random text never reaches. Each bound job must
 * survive its text form, and each accepted spec its effective form.
 */
#include "tests/fuzz/target.h"

#include <string.h>

#include "ir/text/print.h"
#include "ir/schema.h"
#include "ir/schema_externs.gen.h"
#include "ir/support/bug.h"

enum {
	MAX_DEPTH = 12,
	MAX_TEXT = FUZZ_MAX_INPUT
};

/* Spends the input; when it is gone every choice is the first one, which ends the spec soon. */
struct choices {
	const uint8_t *data;
	size_t size;
	struct buf out;
	unsigned depth;
};

static unsigned choose(struct choices *c, unsigned n)
{
	if (!c->size || c->out.len > MAX_TEXT)
		return 0;
	c->size--;
	return *c->data++ % n;
}

#define PICK(c, table) (table)[choose((c), sizeof(table) / sizeof((table)[0]))]

static void add_text(struct choices *c)
{
	static const char *const texts[] = {
		"x",
		"a:1",
		"s0",
		"s1",
		"0",
		"1",
		"2",
		"0-1",
		"1:00:00",
		"30",
		"/a/b",
		"./a",
		"a.b",
		"${A}",
		"$A",
		"${B:-1}",
		"${C}",
		"$$",
		"",
		"a\nb",
		"a\tb",
		"\x01",
		"A=1",
		"=",
		"A",
		"USR1",
		"TERM",
		"true",
		"null",
		"~/x",
		"/",
		"..",
		"--x",
		"--mem=1",
		"gpu:2",
		"pmix",
		"1-3%2",
		"12_3",
		"/hpc-compose/job/a",
		"./a:/b",
		"/a:/b:ro",
		"a:b",
		"x.sif",
		"./y.sqsh",
		"docker://r/x:1",
		"#BB x",
		"nc -z localhost 80",
		"curl http://h/",
		"http://127.0.0.1:1/",
		"org/name",
		"v1.2",
		"\xc3\xa9",
		"%j",
		"localhost",
		"[a-",
		"me@h",
	};
	buf_add_json(&c->out, str_c(PICK(c, texts)));
}

/* Mostly what the grammar of the field takes. */
static void add_typed(struct choices *c, const struct field *f)
{
	static const char *const walltimes[] = {"0", "90", "1:30", "1:00:00", "1-12"};
	static const char *const durations[] = {"30", "1m30s", "1h", "5"};
	static const char *const node_sets[] = {"0", "1", "0-1", "0,2", "0-3"};
	static const char *const mounts[] = {"./a:/b", "/a:/b:ro", "~/x:/c", "/d:/d:rw"};
	static const char *const signals[] = {"USR1", "10", "term", "INT"};
	static const char *const words[] = {"x", "/a", "a:1", "s0", "/hpc-compose/job/a", "A=1"};
	const char *text = PICK(c, words);
	if (choose(c, 8) == 7) {
		add_text(c);
		return;
	}
	if (f->kind == KIND_WALLTIME)
		text = PICK(c, walltimes);
	else if (f->kind == KIND_DURATION)
		text = PICK(c, durations);
	else if (f->kind == KIND_NODESET)
		text = PICK(c, node_sets);
	else if (f->kind == KIND_MOUNTS)
		text = PICK(c, mounts);
	else if (strcmp(f->arg, "signal") == 0)
		text = PICK(c, signals);
	else if (*f->arg && f->kind == KIND_STR)
		text = "1";
	buf_add_json(&c->out, str_c(text));
}

static void add_number(struct choices *c)
{
	static const char *const numbers[] = {"1", "2",  "0", "4",     "60",         "80",
					      "7", "-1", "3", "70000", "4294967296", "0x10"};
	buf_add_c(&c->out, PICK(c, numbers));
}

static void add_name(struct choices *c)
{
	static const char *const names[] = {"s0", "s1", "s2", "s3", "A", "B_1", "x.y", "", "1a"};
	buf_add_json(&c->out, str_c(PICK(c, names)));
}

static void add_wrong(struct choices *c)
{
	static const char *const values[] = {"null", "[]",  "{}",     "5",     "\"x\"", "yes",
					     "1.5",  "[1]", "{a: 1}", "[[x]]", "~",     "true"};
	buf_add_c(&c->out, PICK(c, values));
}

static void add_record(struct choices *c, const struct record *r);
static void add_field(struct choices *c, const struct field *f);

static void add_list(struct choices *c, const struct field *f, bool is_map)
{
	unsigned n = choose(c, 4) + (f->sub == &record_service);
	buf_add_c(&c->out, is_map ? "{" : "[");
	for (unsigned i = 0; i < n; i++) {
		buf_add_c(&c->out, i ? ", " : "");
		if (is_map) {
			/* Names differ, as repeated keys are an error of YAML's. */
			if (f->kind == KIND_NAMED && choose(c, 8))
				buf_add_fmt(&c->out, "s%u", i);
			else
				buf_add_fmt(&c->out, "\"A%u\"", i);
			buf_add_c(&c->out, ": ");
		}
		if (f->sub)
			add_record(c, f->sub);
		else if (f->kind == KIND_VALUES)
			buf_add_c(&c->out, choose(c, 3) ? "[1, x]" : "[]");
		else if (f->words && choose(c, 8))
			buf_add_c(&c->out, f->words[choose(c, 3)]);
		else
			add_typed(c, f);
	}
	buf_add_c(&c->out, is_map ? "}" : "]");
}

static void add_value(struct choices *c, const struct field *f)
{
	switch (f->kind) {
	case KIND_STR:
	case KIND_WALLTIME:
	case KIND_DURATION:
	case KIND_NODESET:
		add_typed(c, f);
		return;
	case KIND_BOOL:
		buf_add_c(&c->out, choose(c, 2) ? "true" : "false");
		return;
	case KIND_UINT:
	case KIND_GPUS:
	case KIND_PORT:
		add_number(c);
		return;
	case KIND_ENUM: {
		unsigned n = 0;
		while (f->words[n])
			n++;
		buf_add_json(&c->out, str_c(f->words[choose(c, n)]));
		return;
	}
	case KIND_LIST:
	case KIND_MOUNTS:
	case KIND_RECORDS:
		add_list(c, f, false);
		return;
	case KIND_ONE_OR_LIST:
	case KIND_COMMAND:
		if (choose(c, 2))
			add_list(c, f, false);
		else
			add_typed(c, f);
		return;
	case KIND_MAP:
	case KIND_NAMED:
	case KIND_VALUES:
		add_list(c, f, true);
		return;
	case KIND_ENV:
		add_list(c, f, choose(c, 2));
		return;
	case KIND_RECORD:
		add_record(c, f->sub);
		return;
	}
}

static void add_field(struct choices *c, const struct field *f)
{
	if (choose(c, 24) == 23)
		add_wrong(c);
	else if (f->kind == KIND_RECORD && *f->sub->shorthand && choose(c, 4) == 3)
		add_text(c);
	else
		add_value(c, f);
}

static void add_record(struct choices *c, const struct record *r)
{
	bool is_first = true;
	if (++c->depth > MAX_DEPTH)
		c->size = 0;
	buf_add_byte(&c->out, '{');
	for (size_t i = 0; i < r->n_fields; i++) {
		const struct field *f = &r->fields[i];
		bool is_usual = f->bits & FIELD_REQ || strcmp(f->key, "image") == 0;
		if (f->bits & FIELD_RESOLVED ||
		    (is_usual ? choose(c, 16) == 15 : choose(c, 6) != 1))
			continue;
		buf_add_fmt(&c->out, "%s%s: ", is_first ? "" : ", ", f->key);
		is_first = false;
		add_field(c, f);
	}
	if (choose(c, 40) == 39) {
		buf_add_c(&c->out, is_first ? "" : ", ");
		add_name(c);
		buf_add_c(&c->out, ": 1");
	}
	buf_add_byte(&c->out, '}');
	c->depth--;
}

static void check_ir(struct fixture *f)
{
	struct fixture again;
	struct unit *u = &f->unit;
	struct str text = job_print(&f->arena, &u->sources, u->job, NULL, 0);
	fixture_begin(&again);
	frontend_read_ir(&again.unit, STR("job.ir"), text);
	if (!again.unit.job)
		BUG("the IR text can't be read");
	if (!str_eq(text, job_print(&again.arena, &again.unit.sources, again.unit.job, NULL, 0)))
		BUG("the IR text changes when read");
	fixture_end(&again);
}

static void check_config(struct fixture *f)
{
	struct fixture again;
	struct unit *u = &f->unit;
	struct str config = frontend_config(u, false, false);
	struct str before = job_print(&f->arena, &u->sources, u->job, NULL, PRINT_NO_PLACES);
	fuzz_compile(&again, config);
	if (again.unit.diags.n_errors)
		BUG("the effective spec is refused");
	struct unit *v = &again.unit;
	if (!str_eq(before, job_print(&again.arena, &v->sources, v->job, NULL, PRINT_NO_PLACES)))
		BUG("the effective spec means another job");
	fixture_end(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices c = {.data = data, .size = size};
	struct arena arena;
	struct fixture f;
	arena_init(&arena);
	buf_init(&c.out, &arena);
	add_record(&c, &record_job);
	fuzz_compile(&f, buf_str(&c.out));
	if (!f.unit.job && !f.unit.diags.n_errors)
		BUG("neither a job nor an error");
	if (!f.unit.plan && !f.unit.diags.n_errors)
		BUG("neither a plan nor an error");
	fuzz_check_diags(&f);
	if (f.unit.job)
		check_ir(&f);
	if (f.unit.job && !f.unit.diags.n_errors)
		check_config(&f);
	fixture_end(&f);
	arena_free(&arena);
	return 0;
}
