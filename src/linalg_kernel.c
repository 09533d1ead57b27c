/*
 * linalg_kernel.c - sums of products, Cholesky, and eigenvectors by Householder reflections and
 * implicit QL.
 *
 * A trust region needs the spectrum of a matrix of 8 to 200 rows at every accepted point. At
 * this size the classical pair is hard to beat: n - 2 reflections make the matrix tridiagonal,
 * plane rotations chase the off-diagonal to zero (Golub and Van Loan, Matrix
 * Computations, 8.3). The eigenvectors are kept as ROWS, so that reflections and rotations run
 * along contiguous memory.
 *
 * All sums are by eight running sums, element i into sum i mod 8, added in pairs. That order is
 * the same for a machine with two lanes and for one with eight; and which of the eight element 0
 * goes to does not matter (vec.h). So rows are padded with zeros to whole vectors and read
 * from vector boundaries wherever a sum begins: an added zero changes no sum that began at +0.
 *
 * One reflection changes every row once; the change of the last one is made in the pass that
 * multiplies the rows with the vector of the next. What QL does to the eigenvectors does not
 * bear on its rotations: they are written down and then made in strips of columns, for each
 * column in the same order, with a row passing from one rotation to the next in registers.
 *
 * Compiled once per ISA level, with the same bits at each.
 */
#include "linalg_table.h"

#include <math.h>
#include <string.h>

#include "vec.h"

#define ROUNDING 1.2e-16

#define JOIN(a, b) a##b
#define NAME(stem, isa) JOIN(stem, isa)

enum {
  LANES_OF_SUM = 8,
  DIRECT = 48,   /* rows up to which rotations are made at once */
  STRIP = 4,     /* vectors of columns rotated together */
  TRIES = 60,    /* sweeps for one eigenvalue */
  SWEEPS = 64,   /* sweeps written down before they are made */
  ROTATIONS = 16 /* rotations written down, per row */
};

LANES_INLINE struct vec_lanes sums_zero(void) {
  struct vec_lanes s;
  for (int q = 0; q < VEC_PARTS; q++) s.part[q] = vec_set1(0);
  return s;
}

/* The first `count` < VEC_WIDTH numbers at p, then zeros. */
LANES_INLINE vec load_first(const double *p, size_t count) {
#if VEC_WIDTH == 8
  return (vec)_mm512_maskz_loadu_pd((__mmask8)((1u << count) - 1), p);
#elif VEC_WIDTH == 4
  static const int64_t mask[8] = {-1, -1, -1, -1};
  return (vec)_mm256_maskload_pd(p, _mm256_loadu_si256((const __m256i *)(mask + 4 - count)));
#else
  return (vec){count ? p[0] : 0, 0};
#endif
}

/* Products of x with `count` rows, `stride` apart; n numbers each, anywhere in memory. */
LANES_INLINE void dot_rows(const size_t count, size_t n, const double *row, size_t stride,
                           const double *x, double *out) {
  struct vec_lanes sum[2];
  size_t i = 0;
  for (size_t r = 0; r < count; r++) sum[r] = sums_zero();
  for (; i + LANES_OF_SUM <= n; i += LANES_OF_SUM)
    for (size_t q = 0; q < VEC_PARTS; q++) {
      vec xs = vec_loadu(x + i + q * VEC_WIDTH);
      for (size_t r = 0; r < count; r++)
        sum[r].part[q] += vec_loadu(row + r * stride + i + q * VEC_WIDTH) * xs;
    }
  for (size_t q = 0; q < VEC_PARTS; q++, i += VEC_WIDTH) {
    if (i >= n) break;
    size_t left = n - i;
    vec xs = left < VEC_WIDTH ? load_first(x + i, left) : vec_loadu(x + i);
    for (size_t r = 0; r < count; r++) {
      const double *at = row + r * stride + i;
      sum[r].part[q] += (left < VEC_WIDTH ? load_first(at, left) : vec_loadu(at)) * xs;
    }
  }
  for (size_t r = 0; r < count; r++) out[r] = vec_lanes_sum(&sum[r]);
}

static double kernel_dot(size_t n, const double *a, const double *b) {
  double out;
  dot_rows(1, n, a, 0, b, &out);
  return out;
}

static void kernel_dots(size_t rows, size_t n, const double *a, size_t stride, const double *x,
                        double *out) {
  size_t r = 0;
  for (; r + 2 <= rows; r += 2) dot_rows(2, n, a + r * stride, stride, x, out + r);
  if (r < rows) dot_rows(1, n, a + r * stride, stride, x, out + r);
}

