/*
 * lanes.h - eight virtual lanes of doubles, and elementary functions over them.
 *
 * A v8 is eight doubles whatever the machine: one AVX-512 register, two AVX2 registers, four of
 * SSE2 or NEON. Kernels are written once with v8 and compiled once per ISA level; since lanes
 * never mix except in v8_sum, whose order is fixed, every level, compiler and optimisation
 * level gives the same bits. + - * / and comparisons are the language's (GCC and clang vector
 * types); a sum is fused where v8_fma says so and nowhere else: compile with -ffp-contract=off.
 *
 * Everything is inlined, so the calling convention of 64-byte vectors, about which both
 * compilers warn on machines without AVX-512, is never used: compile with -Wno-psabi. The
 * functions of lanes_math.h are here as v8_exp, v8_expm1, v8_log, v8_log1p, v8_sigmoid,
 * v8_sigmoid_pair, v8_tanh, v8_normal and v8_sincospi; vmath.c has one lane of each.
 */
#ifndef MOE_LANES_H
#define MOE_LANES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define LANES_INLINE static inline __attribute__((always_inline, unused))

typedef double v8 __attribute__((vector_size(64)));
typedef int64_t v8i __attribute__((vector_size(64)));
typedef uint64_t v8u __attribute__((vector_size(64)));

/* A v8 as the machine's own registers. */
#if defined(__AVX512F__)
#elif defined(__AVX2__)
union v8_parts {
  v8 v;
  __m256d part[2];
};
#elif defined(__SSE2__)
union v8_parts {
  v8 v;
  __m128d part[4];
};
#elif defined(__aarch64__)
union v8_parts {
  v8 v;
  float64x2_t part[4];
};
#endif

LANES_INLINE v8 v8_set1(double x) {
  return (v8){x, x, x, x, x, x, x, x};
}

/* p aligned to 64 bytes / to 8. (gcc 12 copies a whole v8 through the stack where it takes two
 * registers; copying its parts avoids that.) */
LANES_INLINE v8 v8_load(const double *p) {
  return *(const v8 *)__builtin_assume_aligned(p, 64);
}
LANES_INLINE v8 v8_loadu(const double *p) {
  v8 x;
  memcpy(&x, p, sizeof x);
  return x;
}
#if defined(__AVX2__) && !defined(__AVX512F__)
LANES_INLINE void v8_storeu(double *p, v8 x) {
  union v8_parts y = {x};
  for (int i = 0; i < 2; i++) _mm256_storeu_pd(p + 4 * i, y.part[i]);
}
#else
LANES_INLINE void v8_storeu(double *p, v8 x) {
  memcpy(p, &x, sizeof x);
}
#endif
LANES_INLINE void v8_store(double *p, v8 x) {
  v8_storeu(__builtin_assume_aligned(p, 64), x);
}

LANES_INLINE v8u v8_bits(v8 x) {
  return (v8u)x;
}
LANES_INLINE v8 v8_from_bits(v8u x) {
  return (v8)x;
}

/* a * b + c, rounded once. */
LANES_INLINE v8 v8_fma(v8 a, v8 b, v8 c) {
#if defined(__AVX512F__)
  return (v8)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(__AVX2__) && defined(__FMA__)
  union v8_parts x = {a}, y = {b}, z = {c};
  for (int i = 0; i < 2; i++) z.part[i] = _mm256_fmadd_pd(x.part[i], y.part[i], z.part[i]);
  return z.v;
#elif defined(__aarch64__)
  union v8_parts x = {a}, y = {b}, z = {c};
  for (int i = 0; i < 4; i++) z.part[i] = vfmaq_f64(z.part[i], x.part[i], y.part[i]);
  return z.v;
#else
  v8 r;
  for (int i = 0; i < 8; i++) r[i] = __builtin_fma(a[i], b[i], c[i]);
  return r;
#endif
}

LANES_INLINE v8 v8_sqrt(v8 x) {
#if defined(__AVX512F__)
  return (v8)_mm512_sqrt_pd((__m512d)x);
#elif defined(__AVX2__)
  union v8_parts y = {x};
  for (int i = 0; i < 2; i++) y.part[i] = _mm256_sqrt_pd(y.part[i]);
  return y.v;
#elif defined(__SSE2__)
  union v8_parts y = {x};
  for (int i = 0; i < 4; i++) y.part[i] = _mm_sqrt_pd(y.part[i]);
  return y.v;
#else
  v8 r;
  for (int i = 0; i < 8; i++) r[i] = __builtin_sqrt(x[i]);
  return r;
#endif
}

