/*
 * rng_bulk.c - many Philox blocks at a time: the bulk draws of rng.h.
 *
 * Compiled once per ISA level (-DMOE_ISA=...). One block gives draws 2b and 2b + 1: two
 * uniforms, or the two normals of one Box-Muller pair. A 32-bit word lives in the low half of a
 * 64-bit lane, which is what the 32 x 32 -> 64 multiply of every vector unit wants; the high
 * halves hold rubbish until the end. Same bits as rng.c one draw at a time, which the tests
 * compare.
 *
 * Ten rounds, a logarithm and a square root are a long chain of operations, and a CPU looks ahead
 * only so far: a batch of blocks goes through the rounds first, two vectors in step, then through
 * the rest.
 */
#include "rng_table.h"
#include "vec.h"

enum {
  TOGETHER = 2,                 /* vectors that go through the rounds in step */
  GROUP = TOGETHER * VEC_WIDTH, /* blocks; a batch is some groups */
  BATCH = 64                    /* at most */
};

/* The keys of all rounds, in every lane. */
struct schedule {
  vec_u k0[PHILOX_ROUNDS], k1[PHILOX_ROUNDS];
};

static void schedule_make(struct schedule *s, uint64_t key) {
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    s->k0[round] = (vec_u){0} + k0;
    s->k1[round] = (vec_u){0} + k1;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
}

/* The low halves' product, 64 bits wide. */
LANES_INLINE vec_u multiply_low(vec_u a, uint32_t b) {
#if defined(__AVX512F__)
  return (vec_u)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__)
  return (vec_u)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x(b));
#elif defined(__SSE2__)
  return (vec_u)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x(b));
#else
  return (a & 0xffffffffu) * (uint64_t)b;
#endif
}

/* A batch's bits: of draws 2b in even[], of draws 2b + 1 in odd[]. */
struct bits {
  vec_u even[BATCH / VEC_WIDTH], odd[BATCH / VEC_WIDTH];
};

/* Vectors i, ..., i + TOGETHER - 1 of a batch. */
LANES_INLINE void draw_some(const struct schedule *s, uint64_t stream, uint64_t block, size_t i,
                            struct bits *out) {
#if VEC_WIDTH == 8
  const vec_u lane = {0, 1, 2, 3, 4, 5, 6, 7};
#elif VEC_WIDTH == 4
  const vec_u lane = {0, 1, 2, 3};
#else
  const vec_u lane = {0, 1};
#endif
  vec_u c0[TOGETHER], c1[TOGETHER], c2[TOGETHER], c3[TOGETHER];
  for (size_t t = 0; t < TOGETHER; t++) {
    c0[t] = block + (i + t) * VEC_WIDTH + lane;
    c1[t] = c0[t] >> 32;
    c2[t] = stream + (vec_u){0};
    c3[t] = c2[t] >> 32;
  }
  for (int round = 0; round < PHILOX_ROUNDS; round++)
    for (size_t t = 0; t < TOGETHER; t++) {
      vec_u p0 = multiply_low(c0[t], PHILOX_M0), p1 = multiply_low(c2[t], PHILOX_M1);
      c0[t] = (p1 >> 32) ^ (c1[t] ^ s->k0[round]);
      c2[t] = (p0 >> 32) ^ (c3[t] ^ s->k1[round]);
      c1[t] = p1;
      c3[t] = p0;
    }
  for (size_t t = 0; t < TOGETHER; t++) {
    out->even[i + t] = (c0[t] & 0xffffffffu) | (c1[t] << 32);
    out->odd[i + t] = (c2[t] & 0xffffffffu) | (c3[t] << 32);
  }
}

static void draw_bits(const struct schedule *s, uint64_t stream, uint64_t block, size_t vectors,
                      struct bits *out) {
  for (size_t i = 0; i < vectors; i += TOGETHER) draw_some(s, stream, block, i, out);
}

/* 52 bits, centred: (m + 1/2) / 2^52, so neither 0 nor 1. */
LANES_INLINE vec to_uniform(vec_u bits) {
  return (vec)((bits >> 12) | LANES_ONE) - (1.0 - 0x1p-53);
}

