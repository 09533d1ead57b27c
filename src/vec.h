/*
 * vec.h - the machine's own vector registers, for code that works element by element.
 *
 * A vec is VEC_WIDTH doubles: 8 with AVX-512, 4 with AVX2, 2 elsewhere. It has the functions of
 * lanes.h under the prefix vec_. lanes.h fixes eight lanes everywhere, but gcc keeps a v8 that
 * is wider than a register in memory; here nothing is wider. Element-wise results do not depend
 * on the width, and a sum by eight virtual lanes is written as
 *
 *   for (lane = 0; lane < 8; lane += VEC_WIDTH)
 *     total = vec_load(sum + lane), then add rows lane, lane + 8, lane + 16, ...
 *
 * so that every width gives the same bits.
 */
#ifndef MOE_VEC_H
#define MOE_VEC_H

#include "lanes.h"

/* Keeps a loaded value in a register: gcc would rather read it from memory again in each of the
 * operations that use it, and then the loads are what limits them. */
#if defined(__x86_64__) && defined(__AVX512F__)
#define VEC_KEEP(x) __asm__("" : "+v"(x))
#elif defined(__x86_64__)
#define VEC_KEEP(x) __asm__("" : "+x"(x))
#elif defined(__aarch64__)
#define VEC_KEEP(x) __asm__("" : "+w"(x))
#else
#define VEC_KEEP(x) ((void)0)
#endif

#if defined(__AVX512F__)

#define VEC_WIDTH 8
typedef v8 vec;
typedef v8u vec_u;
#define vec_set1 v8_set1
#define vec_load v8_load
#define vec_store v8_store
#define vec_loadu v8_loadu
#define vec_storeu v8_storeu
#define vec_fma v8_fma
#define vec_sqrt v8_sqrt
#define vec_max v8_max
#define vec_min v8_min
#define vec_abs v8_abs
#define vec_copysign v8_copysign
#define vec_if_lt v8_if_lt
#define vec_exp v8_exp
#define vec_expm1 v8_expm1
#define vec_log v8_log
#define vec_log_normal v8_log_normal
#define vec_log1p v8_log1p
#define vec_sigmoid_pair v8_sigmoid_pair
#define vec_tanh v8_tanh
#define vec_normal v8_normal
#define vec_normal_mass v8_normal_mass
#define vec_sincospi v8_sincospi

#else

#if defined(__AVX2__)
#define VEC_WIDTH 4
#else
#define VEC_WIDTH 2
#endif
typedef double vec __attribute__((vector_size(8 * VEC_WIDTH)));
typedef int64_t vec_i __attribute__((vector_size(8 * VEC_WIDTH)));
typedef uint64_t vec_u __attribute__((vector_size(8 * VEC_WIDTH)));

LANES_INLINE vec vec_set1(double x) {
#if VEC_WIDTH == 4
  return (vec){x, x, x, x};
#else
  return (vec){x, x};
#endif
}

/* p aligned to the size of a vec / to 8. */
LANES_INLINE vec vec_load(const double *p) {
  return *(const vec *)p;
}
LANES_INLINE void vec_store(double *p, vec x) {
  *(vec *)p = x;
}
LANES_INLINE vec vec_loadu(const double *p) {
  vec x;
  memcpy(&x, p, sizeof x);
  return x;
}
LANES_INLINE void vec_storeu(double *p, vec x) {
  memcpy(p, &x, sizeof x);
}

LANES_INLINE vec_u vec_bits(vec x) {
  return (vec_u)x;
}
LANES_INLINE vec vec_from_bits(vec_u x) {
  return (vec)x;
}

/* a * b + c, rounded once. */
LANES_INLINE vec vec_fma(vec a, vec b, vec c) {
#if defined(__AVX2__) && defined(__FMA__)
  return (vec)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined(__aarch64__)
  return (vec)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#else
  for (int i = 0; i < VEC_WIDTH; i++) c[i] = __builtin_fma(a[i], b[i], c[i]);
  return c;
#endif
}

LANES_INLINE vec vec_sqrt(vec x) {
#if defined(__AVX2__)
  return (vec)_mm256_sqrt_pd((__m256d)x);
#elif defined(__SSE2__)
  return (vec)_mm_sqrt_pd((__m128d)x);
#else
  for (int i = 0; i < VEC_WIDTH; i++) x[i] = __builtin_sqrt(x[i]);
  return x;
#endif
}

LANES_INLINE vec vec_select(vec_i mask, vec yes, vec no) {
  return (vec)(((vec_i)yes & mask) | ((vec_i)no & ~mask));
}
/* a < b ? yes : no (no where a or b is NaN). */
LANES_INLINE vec vec_if_lt(vec a, vec b, vec yes, vec no) {
#if defined(__AVX2__)
  __m256d mask = _mm256_cmp_pd((__m256d)a, (__m256d)b, _CMP_LT_OQ);
  return (vec)_mm256_blendv_pd((__m256d)no, (__m256d)yes, mask);
#else
  return vec_select(a < b, yes, no);
#endif
}
LANES_INLINE vec vec_if_odd(vec_u k, vec yes, vec no) {
  return vec_select((vec_i)(0 - (k & 1)), yes, no);
}
/* a > b ? a : b and a < b ? a : b: where one is NaN, or both are zeros, the result is b. */
LANES_INLINE vec vec_max(vec a, vec b) {
#if defined(__AVX2__)
  return (vec)_mm256_max_pd((__m256d)a, (__m256d)b);
#else
  return vec_if_lt(b, a, a, b);
#endif
}
LANES_INLINE vec vec_min(vec a, vec b) {
#if defined(__AVX2__)
  return (vec)_mm256_min_pd((__m256d)a, (__m256d)b);
#else
  return vec_if_lt(a, b, a, b);
#endif
}
LANES_INLINE vec vec_abs(vec x) {
  return (vec)((vec_u)x & (UINT64_MAX >> 1));
}
LANES_INLINE vec vec_copysign(vec size, vec x) {
  return (vec)(((vec_u)size & (UINT64_MAX >> 1)) | ((vec_u)x & (1ull << 63)));
}

#define V vec
#define U vec_u
#define LANES(name) vec_##name
#include "lanes_math.h"
#undef V
#undef U
#undef LANES

#endif

/* Eight virtual lanes: part q holds lanes q VEC_WIDTH and on. */
enum { VEC_PARTS = 8 / VEC_WIDTH };
struct vec_lanes {
  vec part[VEC_PARTS];
};

/* As v8_sum. Moving all lanes on by one, the last to the first, changes nothing: lanes j and j + 4
 * are added first, then j and j + 2 modulo 4. */
LANES_INLINE double vec_lanes_sum(const struct vec_lanes *x) {
#if VEC_WIDTH == 8
  return v8_sum(x->part[0]);
#elif VEC_WIDTH == 4
  __m256d four = (__m256d)(x->part[0] + x->part[1]);
  __m128d two = _mm256_castpd256_pd128(four) + _mm256_extractf128_pd(four, 1);
  return two[0] + two[1];
#else
  vec two = (x->part[0] + x->part[2]) + (x->part[1] + x->part[3]);
  return two[0] + two[1];
#endif
}

#endif
