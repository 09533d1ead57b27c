/*
 * lanes_math.h - the elementary functions, written once for any number of lanes.
 *
 * Included by lanes.h with eight lanes and by vmath.c with one. The including file defines
 *   V          the type of the numbers: double or a vector of doubles
 *   U          uint64_t or a vector of as many
 *   LANES(f)   the name of f for this type: v8_##f or v1_##f
 * and LANES(fma), set1, sqrt, max, min, abs, bits, from_bits, if_lt, if_odd. Everything here is
 * + - * / and explicit fma in a fixed order, so that a lane's bits depend on its argument only.
 *
 * The polynomials come from Remez exchange (exp, log, sin, cos) or Chebyshev interpolation
 * (Mills ratio) in 60-digit arithmetic, coefficients rounded to double; the comment at each
 * gives interval, degree and error before rounding. Polynomials are evaluated in two
 * interleaved Horner chains (even and odd powers): the same number of operations as one, half
 * the latency.
 */

/* x + magic rounds x to an integer k, which stays in the low bits; with bias 2046 added, half
 * the bits b of the sum is the biased exponent of 2^floor(k/2), and b - b/2 that of the rest.
 */
#define LANES_MAGIC 0x1.8p52
#define LANES_BIASED (LANES_MAGIC + 2046.0)
#define LANES_ONE 0x3ff0000000000000u
#define LANES_MANTISSA 0x000fffffffffffffu

/* What exp and its relatives share: exp(hi + lo) = 2^k (1 + u). */
struct LANES(exp_parts) {
  V u;
  U biased; /* its low 12 bits are k + 2046 */
};

/* |hi| <= 750 (or NaN), |lo| tiny. k = round(hi / ln 2); hi - k ln2_high is exact because both
 * are multiples of 2^-54 below 1/2. (e^r - 1 - r) / r^2 has degree 9 on |r| <= ln(2)/2, error
 * in e^r below 1.3e-17. */
LANES_INLINE struct LANES(exp_parts) LANES(exp_split)(V hi, V lo) {
  struct LANES(exp_parts) e;
  V shifted = LANES(fma)(hi, LANES(set1)(0x1.71547652b82fep+0), LANES(set1)(LANES_BIASED));
  V k = shifted - LANES_BIASED;
  e.biased = LANES(bits)(shifted);
  V r = LANES(fma)(k, LANES(set1)(-0x1.62e42fefa39efp-1), hi);
  r = LANES(fma)(k, LANES(set1)(-0x1.abc9e3b39803fp-56), r) + lo;
  V r2 = r * r;
  V even =
      LANES(fma)(r2, LANES(set1)(0x1.289186d6aea07p-22), LANES(set1)(0x1.a019b90bc3fbdp-16));
  V odd =
      LANES(fma)(r2, LANES(set1)(0x1.af632ad6abee8p-26), LANES(set1)(0x1.71ddf6b3f10d1p-19));
  even = LANES(fma)(r2, even, LANES(set1)(0x1.6c16c1788c44dp-10));
  odd = LANES(fma)(r2, odd, LANES(set1)(0x1.a01a01b00c2c6p-13));
  even = LANES(fma)(r2, even, LANES(set1)(0x1.5555555553d62p-5));
  odd = LANES(fma)(r2, odd, LANES(set1)(0x1.111111110f803p-7));
  even = LANES(fma)(r2, even, LANES(set1)(0x1.0000000000001p-1));
  odd = LANES(fma)(r2, odd, LANES(set1)(0x1.5555555555558p-3));
  e.u = LANES(fma)(r2, LANES(fma)(r, odd, even), r);
  return e;
}

/* exp(hi + lo). 2^k is applied as 2^(k/2) 2^(k - k/2): only the last product can overflow, or
 * round to a subnormal. Products, not exponent arithmetic, so that a NaN stays one. */
LANES_INLINE V LANES(exp_hilo)(V hi, V lo) {
  hi = LANES(min)(LANES(set1)(710.0), LANES(max)(LANES(set1)(-750.0), hi));
  struct LANES(exp_parts) e = LANES(exp_split)(hi, lo);
  U half = e.biased >> 1;
  V s1 = LANES(from_bits)(half << 52), s2 = LANES(from_bits)((e.biased - half) << 52);
  return LANES(fma)(s1, e.u, s1) * s2;
}

/* (Adding -0 changes nothing, and compilers know it.) */
LANES_INLINE V LANES(exp)(V x) {
  return LANES(exp_hilo)(x, LANES(set1)(-0.0));
}

