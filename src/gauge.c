/*
 * gauge.c - the softmax loss, minimised over the softmax translations.
 *
 * Adding one affine form t1.x + t0 to every logit leaves a softmax model as it is, so its loss
 * (arXiv 2402.02952, Section 2)
 *
 *   sum_j |s M_j - M*_j| + s C,   s = e^t0,  M_j = sum of e^beta0 over cell j,
 *   C = sum_i e^beta0_i (||D beta1 + t1||^2 + ||D eta||^2)   in cells of two atoms or more,
 *     + sum_i e^beta0_i (||D beta1 + t1|| + ||D eta||)       in cells of one,
 *
 * means something only as an infimum over (t1, t0). Its structure makes that cheap. The cells
 * depend on t1 alone; given them, the loss is convex and piecewise linear in s with kinks at
 * M*_j / M_j, and its minimum over s increases with C, so the best t1 is the argmin of C
 * whatever s is. In d = 1 each fitted atom changes cell at points that are known, so the loss
 * is minimised exactly, interval by interval; for d > 1 we alternate from several alignments of
 * a fitted with a true atom, which gives an upper bound (in practice the infimum: see the
 * tests).
 *
 * Other losses have other exponents in C (a rule), which leave it convex in t1 for fixed cells.
 *
 * When C exceeds the whole mass the best s is 0: the loss is then sum_j M*_j whatever the fit,
 * and says only that it is far away.
 */
#include "voronoi.h"

#include "vmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REFINED = 8, ROUNDS = 20, HALVINGS = 6, CENTRE_STEPS = 60, BISECTIONS = 80 };

/* In d = 1: sum of |t - q| and (t - q)^2 is convex; walk the sorted kinks to the zero slope. */
static double centre_on_line(size_t n, const double *point, const double *weight,
                             const int *square) {
  double q[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS], total = 0, a = 0, b = 0;
  size_t m = 0;
  for (size_t i = 0; i < n; i++) {
    if (square && square[i]) {
      a += 2 * weight[i];
      b += 2 * weight[i] * point[i];
      continue;
    }
    size_t at = m++;
    for (; at > 0 && q[at - 1] > point[i]; at--) q[at] = q[at - 1], w[at] = w[at - 1];
    q[at] = point[i];
    w[at] = weight[i];
    total += weight[i];
  }
  double slope = -total;
  for (size_t at = 0; at < m; slope += 2 * w[at++]) {
    if (a > 0 && (b - slope) / a <= q[at])
      return at > 0 ? fmax((b - slope) / a, q[at - 1]) : (b - slope) / a;
    if (a == 0 && slope >= 0 && at > 0) return q[at - 1];
  }
  if (a == 0) return m > 0 ? q[m - 1] : 0;
  return m > 0 ? fmax((b - slope) / a, q[m - 1]) : b / a;
}

void moe_centre(size_t n, size_t d, const double *point, const double *weight,
                const int *square, double *t) {
  if (d == 1) {
    t[0] = centre_on_line(n, point, weight, square);
    return;
  }
  double *mean = moe_alloc(d, sizeof *mean);
  for (size_t step = 0; step < CENTRE_STEPS; step++) {
    /* Weiszfeld: the mean with weights 1/distance; `anchor` is the weight at t itself, where
     * the norm has a kink (Vardi and Zhang, PNAS 97, 2000). */
    double total = 0, anchor = 0, value = 0, lipschitz = 0;
    for (size_t s = 0; s < d; s++) mean[s] = 0;
    for (size_t i = 0; i < n; i++) {
      const double *p = point + i * d;
      double r = moe_distance(d, p, NULL, t);
      int squared = square && square[i];
      value += weight[i] * (squared ? r * r : r);
      lipschitz += weight[i] * (squared ? 2 * r : 1);
      if (!squared && r < 1e-150) {
        anchor += weight[i];
        continue;
      }
      double w = squared ? 2 * weight[i] : weight[i] / r;
      total += w;
      for (size_t s = 0; s < d; s++) mean[s] += w * p[s];
    }
    if (total == 0) break;
    double length = 0;
    for (size_t s = 0; s < d; s++) {
      mean[s] = mean[s] / total - t[s];
      length += mean[s] * mean[s];
    }
    length = sqrt(length);
    double shrink = anchor > 0 ? 1 - anchor / (total * length) : 1;
    if (!(shrink > 0)) break;
    for (size_t s = 0; s < d; s++) t[s] += shrink * mean[s];
    if (lipschitz * shrink * length <= 1e-9 * value) break;
  }
  moe_free(mean);
}

