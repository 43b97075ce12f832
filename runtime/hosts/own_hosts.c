/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a node says of itself for hosts files. It runs on every node:
 *
 *	hpcc-rt own-hosts --base JOB_DIR/hosts/own
 *	n2 lacks 1				its own hosts file lacks line 1 of the base, from 0,
 *	n2 has 127.0.1.1 n2			and has one more
 *	n2 address 10.0.0.2
 *
 * The address is the one from which this node speaks to that which started the step: others of the job
 * reach it.
 */
#include "runtime/hosts/hosts.h"

#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "runtime/files.h"
#include "runtime/probe/listening.h"
#include "runtime/verbs.h"

/* What this node speaks from, when it speaks to `text`. */
static bool find_source(const char *text, struct sockaddr_storage *source)
{
	struct sockaddr_storage to;
	socklen_t len, room = sizeof(*source);

	if (text && !strncasecmp(text, "::ffff:", 7) && strchr(text, '.'))
		text += 7; /* IPv4, written as IPv6 */
	len = text ? rt_address_read(text, 9, &to) : 0;
	int fd = len ? socket(to.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
	if (fd < 0)
		return false;
	bool is_found = !connect(fd, (struct sockaddr *)&to, len) &&
			!getsockname(fd, (struct sockaddr *)source, &room) &&
			!rt_address_is_loopback(source);
	close(fd);
	return is_found;
}

/* Where the step was started from the loopback address: that of the first interface. */
static bool find_interface(struct sockaddr_storage *address)
{
	struct ifreq all[64];
	struct ifconf list = {.ifc_len = sizeof(all), .ifc_req = all};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_found = false;

	if (fd < 0)
		return false;
	if (!ioctl(fd, SIOCGIFCONF, &list))
		for (size_t i = 0; i < (size_t)list.ifc_len / sizeof(*all) && !is_found; i++) {
			memcpy(address, &all[i].ifr_addr, sizeof(struct sockaddr_in));
			is_found =
				address->ss_family == AF_INET && !rt_address_is_loopback(address);
		}
	close(fd);
	return is_found;
}

static void print_address(const char *node)
{
	struct sockaddr_storage a;
	char text[INET6_ADDRSTRLEN] = "127.0.0.1"; /* a node without any network */

	if (find_source(getenv("SLURM_LAUNCH_NODE_IPADDR"), &a) || find_interface(&a))
		rt_address_write(&a, text);
	printf("%s address %s\n", node, text);
}

static void print_lines(struct rt_pool *pool, const char *node, const char *file, const char *base)
{
	struct rt_hosts_lines own;
	rt_hosts_read(&own, pool, file);
	struct rt_hosts_lines those;
	rt_hosts_read(&those, pool, base);
	bool *has = rt_pool_array(pool, those.n + 1, sizeof(*has));
	for (uint32_t i = 0, at = 0; i < own.n; i++) {
		uint32_t k = rt_hosts_find(&those, own.line[i], at);

		if (k == UINT32_MAX) {
			printf("%s has %s\n", node, own.line[i]);
			continue;
		}
		has[k] = true;
		at = k + 1;
	}
	for (uint32_t i = 0; i < those.n; i++)
		if (!has[i])
			printf("%s lacks %u\n", node, i);
}

int rt_verb_own_hosts(int argc, char **argv)
{
	struct rt_pool pool = {0};
	const char *base = NULL, *file = "/etc/hosts", *node = getenv("SLURMD_NODENAME");
	const struct rt_option options[] = {
		{.name = "--base", .value = &base, .required = true},
		{.name = "--file", .value = &file},
		{.name = NULL},
	};

	if (!rt_read_options(options, argc, argv))
		return RT_USAGE;
	if (!node) {
		rt_say("own-hosts: SLURMD_NODENAME is not set: this is no step");
		return RT_ENVIRONMENT;
	}
	print_lines(&pool, node, file, base);
	print_address(node);
	return fflush(stdout) ? RT_ENVIRONMENT : 0;
}
