/*
 * dd.c - exp and the normal distribution in double-double.
 *
 *   exp   x = m log 2 + r with |r| <= log(2)/2, Taylor's series of e^r to r^27 (0.35^28 / 28! < 1e-42)
 *   Phi   |x| <= 2: 1/2 + phi(x) (x + x^3/3 + x^5/(3 5) + ...), all terms of one sign;
 *         x < -2: phi(x) / (t + 1/(t + 2/(t + 3/(t + ...)))) with t = -x (Laplace), from the
 *         bottom up; x > 2: one minus that
 */
#include "dd.h"

#define EXP_TERMS 27
#define SERIES_TERMS 48     /* 2^97 / 97!! < 1e-45 */
#define FRACTION_TERMS 2400 /* over t^2, and a few: leaves less than 2^-106 */

static const struct dd log_two = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

struct dd dd_exp(struct dd x) {
  double m = floor(x.hi / log_two.hi + 0.5);
  struct dd r = dd_sub(x, dd_scale(log_two, m)), sum = dd_of(1);
  for (int n = EXP_TERMS; n > 0; n--) sum = dd_add(dd_of(1), dd_div(dd_mul(r, sum), dd_of(n)));
  return (struct dd){ldexp(sum.hi, (int)m), ldexp(sum.lo, (int)m)};
}

static struct dd normal_pdf(struct dd x) {
  return dd_mul(DD_ROOT_TWO_PI_INVERSE, dd_exp(dd_scale(dd_mul(x, x), -0.5)));
}

/* (Phi(x) - 1/2) / phi(x), |x| <= 2. */
static struct dd series(struct dd x) {
  struct dd square = dd_mul(x, x), sum = dd_of(1);
  for (int n = SERIES_TERMS; n > 0; n--)
    sum = dd_add(dd_of(1), dd_div(dd_mul(square, sum), dd_of(2 * n + 1)));
  return dd_mul(x, sum);
}

/* phi(t) / Phi(-t), t >= 2. */
static struct dd fraction(struct dd t) {
  struct dd below = t;
  for (int n = 24 + (int)(FRACTION_TERMS / (t.hi * t.hi)); n > 0; n--)
    below = dd_add(t, dd_div(dd_of(n), below));
  return below;
}

struct dd dd_normal_cdf(struct dd x) {
  struct dd pdf = normal_pdf(x);
  if (x.hi < -2) return dd_div(pdf, fraction(dd_neg(x)));
  if (x.hi > 2) return dd_sub(dd_of(1), dd_div(pdf, fraction(x)));
  return dd_add(dd_of(0.5), dd_mul(pdf, series(x)));
}
