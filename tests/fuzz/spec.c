/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The whole compile, on any bytes. Certain edits must leave a well-formed file well formed.
 */
#include "tests/fuzz/target.h"

#include "ir/support/bug.h"
#include "ir/diag/diag_render.h"

/* The edits of a file that is a tree give a tree again. */
static void check_fixes(struct fixture *f)
{
	uint32_t n;
	struct str fixed = diags_fixed(&f->arena, &f->unit.diags, f->unit.sources.files.items, &n);
	if (!n || !f->unit.tree)
		return;
	struct fixture after;
	fixture_begin(&after);
	fixture_file(&after, "base.yaml", "name: base\n");
	frontend_read_text(&after.unit, fixed);
	if (!after.unit.tree)
		BUG("an edit broke a well-formed file");
	fixture_end(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	fuzz_compile(&f, (struct str){(const char *)data, size});
	if (!f.unit.plan && !f.unit.diags.n_errors)
		BUG("neither a plan nor an error");
	fuzz_check_diags(&f);
	check_fixes(&f);
	fixture_end(&f);
	return 0;
}
