/*
 * loss.c - the losses, one table row each.
 *
 * Parameter losses go through the Voronoi cells (voronoi.c); for softmax they are taken at the
 * translation that attains the softmax loss (gauge.c), since the model does not determine it.
 * Function losses integrate over the support points. Matched errors mix the two and need no
 * gauge, so they are the ones in which two gates can be compared.
 *
 * Corrections to the printed definitions, each of which changes verdicts: an empty cell costs
 * its truth's mass (the printed D1 lets a lost atom go free); D3 matches atoms one to one; the
 * softmax loss is an infimum over translations; eta and -eta are the same atom of an even
 * expert.
 *
 * The losses of mixtures with shared atoms, temperatures and groups of parameters are in
 * loss_mixture.c, distances of densities in divergence.c.
 */
#include "loss.h"

#include "eval.h"
#include "expert.h"
#include "gate.h"
#include "loss_rows.h"
#include "route.h"
#include "vmath.h"
#include "voronoi.h"

#include <math.h>
#include <string.h>

int moe_all_finite(size_t n, const double *x) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(x[i])) return 0;
  return 1;
}

/* Fitted against true atoms of one kind; 0 (and nothing to free) if theta is not finite. */
static int pairs_with_truth(struct moe_pairs *p, enum moe_kind kind,
                            const struct moe_loss_problem *problem, const double *theta) {
  if (!moe_all_finite(moe_model_size(&problem->fit), theta)) return 0;
  moe_pairs_make(p, kind, &problem->fit, theta, &problem->truth, problem->truth_theta);
  return 1;
}

double moe_with_pairs(const struct moe_loss_problem *problem, const double *theta,
                      enum moe_kind kind, moe_rule *rule, moe_pairs_value *value, int r) {
  struct moe_pairs p;
  if (!pairs_with_truth(&p, kind, problem, theta)) return NAN;
  double v = NAN;
  if (p.experts && p.gates) {
    p.rule = rule;
    moe_pairs_settle(&p);
    v = value(&p, r);
  }
  moe_pairs_free(&p);
  return v;
}

static double with_pairs(const struct moe_loss_problem *problem, const double *theta,
                         moe_pairs_value *value, int r) {
  return moe_with_pairs(problem, theta, MOE_ROUTED, NULL, value, r);
}

/* ---- the papers' Voronoi losses ---- */

static double power(double x, int r) {
  double v = x;
  for (int i = 1; i < r; i++) v *= x;
  return v;
}

double moe_gate_difference(const struct moe_pairs *p, size_t i, size_t j) {
  return moe_distance(p->fit.d, moe_gate_row(&p->fit, p->theta, i),
                      p->freedom == MOE_WHOLE ? p->translation : NULL,
                      moe_gate_row(&p->truth, p->true_theta, j));
}

double moe_intercept_difference(const struct moe_pairs *p, size_t i, size_t j) {
  size_t d = p->fit.d;
  double x = moe_gate_row(&p->fit, p->theta, i)[d];
  if (p->freedom != MOE_FIXED) x += p->translation[d];
  return fabs(x - moe_gate_row(&p->truth, p->true_theta, j)[d]);
}

double moe_mass_difference(const struct moe_pairs *p) {
  double mass[MOE_MAX_ATOMS] = {0}, sum = 0;
  for (size_t i = 0; i < p->fit.k; i++) mass[p->cell[i]] += p->mass[i];
  for (size_t j = 0; j < p->truth.k; j++)
    if (p->size[j] != 1) sum += fabs(mass[j] - p->true_mass[j]);
  return sum;
}

static double d1_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  if (p->fit.gate->translation) return NAN;
  double sum = moe_mass_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    double gate = moe_gate_difference(p, i, j), eta = p->eta[i * p->truth.k + j];
    sum += p->size[j] > 1 ? gate * gate + eta * eta
                          : gate + moe_intercept_difference(p, i, j) + eta;
  }
  return sum;
}

static double d2r_of(const struct moe_pairs *p, int r) {
  if (p->fit.gate->translation) return NAN;
  double sum = moe_mass_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i], at = i * p->truth.k + j;
    sum += power(moe_gate_difference(p, i, j), r) + power(p->slope[at], r) +
           power(p->offset[at], r);
    if (p->size[j] == 1) sum += power(moe_intercept_difference(p, i, j), r);
  }
  return sum;
}

