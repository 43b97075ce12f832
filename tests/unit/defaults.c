/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each default stands in its row of the schema and nowhere else: with another word in the row, the
 * plan of one of the specs below changes. A second place that holds the default as well would win,
 * or the change would be seen in one and not in the other.
 *
 * The rows are constants, so the page that holds one is made writable while it is changed.
 */
#include "tests/unit/test.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "frontend/settings.h"
#include "ir/facts/rules.h"
#include "ir/text/print.h"
#include "ir/text/schema_text.h"
#include "ir/diag/diag_render.h"
#include "passes/pass.h"
#include "tests/unit/fixture.h"

/* What the examples of the rules leave out. */
static const char *const more[] = {
	"services:\n  a:\n    image: redis:7\n    readiness: {type: http, url: \"localhost:80/\"}\n",
	"services:\n  a: {image: redis:7, liveness: {type: http, url: \"localhost:80/\"}}\n"
	"  b: {image: redis:7, liveness: {type: tcp, port: 81}}\n",
	"services:\n  a:\n    image: redis:7\n    x-runtime: {prepare: {commands: [date]}}\n",
	"services:\n  a:\n    image: redis:7\n    x-env: {modules: {load: [gcc]}}\n",
	"x-slurm: {watchdog: {}, metrics: {}}\nservices:\n  a: {image: redis:7}\n",
	"x-slurm: {watchdog: {gpu: {}, cpu: {}}}\nservices:\n  a: {image: redis:7}\n",
	"x-slurm: {scratch: {base: /s, mount: /scratch}}\nservices:\n"
	"  a: {image: redis:7, x-slurm: {scratch: {}}}\n",
	"x-slurm:\n  stage_in: [{from: a, to: /b/c}, {hf: {repo: a/b}, to: /b/d}]\n"
	"  stage_out: [{from: /a, to: b}]\n"
	"services:\n  a: {image: redis:7}\n",
	"x-slurm: {signal: {name: USR1, at_seconds: 60}, after_job: {id: \"1\"}}\n"
	"services:\n  a: {image: redis:7}\n",
	"x-slurm: {rendezvous: {discover: [a]}}\nservices:\n  a: {image: redis:7}\n",
	"services:\n  a:\n    image: redis:7\n"
	"    x-slurm: {rendezvous: {register: {name: b, port: 80}}}\n",
	"x-slurm: {artifacts: {paths: [\"a/*\"]}, cleanup: {}}\nservices:\n  a: {image: redis:7}\n",
	"services:\n  a:\n    image: redis:7\n"
	"    x-slurm: {failure_policy: {mode: restart_on_failure}, prologue: {script: date}}\n",
	"services:\n  a:\n    image: redis:7\n"
	"    x-slurm: {failure_policy: {mode: restart_on_failure}, "
	"hooks: [{on: restart, script: date}]}\n",
	"x-slurm: {nodes: 4}\nservices:\n  a:\n    image: redis:7\n"
	"    x-slurm: {placement: {node_count: 2}, mpi: {type: pmix}}\n",
	"x-slurm: {nodes: 4}\nservices:\n  a: {image: redis:7, x-slurm: {placement: {node_count: 2}}}\n"
	"  b: {image: redis:7, x-slurm: {placement: {node_count: 3, start_index: 1}}}\n",
	"services:\n  a:\n    image: redis:7\n"
	"    healthcheck: {test: [CMD, nc, -z, 127.0.0.1, \"80\"]}\n"
	"  b: {image: redis:7, depends_on: {a: {}}}\n",
	"x-slurm: {nodes: 2}\nservices:\n"
	"  a: {image: redis:7, scale: 2, x-slurm: {placement: {node_count: 2}}}\n",
	"sweep:\n  parameters: {lr: [1, 2]}\n  matrix: full\n"
	"  objective: {log: {pattern: \"a=(.*)\"}, goal: minimize}\n"
	"services:\n  a: {image: \"redis:${lr:-7}\", command: [a]}\n",
};

/* Fields whose default is no value that a plan could hold. */
static const struct {
	const char *record, *key, *why;
} silent[] = {
	{"job", "version", "names the language; there is one version"},
};

