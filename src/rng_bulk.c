/*
 * rng_bulk.c - eight Philox blocks at a time: the bulk draws of rng.h.
 *
 * Compiled once per ISA level (-DMOE_ISA=...). One block gives draws 2b and 2b + 1: two
 * uniforms, or the two normals of one Box-Muller pair. A 32-bit word lives in the low half of a
 * 64-bit lane, which is what the 32 x 32 -> 64 multiply of every vector unit wants; the high
 * halves hold rubbish until the end. Same bits as rng.c one draw at a time, which the tests
 * compare.
 */
#include "lanes.h"
#include "rng_table.h"

/* The low halves' product, 64 bits wide. */
LANES_INLINE v8u multiply_low(v8u a, uint32_t b) {
#if defined(__AVX512F__)
  return (v8u)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64(b));
#elif defined(__AVX2__)
  union v8_parts x = {(v8)a};
  for (int i = 0; i < 2; i++) {
    __m256i product = _mm256_mul_epu32((__m256i)x.part[i], _mm256_set1_epi64x(b));
    x.part[i] = (__m256d)product;
  }
  return (v8u)x.v;
#elif defined(__SSE2__)
  union v8_parts x = {(v8)a};
  for (int i = 0; i < 4; i++) {
    x.part[i] = (__m128d)_mm_mul_epu32((__m128i)x.part[i], _mm_set1_epi64x(b));
  }
  return (v8u)x.v;
#else
  return (a & 0xffffffffu) * (uint64_t)b;
#endif
}

/* Draws 2b (even) and 2b + 1 (odd) for the eight blocks b = block, ..., block + 7. */
LANES_INLINE void draw_bits(uint64_t key, uint64_t stream, uint64_t block, v8u *even,
                            v8u *odd) {
  v8u b = block + (v8u){0, 1, 2, 3, 4, 5, 6, 7};
  v8u c0 = b, c1 = b >> 32, c2 = stream + (v8u){0}, c3 = c2 >> 32;
  uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    v8u p0 = multiply_low(c0, PHILOX_M0), p1 = multiply_low(c2, PHILOX_M1);
    c0 = (p1 >> 32) ^ c1 ^ k0;
    c2 = (p0 >> 32) ^ c3 ^ k1;
    c1 = p1;
    c3 = p0;
    k0 += PHILOX_W0;
    k1 += PHILOX_W1;
  }
  *even = (c0 & 0xffffffffu) | (c1 << 32);
  *odd = (c2 & 0xffffffffu) | (c3 << 32);
}

/* 52 bits, centred: (m + 1/2) / 2^52, so neither 0 nor 1. */
LANES_INLINE v8 to_uniform(v8u bits) {
  return (v8)((bits >> 12) | LANES_ONE) - (1.0 - 0x1p-53);
}

/* p[0..15] = even[0], odd[0], even[1], ... */
LANES_INLINE void store_pairs(double *p, v8 even, v8 odd) {
#if defined(__AVX512F__)
  const __m512i low = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
  const __m512i high = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
  _mm512_storeu_pd(p, _mm512_permutex2var_pd((__m512d)even, low, (__m512d)odd));
  _mm512_storeu_pd(p + 8, _mm512_permutex2var_pd((__m512d)even, high, (__m512d)odd));
#elif defined(__AVX2__)
  union v8_parts x = {even}, y = {odd};
  for (int i = 0; i < 2; i++) {
    __m256d low = _mm256_unpacklo_pd(x.part[i], y.part[i]);
    __m256d high = _mm256_unpackhi_pd(x.part[i], y.part[i]);
    _mm256_storeu_pd(p + 8 * i, _mm256_permute2f128_pd(low, high, 0x20));
    _mm256_storeu_pd(p + 8 * i + 4, _mm256_permute2f128_pd(low, high, 0x31));
  }
#else
  for (int i = 0; i < 8; i++) {
    p[2 * i] = even[i];
    p[2 * i + 1] = odd[i];
  }
#endif
}

LANES_INLINE void uniforms16(uint64_t key, uint64_t stream, uint64_t block, double *p) {
  v8u even, odd;
  draw_bits(key, stream, block, &even, &odd);
  store_pairs(p, to_uniform(even), to_uniform(odd));
}

/* Box-Muller: radius from the even draw, angle from the odd one; cosine first. */
LANES_INLINE void normals16(uint64_t key, uint64_t stream, uint64_t block, double *p) {
  v8u even, odd;
  draw_bits(key, stream, block, &even, &odd);
  v8 zero = v8_set1(0.0), sine, cosine;
  v8 radius = v8_sqrt(-2.0 * v8_log_normal(to_uniform(even), zero, zero));
  v8_sincospi(2.0 * to_uniform(odd), &sine, &cosine);
  store_pairs(p, radius * cosine, radius * sine);
}

/* Draws first, ..., first + n - 1 from whole groups of 16; a group that sticks out at either
 * end goes through a buffer. */
typedef void group_fn(uint64_t key, uint64_t stream, uint64_t block, double *p);

LANES_INLINE void fill(group_fn *group, uint64_t key, uint64_t stream, uint64_t first, size_t n,
                       double *out) {
  double buffer[16];
  uint64_t block = first / 2;
  size_t skip = first % 2, done = 0;
  while (done < n) {
    if (skip == 0 && n - done >= 16) {
      group(key, stream, block, out + done);
      done += 16;
    } else {
      size_t take = 16 - skip < n - done ? 16 - skip : n - done;
      group(key, stream, block, buffer);
      memcpy(out + done, buffer + skip, take * sizeof *out);
      done += take;
      skip = 0;
    }
    block += 8;
  }
}

static void bulk_uniforms(uint64_t key, uint64_t stream, uint64_t first, size_t n,
                          double *out) {
  fill(uniforms16, key, stream, first, n, out);
}

static void bulk_normals(uint64_t key, uint64_t stream, uint64_t first, size_t n, double *out) {
  fill(normals16, key, stream, first, n, out);
}

#define PASTE(a, b) a##b
#define LEVEL(name, level) PASTE(name, level)
const struct moe_rng_bulk LEVEL(moe_rng_bulk_, MOE_ISA) = {.uniforms = bulk_uniforms,
                                                           .normals = bulk_normals};
