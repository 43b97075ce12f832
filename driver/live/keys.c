/* SPDX-License-Identifier: Apache-2.0 */
/* The table of keys. */
#include "driver/live/keys.h"

#include <curses.h>

const struct key_row key_rows[] = {
#define SECTION(name)                     {name, ACT_NONE, {0, 0}, NULL, NULL},
#define KEY(act, key, other, shown, what) {NULL, ACT_##act, {key, other}, shown, what},
#include "driver/live/keys.inc"
#undef SECTION
#undef KEY
};
const size_t n_key_rows = sizeof(key_rows) / sizeof(*key_rows);

enum act act_of_key(bool is_code, int key)
{
	/* The numbers of curses are those of letters far from ours. */
	if (!is_code && key >= KEY_MIN)
		return ACT_NONE;
	for (size_t i = 0; i < n_key_rows; i++)
		if (key_rows[i].act != ACT_NONE && key != 0 &&
		    (key_rows[i].keys[0] == key || key_rows[i].keys[1] == key))
			return key_rows[i].act;
	return ACT_NONE;
}
