/* SPDX-License-Identifier: Apache-2.0 */
/* The keys of the live view, from one table (keys.inc): what they do, and the help about them. */
#ifndef HPCC_DRIVER_LIVE_KEYS_H
#define HPCC_DRIVER_LIVE_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum act {
	ACT_NONE,
#define SECTION(name)
#define KEY(act, key, other, shown, what) ACT_##act,
#include "driver/live/keys.inc"
#undef SECTION
#undef KEY
};

struct key_row {
	const char *section; /* a heading, when the rest is empty */
	enum act act;
	int keys[2];
	const char *shown;
	const char *what;
};

extern const struct key_row key_rows[];
extern const size_t n_key_rows;

/* is_code: the key is one of curses, and no character. */
enum act act_of_key(bool is_code, int key);

#endif