/* What one translation gives. On the plateau (scale 0) all tie: `excess` = C / mass decides. */
struct gauge {
  double loss, scale, excess;
  size_t cell[MOE_MAX_ATOMS], size[MOE_MAX_ATOMS];
};

/* Minimum over s >= 0 of sum_j |s M_j - M*_j| + s C: the slope starts at C - sum M_j and rises
 * by 2 M_j at each kink. */
static double scale_minimise(size_t kt, const double *m, const double *true_m, double c,
                             double *scale) {
  size_t order[MOE_MAX_ATOMS], count = 0;
  double slope = c, sum = 0;
  for (size_t j = 0; j < kt; j++) {
    if (m[j] <= 0) continue;
    slope -= m[j];
    size_t at = count++;
    for (; at > 0 && true_m[order[at - 1]] * m[j] > true_m[j] * m[order[at - 1]]; at--)
      order[at] = order[at - 1];
    order[at] = j;
  }
  *scale = 0;
  for (size_t at = 0; at < count && slope < 0; at++) {
    size_t j = order[at];
    *scale = true_m[j] / m[j];
    slope += 2 * m[j];
  }
  for (size_t j = 0; j < kt; j++) sum += fabs(*scale * m[j] - true_m[j]);
  return *scale > 0 ? sum + *scale * c : sum;
}

/* The same where there is no translation: s = 1. */
static double scale_keep(size_t kt, const double *m, const double *true_m, double c,
                         double *scale) {
  double sum = c;
  *scale = 1;
  for (size_t j = 0; j < kt; j++) sum += fabs(m[j] - true_m[j]);
  return sum;
}

/* The loss at t1 with the cells in g, minimised over t0. */
static void gauge_evaluate(const struct moe_pairs *p, const double *t1, struct gauge *g) {
  double m[MOE_MAX_ATOMS] = {0}, c = 0, total = 0;
  size_t kt = p->truth.k;
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = g->cell[i];
    double gate = moe_distance(p->fit.d, moe_gate_row(&p->fit, p->theta, i), t1,
                               moe_gate_row(&p->truth, p->true_theta, j));
    m[j] += p->mass[i];
    total += p->mass[i];
    c += p->mass[i] * moe_pairs_cost(p, i, j, gate, g->size[j]);
  }
  g->loss = p->freedom == MOE_FIXED ? scale_keep(kt, m, p->true_mass, c, &g->scale)
                                    : scale_minimise(kt, m, p->true_mass, c, &g->scale);
  g->excess = c / total;
}

static int gauge_better(const struct gauge *g, const struct gauge *than) {
  if (g->loss != than->loss) return g->loss < than->loss;
  return g->scale == 0 && than->scale == 0 && g->excess < than->excess;
}

/* argmin of C over t1 for the cells in g, ignoring where those cells end. */
static void gauge_centre(const struct moe_pairs *p, const struct gauge *g, double *point,
                         double *t1) {
  size_t d = p->fit.d;
  int square[MOE_MAX_ATOMS];
  for (size_t i = 0; i < p->fit.k; i++) {
    const double *x = moe_gate_row(&p->fit, p->theta, i);
    const double *y = moe_gate_row(&p->truth, p->true_theta, g->cell[i]);
    for (size_t s = 0; s < d; s++) point[i * d + s] = y[s] - x[s];
    square[i] = g->size[g->cell[i]] > 1;
  }
  moe_centre(p->fit.k, d, point, p->mass, square, t1);
}

/* The derivative in t of what fitted atom i costs by the rule, d = 1, over its mass. */
static double rule_slope(const struct moe_pairs *p, const struct gauge *g, size_t i, double t) {
  size_t j = g->cell[i];
  struct moe_powers power = p->rule(g->size[j]);
  double apart =
      moe_gate_row(&p->fit, p->theta, i)[0] + t - moe_gate_row(&p->truth, p->true_theta, j)[0];
  double offset = power.tied ? p->offset[i * p->truth.k + j] : 0;
  if (power.gate == 2) return (apart > 0) - (apart < 0);
  return power.gate * apart *
         moe_half_power(sqrt(apart * apart + offset * offset), power.gate - 4) / 2;
}

