/* SPDX-License-Identifier: Apache-2.0 */
/* The lines of several logs in the order in which they came, by the times that are kept beside the logs. */
#ifndef HPCC_DRIVER_LIVE_LOG_ORDER_H
#define HPCC_DRIVER_LIVE_LOG_ORDER_H

#include "driver/live/log/logbook.h"

/* Those of each log stand in its own order before. Logs without times come first. */
void order_by_time(struct logbook *books, uint32_t n_books, struct log_entry *lines,
		   uint32_t n_lines);

#endif
