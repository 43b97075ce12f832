/* SPDX-License-Identifier: Apache-2.0 */
/* Three bytes as four letters. */
#include "ir/support/base64.h"

struct base64_group base64_encode(struct str bytes)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct base64_group group;
	uint32_t n = 0;

	for (size_t k = 0; k < 3; k++)
		n = n << 8 | (k < bytes.len ? (unsigned char)bytes.ptr[k] : 0);
	for (size_t k = 0; k < 4; k++)
		group.letters[k] = k > bytes.len ? '=' : digits[n >> (18 - 6 * k) & 63];
	return group;
}
