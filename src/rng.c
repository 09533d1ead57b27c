/*
 * rng.c - Philox streams, one draw at a time, and names to keys.
 *
 * Draw i of stream s under key k is half (i mod 2) of the Philox block whose counter is (i/2,
 * s) and whose key is k. Normals come in Box-Muller pairs: draws 2b and 2b + 1 are a radius and
 * an angle, and normals 2b and 2b + 1 are made of both. So normal i, like uniform i, is a
 * function of (key, stream, i) alone. The bulk forms are in rng_bulk.c.
 */
#include "rng.h"

#include "eval.h"
#include "rng_table.h"
#include "vmath.h"

#include <string.h>

void moe_philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    uint64_t p0 = (uint64_t)PHILOX_M0 * c0, p1 = (uint64_t)PHILOX_M1 * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/* Draws 2 block and 2 block + 1. */
static void draw_block(const struct moe_rng *r, uint64_t block, uint64_t draws[2]) {
  uint32_t ctr[4] = {(uint32_t)block, (uint32_t)(block >> 32), (uint32_t)r->stream,
                     (uint32_t)(r->stream >> 32)};
  uint32_t key[2] = {(uint32_t)r->key, (uint32_t)(r->key >> 32)}, out[4];
  moe_philox(ctr, key, out);
  draws[0] = out[0] | (uint64_t)out[1] << 32;
  draws[1] = out[2] | (uint64_t)out[3] << 32;
}

/* The upper 52 bits, centred: (m + 1/2) / 2^52. */
static double to_uniform(uint64_t bits) {
  return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

struct moe_rng moe_rng_make(uint64_t key, uint64_t stream) {
  return (struct moe_rng){.key = key, .stream = stream};
}

uint64_t moe_rng_bits(struct moe_rng *r) {
  uint64_t draws[2], i = r->at++;
  draw_block(r, i / 2, draws);
  return draws[i % 2];
}

double moe_rng_uniform(struct moe_rng *r) {
  return to_uniform(moe_rng_bits(r));
}

double moe_rng_normal(struct moe_rng *r) {
  uint64_t draws[2], i = r->at++;
  draw_block(r, i / 2, draws);
  double sine, cosine, radius = __builtin_sqrt(-2.0 * moe_log(to_uniform(draws[0])));
  moe_sincospi(2.0 * to_uniform(draws[1]), &sine, &cosine);
  return radius * (i % 2 ? sine : cosine);
}

/* Lemire, Fast random integer generation in an interval (ACM TOMACS 29, 2019): the high word of
 * bits * n, rejecting the 2^64 mod n low words that would make some results likelier. */
uint64_t moe_rng_below(struct moe_rng *r, uint64_t n) {
  unsigned __int128 product = (unsigned __int128)moe_rng_bits(r) * n;
  if ((uint64_t)product < n) {
    uint64_t reject = -n % n;
    while ((uint64_t)product < reject) product = (unsigned __int128)moe_rng_bits(r) * n;
  }
  return (uint64_t)(product >> 64);
}

void moe_rng_permutation(struct moe_rng *r, size_t n, size_t *order) {
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t i = n; i > 1; i--) {
    size_t j = moe_rng_below(r, i), held = order[i - 1];
    order[i - 1] = order[j];
    order[j] = held;
  }
}

const struct moe_rng_bulk *moe_rng_bulk_find(const char *isa) {
#if defined(__x86_64__)
  if (strcmp(isa, "avx512") == 0) return &moe_rng_bulk_avx512;
  if (strcmp(isa, "avx2") == 0) return &moe_rng_bulk_avx2;
#endif
  (void)isa;
  return &moe_rng_bulk_portable;
}

void moe_rng_uniforms(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out) {
  moe_rng_bulk_find(moe_isa())->uniforms(key, stream, first, n, out);
}

void moe_rng_normals(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out) {
  moe_rng_bulk_find(moe_isa())->normals(key, stream, first, n, out);
}
