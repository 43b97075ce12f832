/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of orders by hand and of their answers, which supervisor and hpcc share: as they stand in
 * the file of an order (runtime/loop/orders.c), and as people read them.
 */
#ifndef HPCC_RUNTIME_CORE_ORDERS_H
#define HPCC_RUNTIME_CORE_ORDERS_H

#include "runtime/core/core.h"

#define RT_ORDER_MAGIC   "hpcc-order"
#define RT_ANSWER_MAGIC  "hpcc-answer"
#define RT_ORDER_VERSION "1"

enum {
	RT_ORDER_SIZE_MAX = 1 << 20
};

/* "restart"; RT_ORDER_NONE without one of that word. */
const char *rt_order_word(enum rt_order order);
enum rt_order rt_order_of_word(const char *word);

const char *rt_reply_word(enum rt_reply answer);
/* RT_A_MALFORMED: no answer that is known here. */
enum rt_reply rt_reply_of_word(const char *word);
/* "it waits for others, and starts by itself": behind the service's name. */
const char *rt_reply_text(enum rt_reply answer);

#endif
