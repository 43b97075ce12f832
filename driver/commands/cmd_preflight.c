/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc preflight: what a submission would check, as a list. */
#include "driver/commands/cmd.h"
#include "driver/cluster/preflight.h"

int cmd_preflight(struct invocation *inv)
{
	struct compilation c;
	int status = compile_spec(&c, inv);

	if (status != EXIT_OK)
		return status;
	struct findings f;
	preflight_check(&c, &f);
	if (!c.backend.is_local)
		preflight_start(&c, &f);
	if (inv->options.probe_nodes && !c.backend.is_local)
		preflight_nodes(&c, &f);
	findings_print(inv, &f);
	return f.n_failures > 0 ? EXIT_ENVIRONMENT : EXIT_OK;
}
