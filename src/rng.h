/*
 * rng.h - counter-based random numbers (Philox4x32-10; Salmon et al., SC 2011).
 *
 * A stream is a 64-bit key and a 64-bit stream number; draw i of a stream is a pure function of
 * (key, stream, i). So any replicate can be replayed alone and no result depends on the order in
 * which threads draw. Keys come from named axes through moe_key_hash.
 */
#ifndef MOE_RNG_H
#define MOE_RNG_H

#include <stddef.h>
#include <stdint.h>

/* The block function: ctr and out are 4 words, key 2 words; 10 rounds. Known-answer tested. */
void moe_philox(const uint32_t ctr[4], const uint32_t key[2], uint32_t out[4]);

/* A reader of one stream. Copyable; jumping is setting `at`. */
struct moe_rng {
  uint64_t key, stream;
  uint64_t at; /* index of the next draw; one draw is 64 bits */
};

struct moe_rng moe_rng_make(uint64_t key, uint64_t stream);
uint64_t moe_rng_bits(struct moe_rng *r);  /* 64 random bits */
double moe_rng_uniform(struct moe_rng *r); /* in (0,1), never 0 nor 1: 52 bits, centred */
double moe_rng_normal(struct moe_rng *r);  /* N(0,1) by Box-Muller */
uint64_t moe_rng_below(struct moe_rng *r, uint64_t n); /* uniform in 0..n-1, n >= 1 */
/* The numbers 0..n-1 in an order drawn from the stream (Fisher and Yates). */
void moe_rng_permutation(struct moe_rng *r, size_t n, size_t *order);
double moe_rng_binomial(struct moe_rng *r, double n, double p);
/* ^ exact law for integer 0 <= n <= 2^53 (Hoermann's BTRS with Loader's saddle-point log-pmf,
 * so that nothing cancels at n = 1e14; inversion when n min(p,1-p) < 10). It takes as many draws
 * as it needs. */

/* log P(k) of the binomial law, to a few 1e-15 absolutely plus as much relatively; -inf outside. */
double moe_binomial_log_mass(double n, double p, double k);

/* Bulk forms, vectorised; draw i of the result is draw `first + i` of the stream. */
void moe_rng_uniforms(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out);
void moe_rng_normals(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out);

/* Counts of n draws over `cells` equally likely cells (by halving: one binomial per inner node).
 * counts sum to n exactly; n is an integer <= 2^53. */
void moe_rng_multinomial(struct moe_rng *r, double n, size_t cells, double *counts);

/* 64-bit hash of a string (first 8 bytes of its SHA-256, little endian): names to keys. */
uint64_t moe_key_hash(const char *text);

#endif
