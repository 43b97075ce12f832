/* SPDX-License-Identifier: Apache-2.0 */
/* What variables begin with in which a script holds what its texts take from the job. */
#ifndef HPCC_IR_SUPPORT_RUN_VARIABLE_H
#define HPCC_IR_SUPPORT_RUN_VARIABLE_H

#define RUN_VARIABLE "HPCC_RUN_"

#endif