/* 2^k u + (2^k - 1) = s2 (s1 u + (s1 - 1/s2)) with 2^k = s1 s2, halves as in exp_hilo. */
LANES_INLINE V LANES(expm1)(V x) {
  V y = LANES(min)(LANES(set1)(710.0), LANES(max)(LANES(set1)(-40.0), x));
  struct LANES(exp_parts) e = LANES(exp_split)(y, LANES(set1)(-0.0));
  U half = e.biased >> 1, rest = e.biased - half;
  V s1 = LANES(from_bits)(half << 52), s2 = LANES(from_bits)(rest << 52);
  V inverse = LANES(from_bits)((2046 - rest) << 52);
  return s2 * LANES(fma)(s1, e.u, s1 - inverse);
}

/* Returns 1 / (1 + e^-x); *complement = 1 - that, to full relative accuracy on either side. */
LANES_INLINE V LANES(sigmoid_pair)(V x, V *complement) {
  V e = LANES(exp)(-LANES(abs)(x));
  V large = 1.0 / (1.0 + e), small = e * large;
  *complement = LANES(if_lt)(x, LANES(set1)(0.0), large, small);
  return LANES(if_lt)(x, LANES(set1)(0.0), small, large);
}

LANES_INLINE V LANES(sigmoid)(V x) {
  V complement;
  return LANES(sigmoid_pair)(x, &complement);
}

/* tanh |x| = -m / (2 + m), m = exp(-2|x|) - 1: never overflows, exact to first order at 0. */
LANES_INLINE V LANES(tanh)(V x) {
  V m = LANES(expm1)(-2.0 * LANES(abs)(x));
  V t = -m / (2.0 + m);
  return LANES(copysign)(t, x);
}

/* log(2^k (1 + f)) + c for 1 + f in [sqrt(1/2), sqrt(2)) and a small correction c. With
 * s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + R), R = s^2 P(s^2), P of degree 6, error
 * of R below 9.1e-18. k ln2_high is exact: ln2_high has 33 bits. The scheme is that of FDLIBM.
 */
LANES_INLINE V LANES(log_sum)(V k, V f, V c) {
  V s = f / (2.0 + f), z = s * s, w = z * z;
  V even = LANES(fma)(w, LANES(set1)(0x1.2b662bd638363p-3), LANES(set1)(0x1.7462be2caad05p-3));
  V odd = LANES(fma)(w, LANES(set1)(0x1.39fd33f7c7c28p-3), LANES(set1)(0x1.c71c62c21809fp-3));
  even = LANES(fma)(w, even, LANES(set1)(0x1.2492492e0f030p-2));
  odd = LANES(fma)(w, odd, LANES(set1)(0x1.99999999951bfp-2));
  even = LANES(fma)(w, even, LANES(set1)(0x1.5555555555558p-1));
  V r = z * LANES(fma)(z, odd, even);
  V h = 0.5 * f * f;
  V low = LANES(fma)(s, h + r, LANES(fma)(k, LANES(set1)(0x1.a39ef35793c76p-33), c));
  return LANES(fma)(k, LANES(set1)(0x1.62e42feep-1), f - (h - low));
}

