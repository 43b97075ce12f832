/* SPDX-License-Identifier: Apache-2.0 */
/* A line of a log in rows of so many columns; no character is cut in two. */
#ifndef HPCC_DRIVER_LIVE_LOG_WRAP_H
#define HPCC_DRIVER_LIVE_LOG_WRAP_H

#include "driver/live/log/cells.h"

/* Rows that the cells take; an empty line takes one. */
unsigned wrap_rows(const struct cells *cells, unsigned columns);

/* The end of the row that begins at `from`. */
uint32_t wrap_end(const struct cells *cells, uint32_t from, unsigned columns);

/* Where a row begins; behind the last one it is the end. */
uint32_t wrap_begin(const struct cells *cells, unsigned row, unsigned columns);

/* The first cell at or behind a column, counted from a cell on: of a line that isn't wrapped. */
uint32_t wrap_skip(const struct cells *cells, uint32_t from, unsigned column);

#endif
