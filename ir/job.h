/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The job: what the spec means. Structures are made from the rows in ir/facts/fields/; `struct job` is the
 * root, with services in byte order of their names.
 */
#ifndef HPCC_IR_JOB_H
#define HPCC_IR_JOB_H

#include "ir/value.h"

#include "ir/job.gen.h"

#endif
