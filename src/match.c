/*
 * match.c - best matchings: the Hungarian method, and D3 between two fits of equal size.
 */
#include "voronoi.h"

#include "gate.h"
#include "loss.h"

#include <math.h>
#include <string.h>

/*
 * Shortest augmenting paths with potentials (Jonker and Volgenant, Computing 38, 1987), O(n^3).
 * Row and column 0 are sentinels: row r is matched to the column whose owner is r.
 */
double moe_match(size_t n, const double *cost, size_t *match) {
  double row[MOE_MAX_ATOMS + 1] = {0}, column[MOE_MAX_ATOMS + 1] = {0};
  size_t owner[MOE_MAX_ATOMS + 1] = {0}, way[MOE_MAX_ATOMS + 1];
  for (size_t r = 1; r <= n; r++) {
    double least[MOE_MAX_ATOMS + 1];
    int used[MOE_MAX_ATOMS + 1] = {0};
    size_t at = 0;
    for (size_t c = 0; c <= n; c++) least[c] = INFINITY, way[c] = 0;
    owner[0] = r;
    do {
      size_t from = owner[at], next = 0;
      double delta = INFINITY;
      used[at] = 1;
      for (size_t c = 1; c <= n; c++) {
        if (used[c]) continue;
        double reduced = cost[(from - 1) * n + c - 1] - row[from] - column[c];
        if (reduced < least[c]) least[c] = reduced, way[c] = at;
        if (next == 0 || least[c] < delta) delta = least[c], next = c;
      }
      for (size_t c = 0; c <= n; c++)
        if (used[c])
          row[owner[c]] += delta, column[c] -= delta;
        else
          least[c] -= delta;
      at = next;
    } while (owner[at] != 0);
    for (; at != 0; at = way[at]) owner[at] = owner[way[at]];
  }
  double total = 0;
  for (size_t c = 1; c <= n; c++) match[owner[c] - 1] = c - 1;
  for (size_t r = 0; r < n; r++) total += cost[r * n + match[r]];
  return total;
}

/* |D beta0| + ||D beta1|| + ||D eta|| of every pair at the translation t; best total. */
static double match_at(const struct moe_pairs *p, const double *t, size_t *match) {
  size_t d = p->fit.d, k = p->fit.k;
  double cost[MOE_MAX_ATOMS * MOE_MAX_ATOMS];
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < k; j++) {
      const double *x = moe_gate_row(&p->fit, p->theta, i);
      const double *y = moe_gate_row(&p->truth, p->true_theta, j);
      cost[i * k + j] = fabs(x[d] + t[d] - y[d]) + moe_distance(d, x, t, y) + p->eta[i * k + j];
    }
  return moe_match(k, cost, match);
}

/* The best translation for one matching: a geometric median for t1 and a median for t0. */
static void translation_centre(const struct moe_pairs *p, const size_t *match, double *work,
                               double *t) {
  size_t d = p->fit.d, k = p->fit.k;
  double weight[MOE_MAX_ATOMS], point[MOE_MAX_ATOMS];
  for (size_t i = 0; i < k; i++) {
    const double *x = moe_gate_row(&p->fit, p->theta, i);
    const double *y = moe_gate_row(&p->truth, p->true_theta, match[i]);
    for (size_t s = 0; s < d; s++) work[i * d + s] = y[s] - x[s];
    point[i] = y[d] - x[d];
    weight[i] = 1;
  }
  if (p->freedom == MOE_WHOLE) moe_centre(k, d, work, weight, NULL, t);
  moe_centre(k, 1, point, weight, NULL, t + d);
}

/* Alternates matchings and translations from t until the total stops falling. */
static double match_refine(const struct moe_pairs *p, double *work, double *t) {
  size_t match[MOE_MAX_ATOMS];
  double total = match_at(p, t, match), last = INFINITY;
  while (total < last) {
    last = total;
    translation_centre(p, match, work, t);
    total = match_at(p, t, match);
  }
  return fmin(total, last);
}

double moe_pairs_match(const struct moe_pairs *p) {
  size_t d = p->fit.d, k = p->fit.k, match[MOE_MAX_ATOMS];
  double *t = moe_alloc((k + 1) * (d + 1), sizeof *t), *work = t + (d + 1), best = INFINITY;
  size_t fixed =
      p->freedom == MOE_WHOLE ? 0 : d; /* covariates whose slopes no translation moves */
  if (p->freedom == MOE_FIXED) best = match_at(p, t, match);
  for (size_t i = 0; i < k && p->freedom != MOE_FIXED; i++)
    for (size_t j = 0; j < k; j++) {
      for (size_t s = fixed; s <= d; s++)
        t[s] = moe_gate_row(&p->truth, p->true_theta, j)[s] -
               moe_gate_row(&p->fit, p->theta, i)[s];
      best = fmin(best, match_refine(p, work, t));
    }
  moe_free(t);
  return best;
}

double moe_d3(const struct moe_model *model, const double *theta, const double *minimiser) {
  struct moe_pairs pairs;
  moe_pairs_make(&pairs, MOE_ROUTED, model, theta, model, minimiser);
  double distance = moe_pairs_match(&pairs);
  moe_pairs_free(&pairs);
  return distance;
}
