/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4) and HMAC with it (RFC 2104), for proofs of who speaks on the wire. Small rather
 * than fast: a message is some hundred bytes long.
 */
#ifndef HPCC_RUNTIME_WIRE_SHA256_H
#define HPCC_RUNTIME_WIRE_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum {
	RT_SHA256_SIZE = 32,
	RT_SHA256_BLOCK = 64
};

struct rt_sha256 {
	uint32_t state[8];
	uint64_t taken; /* bytes */
	uint8_t block[RT_SHA256_BLOCK];
};

void rt_sha256_begin(struct rt_sha256 *h);
void rt_sha256_add(struct rt_sha256 *h, const void *bytes, size_t n);
void rt_sha256_end(struct rt_sha256 *h, uint8_t sum[RT_SHA256_SIZE]);

/* Keys are RT_SHA256_SIZE bytes long. */
struct rt_hmac {
	struct rt_sha256 inner, outer;
};

void rt_hmac_begin(struct rt_hmac *m, const uint8_t key[RT_SHA256_SIZE]);
void rt_hmac_add(struct rt_hmac *m, const void *bytes, size_t n);
void rt_hmac_end(struct rt_hmac *m, uint8_t sum[RT_SHA256_SIZE]);

/* Whether n bytes are the same, in a time that doesn't tell where they differ. */
int rt_same_bytes(const uint8_t *a, const uint8_t *b, size_t n);

#endif
