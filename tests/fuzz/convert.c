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
	return 0;
}
