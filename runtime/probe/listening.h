/* SPDX-License-Identifier: Apache-2.0 */
/* Whether somebody listens at an address of this node: asked of the kernel, unseen by whoever does. */
#ifndef HPCC_RUNTIME_PROBE_LISTENING_H
#define HPCC_RUNTIME_PROBE_LISTENING_H

#include <stdbool.h>
#include <sys/socket.h>

enum rt_listening {
	RT_LISTENING_NOBODY,
	RT_LISTENING_SOMEBODY,
	RT_LISTENING_UNKNOWN /* the kernel doesn't tell */
};

/* A socket to ask with; -1 where the kernel wouldn't tell. */
int rt_listening_open(void);
enum rt_listening rt_listening_ask(int fd, const struct sockaddr *address);
/* An address of this node, IPv4 or IPv6. */
bool rt_address_is_here(const struct sockaddr *address, socklen_t len);

#endif
