/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets of the wire. */
#include "runtime/wire/listen.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BACKLOG = 1024,
	/* Connections that live for days are asked whether they still do. Nobody wakes up for that. */
	KEEP_ALIVE_S = 60
};

static int listen_at(const struct sockaddr *address, socklen_t len)
{
	int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	const int off = 0;

	if (fd < 0)
		return -1;
	if (address->sa_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
	if (!bind(fd, address, len) && !listen(fd, BACKLOG))
		return fd;
	close(fd);
	return -1;
}

int rt_wire_listen(bool to_nodes, uint16_t *port)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sockaddr_storage own;
	socklen_t len = sizeof(own);
	int fd = -1;

	if (to_nodes)
		fd = listen_at((struct sockaddr *)&v6, sizeof(v6));
	else
		v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0)
		fd = listen_at((struct sockaddr *)&v4, sizeof(v4));
	if (fd < 0 || getsockname(fd, (struct sockaddr *)&own, &len))
		return -1;
	/* The port is at the same place in both. */
	*port = ntohs(((struct sockaddr_in *)&own)->sin_port);
	return fd;
}

void rt_wire_options(int fd)
{
	const int on = 1, idle = KEEP_ALIVE_S;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}
