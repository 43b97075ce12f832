/* SPDX-License-Identifier: Apache-2.0 */
/* No container: steps run on the nodes as they are. */
#include "backends/writer.h"

const struct container container_host = {
	.name = "host",
	.mount_bytes = "",
	.prepare_bytes = "",
	.tool = "srun",
};