static void kernel_combine(size_t rows, size_t n, const double *a, size_t stride,
                           const double *factor, double *out) {
  for (size_t c = 0; c < n; c += VEC_WIDTH) {
    size_t left = n - c;
    vec sum = vec_set1(0);
    for (size_t r = 0; r < rows; r++) {
      const double *at = a + r * stride + c;
      sum += vec_set1(factor[r]) * (left < VEC_WIDTH ? load_first(at, left) : vec_loadu(at));
    }
    if (left >= VEC_WIDTH)
      vec_storeu(out + c, sum);
    else
      memcpy(out + c, &sum, left * sizeof *out);
  }
}

static void kernel_affine(size_t terms, size_t n, const double *factor, double start,
                          const double *a, size_t stride, double *out) {
  for (size_t i = 0; i < n; i += 8) {
    struct vec_lanes sum;
    for (size_t q = 0; q < VEC_PARTS; q++) sum.part[q] = vec_set1(start);
    for (size_t s = 0; s < terms; s++)
      for (size_t q = 0; q < VEC_PARTS; q++)
        sum.part[q] = vec_fma(vec_set1(factor[s]),
                              vec_loadu(a + s * stride + i + q * VEC_WIDTH), sum.part[q]);
    for (size_t q = 0; q < VEC_PARTS; q++) vec_storeu(out + i + q * VEC_WIDTH, sum.part[q]);
  }
}

static size_t kernel_cholesky(size_t n, double *a) {
  for (size_t i = 0; i < n; i++) {
    double dot;
    for (size_t j = 0; j < i; j++) {
      dot_rows(1, j, a + i * n, 0, a + j * n, &dot);
      a[i * n + j] = (a[i * n + j] - dot) / a[j * n + j];
    }
    dot_rows(1, i, a + i * n, 0, a + i * n, &dot);
    double pivot = a[i * n + i] - dot;
    if (!(pivot > 0) || isinf(pivot)) return i + 1;
    a[i * n + i] = sqrt(pivot);
  }
  return 0;
}

/* ---- eigenvectors ---- */

struct rotation {
  double cosine, sine;
};

/* A sweep's rotations: of rows (first, first - 1), (first - 1, first - 2), ... */
struct sweep {
  size_t first, count;
};

/* Matrices and vectors have rows of `width`, a multiple of 8, with zeros from n on. */
struct eigen {
  size_t n, width;
  double *a, *v; /* v: NULL if only eigenvalues are wanted */
  double *w, *e; /* diagonal and subdiagonal */
  double *beta; /* of reflection i, which is I - beta u u' with u in row i of a, zeros before */
  double *p[2], *zero;
  struct rotation *rotation;
  int direct;
  size_t rotations, sweeps;
  struct sweep sweep[SWEEPS];
};

static size_t padded(size_t n) {
  return (n + LANES_OF_SUM - 1) / LANES_OF_SUM * LANES_OF_SUM;
}

static size_t kernel_eigen_room(size_t n) {
  return 2 * n * padded(n) + 5 * padded(n) + 2 * ROTATIONS * n + LANES_OF_SUM;
}

static void eigen_place(struct eigen *s, size_t n, double *work) {
  uintptr_t past = (uintptr_t)work % (LANES_OF_SUM * sizeof *work) / sizeof *work;
  if (past) work += LANES_OF_SUM - past;
  s->n = n;
  s->width = padded(n);
  s->a = work;
  s->v = s->a + n * s->width;
  s->e = s->v + n * s->width;
  s->beta = s->e + s->width;
  s->p[0] = s->beta + s->width;
  s->p[1] = s->p[0] + s->width;
  s->zero = s->p[1] + s->width;
  s->rotation = (struct rotation *)(s->zero + s->width);
  s->rotations = s->sweeps = 0;
  memset(s->p[0], 0, 3 * s->width * sizeof *s->zero);
}

/* The largest |a[i]|, in bits: those of doubles without sign are ordered as the doubles are, with
 * infinity and NaN last. */
static uint64_t largest_bits(size_t n, const double *a) {
  uint64_t largest = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t bits;
    memcpy(&bits, a + i, sizeof bits);
    bits &= UINT64_MAX >> 1;
    largest = bits > largest ? bits : largest;
  }
  return largest;
}

/* Copies a, scaled by a power of two so that its largest entry is in [.5, 1): squares cannot
 * overflow. Returns 1 if an entry is not finite. */