static bool is_silent(const struct record *r, const struct field *f)
{
	for (size_t i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		if (strcmp(r->name, silent[i].record) == 0 && strcmp(f->key, silent[i].key) == 0)
			return true;
	return false;
}

static void set_initial(const struct field *f, const char *text)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)&f->initial;
	uintptr_t first = at & ~(page - 1), end = at + sizeof(f->initial);
	size_t length = (end - first + page - 1) & ~(page - 1);
	assert_int_equal(mprotect((void *)first, length, PROT_READ | PROT_WRITE), 0);
	memcpy((void *)at, &text, sizeof(text));
}

/* Another value that the field takes. */
static const char *other_than(struct arena *a, const struct field *f)
{
	uint64_t number;
	switch (f->kind) {
	case KIND_BOOL:
		return strcmp(f->initial, "true") == 0 ? "false" : "true";
	case KIND_UINT:
	case KIND_DURATION:
	case KIND_WALLTIME:
		assert_true(str_to_u64(str_c(f->initial), &number));
		return str_fmt(a, "%llu", (unsigned long long)number + 1).ptr;
	case KIND_ENUM:
		return f->words[strcmp(f->words[0], f->initial) == 0];
	case KIND_STR:
		return strcmp(f->initial, "TERM") == 0 ? "INT" : "other";
	case KIND_GPUS:
	case KIND_PORT:
	case KIND_LIST:
	case KIND_ONE_OR_LIST:
	case KIND_MAP:
	case KIND_ENV:
	case KIND_COMMAND:
	case KIND_NODESET:
	case KIND_MOUNTS:
	case KIND_RECORD:
	case KIND_RECORDS:
	case KIND_NAMED:
	case KIND_VALUES:
		return NULL;
	}
	return NULL;
}

/* What the compiler makes of a spec: plan and messages. */
static struct str outcome(struct arena *a, const char *spec)
{
	struct fixture f;
	struct buf b;
	buf_init(&b, a);
	fixture_begin(&f);
	fixture_file(&f, "job.yaml", spec);
	settings_load(&f.unit, STR("."));
	frontend_read(&f.unit);
	if (f.unit.tree)
		frontend_bind(&f.unit);
	if (f.unit.tree && f.unit.job)
		passes_run(&f.unit, NULL, NULL);
	if (f.unit.is_lowered)
		buf_add(&b,
			plan_print(&f.arena, &f.unit.sources, f.unit.plan, NULL, PRINT_NO_PLACES));
	buf_add(&b,
		diags_text(&f.arena, &f.unit.sources, &f.unit.diags, (struct render_options){0}));
	fixture_end(&f);
	return buf_str(&b);
}

enum {
	N_MORE = sizeof(more) / sizeof(more[0])
};

static const char *spec_at(size_t i)
{
	return i < N_MORE ? more[i] : rules[i - N_MORE + 1].good;
}

static bool is_noticed(struct arena *a, const struct str *before, size_t n, const struct field *f)
{
	const char *initial = f->initial;
	bool differs = false;
	set_initial(f, other_than(a, f));
	for (size_t i = 0; i < n && !differs; i++)
		differs = !str_eq(outcome(a, spec_at(i)), before[i]);
	set_initial(f, initial);
	return differs;
}

static void each_default_counts(void **state)
{
	(void)state;
	struct arena a;
	struct record_list list = {0};
	size_t n = N_MORE + N_RULES - 1;
	unsigned n_unseen = 0, n_defaults = 0;
	arena_init(&a);
	struct str *before = ARENA_ARRAY(&a, n, struct str);
	for (size_t i = 0; i < n; i++)
		before[i] = outcome(&a, spec_at(i));
	schema_records(&a, &list);
	for (uint32_t i = 0; i < list.records.n; i++) {
		const struct record *r = list.records.items[i];
		for (size_t k = 0; k < r->n_fields; k++) {
			const struct field *f = &r->fields[k];
			/* An enumeration of one word has no other. */
			if (!*f->initial || !other_than(&a, f))
				continue;
			bool is_seen = is_noticed(&a, before, n, f);
			n_defaults++;
			n_unseen += is_seen == is_silent(r, f);
			if (is_seen == is_silent(r, f))
				print_error("%s.%s: another default than '%s' changes %s\n",
					    r->path, f->key, f->initial,
					    is_seen ? "something, though it is listed" : "nothing");
		}
	}
	assert_int_equal(n_unseen, 0);
	assert_true(n_defaults > 40);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_default_counts)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
