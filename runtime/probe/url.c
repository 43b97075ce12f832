/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of http probes. */
#include "runtime/probe/url.h"

#include <stdio.h>
#include <string.h>

void rt_url_read(struct rt_url *u, const char *text)
{
	const char *scheme = strstr(text, "://"), *from = scheme ? scheme + 3 : text;
	const char *end = from + strcspn(from, "/?#");
	const char *close = *from == '[' ? memchr(from, ']', (size_t)(end - from)) : NULL;
	const char *colon =
		memchr(close ? close : from, ':', (size_t)(end - (close ? close : from)));

	*u = (struct rt_url){
		.is_https = !strncmp(text, "https://", 8),
		.authority = from,
		.authority_len = (int)(end - from),
		.host = close ? from + 1 : from,
		.path = end,
		.path_len = (int)strcspn(end, "#"),
	};
	u->host_len = (int)((close ? close : colon ? colon : end) - u->host);
	u->port = colon && colon + 1 < end ? colon + 1 : u->is_https ? "443" : "80";
	u->port_len = colon && colon + 1 < end ? (int)(end - colon - 1) : (int)strlen(u->port);
}

bool rt_url_request(const struct rt_url *u, char *to, size_t room)
{
	int n = snprintf(to, room,
			 "GET %s%.*s HTTP/1.1\r\nHost: %.*s\r\nUser-Agent: hpcc\r\n"
			 "Accept: */*\r\nConnection: close\r\n\r\n",
			 *u->path == '/' ? "" : "/", u->path_len, u->path, u->authority_len,
			 u->authority);

	return n > 0 && n < (int)room;
}