/* a > b ? a : b and a < b ? a : b: where one is NaN, or both are zeros, the result is b. */
LANES_INLINE v8 v8_max(v8 a, v8 b) {
#if defined(__AVX512F__)
  return (v8)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
  union v8_parts x = {a}, y = {b};
  for (int i = 0; i < 2; i++) y.part[i] = _mm256_max_pd(x.part[i], y.part[i]);
  return y.v;
#elif defined(__SSE2__)
  union v8_parts x = {a}, y = {b};
  for (int i = 0; i < 4; i++) y.part[i] = _mm_max_pd(x.part[i], y.part[i]);
  return y.v;
#else
  v8i m = a > b;
  return (v8)(((v8i)a & m) | ((v8i)b & ~m));
#endif
}
LANES_INLINE v8 v8_min(v8 a, v8 b) {
#if defined(__AVX512F__)
  return (v8)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined(__AVX2__)
  union v8_parts x = {a}, y = {b};
  for (int i = 0; i < 2; i++) y.part[i] = _mm256_min_pd(x.part[i], y.part[i]);
  return y.v;
#elif defined(__SSE2__)
  union v8_parts x = {a}, y = {b};
  for (int i = 0; i < 4; i++) y.part[i] = _mm_min_pd(x.part[i], y.part[i]);
  return y.v;
#else
  v8i m = a < b;
  return (v8)(((v8i)a & m) | ((v8i)b & ~m));
#endif
}

/* mask ? yes : no by lane; a mask is what a comparison of v8 gives (all ones or all zeros). */
LANES_INLINE v8 v8_select(v8i mask, v8 yes, v8 no) {
  return (v8)(((v8i)yes & mask) | ((v8i)no & ~mask));
}

/* a < b ? yes : no (no where a or b is NaN). */
LANES_INLINE v8 v8_if_lt(v8 a, v8 b, v8 yes, v8 no) {
#if defined(__AVX512F__)
  __mmask8 m = _mm512_cmp_pd_mask((__m512d)a, (__m512d)b, _CMP_LT_OQ);
  return (v8)_mm512_mask_blend_pd(m, (__m512d)no, (__m512d)yes);
#elif defined(__AVX2__)
  union v8_parts x = {a}, y = {b}, s = {yes}, t = {no};
  for (int i = 0; i < 2; i++) {
    __m256d m = _mm256_cmp_pd(x.part[i], y.part[i], _CMP_LT_OQ);
    t.part[i] = _mm256_blendv_pd(t.part[i], s.part[i], m);
  }
  return t.v;
#else
  return v8_select(a < b, yes, no);
#endif
}

/* The lowest bit of k ? yes : no. */
LANES_INLINE v8 v8_if_odd(v8u k, v8 yes, v8 no) {
  return v8_select((v8i)(0 - (k & 1)), yes, no);
}

LANES_INLINE v8 v8_abs(v8 x) {
  return (v8)((v8u)x & (UINT64_MAX >> 1));
}
/* |size| with the sign of x. */
LANES_INLINE v8 v8_copysign(v8 size, v8 x) {
  return (v8)(((v8u)size & (UINT64_MAX >> 1)) | ((v8u)x & (1ull << 63)));
}

/* The sum of the lanes, in one order: ((0+4)+(2+6)) + ((1+5)+(3+7)). (Of the language's own form
 * gcc makes a journey of every lane through memory.) */
LANES_INLINE double v8_sum(v8 x) {
#if defined(__AVX512F__)
  __m256d four = _mm512_castpd512_pd256((__m512d)x) + _mm512_extractf64x4_pd((__m512d)x, 1);
  __m128d two = _mm256_castpd256_pd128(four) + _mm256_extractf128_pd(four, 1);
  return two[0] + two[1];
#elif defined(__AVX2__)
  union v8_parts y = {x};
  __m256d four = y.part[0] + y.part[1];
  __m128d two = _mm256_castpd256_pd128(four) + _mm256_extractf128_pd(four, 1);
  return two[0] + two[1];
#elif defined(__SSE2__)
  union v8_parts y = {x};
  __m128d two = (y.part[0] + y.part[2]) + (y.part[1] + y.part[3]);
  return two[0] + two[1];
#else
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
#endif
}

#define V v8
#define U v8u
#define LANES(name) v8_##name
#include "lanes_math.h"
#undef V
#undef U
#undef LANES

#endif
