/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames and proofs of the wire.
 *
 *	frame      length of the rest (2 bytes, the high one first), type (1), body
 *	greeting   "hpcc-wire", version (1), nonce (16)
 *	joining    version (1), nonce (16), service (4), task (4), proof (32), name of the launch
 *	welcome    proof (32)
 *	others     text, proof (16)
 *
 * A proof is an HMAC with the key of the launch over both nonces and what is claimed. Both nonces are
 * new for each connection, so nothing that was said in one is worth anything in another. From then on
 * each message has a proof with a key of this connection over its direction, its number, its type and
 * its text.
 */
#include "runtime/wire/wire.h"

#include <string.h>

enum {
	HEAD = 3,
	JOINING_FIXED = 1 + RT_WIRE_NONCE + 8 + RT_SHA256_SIZE,
	FRAME_MAX = 1 + RT_WIRE_TEXT_ROOM - 1 + RT_WIRE_PROOF
};

static const char magic[] = {'h', 'p', 'c', 'c', '-', 'w', 'i', 'r', 'e'};

static void put_number(uint8_t *to, uint64_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		to[i] = (uint8_t)(number >> 8 * (bytes - 1 - i));
}

static uint32_t get_number(const uint8_t *from, int bytes)
{
	uint32_t number = 0;

	for (int i = 0; i < bytes; i++)
		number = number << 8 | from[i];
	return number;
}

/* Room for a frame's body in what is to be sent; NULL: there is none. */
static uint8_t *put_frame(struct rt_wire *w, enum rt_wire_type type, size_t body)
{
	uint8_t *at = w->out + w->out_len;

	if (sizeof(w->out) - w->out_len < HEAD + body)
		return NULL;
	put_number(at, 1 + body, 2);
	at[2] = (uint8_t)type;
	w->out_len += HEAD + body;
	return at + HEAD;
}

/* Proofs. The supervisor's nonce comes first in all of them. */

static void begin_proof(const struct rt_wire *w, struct rt_hmac *m, const uint8_t key[RT_WIRE_KEY],
			const char *what)
{
	rt_hmac_begin(m, key);
	rt_hmac_add(m, what, strlen(what));
	rt_hmac_add(m, w->is_server ? w->own : w->other, RT_WIRE_NONCE);
	rt_hmac_add(m, w->is_server ? w->other : w->own, RT_WIRE_NONCE);
}

static void prove_joining(const struct rt_wire *w, const uint8_t key[RT_WIRE_KEY], uint8_t version,
			  uint32_t service, uint32_t task, const char *name,
			  uint8_t proof[RT_SHA256_SIZE])
{
	uint8_t numbers[9] = {version};

	put_number(numbers + 1, service, 4);
	put_number(numbers + 5, task, 4);
	struct rt_hmac m;
	begin_proof(w, &m, key, "joining");
	rt_hmac_add(&m, numbers, sizeof(numbers));
	rt_hmac_add(&m, name, strlen(name));
	rt_hmac_end(&m, proof);
}

static void prove_welcome(const struct rt_wire *w, const uint8_t key[RT_WIRE_KEY],
			  uint8_t proof[RT_SHA256_SIZE])
{
	struct rt_hmac m;

	begin_proof(w, &m, key, "welcome");
	rt_hmac_end(&m, proof);
}

static void agree_on_key(struct rt_wire *w, const uint8_t key[RT_WIRE_KEY])
{
	struct rt_hmac m;

	begin_proof(w, &m, key, "connection");
	rt_hmac_end(&m, w->key);
	w->state = RT_WIRE_OPEN;
}

static void prove_message(const struct rt_wire *w, bool is_down, uint64_t number,
			  enum rt_wire_type type, const void *text, size_t len,
			  uint8_t proof[RT_SHA256_SIZE])
{
	uint8_t head[10] = {is_down, (uint8_t)type};

	put_number(head + 2, number, 8);
	struct rt_hmac m;
	rt_hmac_begin(&m, w->key);
	rt_hmac_add(&m, head, sizeof(head));
	rt_hmac_add(&m, text, len);
	rt_hmac_end(&m, proof);
}

/* Beginnings. */

static void begin(struct rt_wire *w, bool is_server, const uint8_t nonce[RT_WIRE_NONCE])
{
	w->is_server = is_server;
	w->state = RT_WIRE_AWAITS;
	w->launch = NULL;
	w->version = 0;
	w->sent = w->taken = 0;
	w->in_len = w->out_len = 0;
	memcpy(w->own, nonce, RT_WIRE_NONCE);
}

