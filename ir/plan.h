/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The plan: what will happen. Passes make it, backends read it and nothing else. Structures are
 * made from ir/facts/fields/plan.m4; each field has exactly one writing pass.
 */
#ifndef HPCC_IR_PLAN_H
#define HPCC_IR_PLAN_H

#include "ir/job.h"

#include "ir/plan.gen.h"

#endif
