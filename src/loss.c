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
 */
#include "loss.h"

#include "eval.h"
#include "expert.h"
#include "gate.h"
#include "vmath.h"
#include "voronoi.h"

#include <math.h>
#include <string.h>

static int all_finite(size_t n, const double *x) {
  for (size_t i = 0; i < n; i++)
    if (!isfinite(x[i])) return 0;
  return 1;
}

/* Fitted against true atoms; 0 (and nothing to free) if theta is not finite. */
static int pairs_with_truth(struct moe_pairs *p, const struct moe_loss_problem *problem,
                            const double *theta) {
  if (!all_finite(moe_model_size(&problem->fit), theta)) return 0;
  moe_pairs_make(p, &problem->fit, theta, &problem->truth, problem->truth_theta);
  return 1;
}

/* Evaluates a function of the pairs if the experts can be compared; if it asks for gates and
 * cells, only if those can be compared too. */
static double with_pairs(const struct moe_loss_problem *problem, const double *theta, int gates,
                         double (*value)(const struct moe_pairs *, int), int r) {
  struct moe_pairs p;
  if (!pairs_with_truth(&p, problem, theta)) return NAN;
  double v = NAN;
  if (p.experts && (p.gates || !gates)) {
    if (gates) moe_pairs_settle(&p);
    v = value(&p, r);
  }
  moe_pairs_free(&p);
  return v;
}

/* ---- the papers' Voronoi losses ---- */

static double power(double x, int r) {
  double v = x;
  for (int i = 1; i < r; i++) v *= x;
  return v;
}

static double gate_difference(const struct moe_pairs *p, size_t i, size_t j) {
  return moe_distance(p->fit.d, moe_gate_row(&p->fit, p->theta, i), NULL,
                      moe_gate_row(&p->truth, p->true_theta, j));
}

static double intercept_difference(const struct moe_pairs *p, size_t i, size_t j) {
  size_t d = p->fit.d;
  return fabs(moe_gate_row(&p->fit, p->theta, i)[d] -
              moe_gate_row(&p->truth, p->true_theta, j)[d]);
}

/* Mass missing or in excess, over all cells that are not exact-specified. */
static double mass_difference(const struct moe_pairs *p) {
  double mass[MOE_MAX_ATOMS] = {0}, sum = 0;
  for (size_t i = 0; i < p->fit.k; i++) mass[p->cell[i]] += p->mass[i];
  for (size_t j = 0; j < p->truth.k; j++)
    if (p->size[j] != 1) sum += fabs(mass[j] - p->true_mass[j]);
  return sum;
}

static double d1_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  if (p->fit.gate->translation) return NAN;
  double sum = mass_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i];
    double gate = gate_difference(p, i, j), eta = p->eta[i * p->truth.k + j];
    sum +=
        p->size[j] > 1 ? gate * gate + eta * eta : gate + intercept_difference(p, i, j) + eta;
  }
  return sum;
}

static double d2r_of(const struct moe_pairs *p, int r) {
  if (p->fit.gate->translation) return NAN;
  double sum = mass_difference(p);
  for (size_t i = 0; i < p->fit.k; i++) {
    size_t j = p->cell[i], at = i * p->truth.k + j;
    sum +=
        power(gate_difference(p, i, j), r) + power(p->slope[at], r) + power(p->offset[at], r);
    if (p->size[j] == 1) sum += power(intercept_difference(p, i, j), r);
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
  return with_pairs(problem, theta, 1, voronoi_of, 0);
}
static double loss_d1(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, d1_of, 0);
}
static double loss_d2r_1(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, d2r_of, 1);
}
static double loss_d2r_2(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, d2r_of, 2);
}
static double loss_d2r_3(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, d2r_of, 3);
}
static double loss_softmax_d(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, softmax_d_of, 0);
}

static double loss_d3(const struct moe_loss_problem *problem, const double *theta) {
  size_t p = moe_model_size(&problem->fit);
  double best = INFINITY;
  if (!problem->minimisers || !all_finite(p, theta)) return NAN;
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
  return with_pairs(problem, theta, 1, worst_expert_of, 1);
}
static double loss_over_expert_mass(const struct moe_loss_problem *problem,
                                    const double *theta) {
  return with_pairs(problem, theta, 1, expert_mass_of, 0);
}
static double loss_exact_expert(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 1, worst_expert_of, 0);
}

/* ---- matched errors ---- */

/* Gate weights of every atom at every support point (k x n, atom by atom), each scaled to norm
 * 1 in L2(mu); a weight that is zero everywhere stays zero. */