static double softmax_d_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  return p->gauge_loss; /* NaN for gates without translations */
}

static double voronoi_of(const struct moe_pairs *p, int unused) {
  return p->fit.gate->translation ? softmax_d_of(p, unused) : d1_of(p, unused);
}

static double loss_voronoi(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, voronoi_of, 0);
}
static double loss_d1(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, d1_of, 0);
}
static double loss_d2r_1(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, d2r_of, 1);
}
static double loss_d2r_2(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, d2r_of, 2);
}
static double loss_d2r_3(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, d2r_of, 3);
}
static double loss_softmax_d(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, softmax_d_of, 0);
}

static double loss_d3(const struct moe_loss_problem *problem, const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  double best = INFINITY;
  if (!problem->minimisers || problem->fit.shared > 0 || !moe_all_finite(p, theta)) return NAN;
  for (size_t c = 0; c < problem->minimiser_count; c++)
    best = fmin(best, moe_d3(&problem->fit, theta, problem->minimisers + c * p));
  if (problem->continuum) {
    double *nearest = moe_alloc(p, sizeof *nearest);
    best = fmin(best, moe_minimiser_nearest(problem, theta, nearest));
    moe_free(nearest);
  }
  return isfinite(best) ? best : NAN;
}

/* ---- errors of the experts ---- */

/* Largest ||D eta|| over atoms in over-specified (or exact-specified) cells; NaN without one.
 */
static double worst_expert_of(const struct moe_pairs *p, int over) {
  double worst = NAN;
  for (size_t i = 0; i < p->fit.k; i++)
    if ((p->size[p->cell[i]] > 1) == over)
      worst = fmax(worst, p->eta[i * p->truth.k + p->cell[i]]);
  return worst;
}

static double expert_mass_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  double mass[MOE_MAX_ATOMS] = {0}, sum = NAN;
  for (size_t i = 0; i < p->fit.k; i++) mass[p->cell[i]] += p->mass[i];
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    if (p->size[j] < 2) continue;
    double share = mass[j] > 0 ? p->mass[i] / mass[j] : 0;
    sum = (isnan(sum) ? 0 : sum) + share * p->eta[i * p->truth.k + j];
  }
  return sum;
}

static double loss_over_expert(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, worst_expert_of, 1);
}
static double loss_over_expert_mass(const struct moe_loss_problem *problem,
                                    const double *theta) {
  return with_pairs(problem, theta, expert_mass_of, 0);
}
static double loss_exact_expert(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, worst_expert_of, 0);
}

/* ---- matched errors ---- */

/* Weights of the rows of a tile, `count` of them, into columns of n numbers. */
static void weigh_tile(const struct moe_model *m, const double *theta,
                       const struct moe_data *support, size_t tile, size_t count, double *out) {
  size_t n = support->n, d = m->d, k = m->k;
  double u[MOE_MAX_ATOMS * MOE_TILE];
  for (size_t i = 0; i < k; i++) {
    const double *row = moe_gate_row(m, theta, i);
    for (size_t l = 0; l < MOE_TILE; l++) u[i * MOE_TILE + l] = row[d];
    for (size_t s = 0; s < d; s++) {
      const double *x = moe_data_column(support, tile, s);
      for (size_t l = 0; l < MOE_TILE; l++) u[i * MOE_TILE + l] += row[s] * x[l];
    }
  }
  for (size_t l = 0; l < count; l++) {
    double logit[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS];
    for (size_t i = 0; i < k; i++) logit[i] = u[i * MOE_TILE + l];
    m->gate->weights(k, logit, w);
    for (size_t i = 0; i < k; i++) out[i * n + l] = w[i];
  }
}

/* The same of a model with a router, row by row. */
static void weigh_routed(const struct moe_model *m, const double *theta,
                         const struct moe_data *support, double *out) {
  double *x = moe_alloc(m->d, sizeof *x), w[MOE_MAX_ATOMS];
  for (size_t row = 0; row < support->n; row++) {
    for (size_t s = 0; s < m->d; s++) x[s] = *moe_data_at(support, row, s);
    moe_model_value(m, theta, x, w, NULL);
    for (size_t i = 0; i < m->k; i++) out[i * support->n + row] = w[i];
  }
  moe_free(x);
}

