/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles a spec in memory and shows parts of the plan as text. */
#include "tests/unit/test.h"

#include <string.h>

#include "ir/facts/rules.h"
#include "ir/text/print.h"
#include "passes/pass.h"
#include "tests/unit/plan_lines.h"

/* "x = 1; y = 2": lines that begin with the prefix, without it. */
struct str plan_lines(struct fixture *f, const char *prefix)
{
	struct str text =
		plan_print(&f->arena, &f->unit.sources, f->unit.plan, NULL, PRINT_NO_PLACES);
	struct buf b;
	buf_init(&b, &f->arena);
	for (struct str rest = text, line; rest.len;) {
		rest = str_split(rest, '\n', &line);
		if (!str_has_prefix(line, prefix) || str_has_suffix(line, " = {}"))
			continue;
		buf_add_c(&b, b.len ? "; " : "");
		buf_add(&b, str_from(line, strlen(prefix)));
	}
	return buf_str(&b);
}

static bool fake_digest(void *context, struct str path, char hex[65])
{
	struct fixture *f = context;
	for (uint32_t i = 0; i < f->files.n; i++)
		if (str_eq(f->files.items[i].name, path)) {
			memset(hex, f->files.items[i].value.ptr[0], 64);
			hex[64] = 0;
			return true;
		}
	return false;
}

void plan_compile(struct fixture *f, const char *text, const char *image_content)
{
	fixture_begin(f);
	fixture_file(f, "job.yaml", text);
	if (image_content)
		fixture_file(f, "./base.sqsh", image_content);
	f->unit.reader.digest = fake_digest;
	frontend_read(&f->unit);
	frontend_bind(&f->unit);
	passes_run(&f->unit, NULL, NULL);
	for (uint32_t i = 0; i < f->unit.diags.list.n; i++) {
		const struct diag *d = f->unit.diags.list.items[i];
		if (d->severity == SEVERITY_ERROR)
			fail_msg("%s: %.*s in %s", rules[d->rule].id, STR_ARG(d->text), text);
	}
}

void plan_expect(const struct plan_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f;
		plan_compile(&f, rows[i].text, NULL);
		assert_str(plan_lines(&f, rows[i].prefix), rows[i].expected);
		fixture_end(&f);
	}
}