void rt_wire_serve(struct rt_wire *w, const uint8_t nonce[RT_WIRE_NONCE])
{
	begin(w, true, nonce);
	uint8_t *at = put_frame(w, RT_WIRE_GREETING, sizeof(magic) + 1 + RT_WIRE_NONCE);
	memcpy(at, magic, sizeof(magic));
	at[sizeof(magic)] = RT_WIRE_VERSION;
	memcpy(at + sizeof(magic) + 1, nonce, RT_WIRE_NONCE);
}

void rt_wire_join(struct rt_wire *w, const struct rt_wire_launch *launch,
		  const uint8_t nonce[RT_WIRE_NONCE])
{
	begin(w, false, nonce);
	w->launch = launch;
}

/* Even to a supervisor of another version: it tells people of that. */
static enum rt_wire_news answer_greeting(struct rt_wire *w, const uint8_t *body, size_t len)
{
	const struct rt_wire_launch *l = w->launch;
	size_t name = strlen(l->name);

	if (len < sizeof(magic) + 1 + RT_WIRE_NONCE || memcmp(body, magic, sizeof(magic)))
		return RT_WIRE_BAD;
	w->version = body[sizeof(magic)];
	memcpy(w->other, body + sizeof(magic) + 1, RT_WIRE_NONCE);
	uint8_t *at = put_frame(w, RT_WIRE_JOINING, JOINING_FIXED + name);
	if (!at)
		return RT_WIRE_BAD;
	*at++ = RT_WIRE_VERSION;
	memcpy(at, w->own, RT_WIRE_NONCE);
	at += RT_WIRE_NONCE;
	put_number(at, l->service, 4);
	put_number(at + 4, l->task, 4);
	at += 8;
	prove_joining(w, l->key, RT_WIRE_VERSION, l->service, l->task, l->name, at);
	memcpy(at + RT_SHA256_SIZE, l->name, name);
	w->state = RT_WIRE_JOINED;
	return RT_WIRE_NOTHING;
}

static enum rt_wire_news take_welcome(struct rt_wire *w, const uint8_t *body, size_t len)
{
	uint8_t proof[RT_SHA256_SIZE];

	prove_welcome(w, w->launch->key, proof);
	if (len != sizeof(proof) || !rt_same_bytes(proof, body, sizeof(proof)))
		return RT_WIRE_BAD;
	agree_on_key(w, w->launch->key);
	return RT_WIRE_OPENED;
}

/* The proof is kept where the connection's key will be. */
static enum rt_wire_news take_claim(struct rt_wire *w, const uint8_t *body, size_t len,
				    struct rt_wire_message *m)
{
	size_t name = len - JOINING_FIXED;

	if (len <= JOINING_FIXED || name >= RT_WIRE_NAME_ROOM ||
	    memchr(body + JOINING_FIXED, '\0', name))
		return RT_WIRE_BAD;
	w->version = body[0];
	memcpy(w->other, body + 1, RT_WIRE_NONCE);
	m->service = get_number(body + 1 + RT_WIRE_NONCE, 4);
	m->task = get_number(body + 1 + RT_WIRE_NONCE + 4, 4);
	memcpy(w->key, body + JOINING_FIXED - RT_SHA256_SIZE, RT_SHA256_SIZE);
	memcpy(m->text, body + JOINING_FIXED, name);
	m->text[name] = '\0';
	w->state = RT_WIRE_CLAIMED;
	return RT_WIRE_CLAIM;
}

bool rt_wire_admit(struct rt_wire *w, const struct rt_wire_message *claim,
		   const uint8_t key[RT_WIRE_KEY])
{
	uint8_t proof[RT_SHA256_SIZE];

	prove_joining(w, key, w->version, claim->service, claim->task, claim->text, proof);
	if (w->state != RT_WIRE_CLAIMED || !rt_same_bytes(proof, w->key, sizeof(proof))) {
		w->state = RT_WIRE_BROKEN;
		return false;
	}
	if (w->version != RT_WIRE_VERSION) {
		w->state = RT_WIRE_BROKEN;
		return true;
	}
	uint8_t *at = put_frame(w, RT_WIRE_WELCOME, RT_SHA256_SIZE);
	if (!at)
		return false;
	prove_welcome(w, key, at);
	agree_on_key(w, key);
	return true;
}

/* Messages. */

static enum rt_wire_news take_message(struct rt_wire *w, const uint8_t *body, size_t len,
				      struct rt_wire_message *m)
{
	size_t text = len - RT_WIRE_PROOF;