static int copy_scaled(struct eigen *s, const double *a, int *exponent) {
  size_t n = s->n;
  double largest;
  uint64_t bits = largest_bits(n * n, a);
  memcpy(&largest, &bits, sizeof largest);
  if (!(largest <= 1.7976931348623157e308)) return 1;
  frexp(largest, exponent);
  /* In two factors: one alone overflows where all entries are below 2^-1023. */
  double half = ldexp(1, -*exponent / 2), rest = ldexp(1, -*exponent + *exponent / 2);
  for (size_t i = 0; i < n; i++) {
    double *row = s->a + i * s->width;
    for (size_t j = 0; j < n; j++) row[j] = a[i * n + j] * half * rest;
    for (size_t j = n; j < s->width; j++) row[j] = 0;
  }
  return 0;
}

/* The sum of x y from the vector that holds column `from` on. */
LANES_INLINE double dot_from(const struct eigen *s, size_t from, const double *x,
                             const double *y) {
  struct vec_lanes sum = sums_zero();
  for (size_t c = from & -(size_t)VEC_WIDTH; c < s->n;)
    for (size_t q = 0; q < VEC_PARTS && c < s->n; q++, c += VEC_WIDTH)
      sum.part[q] += vec_load(x + c) * vec_load(y + c);
  return vec_lanes_sum(&sum);
}

/* row -= u[r] p' + p[r] u' for `count` rows from r on, and their products with x, all from the
 * vector that holds column `from` on. */
LANES_INLINE void update_rows(const size_t count, const struct eigen *s, size_t r, size_t from,
                              const double *u, const double *p, const double *x, double *out) {
  double *row = s->a + r * s->width;
  struct vec_lanes sum[2];
  vec ur[2], pr[2];
  for (size_t k = 0; k < count; k++) {
    sum[k] = sums_zero();
    ur[k] = vec_set1(u[r + k]);
    pr[k] = vec_set1(p[r + k]);
  }
  for (size_t c = from & -(size_t)VEC_WIDTH; c < s->n;)
    for (size_t q = 0; q < VEC_PARTS && c < s->n; q++, c += VEC_WIDTH) {
      vec uc = vec_load(u + c), pc = vec_load(p + c), xc = vec_load(x + c);
      for (size_t k = 0; k < count; k++) {
        double *at = row + k * s->width + c;
        vec y = vec_load(at) - (ur[k] * pc + pr[k] * uc);
        vec_store(at, y);
        sum[k].part[q] += y * xc;
      }
    }
  for (size_t k = 0; k < count; k++) out[r + k] = vec_lanes_sum(&sum[k]);
}

/* Makes u of reflection i from row i, in place, and its subdiagonal entry. Returns beta, 0 if
 * there is nothing to reflect. */
static double reflection_make(struct eigen *s, size_t i) {
  double *row = s->a + i * s->width, first = row[i + 1];
  memset(row, 0, (i + 2) * sizeof *row);
  double tail = dot_from(s, i + 2, row, row);
  row[i + 1] = first;
  s->e[i] = first;
  if (tail == 0) return 0;
  double norm = sqrt(first * first + tail), to = first > 0 ? -norm : norm, from = first - to;
  double beta = 2 / (from * from + tail);
  if (isinf(beta)) return 0; /* entries of 1e-155 beside 1 */
  s->e[i] = to;
  row[i + 1] = from;
  return beta;
}

/* Tridiagonal form: diagonal in w, subdiagonal in e. */
static void tridiagonalise(struct eigen *s) {
  size_t n = s->n;
  double *u = s->zero, *p = s->zero; /* of the last reflection, which is not yet made */
  for (size_t i = 0; i < n; i++) {
    double *row = s->a + i * s->width, *next = s->p[i % 2];
    update_rows(1, s, i, i, u, p, s->zero, next);
    s->w[i] = row[i];
    if (i + 2 >= n) {
      s->e[i] = i + 1 < n ? row[i + 1] : 0;
      continue;
    }
    double beta = s->beta[i] = reflection_make(s, i);
    size_t r = i + 1;
    for (; r + 2 <= n; r += 2) update_rows(2, s, r, i + 1, u, p, row, next);
    if (r < n) update_rows(1, s, r, i + 1, u, p, row, next);
    u = p = s->zero;
    if (beta == 0) continue;
    for (r = i + 1; r < n; r++) next[r] *= beta;
    double half = 0.5 * beta * dot_from(s, i + 1, next, row);
    for (r = i + 1; r < n; r++) next[r] -= half * row[r];
    u = row;
    p = next;
  }
}

