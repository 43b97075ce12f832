/* SPDX-License-Identifier: Apache-2.0 */
/* Whom Slurm signals at this site: the tasks of a step alone, or every process below them, too. */
#ifndef HPCC_RUNTIME_DATA_SIGNALLED_H
#define HPCC_RUNTIME_DATA_SIGNALLED_H

#include <stdbool.h>

/* Asks the controller for its configuration, for five seconds at most; false where there is no
   answer. Every process is signalled with proctrack/linuxproc and, since Slurm 23.02, with
   SignalChildrenProcesses=yes. */
bool rt_slurm_signals_all(void);
/* What `begin` has found out, and told all that comes after it: HPCC_SIGNALLED=all. */
bool rt_all_are_signalled(void);

#endif
