/* SPDX-License-Identifier: Apache-2.0 */
/* Who listens where on this node, as the kernel tells it. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "runtime/probe/listening.h"
#include "tests/unit/test.h"

static socklen_t make_address(struct sockaddr_storage *to, const char *text, in_port_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)to;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)to;

	memset(to, 0, sizeof(*to));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = port;
		return sizeof(*v4);
	}
	assert_int_equal(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
	v6->sin6_family = AF_INET6;
	v6->sin6_port = port;
	return sizeof(*v6);
}

/* A socket that listens at some port of that address; -1: this machine has no such address. */
static int listener(const char *text, in_port_t *port)
{
	struct sockaddr_storage a;
	socklen_t len = make_address(&a, text, 0);
	int fd = socket(a.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, len)) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	assert_int_equal(listen(fd, 4), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	*port = ((struct sockaddr_in *)&a)->sin_port; /* the same place in both */
	return fd;
}

static void who_listens(void **state)
{
	static const struct {
		const char *listens, *asked;
		enum rt_listening answer;
	} rows[] = {
		{"127.0.0.1", "127.0.0.1", RT_LISTENING_SOMEBODY},
		{"0.0.0.0", "127.0.0.1", RT_LISTENING_SOMEBODY},
		{"127.0.0.2", "127.0.0.1", RT_LISTENING_NOBODY},
		{"::", "127.0.0.1", RT_LISTENING_SOMEBODY},
		{"::", "::1", RT_LISTENING_SOMEBODY},
		{"::1", "::1", RT_LISTENING_SOMEBODY},
		{"::1", "127.0.0.1", RT_LISTENING_NOBODY},
	};
	int ask = rt_listening_open();
	unsigned asked = 0;

	(void)state;
	if (ask < 0)
		skip(); /* a kernel without tcp_diag */
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sockaddr_storage a;
		in_port_t port;
		int fd = listener(rows[i].listens, &port);

		if (fd < 0)
			continue;
		make_address(&a, rows[i].asked, port);
		assert_int_equal(rt_listening_ask(ask, (struct sockaddr *)&a), rows[i].answer);
		close(fd);
		assert_int_equal(rt_listening_ask(ask, (struct sockaddr *)&a), RT_LISTENING_NOBODY);
		asked++;
	}
	close(ask);
	assert_true(asked >= 3);
}

static void without_an_answer(void **state)
{
	struct sockaddr_storage a;

	(void)state;
	make_address(&a, "127.0.0.1", htons(9));
	assert_int_equal(rt_listening_ask(-1, (struct sockaddr *)&a), RT_LISTENING_UNKNOWN);
}

static void addresses_of_this_node(void **state)
{
	struct sockaddr_storage a;
	socklen_t len = make_address(&a, "127.0.0.1", htons(1));

	(void)state;
	assert_true(rt_address_is_here((struct sockaddr *)&a, len));
	len = make_address(&a, "192.0.2.1", htons(1)); /* for documentation: nobody has it */
	assert_false(rt_address_is_here((struct sockaddr *)&a, len));
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool is_loopback;
	} rows[] = {{"127.0.0.1", true},    {"127.9.8.7", true},
		    {"126.0.0.1", false},   {"192.0.2.77", false},
		    {"::1", true},          {"::", false},
		    {"2001:db8::7", false}, {"::ffff:192.0.2.1", false}};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sockaddr_storage address;
		char text[INET6_ADDRSTRLEN];

		assert_true(rt_address_read(rows[i].text, 9, &address));
		rt_address_write(&address, text);
		assert_string_equal(text, rows[i].text);
		assert_int_equal(rt_address_is_loopback(&address), rows[i].is_loopback);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_listens),
		cmocka_unit_test(numbers),
		cmocka_unit_test(without_an_answer),
		cmocka_unit_test(addresses_of_this_node),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
