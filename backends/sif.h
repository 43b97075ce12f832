/* SPDX-License-Identifier: Apache-2.0 */
/* What Apptainer and Singularity have in common. */
#ifndef HPCC_BACKENDS_SIF_H
#define HPCC_BACKENDS_SIF_H

#include "backends/writer.h"

/* "<tool> exec --nv --bind … image.sif"; `run` for the image's own command. */
void sif_words(struct writer *w, const struct plan_service *s, struct str tool);

#endif
