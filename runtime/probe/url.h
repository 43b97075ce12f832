/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an address to ask by http, and the question. */
#ifndef HPCC_RUNTIME_PROBE_URL_H
#define HPCC_RUNTIME_PROBE_URL_H

#include <stdbool.h>
#include <stddef.h>

/* Parts of the text that was read, none ended by a NUL. */
struct rt_url {
	bool is_https;
	const char *authority, *host, *port, *path; /* port: the scheme's where none is said */
	int authority_len, host_len, port_len, path_len;
};

/* Takes http://HOST[:PORT][/PATH] apart; HOST may stand in brackets. What has another form is
   asked for as well as may be, and fails. */
void rt_url_read(struct rt_url *u, const char *text);
/* The whole GET; false if there is no room for it. */
bool rt_url_request(const struct rt_url *u, char *to, size_t room);

#endif
