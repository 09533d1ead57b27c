/*
 * dd.h - double-double numbers: 106 bits from pairs of doubles (Dekker 1971; Knuth, TAOCP 4.2.2).
 *
 * For ranks of families of functions, where a singular value of 1e-15 may be a property of the
 * functions and one of 1e-30 is rounding. A number is hi + lo with |lo| <= ulp(hi) / 2. Only + - *
 * /, sqrt and explicit fma in a fixed order, so the bits are the same everywhere, as in vmath.h.
 * Relative errors: + - <= 3 2^-106, * <= 5 2^-106, / and sqrt <= 10 2^-106 (Joldes, Muller, Popescu,
 * TOMS 2017); exp and Phi: dd.c. Overflow is not cared for: |numbers| < 1e150.
 */
#ifndef MOE_DD_H
#define MOE_DD_H

#include <math.h>

struct dd {
  double hi, lo;
};

static inline struct dd dd_of(double x) {
  return (struct dd){x, 0};
}

/* a + b where |a| >= |b| or a = 0. */
static inline struct dd dd_quick_sum(double a, double b) {
  double s = a + b;
  return (struct dd){s, b - (s - a)};
}

static inline struct dd dd_two_sum(double a, double b) {
  double s = a + b, part = s - a;
  return (struct dd){s, (a - (s - part)) + (b - part)};
}

static inline struct dd dd_neg(struct dd a) {
  return (struct dd){-a.hi, -a.lo};
}

static inline struct dd dd_add(struct dd a, struct dd b) {
  struct dd s = dd_two_sum(a.hi, b.hi), t = dd_two_sum(a.lo, b.lo);
  s = dd_quick_sum(s.hi, s.lo + t.hi);
  return dd_quick_sum(s.hi, s.lo + t.lo);
}

static inline struct dd dd_sub(struct dd a, struct dd b) {
  return dd_add(a, dd_neg(b));
}

static inline struct dd dd_mul(struct dd a, struct dd b) {
  double p = a.hi * b.hi, rest = fma(a.hi, b.hi, -p);
  rest += fma(a.hi, b.lo, a.lo * b.hi);
  return dd_quick_sum(p, rest);
}

static inline struct dd dd_scale(struct dd a, double b) {
  double p = a.hi * b, rest = fma(a.lo, b, fma(a.hi, b, -p));
  return dd_quick_sum(p, rest);
}

/* By two corrections of the quotient in double. */
static inline struct dd dd_div(struct dd a, struct dd b) {
  double first = a.hi / b.hi;
  struct dd rest = dd_sub(a, dd_scale(b, first));
  double second = rest.hi / b.hi;
  rest = dd_sub(rest, dd_scale(b, second));
  return dd_add(dd_quick_sum(first, second), dd_of(rest.hi / b.hi));
}

/* a >= 0; one Newton step from double. */
static inline struct dd dd_sqrt(struct dd a) {
  if (!(a.hi > 0)) return dd_of(0);
  double root = sqrt(a.hi), square = root * root;
  struct dd rest = dd_sub(a, (struct dd){square, fma(root, root, -square)});
  return dd_quick_sum(root, rest.hi / (2 * root));
}

/* 1 / sqrt(2 pi) */
static const struct dd DD_ROOT_TWO_PI_INVERSE = {0x1.9884533d43651p-2, -0x1.cbc0d30ebfd15p-56};

struct dd
dd_exp(struct dd x); /* |x| <= 300; error <= (|x| + 8) 2^-104 relative; below, towards 0 */
struct dd
dd_normal_cdf(struct dd x); /* Phi(x); both tails to full relative accuracy, |x| < 20 */

#endif