/* Weights of every atom at every support point (k x n, atom by atom), each scaled to norm 1 in
 * L2(mu); a weight that is zero everywhere stays zero. */
static double *unit_weights(const struct moe_model *m, const double *theta,
                            const struct moe_data *support) {
  size_t n = support->n, d = m->d, k = m->k;
  double *out = moe_alloc(k * n, sizeof *out);
  if (moe_model_routed(m)) weigh_routed(m, theta, support, out);
  for (size_t from = 0; from < n && !moe_model_routed(m); from += MOE_TILE)
    weigh_tile(m, theta, support, from / MOE_TILE, n - from < MOE_TILE ? n - from : MOE_TILE,
               out + from);
  for (size_t i = 0; i < k; i++) {
    double square = 0;
    for (size_t row = 0; row < n; row++)
      square += *moe_data_at(support, row, d + 1) * out[i * n + row] * out[i * n + row];
    for (size_t row = 0; row < n && square > 0; row++) out[i * n + row] /= sqrt(square);
  }
  return out;
}

static double weight_distance(const struct moe_data *support, const double *w,
                              const double *v) {
  double sum = 0;
  for (size_t row = 0; row < support->n; row++) {
    double diff = w[row] - v[row];
    sum += *moe_data_at(support, row, support->d + 1) * diff * diff;
  }
  return sqrt(sum);
}

/* Worst over the true atoms of the distance to the nearest fitted atom of the same expert, shared or
 * routed; weights (unit_weights) count if they are given. NaN if a true atom has none. */
static double worst_match(const struct moe_loss_problem *problem, const double *theta,
                          const double *w, const double *v) {
  const struct moe_model *fit = &problem->fit, *truth = &problem->truth;
  size_t n = problem->support->n;
  double worst = 0;
  for (size_t j = 0; j < truth->k; j++) {
    double best = INFINITY;
    for (size_t i = 0; i < fit->k; i++) {
      if (moe_model_expert(fit, i) != moe_model_expert(truth, j)) continue;
      double eta = moe_expert_distance(fit, theta, i, truth, problem->truth_theta, j);
      if (w && eta < best) eta += weight_distance(problem->support, w + i * n, v + j * n);
      best = fmin(best, eta);
    }
    worst = fmax(worst, best);
  }
  return isfinite(worst) ? worst : NAN;
}

static int can_match(const struct moe_loss_problem *problem, const double *theta) {
  return problem->fit.d == problem->truth.d &&
         moe_all_finite(moe_model_size(&problem->fit), theta);
}

static double loss_matched(const struct moe_loss_problem *problem, const double *theta) {
  if (!can_match(problem, theta)) return NAN;
  double *w = unit_weights(&problem->fit, theta, problem->support);
  double *v = unit_weights(&problem->truth, problem->truth_theta, problem->support);
  double worst = worst_match(problem, theta, w, v);
  moe_free(w);
  moe_free(v);
  return worst;
}

static double loss_matched_expert(const struct moe_loss_problem *problem, const double *theta) {
  return can_match(problem, theta) ? worst_match(problem, theta, NULL, NULL) : NAN;
}

/* ---- errors of the regression function ---- */

/* The support carries y = f_truth and weights that sum to 1, so the objective is half a square.
 */
