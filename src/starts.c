/*
 * starts.c - where local fits begin.
 *
 * Least squares over too many atoms has many minima within a nat of each other: a true atom can
 * be split in two along several curves, a surplus atom can float anywhere at a small weight. No
 * kind of start finds them all, so a search mixes kinds: near the truth (where there is one),
 * random, several ways of adding an atom to the fit with one atom less, and the best fits so far
 * with an atom drawn anew. The last kind is what finds the minimum of a misspecified model, whose
 * basin one random start in several hundred hits.
 *
 * Start i is a pure function of (data, key, i, the fits of the starts before it): 16 starts are
 * the first 16 of 160.
 *
 * The atoms of a Gaussian mixture are drawn from the rows (starts_gauss.c).
 *
 * What did not pay, on 128 data sets (both gates, GELU and tanh, k = 3 and 4, n from 1e4 to 1e12)
 * at equal cost: short races between several draws of which the best is fitted, the best of
 * several draws by objective, rough fits of which the best are fitted on. All find the wide basins
 * more often and the best one less often.
 *
 * How many starts redraw, on 348 data sets (those of benchmarks/convergence/search.lua and its
 * misspecified models, M = 256), 400 starts each, misses by half a nat of the best of eleven
 * searches: half of them 61, three quarters 44, seven eighths 41. With seven eighths: parents 6
 * instead of 12 (44), redraws around the old place in a quarter instead of half of the cases (47),
 * better parents more often (46), both rows less often (42). 256 starts without giving descents
 * up, at the same cost: 69.
 */
#include "starts.h"

#include <math.h>
#include <string.h>

#include "expert.h"
#include "gate.h"
#include "linalg.h"
#include "vmath.h"

#define CANDIDATES 160  /* atoms scanned */
#define KEPT 24         /* of them, kept */
#define NEAR_FIRST 2    /* starts near the truth before the cycle begins */
#define JITTER 1.5      /* standard deviation of a coordinate redrawn around where it was */
#define FIRST_REDRAW 32 /* from here on all starts redraw an atom of a fit so far, but */
#define FRESH_EVERY 8   /* one in so many, which goes on with the cycle */

const char *const moe_start_names[MOE_START_KINDS] = {"near",   "random", "add",    "inert",
                                                      "insert", "split",  "jitter", "redraw"};

/* The cycle of the other kinds: inert 9, add 6, random 5, insert, split and jitter 4 of 32, spread
 * so that any few in a row hold about their share of each. */
static const unsigned char cycle[32] = {
    MOE_START_INERT,  MOE_START_ADD,    MOE_START_RANDOM, MOE_START_INSERT, MOE_START_SPLIT,
    MOE_START_JITTER, MOE_START_INERT,  MOE_START_ADD,    MOE_START_INERT,  MOE_START_RANDOM,
    MOE_START_INSERT, MOE_START_SPLIT,  MOE_START_JITTER, MOE_START_INERT,  MOE_START_ADD,
    MOE_START_INERT,  MOE_START_RANDOM, MOE_START_ADD,    MOE_START_INERT,  MOE_START_INSERT,
    MOE_START_SPLIT,  MOE_START_JITTER, MOE_START_RANDOM, MOE_START_INERT,  MOE_START_ADD,
    MOE_START_INERT,  MOE_START_INSERT, MOE_START_SPLIT,  MOE_START_JITTER, MOE_START_RANDOM,
    MOE_START_ADD,    MOE_START_INERT};

static double *gate_of(const struct moe_model *m, double *theta, size_t i) {
  return theta + i * (m->d + 1);
}
static double *expert_of(const struct moe_model *m, double *theta, size_t i) {
  return theta + (m->k + i) * (m->d + 1);
}

/* For a Gaussian mixture only. */
static double *variance_of(const struct moe_model *m, double *theta, size_t i) {
  return theta + moe_model_size(m) - m->k + i;
}

