/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Settings outside the spec: `.hpc-compose/settings.toml`, found from the working folder upward,
 * and `cluster.toml` beside it. docs/settings.md describes both.
 */
#ifndef HPCC_FRONTEND_SETTINGS_H
#define HPCC_FRONTEND_SETTINGS_H

#include "ir/unit.h"

/*
 * Looks for settings from start_folder upward and sets unit->settings; leaves NULL when there are
 * none. `profile` names the one to use (empty: none). False after an error, which is in
 * unit->diags.
 */
bool settings_load(struct unit *u, struct str start_folder, struct str profile);

#endif