static double loss_l2(const struct moe_loss_problem *problem, const double *theta) {
  const struct moe_model mean = moe_model_mean(&problem->fit);
  struct moe_eval *ev = moe_eval_alloc(&mean, problem->support, MOE_AUTO);
  double q = moe_eval_at(ev, theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(ev);
  return isfinite(q) ? sqrt(2 * q) : NAN;
}

static double loss_l2_bar(const struct moe_loss_problem *problem, const double *theta) {
  if (!problem->minimisers || problem->minimiser_count == 0) return NAN;
  size_t n = problem->support->n, p = moe_model_size(&problem->fit);
  const struct moe_model mean = moe_model_mean(&problem->fit);
  struct moe_eval *ev = moe_eval_alloc(&mean, problem->support, MOE_AUTO);
  double *f = moe_alloc(2 * n, sizeof *f), best = INFINITY;
  moe_eval_values(ev, theta, f);
  for (size_t c = 0; c < problem->minimiser_count; c++) {
    moe_eval_values(ev, problem->minimisers + c * p, f + n);
    best = fmin(best, weight_distance(problem->support, f, f + n));
  }
  moe_free(f);
  moe_eval_free(ev);
  return isfinite(best) ? best : NAN;
}

/* ---- competition and collapse ---- */

/* What a router makes of the forms at a support point. */
static void route_row(const struct moe_loss_problem *problem, const double *theta, size_t row,
                      double *form) {
  if (!moe_model_routed(&problem->fit)) return;
  double *x = moe_alloc(problem->fit.d, sizeof *x);
  for (size_t s = 0; s < problem->fit.d; s++) x[s] = *moe_data_at(problem->support, row, s);
  moe_model_route(&problem->fit, theta, x, form);
  moe_free(x);
}

/* Weights w and values h of every atom at support point `row`. Rows in order: `forms` keeps the
 * forms of the tile they are in. */
static void mix_at(const struct moe_loss_problem *problem, const double *theta, size_t row,
                   double *forms, double *w, double *h) {
  const struct moe_model *model = &problem->fit;
  double form[2 * MOE_MAX_ATOMS];
  size_t l = row % MOE_TILE;
  if (l == 0) moe_data_forms(problem->support, row / MOE_TILE, model, theta, forms);
  for (size_t r = 0; r < 2 * model->k; r++) form[r] = forms[r * MOE_TILE + l];
  route_row(problem, theta, row, form);
  moe_model_mix(model, form, w, h);
}

/* Mean over the pairs of (1 + cos) / 2, cos = <h_i, h_j> / (||h_i|| ||h_j||) in L2(mu); pairs with an
 * expert that is zero on the support have no cosine. */
static double loss_similarity(const struct moe_loss_problem *problem, const double *theta) {
  size_t k = problem->fit.k, d = problem->support->d;
  double forms[2 * MOE_MAX_ATOMS * MOE_TILE], w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS];
  double inner[MOE_MAX_ATOMS * MOE_MAX_ATOMS] = {0}, sum = 0, pairs = 0;
  if (!moe_all_finite(moe_model_size(&problem->fit), theta)) return NAN;
  for (size_t row = 0; row < problem->support->n; row++) {
    mix_at(problem, theta, row, forms, w, h);
    double mass = *moe_data_at(problem->support, row, d + 1);
    for (size_t i = 0; i < k; i++)
      for (size_t j = 0; j <= i; j++) inner[i * k + j] += mass * (h[i] * h[j]);
  }
  for (size_t i = 0; i < k; i++)
    for (size_t j = 0; j < i; j++) {
      double norms = sqrt(inner[i * k + i]) * sqrt(inner[j * k + j]);
      if (!(norms > 0)) continue;
      sum += .5 + .5 * inner[i * k + j] / norms;
      pairs++;
    }
  return sum / pairs; /* 0 / 0: NaN */
}

/* exp of the entropy of the shares of the mean weights. */
static double loss_effective(const struct moe_loss_problem *problem, const double *theta) {
  size_t k = problem->fit.k, d = problem->support->d;
  double forms[2 * MOE_MAX_ATOMS * MOE_TILE], w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS];
  double mean[MOE_MAX_ATOMS] = {0}, whole = 0, entropy = 0;
  if (!moe_all_finite(moe_model_size(&problem->fit), theta)) return NAN;
  for (size_t row = 0; row < problem->support->n; row++) {
    mix_at(problem, theta, row, forms, w, h);
    double mass = *moe_data_at(problem->support, row, d + 1);
    for (size_t i = 0; i < k; i++) mean[i] += mass * w[i];
  }
  for (size_t i = 0; i < k; i++) whole += mean[i];
  for (size_t i = 0; i < k; i++)
    if (mean[i] > 0) entropy -= mean[i] / whole * moe_log(mean[i] / whole);
  return moe_exp(entropy);
}

/* ---- real data ---- */

static double loss_test_error(const struct moe_loss_problem *problem, const double *theta) {
  double l2 = loss_l2(problem, theta);
  return l2 * l2;
}

/* ---- the table ---- */

