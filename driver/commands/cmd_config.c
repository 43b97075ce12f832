/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc config: the effective spec after extends and interpolation, secrets redacted; or its variables. */
#include "driver/commands/cmd.h"
#include "driver/screen/variable_list.h"
#include "driver/compile.h"
#include "driver/system.h"
#include "frontend/frontend.h"

int cmd_config(struct invocation *inv)
{
	const char *path = spec_find(inv);
	struct compilation c;

	if (!path || !compilation_open(&c, inv, path))
		return EXIT_USAGE;
	compilation_bind(&c);
	int status = compilation_report(&c, stderr);
	if (inv->options.variables) {
		variables_print(&c);
		return status;
	}
	if (status != EXIT_OK)
		return status;
	return file_write_result(inv->arena, inv->options.output,
				 frontend_config(&c.unit, true, inv->options.format == FORMAT_JSON),
				 plain_file_mode());
}