	if (len < RT_WIRE_PROOF || text >= sizeof(m->text))
		return RT_WIRE_BAD;
	uint8_t proof[RT_SHA256_SIZE];
	prove_message(w, !w->is_server, w->taken, m->type, body, text, proof);
	if (!rt_same_bytes(proof, body + text, RT_WIRE_PROOF))
		return RT_WIRE_BAD;
	w->taken++;
	memcpy(m->text, body, text);
	m->text[text] = '\0';
	return strlen(m->text) == text ? RT_WIRE_MESSAGE : RT_WIRE_BAD;
}

static enum rt_wire_news take_frame(struct rt_wire *w, const uint8_t *body, size_t len,
				    struct rt_wire_message *m)
{
	switch (w->state) {
	case RT_WIRE_AWAITS:
		if (w->is_server && m->type == RT_WIRE_JOINING)
			return take_claim(w, body, len, m);
		if (!w->is_server && m->type == RT_WIRE_GREETING)
			return answer_greeting(w, body, len);
		return RT_WIRE_BAD;
	case RT_WIRE_JOINED:
		return m->type == RT_WIRE_WELCOME ? take_welcome(w, body, len) : RT_WIRE_BAD;
	case RT_WIRE_OPEN:
		return take_message(w, body, len, m);
	case RT_WIRE_CLAIMED: /* and nobody has judged it */
	case RT_WIRE_BROKEN:
		break;
	}
	return RT_WIRE_BAD;
}

enum rt_wire_news rt_wire_next(struct rt_wire *w, struct rt_wire_message *m)
{
	enum rt_wire_news news = RT_WIRE_NOTHING;

	if (w->state == RT_WIRE_BROKEN)
		return RT_WIRE_BAD;
	while (news == RT_WIRE_NOTHING && w->in_len >= HEAD) {
		size_t len = get_number(w->in, 2);

		if (!len || len > FRAME_MAX) {
			news = RT_WIRE_BAD;
			break;
		}
		if (w->in_len < 2 + len)
			break;
		m->type = w->in[2];
		m->service = m->task = 0;
		news = take_frame(w, w->in + HEAD, len - 1, m);
		w->in_len -= 2 + len;
		memmove(w->in, w->in + 2 + len, w->in_len);
	}
	if (news == RT_WIRE_BAD)
		w->state = RT_WIRE_BROKEN;
	return news;
}

bool rt_wire_put(struct rt_wire *w, enum rt_wire_type type, const char *text)
{
	size_t len = strlen(text);

	if (w->state != RT_WIRE_OPEN || len >= RT_WIRE_TEXT_ROOM)
		return false;
	uint8_t *at = put_frame(w, type, len + RT_WIRE_PROOF);
	if (!at)
		return false;
	uint8_t proof[RT_SHA256_SIZE];
	prove_message(w, w->is_server, w->sent++, type, text, len, proof);
	memcpy(at, text, len);
	memcpy(at + len, proof, RT_WIRE_PROOF);
	return true;
}

uint8_t *rt_wire_space(struct rt_wire *w, size_t *room)
{
	*room = sizeof(w->in) - w->in_len;
	return w->in + w->in_len;
}

void rt_wire_took(struct rt_wire *w, size_t n)
{
	w->in_len += n;
}

void rt_wire_sent(struct rt_wire *w, size_t n)
{
	w->out_len -= n;
	memmove(w->out, w->out + n, w->out_len);
}

/* Keys. */

void rt_wire_key(const uint8_t secret[RT_WIRE_KEY], const char *name, uint8_t key[RT_WIRE_KEY])
{
	struct rt_hmac m;

	rt_hmac_begin(&m, secret);
	rt_hmac_add(&m, name, strlen(name));
	rt_hmac_end(&m, key);
}

void rt_wire_to_hex(const uint8_t key[RT_WIRE_KEY], char hex[RT_WIRE_HEX_ROOM])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < RT_WIRE_KEY; i++) {
		hex[2 * i] = digits[key[i] >> 4];
		hex[2 * i + 1] = digits[key[i] & 15];
	}
	hex[2 * RT_WIRE_KEY] = '\0';
}

static int value_of(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool rt_wire_from_hex(const char *hex, uint8_t key[RT_WIRE_KEY])
{
	for (int i = 0; i < RT_WIRE_KEY; i++, hex += 2) {
		int high = value_of(hex[0]), low = high < 0 ? -1 : value_of(hex[1]);

		if (low < 0)
			return false;
		key[i] = (uint8_t)(high << 4 | low);
	}
	return !*hex;
}
