/* SPDX-License-Identifier: Apache-2.0 */
/* Base64 (RFC 4648). */
#ifndef HPCC_IR_SUPPORT_BASE64_H
#define HPCC_IR_SUPPORT_BASE64_H

#include "ir/support/str.h"

/* The first three bytes, or what there is of them, as four letters. */
struct base64_group {
	char letters[4];
};
struct base64_group base64_encode(struct str bytes);

#endif
