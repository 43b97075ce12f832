/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command of a Compose healthcheck, read as the probe it stands for:
 *
 *	nc -z HOST PORT               a TCP connection
 *	curl [...] URL [...]          an HTTP GET that answers 200
 *	wget --spider [...] URL       the same
 *	another one                   itself, run where the service runs
 */
#ifndef HPCC_FRONTEND_PROBE_H
#define HPCC_FRONTEND_PROBE_H

#include "ir/grammar/grammar.h"

enum probe_form {
	PROBE_STRING,
	PROBE_LIST
};
enum probe_kind {
	PROBE_TCP,
	PROBE_HTTP,
	PROBE_EXEC
};

struct probe {
	enum probe_kind kind;
	struct str host; /* tcp */
	uint16_t port;   /* tcp; 0 is for the caller to refuse (R097) */
	struct str url;  /* http */
	size_t item;     /* the item that names host, port or URL; 0 for a string */
};

/*
 * `items` are the words of a list, or the one string. A wrong test gives R093 or R095 in *p,
 * whose offsets go by items[*item]; an empty list blames no item: *item is 0, and so are they.
 */
bool probe_parse(struct arena *a, enum probe_form form, const struct str *items, size_t n_items,
		 struct probe *probe, size_t *item, struct problem *p);

#endif
