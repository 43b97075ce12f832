/* SPDX-License-Identifier: Apache-2.0 */
/* The generated descriptors of every record and field. */
#include <stddef.h>

#include "ir/plan.h"
#include "ir/schema.h"

#include "ir/schema_externs.gen.h"

#include "ir/schema_tables.gen.h"
