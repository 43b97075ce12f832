/* SPDX-License-Identifier: Apache-2.0 */
/* Slurm's words for how a job is, and why it waits, in words for people. */
#ifndef HPCC_DRIVER_CLUSTER_REASONS_H
#define HPCC_DRIVER_CLUSTER_REASONS_H

#include "ir/support/str.h"

/* "PENDING": "it waits". Slurm's own word where nothing else is known. */
struct str slurm_state_text(struct str state);

/* "Priority": "jobs with a higher priority come first". Empty where nothing is known of it. */
struct str slurm_reason_text(struct str reason);

#endif
