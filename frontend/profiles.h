/* SPDX-License-Identifier: Apache-2.0 */
/* Which services take part. */
#ifndef HPCC_FRONTEND_PROFILES_H
#define HPCC_FRONTEND_PROFILES_H

#include "ir/unit.h"

/* Takes services whose profiles are off out of unit->tree, and `profiles` out of the others. The variables
   are there. */
void profiles_choose(struct unit *u);

#endif