/* p[0], p[1], ... = even[0], odd[0], even[1], ... */
LANES_INLINE void store_pairs(double *p, vec even, vec odd) {
#if defined(__AVX512F__)
  const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
  const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  _mm512_storeu_pd(p, _mm512_permutex2var_pd((__m512d)even, low, (__m512d)odd));
  _mm512_storeu_pd(p + 8, _mm512_permutex2var_pd((__m512d)even, high, (__m512d)odd));
#elif defined(__AVX2__)
  __m256d low = _mm256_unpacklo_pd((__m256d)even, (__m256d)odd);
  __m256d high = _mm256_unpackhi_pd((__m256d)even, (__m256d)odd);
  _mm256_storeu_pd(p, _mm256_permute2f128_pd(low, high, 0x20));
  _mm256_storeu_pd(p + 4, _mm256_permute2f128_pd(low, high, 0x31));
#else
  vec_storeu(p, (vec){even[0], odd[0]});
  vec_storeu(p + 2, (vec){even[1], odd[1]});
#endif
}

/* The draws of `blocks` blocks, a multiple of GROUP and at most BATCH. */
typedef void batch_fn(const struct schedule *s, uint64_t stream, uint64_t block, size_t blocks,
                      double *p);

static void batch_uniforms(const struct schedule *s, uint64_t stream, uint64_t block,
                           size_t blocks, double *p) {
  struct bits bits;
  size_t vectors = blocks / VEC_WIDTH;
  draw_bits(s, stream, block, vectors, &bits);
  for (size_t i = 0; i < vectors; i++)
    store_pairs(p + 2 * VEC_WIDTH * i, to_uniform(bits.even[i]), to_uniform(bits.odd[i]));
}

/* Box-Muller: radius from the even draw, angle from the odd one; cosine first. */
static void batch_normals(const struct schedule *s, uint64_t stream, uint64_t block,
                          size_t blocks, double *p) {
  struct bits bits;
  vec zero = vec_set1(0);
  size_t vectors = blocks / VEC_WIDTH;
  draw_bits(s, stream, block, vectors, &bits);
  for (size_t i = 0; i < vectors; i++) {
    vec sine, cosine;
    vec radius = vec_sqrt(-2.0 * vec_log_normal(to_uniform(bits.even[i]), zero, zero));
    vec_sincospi(2.0 * to_uniform(bits.odd[i]), &sine, &cosine);
    store_pairs(p + 2 * VEC_WIDTH * i, radius * cosine, radius * sine);
  }
}

/* Draws first, ..., first + n - 1 from whole groups; one that sticks out at either end goes
 * through a buffer. */
LANES_INLINE void fill(batch_fn *batch, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                       double *out) {
  struct schedule schedule;
  double buffer[2 * GROUP];
  uint64_t block = first / 2;
  size_t skip = first % 2, done = 0, blocks;
  schedule_make(&schedule, key);
  for (; done < n; block += blocks) {
    size_t groups = (n - done) / (2 * GROUP);
    if (skip == 0 && groups > 0) {
      blocks = groups < BATCH / GROUP ? groups * GROUP : BATCH;
      batch(&schedule, stream, block, blocks, out + done);
      done += 2 * blocks;
    } else {
      size_t take = 2 * GROUP - skip < n - done ? 2 * GROUP - skip : n - done;
      blocks = GROUP;
      batch(&schedule, stream, block, blocks, buffer);
      memcpy(out + done, buffer + skip, take * sizeof *out);
      done += take;
      skip = 0;
    }
  }
}

static void bulk_uniforms(uint64_t key, uint64_t stream, uint64_t first, size_t n,
                          double *out) {
  fill(batch_uniforms, key, stream, first, n, out);
}

static void bulk_normals(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out) {
  fill(batch_normals, key, stream, first, n, out);
}

#define PASTE(a, b) a##b
#define LEVEL(name, level) PASTE(name, level)
const struct moe_rng_bulk LEVEL(moe_rng_bulk_, MOE_ISA) = {.uniforms = bulk_uniforms,
                                                           .normals = bulk_normals};