static const struct moe_loss rows[] = {
    {"voronoi", "\\mathcal{D}", "Voronoi loss", 0, loss_voronoi},
    {"d1", "\\mathcal{D}_1", "Voronoi loss D1", 0, loss_d1},
    {"d2r-1", "\\mathcal{D}_{2,1}", "Voronoi loss D2r, r = 1", 0, loss_d2r_1},
    {"d2r-2", "\\mathcal{D}_{2,2}", "Voronoi loss D2r, r = 2", 0, loss_d2r_2},
    {"d2r-3", "\\mathcal{D}_{2,3}", "Voronoi loss D2r, r = 3", 0, loss_d2r_3},
    {"d3", "\\mathcal{D}_3", "Voronoi loss D3", MOE_NEEDS_MINIMISERS, loss_d3},
    {"softmax_d", "\\inf_t\\mathcal{D}", "softmax Voronoi loss", 0, loss_softmax_d},
    {"over_expert", "\\max_{\\mathrm{over}}\\|\\Delta\\eta\\|", "over-specified expert error",
     0, loss_over_expert},
    {"over_expert_mass", "\\sum_{\\mathrm{over}}\\pi_i\\|\\Delta\\eta\\|",
     "over-specified expert error, mass-weighted", 0, loss_over_expert_mass},
    {"exact_expert", "\\max_{\\mathrm{exact}}\\|\\Delta\\eta\\|",
     "exact-specified expert error", 0, loss_exact_expert},
    {"matched", "\\max_j\\min_i\\,(\\|\\Delta\\eta\\|+\\|\\Delta w\\|)", "matched error", 0,
     loss_matched},
    {"matched_expert", "\\max_j\\min_i\\|\\Delta\\eta\\|", "matched expert error", 0,
     loss_matched_expert},
    {"l2", "\\|\\hat f-f_*\\|", "L2 error of f", 0, loss_l2},
    {"l2_bar", "\\|\\hat f-\\bar f\\|", "L2 distance to the best approximation",
     MOE_NEEDS_MINIMISERS, loss_l2_bar},
    {"set_distance", "\\mathrm{dist}(\\hat\\theta,\\Theta_*)", "distance to the identified set",
     0, moe_set_distance},
    {"b_d1", "\\mathcal{D}^B_1", "Voronoi loss D1 of B", 0, moe_loss_b_d1},
    {"b_d2", "\\mathcal{D}^B_2", "Voronoi loss D2 of B", 0, moe_loss_b_d2},
    {"b_d3", "\\mathcal{D}^B_3", "Voronoi loss D3 of B", 0, moe_loss_b_d3},
    {"b_d4", "\\mathcal{D}^B_4", "Voronoi loss D4 of B", 0, moe_loss_b_d4},
    {"c_voronoi", "\\mathcal{D}^C", "Voronoi loss of C", 0, moe_loss_c},
    {"e_voronoi", "\\inf_t\\mathcal{D}^E", "Voronoi loss of E", 0, moe_loss_e},
    {"e_pinned", "\\mathcal{D}^E_{t=0}", "Voronoi loss of E, gauge pinned", 0,
     moe_loss_e_pinned},
    {"over_slope", "\\max_{\\mathrm{over}}\\|\\Delta a\\|", "over-specified slope error", 0,
     moe_loss_over_slope},
    {"over_intercept", "\\max_{\\mathrm{over}}|\\Delta b|", "over-specified intercept error", 0,
     moe_loss_over_intercept},
    {"over_variance", "\\max_{\\mathrm{over}}|\\Delta\\nu|", "over-specified variance error", 0,
     moe_loss_over_variance},
    {"over_gate", "\\max_{\\mathrm{over}}\\|\\Delta\\beta_1\\|",
     "over-specified gate slope error", 0, moe_loss_over_gate},
    {"over_expert_shared", "\\max_{\\mathrm{over}}\\|\\Delta\\kappa\\|",
     "over-specified shared expert error", 0, moe_loss_over_expert_shared},
    {"over_slope_shared", "\\max_{\\mathrm{over}}\\|\\Delta\\kappa_1\\|",
     "over-specified shared slope error", 0, moe_loss_over_slope_shared},
    {"over_intercept_shared", "\\max_{\\mathrm{over}}|\\Delta\\kappa_0|",
     "over-specified shared intercept error", 0, moe_loss_over_intercept_shared},
    {"over_variance_shared", "\\max_{\\mathrm{over}}|\\Delta\\tau|",
     "over-specified shared variance error", 0, moe_loss_over_variance_shared},
    {"exact_parameters", "\\max_{\\mathrm{exact}}\\|\\Delta\\theta_i\\|",
     "exact-specified parameter error", 0, moe_loss_exact_parameters},
    {"temperature", "|\\hat\\tau-\\tau_*|", "temperature error", 0, moe_loss_temperature},
    {"total_variation", "E\\,\\mathrm{TV}(\\hat p,p_*)", "total variation", 0,
     moe_loss_total_variation},
    {"hellinger", "E\\,h(\\hat p,p_*)", "Hellinger distance", 0, moe_loss_hellinger},
    {"similarity", "\\overline{(1 + \\cos(h_i, h_j))/2}", "mean similarity of the experts",
     MOE_NEEDS_SUPPORT, loss_similarity},
    {"effective", "\\exp H(\\overline{w})", "effective number of experts", MOE_NEEDS_SUPPORT,
     loss_effective},
    {"test_error", "\\overline{(y - \\hat f)^2}", "test error", MOE_NEEDS_ROWS,
     loss_test_error},
};

