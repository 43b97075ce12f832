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
 * none. Of unit->profiles the last one that they know is used. False after an error, which is in
 * unit->diags.
 */
bool settings_load(struct unit *u, struct str start_folder);

/* A profile that nobody has: of the settings alone where `at` is in them. */
void settings_refuse_profile(struct unit *u, struct span at, struct str name);

#endif
