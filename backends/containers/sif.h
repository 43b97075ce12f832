/* SPDX-License-Identifier: Apache-2.0 */
/* What Apptainer and Singularity have in common. */
#ifndef HPCC_BACKENDS_CONTAINERS_SIF_H
#define HPCC_BACKENDS_CONTAINERS_SIF_H

#include "backends/writer.h"

/* "<tool> exec --nv --bind … image.sif"; `run` for the image's own command. */
void sif_words(struct writer *w, const struct plan_service *s, struct str tool);

/*
 * Inside, the image's own variables and the tool's HOME, PATH and LD_LIBRARY_PATH stand in the
 * place of the service's. So these travel under other names, and the step shim puts them in place:
 *
 *	export HPCC_ENV_PATH=/opt/bin:/bin HPCC_ENV_SEED="$SEED"
 *
 * (What APPTAINERENV_SEED holds would be evaluated by a shell.)
 */
void sif_environment(struct writer *w, const struct plan_service *s);

#endif