/* Copies atom j of `from` to atom i of `to`. */
static void copy_atom(const struct moe_model *to, double *theta, size_t i,
                      const struct moe_model *from, const double *source, size_t j) {
  size_t bytes = (to->d + 1) * sizeof *theta;
  memcpy(gate_of(to, theta, i), moe_gate_row(from, source, j), bytes);
  memcpy(expert_of(to, theta, i), moe_expert_row(from, source, j), bytes);
  if (to->gaussian) *variance_of(to, theta, i) = moe_log_variances(from, source)[j];
}

/* A random subset of size `take` of 0..n-1 comes first in order (Fisher-Yates). */
static void shuffle(struct moe_rng *rng, size_t n, size_t take, size_t *order) {
  for (size_t i = 0; i < n; i++) order[i] = i;
  for (size_t i = 0; i < take; i++) {
    size_t j = i + moe_rng_below(rng, n - i), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
}

static void copy_temperature(const struct moe_model *to, double *theta,
                             const struct moe_model *from, const double *source) {
  if (to->tempered) theta[2 * to->k * (to->d + 1)] = moe_log_temperature(from, source);
}

/* Atoms from first to last, shared or routed, near those of the truth that are of their kind, or all
 * where it has one kind only. */
static void start_group(const struct moe_model *model, size_t first, size_t last,
                        const struct moe_model *truth, const double *truth_theta,
                        struct moe_rng *rng, double *theta) {
  int both = model->shared > 0 && truth->shared > 0, shared = last <= model->shared;
  size_t begin = both && !shared ? truth->shared : 0,
         end = both && shared ? truth->shared : truth->k;
  size_t count = last - first, there = end - begin, order[MOE_MAX_ATOMS];
  shuffle(rng, there, count < there ? count : 0, order);
  for (size_t i = 0; i < count; i++) {
    size_t j = i < there ? order[i] : moe_rng_below(rng, there);
    copy_atom(model, theta, first + i, truth, truth_theta, begin + j);
  }
}

void moe_start_near(const struct moe_model *model, const struct moe_model *truth,
                    const double *truth_theta, double radius, struct moe_rng *rng,
                    double *theta) {
  if (model->shared > 0) start_group(model, 0, model->shared, truth, truth_theta, rng, theta);
  start_group(model, model->shared, model->k, truth, truth_theta, rng, theta);
  copy_temperature(model, theta, truth, truth_theta);
  for (size_t i = 0; i < moe_model_size(model); i++) theta[i] += radius * moe_rng_normal(rng);
  for (size_t i = 0; i < model->k && model->expert->intercept_only; i++)
    for (size_t c = 0; c < model->d; c++) expert_of(model, theta, i)[c] = 0;
}

static double uniform_in(struct moe_rng *rng, const double range[2]) {
  return range[0] + (range[1] - range[0]) * moe_rng_uniform(rng);
}

static void draw_row(const struct moe_starts *s, struct moe_rng *rng, size_t atom, int expert,
                     double *row) {
  int shared = atom < s->model.shared;
  const double *slope = !expert  ? s->ranges->beta1
                        : shared ? s->ranges->shared_a
                                 : s->ranges->a;
  const double *intercept = !expert  ? s->ranges->beta0
                            : shared ? s->ranges->shared_b
                                     : s->ranges->b;
  size_t d = s->model.d;
  if (s->draw) {
    s->draw(s->draw_arg, rng, expert, row);
    return;
  }
  for (size_t c = 0; c < d; c++) row[c] = uniform_in(rng, slope);
  row[d] = uniform_in(rng, intercept);
}

/* Atom i of theta. */
static void draw_atom(const struct moe_starts *s, struct moe_rng *rng, size_t i,
                      double *theta) {
  const struct moe_model *m = &s->model;
  draw_row(s, rng, i, 0, gate_of(m, theta, i));
  if (m->gaussian)
    moe_starts_local_atom(s, rng, i, expert_of(m, theta, i), variance_of(m, theta, i));
  else
    draw_row(s, rng, i, 1, expert_of(m, theta, i));
}

static void start_random(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  const double *range = s->ranges->temperature;
  if (s->model.tempered)
    theta[2 * s->model.k * (s->model.d + 1)] =
        moe_log(range[0]) + (moe_log(range[1]) - moe_log(range[0])) * moe_rng_uniform(rng);
  if (s->model.gaussian) {
    moe_starts_partition(s, rng, theta);
    return;
  }
  for (size_t i = 0; i < s->model.k; i++) draw_atom(s, rng, i, theta);
}

/* The smaller fit's atoms in the first k - 1 places. */
static void put_smaller(const struct moe_starts *s, double *theta) {
  struct moe_model smaller = moe_starts_smaller(&s->model);
  for (size_t i = 0; i < smaller.k; i++)
    copy_atom(&s->model, theta, i, &smaller, s->smaller, i);
  copy_temperature(&s->model, theta, &smaller, s->smaller);
}

/* An atom that changes little: a zero expert behind any gate where the expert vanishes at 0, or
 * any expert behind a gate near the lower end of its intercepts. */
static void start_inert(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t d = s->model.d, last = s->model.k - 1;
  double *gate = gate_of(&s->model, theta, last), *expert = expert_of(&s->model, theta, last);
  int vanishes = s->model.expert->zero_at_zero && !s->model.gaussian;
  int zero = vanishes && moe_rng_uniform(rng) < 0.5;
  put_smaller(s, theta);
  draw_atom(s, rng, last, theta);
  if (zero) {
    for (size_t i = 0; i <= d; i++) expert[i] = 0.1 * moe_rng_normal(rng);
    return;
  }
  const double *range = s->ranges->beta0;
  for (size_t i = 0; i < d; i++) gate[i] = 0.5 * moe_rng_normal(rng);
  gate[d] = range[0] + 0.15 * (range[1] - range[0]) * moe_rng_uniform(rng);
}

/* log(s / (2 - s)) for s = sigmoid(b): the intercept of half the mass at a zero slope. tau: of logits. */
static double half_intercept(const struct moe_gate *gate, double tau, double b) {
  double weight = moe_sigmoid(b);
  return gate->translation ? b - tau * 0.6931471805599453 : moe_log(weight / (2 - weight));
}

/* Atom j of the smaller fit in two, each of half the weight, in places j and k - 1. */
static void put_split(const struct moe_starts *s, double *theta, size_t j) {
  double *gate = gate_of(&s->model, theta, j);
  put_smaller(s, theta);
  double tau = moe_exp(moe_log_temperature(&s->model, theta));
  gate[s->model.d] = half_intercept(s->model.gate, tau, gate[s->model.d]);
  copy_atom(&s->model, theta, s->model.k - 1, &s->model, theta, j);
}

static size_t atom_size(const struct moe_model *m) {
  return 2 * (m->d + 1) + (m->gaussian ? 1 : 0);
}

/* Coordinate c (gate row, expert row, log variance) of atom i. */
static size_t atom_coordinate(const struct moe_model *m, size_t i, size_t c) {
  if (c == 2 * (m->d + 1)) return moe_model_size(m) - m->k + i;
  return c <= m->d ? i * (m->d + 1) + c : (m->k + i) * (m->d + 1) + c - m->d - 1;
}

/* A routed atom of the smaller fit. */
static size_t split_choice(const struct moe_model *m, struct moe_rng *rng) {
  return m->shared + moe_rng_below(rng, m->k - 1 - m->shared);
}

/* Splits an atom along the lowest curvature (at times the second) of moving its two halves
 * apart: the Hessian on the moves (+delta, -delta). */
static void start_split(struct moe_starts *s, struct moe_rng *rng, double *theta) {
  const struct moe_model *m = &s->model;
  size_t n = atom_size(m), p = moe_model_size(m), j = split_choice(m, rng);
  double *hessian = moe_alloc(p * p + p + 2 * n * n + n + moe_eigen_room(n), sizeof *hessian);
  double *gradient = hessian + p * p, *apart = gradient + p, *v = apart + n * n;
  double *w = v + n * n, *work = w + n;
  put_split(s, theta, j);
  moe_eval_at(s->ev, theta, MOE_HESSIAN, gradient, hessian);
  s->evaluations++;
  for (size_t a = 0; a < n; a++)
    for (size_t b = 0; b < n; b++) {
      size_t ja = atom_coordinate(m, j, a), jb = atom_coordinate(m, j, b);
      size_t la = atom_coordinate(m, m->k - 1, a), lb = atom_coordinate(m, m->k - 1, b);
      apart[a * n + b] = hessian[ja * p + jb] - hessian[ja * p + lb] - hessian[la * p + jb] +
                         hessian[la * p + lb];
    }
  int broken = moe_eigen(n, apart, w, v, work);
  size_t which = moe_rng_uniform(rng) < 0.33;
  double t = 0.05 * moe_exp(3.4 * moe_rng_uniform(rng)); /* .05 to 1.5 */
  for (size_t a = 0; a < n; a++) {
    double delta = broken ? 0.3 * moe_rng_normal(rng) : t * v[which * n + a];
    theta[atom_coordinate(m, j, a)] += delta;
    theta[atom_coordinate(m, m->k - 1, a)] -= delta;
  }
  moe_free(hessian);
}

static void start_jitter(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  static const double radii[] = {0.1, 0.3, 1};
  const struct moe_model *m = &s->model;
  size_t j = split_choice(m, rng);
  double radius = radii[moe_rng_below(rng, 3)];
  put_split(s, theta, j);
  for (size_t c = 0; c < atom_size(m); c++) {
    theta[atom_coordinate(m, j, c)] += radius * moe_rng_normal(rng);
    theta[atom_coordinate(m, m->k - 1, c)] += radius * moe_rng_normal(rng);
  }
}

/* The least-squares amount of psi = f_with - f against the residual f - y, and the decrease
 * that it promises. */
static double score_candidate(const struct moe_data *data, const double *f, const double *with,
                              double *amount) {
  double inner = 0, square = 0;
  for (size_t i = 0; i < data->n; i++) {
    double w = *moe_data_at(data, i, data->d + 1), psi = with[i] - f[i];
    inner += w * psi * (*moe_data_at(data, i, data->d) - f[i]);
    square += w * psi * psi;
  }
  *amount = inner / square;
  return inner > 0 && square > 0 ? 0.5 * inner * inner / square : 0;
}

/* Puts a candidate (score, atom) into its place among the best KEPT. */
static void keep_candidate(struct moe_starts *s, double *scores, double score,
                           const double *atom) {
  size_t width = 2 * (s->model.d + 1), at = s->scan_count;
  if (!(score > 0) || (at == KEPT && score <= scores[KEPT - 1])) return;
  if (at == KEPT)
    at--;
  else
    s->scan_count++;
  for (; at > 0 && scores[at - 1] < score; at--) {
    scores[at] = scores[at - 1];
    memcpy(s->scan + at * width, s->scan + (at - 1) * width, width * sizeof *s->scan);
  }
  scores[at] = score;
  memcpy(s->scan + at * width, atom, width * sizeof *atom);
}

void moe_starts_scan(struct moe_starts *s) {
  const struct moe_data *data = moe_eval_data(s->ev);
  size_t p = moe_model_size(&s->model), D = s->model.d + 1, last = s->model.k - 1;
  double *theta = moe_alloc(p + 2 * D + 2 * data->n, sizeof *theta), scores[KEPT] = {0};
  double *atom = theta + p, *f = atom + 2 * D, *with = f + data->n, amount;
  struct moe_model smaller = moe_starts_smaller(&s->model);
  struct moe_eval *ev = moe_eval_alloc(&smaller, data, moe_eval_choice(s->ev));
  moe_eval_values(ev, s->smaller, f);
  moe_eval_free(ev);
  s->scan = moe_alloc(KEPT * 2 * D, sizeof *s->scan);
  struct moe_rng rng = moe_rng_make(s->key, MOE_STREAM_SCAN);
  for (size_t c = 0; c < CANDIDATES; c++) {
    put_smaller(s, theta);
    draw_atom(s, &rng, last, theta);
    memcpy(atom, gate_of(&s->model, theta, last), D * sizeof *atom);
    memcpy(atom + D, expert_of(&s->model, theta, last), D * sizeof *atom);
    moe_eval_values(s->ev, theta, with);
    double score = score_candidate(data, f, with, &amount);
    if (score > 0) atom[D - 1] += moe_log(amount);
    keep_candidate(s, scores, score, atom);
  }
  s->evaluations += CANDIDATES;
  moe_free(theta);
}

static void start_insert(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t D = s->model.d + 1, last = s->model.k - 1;
  double *gate = gate_of(&s->model, theta, last), *expert = expert_of(&s->model, theta, last);
  put_smaller(s, theta);
  draw_atom(s, rng, last, theta);
  if (s->scan_count == 0) return;
  const double *atom = s->scan + moe_rng_below(rng, s->scan_count) * 2 * D;
  for (size_t i = 0; i < D; i++) {
    gate[i] = atom[i] + 0.1 * moe_rng_normal(rng);
    expert[i] = atom[D + i] + 0.1 * moe_rng_normal(rng);
  }
}

/* Translates every gate row so that row `pinned` is where the box pins it: the point of its
 * ranges nearest 0. */
static void translate(const struct moe_starts *s, size_t pinned, double *theta) {
  size_t d = s->model.d;
  for (size_t c = 0; c <= d; c++) {
    const double *range = c == d ? s->ranges->beta0 : s->ranges->beta1;
    double to = range[0] > 0 ? range[0] : range[1] < 0 ? range[1] : 0;
    double shift = to - theta[pinned * (d + 1) + c];
    for (size_t i = s->model.shared; i < s->model.k && (c == d || !s->model.outside); i++)
      theta[i * (d + 1) + c] += shift;
  }
}

/* How far the gate rows stick out of the ranges, summed. */
static double outside(const struct moe_starts *s, const double *theta) {
  double sum = 0;
  for (size_t i = 0; i < s->model.k * (s->model.d + 1); i++) {
    int intercept = i % (s->model.d + 1) == s->model.d;
    const double *range = intercept ? s->ranges->beta0 : s->ranges->beta1;
    sum += fmax(0, range[0] - theta[i]) + fmax(0, theta[i] - range[1]);
  }
  return sum;
}

size_t moe_starts_pin(const struct moe_starts *s, double *theta) {
  size_t best = 0;
  double least = INFINITY;
  if (!moe_model_translates(&s->model)) return s->model.k;
  for (size_t i = s->model.shared; i < s->model.k; i++) {
    translate(s, i, theta);
    double sum = outside(s, theta);
    if (!(sum < least)) continue;
    least = sum;
    best = i;
  }
  translate(s, best, theta);
  return best;
}

static enum moe_start_kind start_kind(const struct moe_starts *s, size_t index,
                                      double *radius) {
  static const double near_only[] = {0.05, 0.2, 0.5, 1}, mixed[] = {0.5, 0.2, 1, 0.05};
  int has_truth = s->truth.k > 0;
  *radius = has_truth && s->near_only ? near_only[index % 4] : mixed[index % 4];
  if (has_truth && (s->near_only || index < NEAR_FIRST)) return MOE_START_NEAR;
  if (index >= FIRST_REDRAW && index % FRESH_EVERY && s->parent_count > 0)
    return MOE_START_REDRAW;
  if (!s->smaller) return has_truth && index % 2 == 0 ? MOE_START_NEAR : MOE_START_RANDOM;
  size_t turn =
      index < FIRST_REDRAW ? index : FIRST_REDRAW + (index - FIRST_REDRAW) / FRESH_EVERY;
  return cycle[(turn - (has_truth ? NEAR_FIRST : 0)) % 32];
}

/* Redraws a row as any row is drawn, or around where it was. */
static void redraw(const struct moe_starts *s, struct moe_rng *rng, size_t atom, int expert,
                   int around, double *row) {
  double *was = moe_alloc(s->model.d + 1, sizeof *was);
  memcpy(was, row, (s->model.d + 1) * sizeof *was);
  if (s->draw || !around) draw_row(s, rng, atom, expert, row);
  for (size_t c = 0; c <= s->model.d && around; c++)
    row[c] = was[c] + (s->draw ? row[c] : JITTER * moe_rng_normal(rng));
  moe_free(was);
}

/* One of the best fits so far, the better ones more often, with the gate, the expert or both of an
 * atom drawn anew. Returns the row that its fit pinned. */
static size_t start_redraw(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  const struct moe_model *m = &s->model;
  size_t a = moe_rng_below(rng, s->parent_count), b = moe_rng_below(rng, s->parent_count);
  const struct moe_parent *parent = s->parents + (a < b ? a : b);
  size_t atom = moe_rng_below(rng, m->k), what = moe_rng_below(rng, 4);
  int around = moe_rng_uniform(rng) < 0.5;
  memcpy(theta, parent->theta, moe_model_size(m) * sizeof *theta);
  if (what != 0) redraw(s, rng, atom, 0, around, gate_of(m, theta, atom));
  if (what != 1 && m->gaussian && !around)
    moe_starts_local_atom(s, rng, atom, expert_of(m, theta, atom), variance_of(m, theta, atom));
  else if (what != 1)
    redraw(s, rng, atom, 1, around, expert_of(m, theta, atom));
  return parent->pinned;
}

static void start_add(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  put_smaller(s, theta);
  draw_atom(s, rng, s->model.k - 1, theta);
}

static void start_draw(struct moe_starts *s, enum moe_start_kind kind, double radius,
                       struct moe_rng *rng, double *theta) {
  switch (kind) {
  case MOE_START_NEAR:
    moe_start_near(&s->model, &s->truth, s->truth_theta, radius, rng, theta);
    break;
  case MOE_START_ADD:
    start_add(s, rng, theta);
    break;
  case MOE_START_INERT:
    start_inert(s, rng, theta);
    break;
  case MOE_START_INSERT:
    start_insert(s, rng, theta);
    break;
  case MOE_START_SPLIT:
    start_split(s, rng, theta);
    break;
  case MOE_START_JITTER:
    start_jitter(s, rng, theta);
    break;
  default:
    start_random(s, rng, theta);
    break;
  }
}

/* The gate row nearest 0: the one that the box of an anchored model pins, where a fit is at hand. */
static size_t smallest_gate(const struct moe_starts *s, double *theta) {
  size_t best = 0;
  double least = INFINITY;
  for (size_t i = 0; i < s->model.k; i++) {
    const double *row = gate_of(&s->model, theta, i);
    double square = 0;
    for (size_t c = 0; c <= s->model.d; c++) square += row[c] * row[c];
    if (!(square < least)) continue;
    least = square;
    best = i;
  }
  return best;
}

enum moe_start_kind moe_starts_make(struct moe_starts *s, size_t index, double *theta,
                                    size_t *pinned) {
  struct moe_rng rng = moe_rng_make(s->key, index);
  double radius;
  enum moe_start_kind kind = start_kind(s, index, &radius);
  if (kind == MOE_START_REDRAW) {
    *pinned = start_redraw(s, &rng, theta);
    return kind;
  }
  *pinned = s->model.k;
  if (moe_model_translates(&s->model))
    *pinned = s->model.shared + moe_rng_below(&rng, s->model.k - s->model.shared);
  start_draw(s, kind, radius, &rng, theta);
  if (*pinned < s->model.k)
    translate(s, *pinned, theta);
  else if (s->model.anchored)
    *pinned = smallest_gate(s, theta);
  return kind;
}

/* Two fits whose objectives differ by less than a twentieth of a nat, or of a millionth of the
 * objective where it is huge, are taken for one. */
void moe_starts_offer(struct moe_starts *s, const double *theta, double objective,
                      size_t pinned) {
  size_t at = 0;
  double same = fmax(0.05, 1e-6 * objective);
  if (!isfinite(objective)) return;
  while (at < s->parent_count && s->parents[at].objective <= objective) at++;
  if (at > 0 && objective - s->parents[at - 1].objective < same) return;
  if (at < s->parent_count && s->parents[at].objective - objective < same) {
    s->parents[at] = (struct moe_parent){theta, objective, pinned};
    return;
  }
  if (at == MOE_PARENTS) return;
  if (s->parent_count < MOE_PARENTS) s->parent_count++;
  for (size_t i = s->parent_count - 1; i > at; i--) s->parents[i] = s->parents[i - 1];
  s->parents[at] = (struct moe_parent){theta, objective, pinned};
}
