/* SPDX-License-Identifier: Apache-2.0 */
/* Whether somebody listens at an address of this node: asked of the kernel, unseen by whoever does. */
#ifndef HPCC_RUNTIME_PROBE_LISTENING_H
#define HPCC_RUNTIME_PROBE_LISTENING_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

enum rt_listening {
	RT_LISTENING_NOBODY,
	RT_LISTENING_SOMEBODY,
	RT_LISTENING_UNKNOWN /* the kernel doesn't tell */
};

/* A socket to ask with; -1 where the kernel wouldn't tell. */
int rt_listening_open(void);
enum rt_listening rt_listening_ask(int fd, const struct sockaddr *address);
/* The same, with the number of the socket. */
enum rt_listening rt_listening_whose(int fd, const struct sockaddr *address, uint32_t *socket);
/* An address of this node, IPv4 or IPv6. */
bool rt_address_is_here(const struct sockaddr *address, socklen_t len);
bool rt_address_is_loopback(const void *address);
/* Takes an address in numbers; 0 if it is none. */
socklen_t rt_address_read(const char *text, unsigned port, struct sockaddr_storage *to);
/* The numbers of an address, IPv4 or IPv6. */
void rt_address_write(const void *address, char text[INET6_ADDRSTRLEN]);
/*
 * On a loopback address a connect to a free port of the ephemeral range may, by
 * chance, be given that same port and meet itself.
 */
bool rt_is_connected_to_other(int fd);

#endif
