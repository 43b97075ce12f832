/* SPDX-License-Identifier: Apache-2.0 */
/* Programs that the settings name for those on PATH: `binaries` of defaults and profile. */
#ifndef HPCC_DRIVER_CLUSTER_BINARIES_H
#define HPCC_DRIVER_CLUSTER_BINARIES_H

/* What stands for the program, or NULL; `invocation` is that of hpcc. Settings are read at the first call. */
const char *binary_of_settings(void *invocation, const char *name);

#endif