static double *unit_weights(const struct moe_model *m, const double *theta,
                            const struct moe_data *support) {
  size_t n = support->n, d = m->d, k = m->k;
  double *out = moe_alloc(k * n, sizeof *out), u[MOE_MAX_ATOMS * MOE_TILE];
  for (size_t tile = 0; tile < support->tiles; tile++) {
    for (size_t i = 0; i < k; i++) {
      const double *row = moe_gate_row(m, theta, i);
      for (size_t l = 0; l < MOE_TILE; l++) u[i * MOE_TILE + l] = row[d];
      for (size_t s = 0; s < d; s++) {
        const double *x = moe_data_column(support, tile, s);
        for (size_t l = 0; l < MOE_TILE; l++) u[i * MOE_TILE + l] += row[s] * x[l];
      }
    }
    for (size_t l = 0; l < MOE_TILE && tile * MOE_TILE + l < n; l++) {
      double logit[MOE_MAX_ATOMS], w[MOE_MAX_ATOMS];
      for (size_t i = 0; i < k; i++) logit[i] = u[i * MOE_TILE + l];
      m->gate->weights(k, logit, w);
      for (size_t i = 0; i < k; i++) out[i * n + tile * MOE_TILE + l] = w[i];
    }
  }
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

static double loss_matched(const struct moe_loss_problem *problem, const double *theta) {
  struct moe_pairs p;
  if (!pairs_with_truth(&p, problem, theta)) return NAN;
  double worst = p.experts ? 0 : NAN;
  if (p.experts) {
    size_t n = problem->support->n, kt = p.truth.k;
    double *w = unit_weights(&problem->fit, theta, problem->support);
    double *v = unit_weights(&problem->truth, problem->truth_theta, problem->support);
    for (size_t j = 0; j < kt; j++) {
      double best = INFINITY;
      for (size_t i = 0; i < p.fit.k; i++) {
        double eta = p.eta[i * kt + j];
        if (eta < best)
          best = fmin(best, eta + weight_distance(problem->support, w + i * n, v + j * n));
      }
      worst = fmax(worst, best);
    }
    moe_free(w);
    moe_free(v);
  }
  moe_pairs_free(&p);
  return worst;
}

static double matched_expert_of(const struct moe_pairs *p, int unused) {
  (void)unused;
  double worst = 0;
  for (size_t j = 0; j < p->truth.k; j++) {
    double best = INFINITY;
    for (size_t i = 0; i < p->fit.k; i++) best = fmin(best, p->eta[i * p->truth.k + j]);
    worst = fmax(worst, best);
  }
  return worst;
}
static double loss_matched_expert(const struct moe_loss_problem *problem, const double *theta) {
  return with_pairs(problem, theta, 0, matched_expert_of, 0);
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

/* Weights w and values h of every atom at support point `row`. Rows in order: `forms` keeps the
 * forms of the tile they are in. */
static void mix_at(const struct moe_loss_problem *problem, const double *theta, size_t row,
                   double *forms, double *w, double *h) {
  const struct moe_model *model = &problem->fit;
  double form[2 * MOE_MAX_ATOMS];
  size_t l = row % MOE_TILE;
  if (l == 0) moe_data_forms(problem->support, row / MOE_TILE, model, theta, forms);
  for (size_t r = 0; r < 2 * model->k; r++) form[r] = forms[r * MOE_TILE + l];
  moe_model_mix(model, form, w, h);
}

/* Mean over the pairs of (1 + cos) / 2, cos = <h_i, h_j> / (||h_i|| ||h_j||) in L2(mu); pairs with an
 * expert that is zero on the support have no cosine. */
static double loss_similarity(const struct moe_loss_problem *problem, const double *theta) {
  size_t k = problem->fit.k, d = problem->support->d;
  double forms[2 * MOE_MAX_ATOMS * MOE_TILE], w[MOE_MAX_ATOMS], h[MOE_MAX_ATOMS];
  double inner[MOE_MAX_ATOMS * MOE_MAX_ATOMS] = {0}, sum = 0, pairs = 0;
  if (!all_finite(moe_model_size(&problem->fit), theta)) return NAN;
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
  if (!all_finite(moe_model_size(&problem->fit), theta)) return NAN;
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

struct moe_fit_flags moe_fit_inspect(const struct moe_loss_problem *problem,
                                     const double *theta) {
  struct moe_fit_flags flags = {0, 0, 0};
  struct moe_pairs p;
  double mean[MOE_MAX_ATOMS] = {0};
  if (!pairs_with_truth(&p, problem, theta)) return flags;
  moe_pairs_settle(&p);
  for (size_t j = 0; j < p.truth.k && p.experts; j++)
    if (p.size[j] == 0) flags.empty_cell = 1;
  flags.inert = has_inert(problem, theta, mean);
  flags.floating = has_floating(&p, mean);
  moe_pairs_free(&p);
  return flags;
}