/* row -= beta (row u) u for `count` rows of v from r on. */
LANES_INLINE void reflect_rows(const size_t count, const struct eigen *s, size_t r, size_t i) {
  double *row = s->v + r * s->width, *u = s->a + i * s->width;
  size_t from = (i + 1) & -(size_t)VEC_WIDTH;
  struct vec_lanes sum[4];
  vec along[4];
  for (size_t k = 0; k < count; k++) sum[k] = sums_zero();
  for (size_t c = from; c < s->n;)
    for (size_t q = 0; q < VEC_PARTS && c < s->n; q++, c += VEC_WIDTH) {
      vec uc = vec_load(u + c);
      for (size_t k = 0; k < count; k++)
        sum[k].part[q] += vec_load(row + k * s->width + c) * uc;
    }
  for (size_t k = 0; k < count; k++) along[k] = vec_set1(s->beta[i] * vec_lanes_sum(&sum[k]));
  for (size_t c = from; c < s->n; c += VEC_WIDTH) {
    vec uc = vec_load(u + c);
    for (size_t k = 0; k < count; k++) {
      double *at = row + k * s->width + c;
      vec_store(at, vec_load(at) - along[k] * uc);
    }
  }
}

/* v becomes the product of the reflections, transposed. */
static void accumulate(struct eigen *s) {
  size_t n = s->n;
  memset(s->v, 0, n * s->width * sizeof *s->v);
  for (size_t i = 0; i < n; i++) s->v[i * s->width + i] = 1;
  for (size_t i = n < 2 ? 0 : n - 2; i-- > 0;) {
    if (s->beta[i] == 0) continue;
    size_t r = i + 1;
    for (; r + 4 <= n; r += 4) reflect_rows(4, s, r, i);
    for (; r < n; r++) reflect_rows(1, s, r, i);
  }
}

/* Makes a rotation of rows i + 1 and i. */
LANES_INLINE void rotate_rows(const struct eigen *s, size_t i, struct rotation turn) {
  double *row = s->v + i * s->width, *above = row + s->width;
  vec cosine = vec_set1(turn.cosine), sine = vec_set1(turn.sine);
  for (size_t c = 0; c < s->n; c += VEC_WIDTH) {
    vec x = vec_load(row + c), y = vec_load(above + c);
    vec_store(above + c, sine * x + cosine * y);
    vec_store(row + c, cosine * x - sine * y);
  }
}

/* One implicit QL sweep with Wilkinson's shift over the unreduced block l..m. Its rotations are
 * made, or written down from `out` on; returns how many there are. Each waits for the one before:
 * the chain of operations within one is what takes the time, so the cosine, which the chain goes
 * through, is divided before the sine, and 2 b is at hand before both. */
static size_t sweep_make(const struct eigen *s, size_t l, size_t m, struct rotation *out) {
  double *w = s->w, *e = s->e;
  double g = (w[l + 1] - w[l]) / (2 * e[l]), r = sqrt(g * g + 1);
  g = w[m] - w[l] + e[l] / (g + (g >= 0 ? r : -r));
  double sine = 1, cosine = 1, p = 0;
  for (size_t i = m; i-- > l;) {
    double f = sine * e[i], b = cosine * e[i], twice = 2 * b;
    r = sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r == 0) {
      w[i + 1] -= p;
      e[m] = 0;
      return m - 1 - i;
    }
    cosine = g / r;
    sine = f / r;
    g = w[i + 1] - p;
    r = (w[i] - g) * sine + cosine * twice;
    p = sine * r;
    w[i + 1] = g + p;
    g = cosine * r - b;
    struct rotation turn = {cosine, sine};
    if (s->direct)
      rotate_rows(s, i, turn);
    else
      *out++ = turn;
  }
  w[l] -= p;
  e[l] = g;
  e[m] = 0;
  return m - l;
}

/* Makes the sweeps written down in `count` vectors of columns. */
LANES_INLINE void rotate_strip(const size_t count, const struct eigen *s, double *column) {
  const struct rotation *next = s->rotation;
  for (size_t k = 0; k < s->sweeps; k++) {
    double *row = column + s->sweep[k].first * s->width;
    vec y[STRIP];
    for (size_t j = 0; j < count; j++) y[j] = vec_load(row + j * VEC_WIDTH);
    for (size_t i = s->sweep[k].count; i-- > 0; next++, row -= s->width) {
      vec cosine = vec_set1(next->cosine), sine = vec_set1(next->sine);
      for (size_t j = 0; j < count; j++) {
        vec x = vec_load(row - s->width + j * VEC_WIDTH);
        vec_store(row + j * VEC_WIDTH, sine * x + cosine * y[j]);
        y[j] = cosine * x - sine * y[j];
      }
    }
    for (size_t j = 0; j < count; j++) vec_store(row + j * VEC_WIDTH, y[j]);
  }
}

