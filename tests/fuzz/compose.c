/* SPDX-License-Identifier: Apache-2.0 */
/* The composer, `extends` and the explanation of YAML errors, on any bytes. */
#include "tests/fuzz/target.h"

#include "ir/support/bug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	fixture_begin(&f);
	fixture_file(&f, "base.yaml", "services: {a: {image: x, volumes: [a:/b]}}\n");
	frontend_read_text(&f.unit, (struct str){(const char *)data, size});
	if (!f.unit.tree && !f.unit.diags.n_errors)
		BUG("neither a tree nor an error");
	fuzz_check_diags(&f);
	fixture_end(&f);
	return 0;
}
