/* SPDX-License-Identifier: Apache-2.0 */
/* Looks and what they saw, as texts of the wire: what is written is read again, what is none is refused. */
#include <string.h>

#include "runtime/probe/url.h"
#include "runtime/wire/look.h"
#include "tests/unit/test.h"

static void orders(void **state)
{
	static const char *const texts[] = {
		"ready 7 0 5000 59950 tcp own 8000 127.0.0.1,::1",
		"live 4294967295 10000 1 0 http any 1 10.0.0.7 200 http://node7:8000/health?a b",
		"ready 1 0 5000 1 exec",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rt_look look;
		char again[RT_LOOK_TEXT_ROOM];

		assert_true(rt_look_read(&look, texts[i]));
		assert_true(rt_look_write(&look, again));
		assert_string_equal(again, texts[i]);
	}
}

static void no_orders(void **state)
{
	static const char *const texts[] = {
		"",
		"ready",
		"dead 7 0 5000 59950 tcp own 8000 127.0.0.1",
		"ready 7 0 5000 59950 udp own 8000 127.0.0.1",
		"ready 7 0 5000 59950 tcp own 0 127.0.0.1",
		"ready 7 0 5000 59950 tcp own 8000",
		"ready 7 0 5000 59950 tcp own 8000 ,",
		"ready 7 0 5000 59950 tcp own 8000 ,127.0.0.1",
		"ready 7 0 5000 59950 tcp own 8000 127.0.0.1 200 http://x/",
		"ready 7 0 5000 59950 http own 8000 127.0.0.1",
		"ready 7 0 5000 59950 tcp own 8000 "
		"1111111111111111111111111111111111111111111111111111",
	};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rt_look look;

		assert_false(rt_look_read(&look, texts[i]));
	}
}

static void long_address(void **state)
{
	struct rt_look look = {.kind = RT_LOOK_HTTP, .port = 1, .status = 200, .address_count = 1};
	char text[RT_LOOK_TEXT_ROOM];
	(void)state;
	strcpy(look.address[0], "127.0.0.1");
	memset(look.url, 'a', sizeof(look.url) - 1);
	assert_true(rt_look_write(&look, text));
	struct rt_look again;
	assert_true(rt_look_read(&again, text));
	assert_string_equal(again.url, look.url);
}

static void answers(void **state)
{
	static const char *const texts[] = {"ready 7 0", "live 9 3 connection refused"};
	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct rt_looked looked;
		char again[RT_WIRE_TEXT_ROOM];

		assert_true(rt_looked_read(&looked, texts[i]));
		rt_looked_write(&looked, again);
		assert_string_equal(again, texts[i]);
	}
	struct rt_looked looked;
	assert_false(rt_looked_read(&looked, "7 0"));
}

static void requests(void **state)
{
	static const struct {
		const char *url, *host, *port, *line;
	} rows[] = {
		{"http://h", "h", "80", "GET / HTTP/1.1\r\nHost: h\r\n"},
		{"http://h:8/a?b#c", "h", "8", "GET /a?b HTTP/1.1\r\nHost: h:8\r\n"},
		{"http://h?b", "h", "80", "GET /?b HTTP/1.1\r\nHost: h\r\n"},
		{"http://[::1]:8/", "::1", "8", "GET / HTTP/1.1\r\nHost: [::1]:8\r\n"},
		{"http://[::1]", "::1", "80", "GET / HTTP/1.1\r\nHost: [::1]\r\n"},
		{"https://h/", "h", "443", "GET / HTTP/1.1\r\nHost: h\r\n"},
		{"http://h:/", "h", "80", "GET / HTTP/1.1\r\nHost: h:\r\n"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct rt_url url;
		char request[300];

		rt_url_read(&url, rows[i].url);
		assert_int_equal(url.host_len, strlen(rows[i].host));
		assert_memory_equal(url.host, rows[i].host, (size_t)url.host_len);
		assert_int_equal(url.port_len, strlen(rows[i].port));
		assert_memory_equal(url.port, rows[i].port, (size_t)url.port_len);
		assert_true(rt_url_request(&url, request, sizeof(request)));
		assert_memory_equal(request, rows[i].line, strlen(rows[i].line));
		assert_false(rt_url_request(&url, request, 20));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders),       cmocka_unit_test(no_orders),
		cmocka_unit_test(long_address), cmocka_unit_test(answers),
		cmocka_unit_test(requests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
