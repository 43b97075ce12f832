/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The conversion of Compose files, on any bytes: what comes out of a tree is a tree, which isn't
 * converted any further; so it is when the compiler's refusals are left out.
 */
#include "tests/fuzz/target.h"

#include "frontend/convert.h"
#include "ir/support/bug.h"

static bool is_tree(struct str text)
{
	struct fixture f;
	fixture_begin(&f);
	uint32_t file = source_add(&f.unit.sources, STR("out.yaml"), text);
	const struct node *root = frontend_compose(&f.unit, file);
	bool is_one = root && root->kind == NODE_MAP;
	fixture_end(&f);
	return is_one;
}

/* Each value in turn is refused. */
static void refuse(struct fixture *f, struct str text)
{
	enum {
		STEPS = 8
	};
	for (size_t i = 0; i < STEPS; i++) {
		struct fixture again;
		fixture_begin(&again);
		uint32_t at = (uint32_t)(text.len * i / STEPS);
		struct convert_refusal refused = {{at, at + 1}, STR("refused")};
		struct conversion out;
		bool is_less = frontend_convert_refused(&again.unit, text, &refused, 1, &out);
		if (is_less && !is_tree(out.text))
			BUG("leaving out a value broke the file");
		fixture_end(&again);
	}
	(void)f;
}

/* Files that ask for others: what comes of them is a tree. The bytes are the first file, or one of the others. */
static void gather(struct str text, struct str other)
{
	struct fixture f;
	fixture_begin(&f);
	fixture_file(&f, "./.env", "A=1\nB=\n");
	fixture_file(&f, "db/.env", "PG=3\n");
	fixture_file(&f, "db/compose.yml",
		     "# head\nservices:\n  inc:  # one\n    image: x:${PG}\n    volumes: [./d:/d]\n"
		     "    extends: {file: ../common/base.yml, service: app}\n"
		     "volumes: {v: {driver_opts: {device: ./v}}}\n");
	fixture_file(&f, "common/base.yml",
		     "x-y: &y {tty: true}\nservices: {app: {<<: *y, environment: {A: 1}}}\n");
	fixture_file(&f, "extra.yml", str_to_c(&f.arena, other));
	fixture_file(&f, "extra.override.yml", "services: {a: {command: [x]}}\n");
	struct conversion out;
	bool is_done = frontend_convert_gather(&f.unit, text, &out);
	if (!is_done && !f.unit.diags.n_errors)
		BUG("neither a text nor an error");
	fuzz_check_diags(&f);
	if (is_done && !is_tree(out.text))
		BUG("taking in other files broke a file");
	fixture_end(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	fixture_begin(&f);
	fixture_file(&f, "./.env", "A=1\nB=\n");
	struct conversion out;
	bool is_done = frontend_convert(&f.unit, (struct str){(const char *)data, size}, &out);
	if (!is_done && !f.unit.diags.n_errors)
		BUG("neither a spec nor an error");
	fuzz_check_diags(&f);
	if (is_done && !is_tree(out.text))
		BUG("a well-formed file was broken");
	if (is_done)
		refuse(&f, out.text);
	fixture_end(&f);
	struct str input = {(const char *)data, size};
	struct str outer =
		STR("include: [db/compose.yml, {path: [extra.yml, extra.override.yml]}]\n"
		    "services: {web: {extends: {file: extra.yml, service: a}}}\n");
	gather(input, STR("services: {e: {image: e}}\n"));
	gather(outer, input);
	return 0;
}
