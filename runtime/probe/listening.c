/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sock_diag(7): the kernel looks the listening socket up that would take a connection to an address.
 * That takes some microseconds, and no connection: a service hears nothing of it, and no port of
 * the ephemeral range is in use for it when a service wants to bind it.
 *
 * The kernel's headers are not there for a static program by musl, so the messages stand here.
 */
#include "runtime/probe/listening.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
	SOCK_DIAG = 4, /* NETLINK_SOCK_DIAG */
	BY_FAMILY = 20,
	REQUEST = 1,       /* NLM_F_REQUEST */
	LISTENS = 1 << 10, /* 1 << TCP_LISTEN */
	MESSAGE_ERROR = 2, /* NLMSG_ERROR */
	SOCKET_AT = 68     /* idiag_inode in inet_diag_msg */
};

struct header { /* nlmsghdr */
	uint32_t len;
	uint16_t type, flags;
	uint32_t sequence, pid;
};

struct request {
	struct header header;
	uint8_t family, protocol, extensions, pad; /* inet_diag_req_v2 */
	uint32_t states;
	uint16_t port, peer_port; /* inet_diag_sockid */
	uint8_t address[16], peer_address[16];
	uint32_t interface, cookie[2];
};

struct answer {
	struct header header;
	int32_t error;
	uint8_t rest[512];
};

static void set_address(struct request *r, const struct sockaddr *address)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)(const void *)address;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)(const void *)address;

	if (address->sa_family == AF_INET) {
		r->port = v4->sin_port;
		memcpy(r->address, &v4->sin_addr, sizeof(v4->sin_addr));
	} else {
		r->port = v6->sin6_port;
		memcpy(r->address, &v6->sin6_addr, sizeof(v6->sin6_addr));
	}
}

enum rt_listening rt_listening_whose(int fd, const struct sockaddr *address, uint32_t *socket)
{
	struct request r = {
		.header = {.len = sizeof(r), .type = BY_FAMILY, .flags = REQUEST},
		.family = (uint8_t)address->sa_family,
		.protocol = IPPROTO_TCP,
		.states = LISTENS,
		.cookie = {UINT32_MAX, UINT32_MAX}, /* whichever socket it is */
	};

	set_address(&r, address);
	if (fd < 0 || send(fd, &r, sizeof(r), MSG_NOSIGNAL) != (ssize_t)sizeof(r))
		return RT_LISTENING_UNKNOWN;
	struct answer a;
	ssize_t n;
	do
		n = recv(fd, &a, sizeof(a), 0);
	while (n < 0 && errno == EINTR);
	if (n < (ssize_t)sizeof(a.header) + (ssize_t)sizeof(a.error))
		return RT_LISTENING_UNKNOWN;
	if (a.header.type == BY_FAMILY) {
		/* inet_diag_msg begins where errors have their number. */
		memcpy(socket, (const char *)&a.error + SOCKET_AT, sizeof(*socket));
		return RT_LISTENING_SOMEBODY;
	}
	return a.header.type == MESSAGE_ERROR && a.error == -ENOENT ? RT_LISTENING_NOBODY
								    : RT_LISTENING_UNKNOWN;
}

enum rt_listening rt_listening_ask(int fd, const struct sockaddr *address)
{
	uint32_t socket;

	return rt_listening_whose(fd, address, &socket);
}

/* A kernel without tcp_diag says of each socket that there is none such: hence a trial. */
static bool is_told(int fd)
{
	struct sockaddr_in own = {.sin_family = AF_INET};
	struct sockaddr *address = (struct sockaddr *)(void *)&own;
	socklen_t len = sizeof(own);
	int known = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bool is_found = known >= 0 && !bind(known, address, len) && !listen(known, 1) &&
			!getsockname(known, address, &len) &&
			rt_listening_ask(fd, address) == RT_LISTENING_SOMEBODY;
	if (known >= 0)
		close(known);
	return is_found;
}

int rt_listening_open(void)
{
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, SOCK_DIAG);

	if (fd < 0 || is_told(fd))
		return fd;
	close(fd);
	return -1;
}

bool rt_address_is_here(const struct sockaddr *address, socklen_t len)
{
	struct sockaddr_storage any_port = {0};
	int fd = socket(address->sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	memcpy(&any_port, address, len);
	if (address->sa_family == AF_INET)
		((struct sockaddr_in *)&any_port)->sin_port = 0;
	else
		((struct sockaddr_in6 *)&any_port)->sin6_port = 0;
	bool is_here = fd >= 0 && !bind(fd, (struct sockaddr *)&any_port, len);
	if (fd >= 0)
		close(fd);
	return is_here;
}

bool rt_address_is_loopback(const void *address)
{
	const struct sockaddr_in *v4 = address;
	const struct sockaddr_in6 *v6 = address;

	if (v4->sin_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return v6->sin6_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}

socklen_t rt_address_read(const char *text, unsigned port, struct sockaddr_storage *to)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons((in_port_t)port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		return 0;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons((in_port_t)port);
	return sizeof(*v6);
}

void rt_address_write(const void *address, char text[INET6_ADDRSTRLEN])
{
	const struct sockaddr_in *v4 = address;
	const struct sockaddr_in6 *v6 = address;
	bool is_v4 = v4->sin_family == AF_INET;

	inet_ntop(v4->sin_family,
		  is_v4 ? (const void *)&v4->sin_addr : (const void *)&v6->sin6_addr, text,
		  INET6_ADDRSTRLEN);
}

bool rt_is_connected_to_other(int fd)
{
	struct sockaddr_storage here = {0}, there = {0};
	socklen_t here_len = sizeof(here), there_len = sizeof(there);

	if (getpeername(fd, (struct sockaddr *)&there, &there_len) ||
	    getsockname(fd, (struct sockaddr *)&here, &here_len))
		return false;
	return here_len != there_len || memcmp(&here, &there, here_len);
}
