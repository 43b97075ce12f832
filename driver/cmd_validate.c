/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc validate: everything that is wrong, and nothing else. */
#include "driver/cmd.h"
#include "driver/compile.h"

int cmd_validate(struct invocation *inv)
{
	const char *path = spec_find(inv);
	struct compilation c;

	if (!path || !compilation_open(&c, inv, path))
		return EXIT_USAGE;
	if (inv->options.format == FORMAT_JSON)
		inv->options.diagnostics = REPORT_JSON;
	compilation_plan(&c);
	return compilation_report(&c, stdout);
}
