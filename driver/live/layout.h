/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where what stands on a screen of so many rows and columns. Pure.
 *
 *	job 4711 'demo': RUNNING, 3m12s
 *	12 ready, 1 failed of 13                      head
 *	  SERVICE   STATE      TIME   RESTARTS
 *	> web       ready      3m10s  0/3             list
 *	-- web --------------------------------------
 *	line                        | details         pane
 *	? help  q end                                 foot
 */
#ifndef HPCC_DRIVER_LIVE_LAYOUT_H
#define HPCC_DRIVER_LIVE_LAYOUT_H

#include <stdbool.h>

enum {
	STATE_COLUMNS = 11 /* "not started"; longer words are cut */
};

enum {
	LAYOUT_WIDE = 120 /* columns: there is room for nodes, and for details beside the log */
};

struct layout_wish {
	int rows, columns;
	int services;     /* to be shown */
	int name_columns; /* of the longest name */
	bool is_zoomed;   /* the pane alone */
	bool has_details;
	bool has_usage; /* CPU and memory */
};

struct layout {
	int list_row, list_rows; /* the services'; the header stands above */
	int title_row;           /* of the pane */
	int pane_row, pane_rows;
	int pane_columns;   /* of the log: 0 when details take all */
	int details_column; /* where they begin; below 0: nowhere */
	int details_columns;
	int foot_row;
	/* Columns of the list; below 0: left out. */
	int name, name_columns, state, time, restarts, cpu, memory, node, remark;
};

struct layout layout_make(const struct layout_wish *wish);

#endif
