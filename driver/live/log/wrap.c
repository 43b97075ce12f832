/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a line. */
#include "driver/live/log/wrap.h"

uint32_t wrap_end(const struct cells *cells, uint32_t from, unsigned columns)
{
	uint32_t i = from;
	unsigned used = 0;

	while (i < cells->list.n && (used + cells->list.items[i].width <= columns || i == from))
		used += cells->list.items[i++].width;
	return i;
}

unsigned wrap_rows(const struct cells *cells, unsigned columns)
{
	unsigned rows = 1;

	for (uint32_t at = wrap_end(cells, 0, columns); at < cells->list.n; rows++)
		at = wrap_end(cells, at, columns);
	return rows;
}

uint32_t wrap_begin(const struct cells *cells, unsigned row, unsigned columns)
{
	uint32_t at = 0;

	for (; row > 0; row--)
		at = wrap_end(cells, at, columns);
	return at;
}

uint32_t wrap_skip(const struct cells *cells, uint32_t from, unsigned column)
{
	uint32_t i = from;
	unsigned used = 0;

	while (i < cells->list.n && used < column)
		used += cells->list.items[i++].width;
	return i;
}
