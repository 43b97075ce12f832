/* SPDX-License-Identifier: Apache-2.0 */
/* Answers to http probes, in one piece and byte by byte. */
#include <stdio.h>
#include <string.h>

#include "runtime/probe/answer.h"
#include "tests/unit/test.h"

static char room[RT_LINE_ROOM + 1];

/* "404", "garbage", or "more": what comes of an answer in pieces of that size, with its end or not. */
static const char *take(const char *answer, size_t len, size_t piece, bool ends, unsigned wanted)
{
	static const char *const words[] = {"more", "answered", "garbage"};
	static char status_text[16];
	struct rt_answer p = {.line = room};
	enum rt_http got = RT_HTTP_MORE;
	unsigned status = 0;

	for (size_t at = 0; at < len && got == RT_HTTP_MORE; at += piece)
		got = rt_http_take(&p, answer + at, len - at < piece ? len - at : piece, wanted,
				   &status);
	if (got == RT_HTTP_MORE && ends)
		got = rt_http_take(&p, "", 0, wanted, &status);
	if (got != RT_HTTP_ANSWERED)
		return words[got];
	snprintf(status_text, sizeof(status_text), "%u", status);
	return status_text;
}

static void answers(void **state)
{
	static const struct {
		const char *text;
		bool ends;
		unsigned wanted;
		const char *says;
	} rows[] = {
		{"HTTP/1.1 200 OK\r\n", false, 200, "200"},
		{"HTTP/1.1 200 OK", false, 200, "more"},
		{"HTTP/1.1 200 OK", true, 200, "200"},
		{"HTTP/1.0 404 Not Found\n", false, 200, "404"},
		{"HTTP/1.1 204\r\n", false, 204, "204"},
		{"HTTP/1.1 204 \n", false, 204, "204"},
		{"HTTP/2 307 x\r\n", false, 200, "307"},
		{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n", false, 200, "200"},
		{"HTTP/1.1 103 Early Hints\nLink: </a>\n\nHTTP/1.1 103 x\n\nHTTP/1.1 100\n\n"
		 "HTTP/1.1 503 x\n",
		 false, 200, "503"},
		{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n", false, 200, "more"},
		{"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n", true, 200, "garbage"},
		{"HTTP/1.1 103 Early Hints\r\nHTTP/1.1 200 OK\r\n", false, 200, "more"},
		{"HTTP/1.1 103 Early Hints\r\n", false, 103, "103"},
		{"HTTP/1.1 101 Switching Protocols\r\n", false, 200, "101"},
		{"HTTP/1.1 20", true, 200, "garbage"},
		{"HTTP/1.1 2000 OK\r\n", false, 200, "garbage"},
		{"HTTP/1.1 +20 OK\r\n", false, 200, "garbage"},
		{"HTTP/1.1 4294967496 OK\r\n", false, 200, "garbage"},
		{"HTTP/1.1200 OK\r\n", false, 200, "garbage"},
		{"SSH-2.0-OpenSSH_9.2\r\n", false, 200, "garbage"},
		{"HTTP/\n", false, 200, "garbage"},
		{"", true, 200, "garbage"},
		{"\r\nHTTP/1.1 200 OK\r\n", false, 200, "garbage"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t piece = 1; piece < 64; piece += 9) {
			const char *says = take(rows[i].text, strlen(rows[i].text), piece,
						rows[i].ends, rows[i].wanted);

			if (strcmp(says, rows[i].says))
				fail_msg("row %zu, pieces of %zu: %s", i, piece, says);
		}
}

/* What has no end is left, whatever it is; and a long line of a header is no reason to. */
static void without_end(void **state)
{
	static char text[3 << 20];
	size_t at = 0;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_string_equal(take(text, sizeof(text), 4096, false, 200), "garbage");
	memset(text, '\0', sizeof(text));
	assert_string_equal(take(text, sizeof(text), 4096, false, 200), "garbage");
	memcpy(text, "HTTP/1.1 200 ", 13);
	memset(text + 13, 'x', sizeof(text) - 13);
	assert_string_equal(take(text, sizeof(text), 4096, false, 200), "200");
	while (at + 64 < sizeof(text))
		at += (size_t)snprintf(text + at, 64, "HTTP/1.1 100 Continue\r\n\r\n");
	assert_string_equal(take(text, at, 4096, false, 200), "garbage");
	at = (size_t)snprintf(text, 64, "HTTP/1.1 103 x\r\nLink: ");
	memset(text + at, 'x', 100000);
	at += 100000;
	at += (size_t)snprintf(text + at, 64, "\r\n\r\nHTTP/1.1 200 OK\r\n");
	assert_string_equal(take(text, at, 1000, false, 200), "200");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
