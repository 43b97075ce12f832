/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 and HMAC. */
#include "runtime/wire/sha256.h"

#include <string.h>

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2};

static uint32_t turn(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void fill_schedule(uint32_t w[64], const uint8_t *block)
{
	for (int i = 0; i < 16; i++, block += 4)
		w[i] = (uint32_t)block[0] << 24 | (uint32_t)block[1] << 16 |
		       (uint32_t)block[2] << 8 | block[3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
}

static void take_block(uint32_t state[8], const uint8_t *block)
{
	uint32_t w[64];

	fill_schedule(w, block);
	uint32_t s[8];
	memcpy(s, state, sizeof(s));
	for (int i = 0; i < 64; i++) {
		uint32_t a = s[7] + (turn(s[4], 6) ^ turn(s[4], 11) ^ turn(s[4], 25)) +
			     ((s[4] & s[5]) ^ (~s[4] & s[6])) + round_constants[i] + w[i];
		uint32_t b = (turn(s[0], 2) ^ turn(s[0], 13) ^ turn(s[0], 22)) +
			     ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += a;
		s[0] = a + b;
	}
	for (int i = 0; i < 8; i++)
		state[i] += s[i];
}

void rt_sha256_begin(struct rt_sha256 *h)
{
	static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
					  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

	memcpy(h->state, first, sizeof(first));
	h->taken = 0;
}

void rt_sha256_add(struct rt_sha256 *h, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	for (size_t some; n; at += some, n -= some) {
		size_t full = h->taken % RT_SHA256_BLOCK;

		some = n < RT_SHA256_BLOCK - full ? n : RT_SHA256_BLOCK - full;
		memcpy(h->block + full, at, some);
		h->taken += some;
		if (full + some == RT_SHA256_BLOCK)
			take_block(h->state, h->block);
	}
}

void rt_sha256_end(struct rt_sha256 *h, uint8_t sum[RT_SHA256_SIZE])
{
	static const uint8_t padding[RT_SHA256_BLOCK] = {0x80};
	uint64_t bits = 8 * h->taken;
	uint8_t length[8];

	for (int i = 0; i < 8; i++)
		length[i] = (uint8_t)(bits >> (56 - 8 * i));
	rt_sha256_add(h, padding,
		      1 + (RT_SHA256_BLOCK + 55 - h->taken % RT_SHA256_BLOCK) % RT_SHA256_BLOCK);
	rt_sha256_add(h, length, sizeof(length));
	for (int i = 0; i < RT_SHA256_SIZE; i++)
		sum[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i % 4)));
}

void rt_hmac_begin(struct rt_hmac *m, const uint8_t key[RT_SHA256_SIZE])
{
	uint8_t inner[RT_SHA256_BLOCK], outer[RT_SHA256_BLOCK];

	for (int i = 0; i < RT_SHA256_BLOCK; i++) {
		uint8_t byte = i < RT_SHA256_SIZE ? key[i] : 0;

		inner[i] = byte ^ 0x36;
		outer[i] = byte ^ 0x5c;
	}
	rt_sha256_begin(&m->inner);
	rt_sha256_add(&m->inner, inner, sizeof(inner));
	rt_sha256_begin(&m->outer);
	rt_sha256_add(&m->outer, outer, sizeof(outer));
}

void rt_hmac_add(struct rt_hmac *m, const void *bytes, size_t n)
{
	rt_sha256_add(&m->inner, bytes, n);
}

void rt_hmac_end(struct rt_hmac *m, uint8_t sum[RT_SHA256_SIZE])
{
	uint8_t inner[RT_SHA256_SIZE];

	rt_sha256_end(&m->inner, inner);
	rt_sha256_add(&m->outer, inner, sizeof(inner));
	rt_sha256_end(&m->outer, sum);
}

int rt_same_bytes(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint8_t differs = 0;

	for (size_t i = 0; i < n; i++)
		differs |= a[i] ^ b[i];
	return !differs;
}