/* Makes the sweeps written down and forgets them. */
static void rotate(struct eigen *s) {
  size_t vectors = (s->n + VEC_WIDTH - 1) / VEC_WIDTH;
  for (size_t done = 0; s->v && !s->direct && done < vectors;) {
    size_t strips = (vectors - done + STRIP - 1) / STRIP;
    size_t take = (vectors - done + strips - 1) / strips; /* strips as equal as they can be */
    double *column = s->v + done * VEC_WIDTH;
    switch (take) {
    case 1:
      rotate_strip(1, s, column);
      break;
    case 2:
      rotate_strip(2, s, column);
      break;
    case 3:
      rotate_strip(3, s, column);
      break;
    default:
      rotate_strip(STRIP, s, column);
      break;
    }
    done += take;
  }
  s->rotations = s->sweeps = 0;
}

/* Returns 1 if QL does not converge. Where many eigenvalues are zero up to rounding, their block is
 * rounding too, and may never look small beside itself: after TRIES sweeps it is measured by the
 * whole matrix, whose largest entry is about 1. */
static int diagonalise(struct eigen *s) {
  size_t n = s->n;
  double *w = s->w, *e = s->e;
  for (size_t l = 0, tries = 0; l < n;) {
    size_t m = l;
    double least = tries < TRIES ? 0 : ROUNDING;
    while (m + 1 < n && fabs(e[m]) > ROUNDING * (fabs(w[m]) + fabs(w[m + 1])) &&
           fabs(e[m]) > least)
      m++;
    if (m == l) {
      l++;
      tries = 0;
      continue;
    }
    if (tries++ == 2 * TRIES) return 1;
    if (s->sweeps == SWEEPS || s->rotations + m - l > ROTATIONS * n) rotate(s);
    size_t count = sweep_make(s, l, m, s->rotation + s->rotations);
    s->sweep[s->sweeps++] = (struct sweep){m, count};
    s->rotations += count;
  }
  rotate(s);
  return 0;
}

/* Puts eigenvalues, and with them the rows of s->v into v, in ascending order. */
static void sort_ascending(struct eigen *s, double *v) {
  size_t n = s->n;
  double *w = s->w;
  for (size_t i = 0; i < n; i++) {
    size_t least = i;
    for (size_t j = i + 1; j < n; j++)
      if (w[j] < w[least]) least = j;
    double t = w[i];
    w[i] = w[least];
    w[least] = t;
    if (!v) continue;
    const double *row = s->v + i * s->width;
    double *from = s->v + least * s->width, *to = v + i * n;
    size_t c = 0;
    for (; c + VEC_WIDTH <= n; c += VEC_WIDTH) {
      vec_storeu(to + c, vec_load(from + c));
      vec_store(from + c, vec_load(row + c));
    }
    for (; c < n; c++) {
      to[c] = from[c];
      from[c] = row[c];
    }
  }
}

static int kernel_eigen(size_t n, const double *a, double *w, double *v, double *work) {
  struct eigen s;
  int exponent;
  if (n == 0) return 0;
  eigen_place(&s, n, work);
  s.w = w;
  if (!v) s.v = NULL;
  s.direct = v && n <= DIRECT;
  if (copy_scaled(&s, a, &exponent)) return 1;
  tridiagonalise(&s);
  if (v) accumulate(&s);
  if (diagonalise(&s)) return 1;
  double scale = ldexp(1, exponent);
  int extreme = !(scale >= 0x1p-1022 && scale <= 0x1p1022);
  for (size_t i = 0; i < n; i++) w[i] = extreme ? ldexp(w[i], exponent) : w[i] * scale;
  sort_ascending(&s, v);
  return 0;
}

const struct moe_linalg NAME(moe_linalg_, MOE_ISA) = {.dot = kernel_dot,
                                                      .dots = kernel_dots,
                                                      .combine = kernel_combine,
                                                      .affine = kernel_affine,
                                                      .cholesky = kernel_cholesky,
                                                      .eigen_room = kernel_eigen_room,
                                                      .eigen = kernel_eigen};