const struct moe_loss *moe_loss_row_at(size_t i) {
  return i < sizeof rows / sizeof *rows ? &rows[i] : NULL;
}

const struct moe_loss *moe_loss_find(const char *name) {
  for (size_t i = 0; moe_loss_row_at(i); i++)
    if (strcmp(rows[i].name, name) == 0) return &rows[i];
  return NULL;
}

/* ---- what went wrong ---- */

/* An atom whose share of f is below 1e-6; fills in the mean weights (zeros on entry). */
static int has_inert(const struct moe_loss_problem *problem, const double *theta,
                     double *mean) {
  const struct moe_data *support = problem->support;
  size_t d = problem->fit.d, k = problem->fit.k;
  double part[MOE_MAX_ATOMS] = {0}, whole = 0, forms[2 * MOE_MAX_ATOMS * MOE_TILE];
  for (size_t row = 0; row < support->n; row++) {
    double w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS];
    double y = *moe_data_at(support, row, d), mass = *moe_data_at(support, row, d + 1);
    mix_at(problem, theta, row, forms, w, h);
    for (size_t i = 0; i < k; i++) {
      part[i] += mass * (w[i] * h[i]) * (w[i] * h[i]);
      mean[i] += mass * w[i];
    }
    whole += mass * y * y;
  }
  for (size_t i = 0; i < k; i++)
    if (part[i] < 1e-12 * whole) return 1;
  return 0;
}

static int has_floating(const struct moe_pairs *p, const double *mean) {
  for (size_t i = 0; i < p->fit.k && p->fit.gate->translation && p->experts; i++) {
    double nearest = INFINITY;
    for (size_t j = 0; j < p->truth.k; j++) nearest = fmin(nearest, p->eta[i * p->truth.k + j]);
    if (mean[i] < 1e-2 && nearest > 1) return 1;
  }
  return 0;
}

/* A true atom of one kind whose cell is empty. */
static int has_empty(struct moe_pairs *p) {
  moe_pairs_settle(p);
  for (size_t j = 0; j < p->truth.k && p->experts; j++)
    if (p->size[j] == 0) return 1;
  return 0;
}

struct moe_fit_flags moe_fit_inspect(const struct moe_loss_problem *problem,
                                     const double *theta) {
  struct moe_fit_flags flags = {0, 0, 0};
  struct moe_pairs p;
  double mean[MOE_MAX_ATOMS] = {0};
  if (!pairs_with_truth(&p, MOE_ROUTED, problem, theta)) return flags;
  flags.empty_cell = has_empty(&p);
  flags.inert = has_inert(problem, theta, mean);
  flags.floating = has_floating(&p, mean + problem->fit.shared);
  moe_pairs_free(&p);
  if (problem->fit.shared == 0) return flags;
  pairs_with_truth(&p, MOE_SHARED, problem, theta);
  flags.empty_cell |= has_empty(&p);
  moe_pairs_free(&p);
  return flags;
}
