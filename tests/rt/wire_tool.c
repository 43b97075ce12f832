/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may come between the two ends of the wire, or speak to one of them:
 *
 *	rt-wire-tool relay WIRE NAME PORT  hands on between a port of its own (PORT, 0: any; told in
 *	                                   NAME.port) and the supervisor's; what goes up stands in NAME.up,
 *	                                   what comes down in NAME.down. Its end cuts all connections
 *	rt-wire-tool send WIRE FILE        says what the file holds, then listens until the end
 *	rt-wire-tool silent WIRE           connects, says nothing, listens until the end
 *	rt-wire-tool flood WIRE N          connects N times and hangs up
 *	rt-wire-tool babble FILE NAME      listens at a port (told in NAME.port), and says to whoever connects what
 *	                                   the file holds; each adds a line to NAME.came
 *	rt-wire-tool join WIRE MARK V      joins as a shim of version V would, says what becomes of it
 *
 * WIRE is the value of HPCC_WIRE, MARK that of HPCC_MARK.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runtime/wire/wire.h"

static struct sockaddr_in loopback(const char *port)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
				.sin_port = htons((in_port_t)strtoul(port, NULL, 10))};

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return a;
}

static int connect_to(const char *wire)
{
	struct sockaddr_in a = loopback(wire);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	close(fd);
	return -1;
}

/* The number of bytes that came before the other end hung up. */
static int listen_to_end(int fd)
{
	char text[4096];
	size_t all = 0;
	ssize_t n;

	while ((n = read(fd, text, sizeof(text))) > 0)
		all += (size_t)n;
	printf("%zu\n", all);
	return 0;
}

/* Hands on what one end says; false at its end. */
static int hand_on(int from, int to, FILE *record)
{
	char text[4096];
	ssize_t n = read(from, text, sizeof(text));

	if (n <= 0)
		return 0;
	fwrite(text, 1, (size_t)n, record);
	fflush(record);
	return write(to, text, (size_t)n) == n;
}

static FILE *open_record(const char *name, const char *kind, const char *mode)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s.%s", name, kind);
	f = fopen(path, mode);
	if (!f)
		exit(97);
	return f;
}

static _Noreturn void relay_one(int shim, const char *wire, const char *name)
{
	FILE *up = open_record(name, "up", "a"), *down = open_record(name, "down", "a");
	int supervisor = connect_to(wire);
	struct pollfd p[2] = {{.fd = shim, .events = POLLIN}, {.fd = supervisor, .events = POLLIN}};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (supervisor >= 0 && poll(p, 2, -1) > 0) {
		if (p[0].revents && !hand_on(shim, supervisor, up))
			break;
		if (p[1].revents && !hand_on(supervisor, shim, down))
			break;
	}
	_exit(0);
}

/* A socket that listens at the port, or any, which is told in NAME.port. */
static int listen_at(const char *port, const char *name)
{
	struct sockaddr_in a = loopback(port);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
	FILE *told;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&a, len) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		exit(98);
	told = open_record(name, "port", "w");
	fprintf(told, "%d\n", ntohs(a.sin_port));
	fclose(told);
	return fd;
}

static _Noreturn void relay(const char *wire, const char *name, const char *port)
{
	int fd = listen_at(port, name);

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int shim = accept(fd, NULL, NULL);

		if (shim >= 0 && !fork())
			relay_one(shim, wire, name);
		close(shim);
	}
}

static int send_file(int fd, const char *path)
{
	char text[65536];
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(text, 1, sizeof(text), f) : 0;

	if (f)
		fclose(f);
	signal(SIGPIPE, SIG_IGN);
	(void)!write(fd, text, n);
	return listen_to_end(fd);
}

static _Noreturn void babble(const char *path, const char *name)
{
	int fd = listen_at("0", name);
	FILE *came = open_record(name, "came", "a");

	for (;;) {
		int peer = accept(fd, NULL, NULL);

		fputs("came\n", came);
		fflush(came);
		send_file(peer, path);
		close(peer);
	}
}

static int flood(const char *wire, unsigned long n)
{
	while (n--)
		close(connect_to(wire));
	return 0;
}

/* The proof of another version, made as rt_wire_join makes it. */
static void change_version(struct rt_wire *w, const struct rt_wire_launch *l, uint8_t version)
{
	uint8_t *body = w->out + 3, *numbers = body + 1 + RT_WIRE_NONCE;
	struct rt_hmac m;

	body[0] = version;
	rt_hmac_begin(&m, l->key);
	rt_hmac_add(&m, "joining", strlen("joining"));
	rt_hmac_add(&m, w->other, RT_WIRE_NONCE);
	rt_hmac_add(&m, w->own, RT_WIRE_NONCE);
	rt_hmac_add(&m, body, 1);
	rt_hmac_add(&m, numbers, 8);
	rt_hmac_add(&m, l->name, strlen(l->name));
	rt_hmac_end(&m, numbers + 8);
}

static int join(const char *wire, const char *mark, const char *version)
{
	static const uint8_t nonce[RT_WIRE_NONCE] = "0123456789abcde";
	char port[16], hex[RT_WIRE_HEX_ROOM];
	struct rt_wire_launch launch = {0};
	struct rt_wire_message m;
	struct rt_wire w;
	int fd = connect_to(wire);
	bool is_changed = false;

	if (sscanf(wire, "%15s %64s %u", port, hex, &launch.service) != 3 ||
	    !rt_wire_from_hex(hex, launch.key))
		return 2;
	snprintf(launch.name, sizeof(launch.name), "%s", mark);
	rt_wire_join(&w, &launch, nonce);
	for (;;) {
		size_t room;
		uint8_t *to = rt_wire_space(&w, &room);
		ssize_t n = read(fd, to, room);

		if (n <= 0)
			return puts("closed") < 0;
		rt_wire_took(&w, (size_t)n);
		if (rt_wire_next(&w, &m) == RT_WIRE_OPENED)
			return puts("welcome") < 0;
		if (!is_changed && w.out_len)
			change_version(&w, &launch, (uint8_t)strtoul(version, NULL, 10));
		is_changed = true;
		n = write(fd, w.out, w.out_len);
		rt_wire_sent(&w, n > 0 ? (size_t)n : 0);
	}
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "relay"))
		relay(argv[2], argv[3], argv[4]);
	if (argc == 4 && !strcmp(argv[1], "send"))
		return send_file(connect_to(argv[2]), argv[3]);
	if (argc == 4 && !strcmp(argv[1], "babble"))
		babble(argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "silent"))
		return listen_to_end(connect_to(argv[2]));
	if (argc == 4 && !strcmp(argv[1], "flood"))
		return flood(argv[2], strtoul(argv[3], NULL, 10));
	if (argc == 5 && !strcmp(argv[1], "join"))
		return join(argv[2], argv[3], argv[4]);
	return 2;
}
