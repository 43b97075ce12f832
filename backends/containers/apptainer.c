/* SPDX-License-Identifier: Apache-2.0 */
/* Apptainer: SIF images. */
#include "backends/containers/sif.h"

static void words(struct writer *w, const struct plan_service *s)
{
	sif_words(w, s, STR("apptainer"));
}

const struct container container_apptainer = {
	.name = "apptainer",
	.is_contained = true,
	.shim_inside_default = true,
	.has_default = true,
	.joins_mounts = true,
	.mount_bytes = ",:\n",
	.gpu_option = "--nv",
	.prepare_tool = "apptainer",
	.prepare_bytes = ",:\n\\",
	.tool = "apptainer",
	.environment = sif_environment,
	.words = words,
};
