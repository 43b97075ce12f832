/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that reach supervisor and shims from somebody else: orders to look and what was seen (the wire), marks
 * (files that each user of the job's folder may write), keys and addresses (the environment), answers to http looks
 * (the service, or a stranger at its port), an image's configuration. Nothing is taken for more than it says, and what
 * was taken says the same when it is written down and read again.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ir/support/bug.h"
#include "runtime/data/image_config.h"
#include "runtime/probe/answer.h"
#include "runtime/probe/listening.h"
#include "runtime/probe/url.h"
#include "runtime/step/marks.h"
#include "runtime/wire/look.h"
#include "tests/fuzz/target.h"

#define CHECK(claim)                                                                               \
	do {                                                                                       \
		if (!(claim))                                                                      \
			BUG(#claim);                                                               \
	} while (0)

static void order_to_look(const char *text)
{
	const int64_t ms = 1000000;
	struct rt_look look, again;
	char written[RT_LOOK_TEXT_ROOM], twice[RT_LOOK_TEXT_ROOM];

	if (!rt_look_read(&look, text))
		return;
	CHECK(look.use < RT_LOOK_USES && look.kind < RT_LOOK_KINDS);
	CHECK(look.every >= 0 && look.limit >= 0 && look.left >= 0 && look.left / ms <= INT32_MAX);
	CHECK(look.address_count <= RT_LOOK_ADDRESSES && look.port <= UINT16_MAX);
	for (unsigned i = 0; i < look.address_count; i++) {
		struct sockaddr_storage address;

		CHECK(memchr(look.address[i], '\0', RT_LOOK_ADDRESS_ROOM));
		CHECK(rt_address_read(look.address[i], look.port, &address) <= sizeof(address));
	}
	CHECK(look.kind == RT_LOOK_EXEC || (look.port && look.address_count));
	CHECK((look.kind == RT_LOOK_HTTP) == (look.status != 0));
	if (!rt_look_write(&look, written))
		return; /* numbers of more digits than need be, cut by nobody: longer than a message */
	CHECK(rt_look_read(&again, written) && rt_look_write(&again, twice));
	CHECK(!strcmp(written, twice));
}

static void what_was_seen(const char *text)
{
	struct rt_looked looked, again;
	char written[RT_WIRE_TEXT_ROOM];

	if (!rt_looked_read(&looked, text))
		return;
	CHECK(looked.use < RT_LOOK_USES && memchr(looked.words, '\0', sizeof(looked.words)));
	rt_looked_write(&looked, written);
	CHECK(rt_looked_read(&again, written) && again.use == looked.use);
	CHECK(again.number == looked.number && again.misses == looked.misses);
	CHECK(!strcmp(again.words, looked.words));
}

static void mark(const char *text, size_t len)
{
	char line[RT_MARK_LINE_ROOM], twice[RT_MARK_LINE_ROOM], *copy = strdup(text);
	struct rt_mark_sum sum = {0};
	struct rt_mark m, again;

	CHECK(copy);
	rt_mark_parse(copy, &m);
	free(copy);
	CHECK(m.status >= 0 && m.status < 256 && m.signal >= 0 && m.signal < 128);
	CHECK(m.usage.cpu_us >= 0 && m.usage.memory >= 0 && m.usage.read >= 0);
	/* As often as a step may have tasks, nothing overflows. */
	for (int i = 0; i < 64; i++)
		rt_mark_add(&sum, &m, (enum rt_mark_kind)(len % RT_MARK_KINDS), "n1");
	CHECK(sum.status >= 0 && sum.highest < 256 && sum.usage.written >= 0);
	rt_mark_line(&m, RT_MARK_EXIT, line);
	snprintf(twice, sizeof(twice), "%s", line);
	rt_mark_parse(twice, &again);
	rt_mark_line(&again, RT_MARK_EXIT, twice);
	CHECK(!strcmp(line, twice));
	CHECK(rt_mark_token_length(text) <= len);
}

static void key(const char *text)
{
	uint8_t bytes[RT_WIRE_KEY];
	char hex[RT_WIRE_HEX_ROOM];

	if (!rt_wire_from_hex(text, bytes))
		return;
	rt_wire_to_hex(bytes, hex);
	CHECK(!strcmp(hex, text));
}

static void address(const char *text)
{
	char request[2 * RT_WIRE_TEXT_ROOM];
	struct rt_url url;

	rt_url_read(&url, text);
	CHECK(url.host_len >= 0 && url.port_len >= 0 && url.path_len >= 0);
	CHECK(url.authority_len >= 0 && (size_t)url.authority_len <= strlen(text));
	if (rt_url_request(&url, request, sizeof(request)))
		CHECK(!strncmp(request, "GET ", 4) && strlen(request) < sizeof(request));
}

/* In pieces of any size it is the same answer. */
static void answer(const char *bytes, size_t len)
{
	static char room[2][RT_LINE_ROOM + 1];
	enum rt_http got[2];
	unsigned status[2] = {0, 0};

	for (int i = 0; i < 2; i++) {
		struct rt_answer a = {.line = room[i]};
		size_t piece = i ? 1 + len % 7 : len;

		rt_http_begin(&a);
		got[i] = RT_HTTP_MORE;
		for (size_t at = 0; at < len && got[i] == RT_HTTP_MORE; at += piece)
			got[i] = rt_http_take(&a, bytes + at, len - at < piece ? len - at : piece,
					      200, &status[i]);
		CHECK(a.len <= RT_LINE_ROOM);
	}
	CHECK(got[0] == got[1] && (got[0] != RT_HTTP_ANSWERED || status[0] == status[1]));
	CHECK(status[0] < 1000);
}

static void configuration(const char *text)
{
	static struct rt_image_config config;
	char *copy = strdup(text);

	CHECK(copy);
	if (rt_image_config_read(&config, copy))
		CHECK(config.entrypoint.n <= 1024 && config.cmd.n <= 1024);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > FUZZ_MAX_INPUT)
		return 0;
	char *text = malloc(size + 1);
	CHECK(text);
	memcpy(text, data, size);
	text[size] = '\0';
	answer(text, size);
	configuration(text);
	mark(text, strlen(text));
	/* The others never have more than a line. */
	text[strcspn(text, "\n")] = '\0';
	order_to_look(text);
	what_was_seen(text);
	key(text);
	address(text);
	free(text);
	return 0;
}
