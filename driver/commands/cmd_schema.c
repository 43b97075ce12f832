/* SPDX-License-Identifier: Apache-2.0 */
/* hpcc schema: JSON Schema of the language, for editors. */
#include "driver/commands/cmd.h"
#include "driver/system.h"
#include "ir/text/schema_text.h"

int cmd_schema(struct invocation *inv)
{
	return file_write_result(inv->arena, inv->options.output, schema_json(inv->arena),
				 plain_file_mode());
}