/* argmin of C over t in [low, high], d = 1, by a rule: C is convex, so its slope is bisected between
 * the outermost of the places where an atom meets its truth. */
static double rule_centre(const struct moe_pairs *p, const struct gauge *g, double low,
                          double high) {
  double left = INFINITY, right = -INFINITY;
  for (size_t i = 0; i < p->fit.k; i++) {
    double meet = moe_gate_row(&p->truth, p->true_theta, g->cell[i])[0] -
                  moe_gate_row(&p->fit, p->theta, i)[0];
    left = fmin(left, meet);
    right = fmax(right, meet);
  }
  left = fmin(fmax(left, low), high);
  right = fmin(fmax(right, low), high);
  for (size_t step = 0; step < BISECTIONS; step++) {
    double middle = left + (right - left) / 2, slope = 0;
    for (size_t i = 0; i < p->fit.k; i++) slope += p->mass[i] * rule_slope(p, g, i, middle);
    if (slope == 0) return middle;
    if (slope > 0)
      right = middle;
    else
      left = middle;
  }
  return left + (right - left) / 2;
}

static int compare_doubles(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* Where fitted atom i passes from cell j to cell l, for all i and j < l, sorted. */
static size_t line_cuts(const struct moe_pairs *p, double *cut) {
  size_t kt = p->truth.k, count = 0;
  for (size_t i = 0; i < p->fit.k; i++)
    for (size_t l = 1; l < kt; l++)
      for (size_t j = 0; j < l; j++) {
        double cj = moe_gate_row(&p->truth, p->true_theta, j)[0];
        double cl = moe_gate_row(&p->truth, p->true_theta, l)[0];
        double ej = p->eta[i * kt + j], el = p->eta[i * kt + l];
        if (cj == cl) continue;
        cut[count++] = (cl + cj) / 2 + (el - ej) * (el + ej) / (2 * (cl - cj)) -
                       moe_gate_row(&p->fit, p->theta, i)[0];
      }
  qsort(cut, count, sizeof *cut, compare_doubles);
  return count;
}

/* d = 1: exact, one convex problem per interval of constant cells. */
static void minimise_on_line(const struct moe_pairs *p, struct gauge *best, double *t1) {
  double *cut = moe_alloc(p->fit.k * p->truth.k * p->truth.k / 2 + 1, sizeof *cut);
  double point[MOE_MAX_ATOMS];
  size_t count = line_cuts(p, cut);
  for (size_t c = 0; c <= count; c++) {
    double low = c > 0 ? cut[c - 1] : -INFINITY, high = c < count ? cut[c] : INFINITY, t = 0;
    if (low == high) continue;
    if (c > 0 && c < count)
      t = low + (high - low) / 2;
    else if (count > 0)
      t = c > 0 ? low + 1 : high - 1;
    struct gauge g;
    moe_pairs_cells(p, &t, g.cell, g.size);
    if (p->rule)
      t = rule_centre(p, &g, low, high);
    else
      gauge_centre(p, &g, point, &t);
    t = fmin(fmax(t, low), high);
    gauge_evaluate(p, &t, &g);
    if (gauge_better(&g, best)) *best = g, *t1 = t;
  }
  moe_free(cut);
}

/* d > 1: from t1, alternate argmin of C at fixed cells with new cells, while the loss falls. */
static void refine(const struct moe_pairs *p, struct gauge *g, double *t1, double *work) {
  size_t d = p->fit.d;
  double *next = work, *point = work + d;
  for (size_t round = 0; round < ROUNDS; round++) {
    struct gauge trial;
    memcpy(next, t1, d * sizeof *t1);
    gauge_centre(p, g, point, next);
    for (size_t half = 0;; half++) {
      moe_pairs_cells(p, next, trial.cell, trial.size);
      gauge_evaluate(p, next, &trial);
      if (gauge_better(&trial, g)) break;
      if (half == HALVINGS) return;
      for (size_t s = 0; s < d; s++) next[s] = t1[s] + (next[s] - t1[s]) / 2;
    }
    int settled = trial.loss >= g->loss * (1 - 1e-9) && trial.scale > 0;
    *g = trial;
    memcpy(t1, next, d * sizeof *t1);
    if (settled) return;
  }
}

/* Start number 0: cells by the experts alone; then each fitted atom put on each true one. */
static void start_make(const struct moe_pairs *p, size_t start, struct gauge *g, double *t1,
                       double *work) {
  size_t d = p->fit.d, kt = p->truth.k;
  if (start == 0) {
    struct moe_pairs blind = *p;
    blind.gates = 0;
    moe_pairs_cells(&blind, NULL, g->cell, g->size);
    for (size_t s = 0; s < d; s++) t1[s] = 0;
    gauge_centre(p, g, work, t1);
  } else {
    const double *x = moe_gate_row(&p->fit, p->theta, (start - 1) / kt);
    const double *y = moe_gate_row(&p->truth, p->true_theta, (start - 1) % kt);
    for (size_t s = 0; s < d; s++) t1[s] = y[s] - x[s];
  }
  moe_pairs_cells(p, t1, g->cell, g->size);
  gauge_evaluate(p, t1, g);
}

static void minimise_in_space(const struct moe_pairs *p, struct gauge *best, double *t1) {
  size_t d = p->fit.d, starts = p->fit.k * p->truth.k + 1, top[REFINED], kept = 0;
  double *work = moe_alloc((p->fit.k + 2) * d, sizeof *work), *t = work + (p->fit.k + 1) * d;
  struct gauge *all = moe_alloc(starts, sizeof *all);
  for (size_t c = 0; c < starts; c++) {
    start_make(p, c, &all[c], t, work);
    size_t at = kept < REFINED ? kept++ : REFINED;
    for (; at > 0 && gauge_better(&all[c], &all[top[at - 1]]); at--)
      if (at < REFINED) top[at] = top[at - 1];
    if (at < REFINED) top[at] = c;
  }
  for (size_t c = 0; c < kept; c++) {
    struct gauge g;
    start_make(p, top[c], &g, t, work);
    refine(p, &g, t, work);
    if (!gauge_better(&g, best)) continue;
    *best = g;
    memcpy(t1, t, d * sizeof *t);
  }
  moe_free(all);
  moe_free(work);
}

/* With the slopes' translation as it is. */
static void evaluate_here(const struct moe_pairs *p, struct gauge *best, const double *t1) {
  moe_pairs_cells(p, t1, best->cell, best->size);
  gauge_evaluate(p, t1, best);
}

static void minimise_slopes(struct moe_pairs *p, struct gauge *best) {
  moe_rule *rule = p->rule;
  if (p->fit.d == 1) {
    minimise_on_line(p, best, p->translation);
    return;
  }
  p->rule = NULL;
  minimise_in_space(p, best, p->translation);
  p->rule = rule;
  if (rule) evaluate_here(p, best, p->translation);
}

/* The intercepts' translation of a scale: the masses were taken relative to the largest, and are
 * exponentials of logits, which a temperature divides. */
static double intercepts_translation(const struct moe_pairs *p, double scale) {
  double top = -INFINITY, factor = 1;
  if (p->freedom == MOE_FIXED) return 0;
  if (!(scale > 0)) return -INFINITY;
  for (size_t i = 0; i < p->fit.k; i++) top = fmax(top, moe_flat_logit(&p->fit, p->theta, i));
  if (p->fit.tempered && !p->fit.euclidean)
    factor = moe_exp(moe_log_temperature(&p->fit, p->theta));
  return factor * (moe_log(scale) - top);
}

void moe_gauge_minimise(struct moe_pairs *p) {
  struct gauge best = {.loss = INFINITY};
  if (p->freedom == MOE_WHOLE)
    minimise_slopes(p, &best);
  else
    evaluate_here(p, &best, p->translation);
  p->translation[p->fit.d] = intercepts_translation(p, best.scale);
  p->gauge_loss = best.loss;
  memcpy(p->cell, best.cell, sizeof best.cell);
  memcpy(p->size, best.size, sizeof best.size);
}
