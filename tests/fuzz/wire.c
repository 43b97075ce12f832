/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both ends of the wire, on any bytes: nobody who lacks the key gets in or gets a message through, what is
 * said between two ends that know it arrives as it was said, and no length, number or order of bytes leads
 * out of a buffer. The input is a stranger's talk, and tells how the talk between the two is cut into pieces.
 */
#include <stdio.h>
#include <string.h>

#include "ir/support/bug.h"
#include "runtime/wire/wire.h"
#include "tests/fuzz/target.h"

static const uint8_t nonces[2][RT_WIRE_NONCE] = {"supervisor's one", "the shim's nonce"};
static const struct rt_wire_launch launch = {
	.name = "worker.3", .service = 7, .task = 11, .key = "a key that nobody else may know."};

/* Gives bytes to an end, all that it takes; what it says of them last. */
static enum rt_wire_news feed(struct rt_wire *w, const uint8_t *bytes, size_t n,
			      struct rt_wire_message *m)
{
	enum rt_wire_news news = RT_WIRE_NOTHING;

	while (n && news != RT_WIRE_BAD) {
		size_t room;
		uint8_t *to = rt_wire_space(w, &room);
		size_t some = n < room ? n : room;

		if (!room)
			BUG("no room, and nothing wrong");
		memcpy(to, bytes, some);
		rt_wire_took(w, some);
		bytes += some;
		n -= some;
		while ((news = rt_wire_next(w, m)) > RT_WIRE_NOTHING) {
			if (strlen(m->text) >= sizeof(m->text))
				BUG("a text without an end");
			if (news != RT_WIRE_CLAIM)
				return news;
			/* Names may be guessed, keys not. */
			if (rt_wire_admit(w, m, launch.key))
				return RT_WIRE_OPENED;
		}
	}
	return news;
}

/* Whoever talks like this is let in by neither end. */
static void strange_talk(const uint8_t *bytes, size_t n)
{
	struct rt_wire_message m;
	struct rt_wire w;

	rt_wire_serve(&w, nonces[0]);
	if (feed(&w, bytes, n, &m) > RT_WIRE_NOTHING)
		BUG("the supervisor let a stranger in");
	rt_wire_join(&w, &launch, nonces[1]);
	if (feed(&w, bytes, n, &m) > RT_WIRE_NOTHING)
		BUG("the shim believed a stranger");
}

/* What a friend would say, with some of its bytes changed: a place and a mask each. */
static void altered_talk(const uint8_t *bytes, size_t n)
{
	struct rt_wire server, shim;
	struct rt_wire_message m;

	rt_wire_serve(&server, nonces[0]);
	rt_wire_join(&shim, &launch, nonces[1]);
	feed(&shim, server.out, server.out_len, &m);
	uint8_t talk[RT_WIRE_OUT_ROOM];
	memcpy(talk, shim.out, shim.out_len);
	for (size_t i = 0; i + 1 < n; i += 2)
		talk[bytes[i] % shim.out_len] ^= bytes[i + 1];
	if (memcmp(talk, shim.out, shim.out_len) &&
	    feed(&server, talk, shim.out_len, &m) > RT_WIRE_NOTHING)
		BUG("a false claim was believed");
}

/* Moves what one end has to say to the other, in pieces. */
static enum rt_wire_news move(struct rt_wire *from, struct rt_wire *to, size_t piece,
			      struct rt_wire_message *m)
{
	enum rt_wire_news news = RT_WIRE_NOTHING;

	while (from->out_len && news == RT_WIRE_NOTHING) {
		size_t n = from->out_len < piece ? from->out_len : piece;

		news = feed(to, from->out, n, m);
		rt_wire_sent(from, n);
	}
	return news;
}

static void open_both(struct rt_wire *server, struct rt_wire *shim, size_t piece)
{
	struct rt_wire_message m;

	rt_wire_serve(server, nonces[0]);
	rt_wire_join(shim, &launch, nonces[1]);
	if (move(server, shim, piece, &m) != RT_WIRE_NOTHING ||
	    move(shim, server, piece, &m) != RT_WIRE_OPENED || m.service != launch.service ||
	    m.task != launch.task || strcmp(m.text, launch.name) ||
	    move(server, shim, piece, &m) != RT_WIRE_OPENED)
		BUG("the two don't find each other");
}

/* A text of the input arrives; with the input's first byte flipped in somewhere, nothing does. */
static void friendly_talk(const uint8_t *bytes, size_t n)
{
	struct rt_wire server, shim;
	struct rt_wire *from = bytes[0] & 1 ? &server : &shim;
	struct rt_wire *to = from == &shim ? &server : &shim;
	char text[RT_WIRE_TEXT_ROOM + 8] = "";
	struct rt_wire_message m;
	size_t at, piece = 1 + bytes[0] / 2;

	open_both(&server, &shim, piece);
	snprintf(text, sizeof(text), "%.*s", (int)(n - 1), (const char *)bytes + 1);
	if (!rt_wire_put(from, RT_WIRE_STARTED, text)) {
		if (strlen(text) < RT_WIRE_TEXT_ROOM)
			BUG("there was room");
		return;
	}
	if (n % 3) {
		if (move(from, to, piece, &m) != RT_WIRE_MESSAGE || strcmp(m.text, text))
			BUG("something else arrived");
		return;
	}
	at = bytes[n - 1] % from->out_len;
	from->out[at] ^= (uint8_t)(bytes[0] ? bytes[0] : 1);
	if (move(from, to, piece, &m) > RT_WIRE_NOTHING)
		BUG("a forged message was believed");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!size || size > FUZZ_MAX_INPUT)
		return 0;
	strange_talk(data, size);
	altered_talk(data, size < 16 ? size : 16);
	friendly_talk(data, size);
	return 0;
}
