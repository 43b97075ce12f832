/* SPDX-License-Identifier: Apache-2.0 */
/* The whole compile, on any bytes. */
#include "tests/fuzz/target.h"

#include "ir/support/bug.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fixture f;
	if (size > FUZZ_MAX_INPUT)
		return 0;
	fuzz_compile(&f, (struct str){(const char *)data, size});
	if (!f.unit.plan && !f.unit.diags.n_errors)
		BUG("neither a plan nor an error");
	fuzz_check_diags(&f);
	fixture_end(&f);
	return 0;
}