/* log x + c for normal positive finite x; other arguments give a number without meaning. */
LANES_INLINE V LANES(log_normal)(V x, V c, V k0) {
  U i = LANES(bits)(x) + (LANES_ONE - 0x3fe6a09e00000000u);
  V k = LANES(from_bits)((i >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0);
  V f = LANES(from_bits)((i & LANES_MANTISSA) + 0x3fe6a09e00000000u) - 1.0;
  return LANES(log_sum)(k + k0, f, c);
}

/* y where x > 0; log's edges elsewhere: -inf at 0, NaN below and at NaN; +inf at +inf. */
LANES_INLINE V LANES(log_edges)(V x, V y) {
  V zero = LANES(set1)(0.0), inf = LANES(set1)(__builtin_inf());
  V edge = LANES(if_lt)(x, zero, LANES(set1)(__builtin_nan("")), x - inf);
  return LANES(if_lt)(zero, x, LANES(if_lt)(x, inf, y, x), edge);
}

LANES_INLINE V LANES(log)(V x) {
  V least = LANES(set1)(0x1p-1022), zero = LANES(set1)(0.0);
  V scaled = LANES(if_lt)(x, least, x * 0x1p54, x);
  V k0 = LANES(if_lt)(x, least, LANES(set1)(-54.0), zero);
  return LANES(log_edges)(x, LANES(log_normal)(scaled, zero, k0));
}

/* log of the rounded 1 + x, corrected by what rounding lost (exact, by Knuth's two-sum). */
LANES_INLINE V LANES(log1p)(V x) {
  V u = 1.0 + x, b = u - 1.0;
  V lost = (1.0 - (u - b)) + (x - b);
  return LANES(log_edges)(u, LANES(log_normal)(u, lost / u, LANES(set1)(0.0)));
}

/* The Mills ratio M(z) = (1 - Phi(z)) / phi(z) for z >= 0: (z + 9/2) M(z) is a polynomial of degree
 * 22 in y = (z - 9/2) / (z + 9/2) on all of [0, inf), relative error below 5e-17. (The map is
 * Shepherd & Laframboise's for erfc, Math. Comp. 36, 1981.) */
LANES_INLINE V LANES(mills)(V z) {
  V d = 4.5 + z, w = 1.0 / d;
  V y = (z - 4.5) * w;
  V y2 = y * y;
  V even =
      LANES(fma)(y2, LANES(set1)(0x1.67ace82ec84c8p-29), LANES(set1)(-0x1.e485436dd09adp-26));
  V odd =
      LANES(fma)(y2, LANES(set1)(0x1.6edf06ed64374p-31), LANES(set1)(-0x1.09bd539ac4b1cp-26));
  even = LANES(fma)(y2, even, LANES(set1)(0x1.7c0c189cae59dp-23));
  odd = LANES(fma)(y2, odd, LANES(set1)(0x1.638df96c7cdc5p-23));
  even = LANES(fma)(y2, even, LANES(set1)(-0x1.fe627dc100b8dp-21));
  odd = LANES(fma)(y2, odd, LANES(set1)(-0x1.52f42cfadb1f7p-20));
  even = LANES(fma)(y2, even, LANES(set1)(0x1.686f39af4485ap-18));
  odd = LANES(fma)(y2, odd, LANES(set1)(0x1.0c7ac83be008fp-17));
  even = LANES(fma)(y2, even, LANES(set1)(-0x1.2b5608122012ap-15));
  odd = LANES(fma)(y2, odd, LANES(set1)(-0x1.4f0a5c6456334p-15));
  even = LANES(fma)(y2, even, LANES(set1)(0x1.267ddfcef1776p-12));
  odd = LANES(fma)(y2, odd, LANES(set1)(0x1.0c5c4df454cbep-16));
  even = LANES(fma)(y2, even, LANES(set1)(-0x1.2d8644c0d7006p-9));
  odd = LANES(fma)(y2, odd, LANES(set1)(0x1.1f49bf1f2a7d6p-8));
  even = LANES(fma)(y2, even, LANES(set1)(0x1.5aea6f09e385fp-7));
  odd = LANES(fma)(y2, odd, LANES(set1)(-0x1.5bc3103f33210p-4));
  even = LANES(fma)(y2, even, LANES(set1)(0x1.1de53b926c383p-2));
  V p = LANES(fma)(y, odd, even);
  p = LANES(fma)(y, p, LANES(set1)(-0x1.44e16e0a81e91p-1));
  p = LANES(fma)(y, p, LANES(set1)(0x1.1e7cb715a38b3p+0));
  p = LANES(fma)(y, p, LANES(set1)(-0x1.9ad9f411c956ap+0));
  p = LANES(fma)(y, p, LANES(set1)(0x1.e9c33ae3cff7cp+0));
  return w * p;
}

/* Returns Phi(x), *density = phi(x). With z = |x|, the upper tail is phi(z) M(z). z^2 is split by fma
 * into a rounded part and its error, or exp would magnify that error by z^2 / 2 in the far tail. */
LANES_INLINE V LANES(normal)(V x, V *density) {
  V z = LANES(min)(LANES(set1)(40.0), LANES(abs)(x));
  V square = z * z, rest = LANES(fma)(z, z, -square);
  V phi = LANES(exp_hilo)(-0.5 * square, -0.5 * rest) * 0x1.9884533d43651p-2;
  V tail = phi * LANES(mills)(z);
  *density = phi;
  return LANES(if_lt)(x, LANES(set1)(0.0), tail, 1.0 - tail);
}

/* log q of q = P(|Y - y| < bin / 2), Y ~ N(y - gap, e^s), and q' / q, q'' / q in the mean and in s. */
struct LANES(normal_mass) {
  V log, mean, mean2, s, s2, mean_s;
};

/* With sd = e^(s/2) and a < b the ends in its units, mirrored so that |a| <= b: q = phi(a) B with B =
 * M(a) - e^-(b^2-a^2)/2 M(b), M the Mills ratio, so that nothing underflows in the tails; where a < 0 B
 * = 1 / phi(a) - M(-a) - ..., where nothing cancels either. inverse_sd is e^(-s/2). */
LANES_INLINE struct LANES(normal_mass) LANES(normal_mass)(V gap, V bin, V inverse_sd) {
  V zero = LANES(set1)(0.0), far = LANES(abs)(gap) * inverse_sd, width = bin * inverse_sd;
  V a = far - 0.5 * width, b = far + 0.5 * width, square = a * a;
  V fall = LANES(exp)(-far * width), sign = LANES(copysign)(LANES(set1)(1.0), gap);
  V ma = LANES(mills)(LANES(abs)(a)), mb = fall * LANES(mills)(b);
  V whole = LANES(exp)(LANES(min)(LANES(set1)(690.0), 0.5 * square)) * 2.506628274631000502;
  V part = LANES(if_lt)(a, zero, whole - ma - mb, ma - mb), scale = 1.0 / part;
  struct LANES(normal_mass) out;
  out.log = LANES(log)(part) -
            LANES(fma)(LANES(set1)(0.5), square, LANES(set1)(0.91893853320467274178));
  V bb = b * b, slope = inverse_sd * scale * sign;
  out.mean = slope * (1.0 - fall);
  out.mean2 = inverse_sd * inverse_sd * scale * (a - b * fall);
  out.s = 0.5 * scale * (a - b * fall);
  out.s2 = 0.25 * scale * (b * (1.0 - bb) * fall - a * (1.0 - square));
  out.mean_s = 0.5 * slope * ((1.0 - bb) * fall - (1.0 - square));
  return out;
}

/* sin(pi x) and cos(pi x) for |x| <= 2 (correct while 2x is below 2^51). x = k/2 + r exactly,
 * |r| <= 1/4. In z = r^2: sin(pi r)/r of degree 6, relative error 1.3e-17; cos(pi r) of degree
 * 7, error 1.3e-19. k mod 4 exchanges them and sets the signs. */
LANES_INLINE void LANES(sincospi)(V x, V *sine, V *cosine) {
  V shifted = LANES(fma)(x, LANES(set1)(2.0), LANES(set1)(LANES_MAGIC));
  V r = LANES(fma)(shifted - LANES_MAGIC, LANES(set1)(-0.5), x);
  V z = r * r, w = z * z;
  V even =
      LANES(fma)(w, LANES(set1)(-0x1.e3027dedc1bb2p-8), LANES(set1)(-0x1.32d2cce500434p-1));
  V odd = LANES(fma)(w, LANES(set1)(0x1.e4a9d795cff07p-12), LANES(set1)(0x1.507832088d36ap-4));
  even = LANES(fma)(w, even, LANES(set1)(-0x1.4abbce625be52p+2));
  odd = LANES(fma)(w, odd, LANES(set1)(0x1.466bc6775a477p+1));
  V low = LANES(fma)(z, LANES(fma)(z, odd, even), LANES(set1)(0x1.1a62633145c07p-53));
  V s = LANES(fma)(r, LANES(set1)(0x1.921fb54442d18p+1), r * low);
  even = LANES(fma)(w, LANES(set1)(-0x1.b2f3e3dd07d98p-14), LANES(set1)(-0x1.a6d1eef47004fp-6));
  odd = LANES(fma)(w, LANES(set1)(0x1.f9ce244d9ed3cp-10), LANES(set1)(0x1.e1f5068688d31p-3));
  even = LANES(fma)(w, even, LANES(set1)(-0x1.55d3c7e3cb241p+0));
  odd = LANES(fma)(w, odd, LANES(set1)(0x1.03c1f081b5ac0p+2));
  even = LANES(fma)(w, even, LANES(set1)(-0x1.3bd3cc9be45dep+2));
  V c = LANES(fma)(z, LANES(fma)(z, odd, even), LANES(set1)(1.0));
  U k = LANES(bits)(shifted);
  V a = LANES(if_odd)(k, c, s), b = LANES(if_odd)(k, s, c);
  *sine = LANES(from_bits)(LANES(bits)(a) ^ ((k & 2) << 62));
  *cosine = LANES(from_bits)(LANES(bits)(b) ^ (((k + 1) & 2) << 62));
}
