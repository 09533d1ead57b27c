/*
 * binomial.c - exact binomial and multinomial draws for n up to 2^53.
 *
 * Small means are inverted term by term. The rest is Hoermann's BTRS (The generation of
 * binomial random variates, J. Statist. Comput. Simulation 46, 1993): a uniform is bent into a
 * hat over the scaled histogram, and accepted by comparing with the probability itself. What
 * matters at n = 1e14 is how that is computed: a difference of log-factorials of size 1e15
 * would have no correct digit left. Loader's saddle-point form (Fast and accurate computation
 * of binomial probabilities, 2000) is a sum of small terms, and every term is here a function
 * of the deviation k - np, kept to full accuracy although k and np agree in their first eight
 * digits.
 */
#include "rng.h"

#include "vmath.h"

#include <math.h>

/* log of n! over Stirling's formula sqrt(2 pi n) (n/e)^n, for integer n >= 1: a table to 15
 * (computed to 40 digits), then the asymptotic series, whose sixth term is below 1.2e-16. */
static double stirling_error(double n) {
  static const double table[16] = {0x0.0p+0,
                                   0x1.4c071bcda0a5bp-4,
                                   0x1.52a9b923ea649p-5,
                                   0x1.c579a268d80b3p-6,
                                   0x1.54a2662fd78a9p-6,
                                   0x1.10b4e513fcbedp-6,
                                   0x1.c6b167bebdf36p-7,
                                   0x1.85d4d612e4a86p-7,
                                   0x1.552805e7b3076p-7,
                                   0x1.2f4871b12ab64p-7,
                                   0x1.10f9d4c0743a7p-7,
                                   0x1.f0593088014f8p-8,
                                   0x1.c7018733aa9c6p-8,
                                   0x1.a40514700f36cp-8,
                                   0x1.86076c002d4a7p-8,
                                   0x1.6c08f6f194a10p-8};
  if (n < 16) return table[(int)n];
  double w = 1 / (n * n);
  double s = fma(-w, 1.0 / 1188, 1.0 / 1680);
  s = fma(-w, s, 1.0 / 1260);
  s = fma(-w, s, 1.0 / 360);
  s = fma(-w, s, 1.0 / 12);
  return s / n;
}

/* x log(x / mean) + mean - x, where deviation = x - mean: Loader's bd0. The series in
 * v = deviation / (x + mean) where the direct form would cancel. */
static double deviance(double x, double mean, double deviation) {
  double v = deviation / (x + mean);
  if (fabs(v) >= 0.1) return fma(x, moe_log(x / mean), -deviation);
  double sum = deviation * v, term = 2 * x * v;
  for (int j = 3;; j += 2) {
    term *= v * v;
    double next = sum + term / j;
    if (next == sum) return sum;
    sum = next;
  }
}

/* One law, p <= 1/2, and its mean n p as an unevaluated sum: mean + mean_low, exactly. */
struct law {
  double n, p;
  double mean, mean_low;
};

static struct law law_make(double n, double p) {
  double mean = n * p;
  return (struct law){.n = n, .p = p, .mean = mean, .mean_low = fma(n, p, -mean)};
}

/* log P(k) for integer 0 <= k <= n. */
static double log_mass(const struct law *law, double k) {
  double rest = law->n - k;
  if (k == 0) return law->n * moe_log1p(-law->p);
  if (rest == 0) return law->n * moe_log(law->p);
  double deviation = (k - law->mean) - law->mean_low;
  double mean_rest = (law->n - law->mean) - law->mean_low;
  double errors = stirling_error(law->n) - stirling_error(k) - stirling_error(rest);
  double deviances = deviance(k, law->mean, deviation) + deviance(rest, mean_rest, -deviation);
  const double two_pi = 0x1.921fb54442d18p+2;
  return errors - deviances - 0.5 * moe_log(two_pi * k * (rest / law->n));
}

double moe_binomial_log_mass(double n, double p, double k) {
  if (k < 0 || k > n) return -INFINITY;
  if (p <= 0 || p >= 1) return k == (p <= 0 ? 0 : n) ? 0 : -INFINITY;
  struct law law = p <= 0.5 ? law_make(n, p) : law_make(n, 1 - p);
  return log_mass(&law, p <= 0.5 ? k : n - k);
}

/* Subtracts P(0), P(1), ... from a uniform until it is used up. A uniform within rounding of 1
 * could outlast the law; the mean is below 10, so past 150 there is nothing left to find. */
static double draw_by_inversion(struct moe_rng *r, double n, double p) {
  double odds = p / (1 - p), first = moe_exp(n * moe_log1p(-p));
  for (;;) {
    double u = moe_rng_uniform(r), mass = first;
    for (double k = 0; k <= n && k < 150; k++) {
      if (u <= mass) return k;
      u -= mass;
      mass *= (n - k) / (k + 1) * odds;
    }
  }
}

/* Hoermann's algorithm BTRS, his constants; n p >= 10. k = mode + jump, where the jump is found
 * near 0, so that adding the mode is exact. */
static double draw_by_rejection(struct moe_rng *r, const struct law *law) {
  double spread = sqrt(law->mean * (1 - law->p));
  double b = 1.15 + 2.53 * spread;
  double a = -0.0873 + 0.0248 * b + 0.01 * law->p;
  double alpha = (2.83 + 5.1 / b) * spread, squeeze = 0.92 - 4.2 / b;
  double mode = floor(law->mean + law->p);
  double centre = (law->mean - mode) + (law->mean_low + 0.5);
  double log_peak = log_mass(law, mode);
  for (;;) {
    double u = moe_rng_uniform(r) - 0.5, v = moe_rng_uniform(r);
    double us = 0.5 - fabs(u);
    double k = mode + floor((2 * a / us + b) * u + centre);
    if (us >= 0.07 && v <= squeeze) return k;
    if (k < 0 || k > law->n) continue;
    double log_v = moe_log(v * alpha / (a / (us * us) + b));
    if (log_v <= log_mass(law, k) - log_peak) return k;
  }
}

double moe_rng_binomial(struct moe_rng *r, double n, double p) {
  if (!(n > 0) || !(p > 0)) return 0;
  if (p >= 1) return n;
  int flip = p > 0.5; /* then 1 - p is exact */
  if (flip) p = 1 - p;
  struct law law = law_make(n, p);
  double k = law.mean < 10 ? draw_by_inversion(r, n, p) : draw_by_rejection(r, &law);
  return flip ? n - k : k;
}

/* Half of the cells get a binomial share; then each half on its own. Depth is log2(cells). */
void moe_rng_multinomial(struct moe_rng *r, double n, size_t cells, double *counts) {
  if (cells == 0) return;
  if (cells == 1) {
    counts[0] = n;
    return;
  }
  size_t half = cells / 2;
  double share = moe_rng_binomial(r, n, (double)half / (double)cells);
  moe_rng_multinomial(r, share, half, counts);
  moe_rng_multinomial(r, n - share, cells - half, counts + half);
}
