/*
 * search.c - many local fits, the distinct minima among their ends, the certificate.
 *
 * The fit with one atom less, on which most starts build, comes first: from the truth where the
 * truth has that many atoms, else from a small search of its own, which again builds on the fit
 * with one atom less. Then every start is one local fit. Their ends are gathered into minima:
 * two ends are the same when objective and fitted function agree, whatever the order of the
 * atoms and wherever an inert one sits. Minima near the best are polished at last.
 *
 * The certificate says how much to trust the winner. Counts of agreeing starts do not predict a
 * miss; the share of starts that are alone in their minimum does.
 */
#include <math.h>
#include <string.h>

#include "descend.h"
#include "gate.h"
#include "starts.h"

#define SMALLER_STARTS 8 /* local fits for each smaller model; twice as many without a truth */
#define HIT 0.5          /* nats: a start this near the best has found it */
#define NEARBY 1.5       /* nats: minima counted for singletons */
#define POLISH 1e-5      /* nats: tolerance of the last descent */
#define TIED 0.1         /* nats: minima this near the best are polished too */
#define SAME 0.05        /* nats: between the objectives, and the functions, of one minimum */

/* Where a start ended. */
struct end {
  double *theta;
  struct moe_descent descent;
  size_t pinned, start, minimum;
  enum moe_start_kind kind;
};

struct search {
  struct moe_eval *ev;
  const struct moe_ranges *ranges;
  const struct moe_search_options *options;
  size_t p, evaluations;
  struct end *ends; /* starts of them, in order of start, then of objective */
  double *f, *g;    /* values at two ends */
};

static enum moe_status check_ranges(const struct moe_model *model,
                                    const struct moe_ranges *ranges, struct moe_error *e) {
  static const char *const names[] = {"beta1", "beta0", "a", "b", "shared a", "shared b"};
  const double *range[] = {ranges->beta1, ranges->beta0,    ranges->a,
                           ranges->b,     ranges->shared_a, ranges->shared_b};
  for (size_t i = 0; i < (model->shared ? 6 : 4); i++)
    if (!(range[i][0] <= range[i][1]) || !isfinite(range[i][0]) || !isfinite(range[i][1]))
      return moe_fail(e, MOE_EUSAGE,
                      "the range of %s is [%g, %g]; a box needs finite bounds, lower <= upper",
                      names[i], range[i][0], range[i][1]);
  return MOE_OK;
}

static enum moe_status check_positive(const char *what, const double range[2],
                                      struct moe_error *e) {
  if (range[0] > 0 && range[0] <= range[1] && isfinite(range[1])) return MOE_OK;
  return moe_fail(e, MOE_EUSAGE,
                  "the range of %s is [%g, %g]; it needs a lower bound above 0: without "
                  "one the objective has none",
                  what, range[0], range[1]);
}

static enum moe_status check(const struct moe_eval *ev, const struct moe_ranges *ranges,
                             const struct moe_search_options *options, struct moe_error *e) {
  const struct moe_model *model = moe_eval_model(ev), *truth = options->truth;
  if (options->starts < 1 || options->keep < 1)
    return moe_fail(e, MOE_EUSAGE, "a search needs at least one start and one minimum to keep");
  if (truth && truth->d != model->d)
    return moe_fail(e, MOE_EUSAGE, "the truth has d = %zu and the fit d = %zu", truth->d,
                    model->d);
  if (truth && truth->gaussian != model->gaussian)
    return moe_fail(e, MOE_EUSAGE,
                    "the truth and the fit must both be Gaussian mixtures, or none");
  if (options->near_only && !truth)
    return moe_fail(e, MOE_EUSAGE, "starts near the truth need a truth");
  enum moe_status status = check_ranges(model, ranges, e);
  if (status == MOE_OK && model->tempered)
    status = check_positive("temperatures", ranges->temperature, e);
  if (status != MOE_OK || !model->gaussian) return status;
  return check_positive("variances", ranges->variance, e);
}

static void data_centre(const struct moe_data *data, double *centre) {
  double total = 0;
  for (size_t i = 0; i < data->n; i++) {
    double w = *moe_data_at(data, i, data->d + 1);
    total += w;
    for (size_t s = 0; s < data->d; s++) centre[s] += w * *moe_data_at(data, i, s);
  }
  for (size_t s = 0; s < data->d; s++) centre[s] = total > 0 ? centre[s] / total : 0;
}

/* A local fit inside the box that pins row `pinned`. */
static struct moe_descent fit_from(struct moe_eval *ev, const struct moe_ranges *ranges,
                                   size_t pinned, const struct moe_descent_options *options,
                                   double *theta) {
  struct moe_box box;
  moe_box_make(&box, moe_eval_model(ev), ranges, pinned);
  struct moe_descent end = moe_descend(ev, &box, options, theta);
  moe_box_free(&box);
  return end;
}

/* The fit with k - 1 atoms from the truth itself, which has as many. */
static double *fit_truth(struct moe_eval *ev, struct moe_starts *s,
                         const struct moe_descent_options *options) {
  struct moe_starts own = {.ev = ev, .model = s->truth, .ranges = s->ranges};
  double *theta = moe_alloc(moe_model_size(&s->truth), sizeof *theta);
  memcpy(theta, s->truth_theta, moe_model_size(&s->truth) * sizeof *theta);
  size_t pinned = moe_starts_pin(&own, theta);
  s->evaluations += fit_from(ev, s->ranges, pinned, options, theta).evaluations;
  return theta;
}

/* The fit with k - 1 atoms by a search of its own. NULL if that found nothing. */
static double *search_smaller(struct moe_eval *ev, struct moe_starts *s,
                              const struct moe_search_options *options) {
  struct moe_rng rng = moe_rng_make(s->key, MOE_STREAM_SMALLER);
  struct moe_search_options fewer = *options;
  struct moe_search_result found;
  fewer.starts = options->truth ? SMALLER_STARTS : 2 * SMALLER_STARTS;
  fewer.keep = 1;
  fewer.key = moe_rng_bits(&rng);
  if (moe_search(ev, s->ranges, &fewer, &found, NULL) != MOE_OK || !found.minimum) return NULL;
  double *theta = found.minimum[0].theta;
  found.minimum[0].theta = NULL;
  s->evaluations += found.evaluations;
  moe_search_free(&found);
  return theta;
}

static void fit_smaller(struct moe_starts *s, const struct moe_search_options *options) {
  struct moe_model smaller = moe_starts_smaller(&s->model);
  if (s->near_only || s->model.k < 2 || moe_model_size(&s->model) > MOE_DENSE_LIMIT) return;
  if (smaller.k == smaller.shared) return; /* at least one must be routed */
  struct moe_eval *ev = moe_eval_alloc(&smaller, moe_eval_data(s->ev), moe_eval_choice(s->ev));
  if (s->truth_exact && s->truth.k == smaller.k)
    s->smaller = fit_truth(ev, s, &options->descent);
  else
    s->smaller = search_smaller(ev, s, options);
  moe_eval_free(ev);
  if (s->smaller && !s->model.gaussian) moe_starts_scan(s); /* ranks by residuals */
}

static void starts_prepare(struct moe_starts *s, struct moe_eval *ev,
                           const struct moe_ranges *ranges,
                           const struct moe_search_options *options) {
  const struct moe_model *model = moe_eval_model(ev);
  *s = (struct moe_starts){.ev = ev, .model = *model, .ranges = ranges, .key = options->key};
  s->near_only = options->near_only;
  s->draw = options->draw;
  s->draw_arg = options->draw_arg;
  if (options->truth) {
    double *centre = moe_alloc(model->d, sizeof *centre);
    data_centre(moe_eval_data(ev), centre);
    s->truth_exact = moe_truth_convert(model, options->truth, options->truth_theta, centre,
                                       &s->truth, &s->truth_theta);
    moe_free(centre);
  }
  fit_smaller(s, options);
}

static void starts_free(struct moe_starts *s) {
  moe_free(s->truth_theta);
  moe_free(s->smaller);
  moe_free(s->scan);
}

static void run_starts(struct search *s, struct moe_starts *starts) {
  struct moe_descent_options descent = s->options->descent;
  for (size_t i = 0; i < s->options->starts; i++) {
    struct end *end = s->ends + i;
    end->theta = moe_alloc(s->p, sizeof *end->theta);
    end->start = i;
    end->kind = moe_starts_make(starts, i, end->theta, &end->pinned);
    end->descent = fit_from(s->ev, s->ranges, end->pinned, &descent, end->theta);
    s->evaluations += end->descent.evaluations;
    if (end->descent.given_up) continue;
    moe_starts_offer(starts, end->theta, end->descent.objective, end->pinned);
    if (starts->parent_count > 0) descent.incumbent = starts->parents[0].objective;
  }
}

/* By objective, then by start; ends without a finite objective last. */
static int end_before(const struct end *a, const struct end *b) {
  double x = isfinite(a->descent.objective) ? a->descent.objective : INFINITY;
  double y = isfinite(b->descent.objective) ? b->descent.objective : INFINITY;
  return x != y ? x < y : a->start < b->start;
}

static void sort_ends(struct end *ends, size_t count) {
  for (size_t i = 1; i < count; i++) {
    struct end moved = ends[i];
    size_t at = i;
    for (; at > 0 && end_before(&moved, ends + at - 1); at--) ends[at] = ends[at - 1];
    ends[at] = moved;
  }
}

/* Half the weighted square between the functions that two ends fit: nats by which either would
 * be a worse fit to the other's noiseless data. Between log densities it is about their
 * divergence. */
static double function_distance(struct search *s, const struct end *a, const struct end *b) {
  const struct moe_data *data = moe_eval_data(s->ev);
  double sum = 0;
  moe_eval_values(s->ev, a->theta, s->f);
  moe_eval_values(s->ev, b->theta, s->g);
  s->evaluations += 2;
  for (size_t i = 0; i < data->n; i++) {
    double w = *moe_data_at(data, i, data->d + 1), difference = s->f[i] - s->g[i];
    sum += w * difference * difference;
  }
  return 0.5 * sum;
}

/* The minimum that sorted end i belongs to: the first end of the nearest one above it. */
static size_t find_minimum(struct search *s, size_t i, double same) {
  const struct end *end = s->ends + i;
  for (size_t j = i; j-- > 0;) {
    if (end->descent.objective - s->ends[j].descent.objective > same) break;
    if (function_distance(s, s->ends + j, end) <= same) return s->ends[j].minimum;
  }
  return i;
}

/* Gathers the sorted ends into minima: end->minimum is the index of the first of its own.
 * Returns how many ends have a finite objective. */
static size_t gather(struct search *s) {
  struct moe_energy energy = moe_data_energy(moe_eval_data(s->ev));
  size_t finite = 0;
  for (size_t i = 0; i < s->options->starts; i++) {
    struct end *end = s->ends + i;
    end->minimum = i;
    if (!isfinite(end->descent.objective)) continue;
    finite++;
    double noise =
        moe_rounding_level(moe_eval_model(s->ev), &energy, end->theta, end->descent.objective);
    end->minimum = find_minimum(s, i, fmax(SAME, noise));
  }
  return finite;
}

/* Descends on from theta, adding to the counts in *end. */
static void descend_on(struct search *s, size_t pinned,
                       const struct moe_descent_options *options, double *theta,
                       struct moe_descent *end) {
  struct moe_descent more = fit_from(s->ev, s->ranges, pinned, options, theta);
  s->evaluations += more.evaluations;
  more.iterations += end->iterations;
  more.evaluations += end->evaluations;
  *end = more;
}

/* Descends on from an end with a much smaller tolerance for a while; in a valley too flat for
 * that, the usual tolerance then has the last word. */
static void polish(struct search *s, struct end *end) {
  struct moe_descent_options fine = {.max_iterations = 60, .tolerance = POLISH, .brief = 1};
  struct moe_descent more = end->descent;
  double *theta = moe_alloc(s->p, sizeof *theta);
  memcpy(theta, end->theta, s->p * sizeof *theta);
  descend_on(s, end->pinned, &fine, theta, &more);
  if (!more.stationary) descend_on(s, end->pinned, &s->options->descent, theta, &more);
  if (more.objective <= end->descent.objective) {
    memcpy(end->theta, theta, s->p * sizeof *theta);
    end->descent = more;
  }
  moe_free(theta);
}

/* Polishes the minima that will be returned and those that tie with the best, and sorts and
 * gathers again. */
static size_t polish_best(struct search *s) {
  size_t finite = gather(s), done = 0;
  if (s->p > MOE_DENSE_LIMIT) return finite;
  double best = s->ends[0].descent.objective;
  for (size_t i = 0; i < finite; i++) {
    int tied = s->ends[i].descent.objective <= best + TIED;
    if (s->ends[i].minimum != i || (done >= s->options->keep && !tied)) continue;
    polish(s, s->ends + i);
    done++;
  }
  sort_ends(s->ends, s->options->starts);
  return gather(s);
}

static void count_ends(const struct search *s, size_t finite, struct moe_search_result *out) {
  double best = s->ends[0].descent.objective;
  size_t nearby = 0, alone = 0;
  for (size_t i = 0; i < s->options->starts; i++) out->tried[s->ends[i].kind]++;
  for (size_t i = 0; i < finite; i++) {
    double above = s->ends[i].descent.objective - best;
    if (above <= HIT) {
      out->agree++;
      out->hits[s->ends[i].kind]++;
    }
    if (above > NEARBY) continue;
    size_t members = 0;
    for (size_t j = 0; j < finite; j++) members += s->ends[j].minimum == s->ends[i].minimum;
    nearby++;
    alone += members == 1;
  }
  out->singletons = (double)alone / (double)nearby;
}

static void keep_minima(struct search *s, size_t finite, struct moe_search_result *out) {
  out->minimum = moe_alloc(s->options->keep, sizeof *out->minimum);
  for (size_t i = 0; i < finite && out->count < s->options->keep; i++) {
    if (s->ends[i].minimum != i) continue;
    struct moe_minimum *m = out->minimum + out->count++;
    size_t first = s->ends[i].start;
    *m = (struct moe_minimum){.theta = s->ends[i].theta, .descent = s->ends[i].descent};
    s->ends[i].theta = NULL;
    m->kind = s->ends[i].kind;
    for (size_t j = i; j < finite; j++) {
      if (s->ends[j].minimum != i) continue;
      m->found++;
      if (s->ends[j].start < first) {
        first = s->ends[j].start;
        m->kind = s->ends[j].kind;
      }
    }
  }
}

static double truth_objective(const struct moe_eval *ev, const struct moe_starts *starts,
                              const struct moe_search_options *options) {
  if (!moe_truth_attainable(starts)) return NAN;
  struct moe_eval *truth =
      moe_eval_alloc(options->truth, moe_eval_data(ev), moe_eval_choice(ev));
  double objective = moe_eval_at(truth, options->truth_theta, MOE_OBJECTIVE, NULL, NULL);
  moe_eval_free(truth);
  return objective;
}

enum moe_status moe_search(struct moe_eval *ev, const struct moe_ranges *ranges,
                           const struct moe_search_options *options,
                           struct moe_search_result *result, struct moe_error *e) {
  *result = (struct moe_search_result){0};
  enum moe_status status = check(ev, ranges, options, e);
  if (status != MOE_OK) return status;
  struct search s = {.ev = ev, .ranges = ranges, .options = options};
  struct moe_starts starts;
  size_t rows = moe_eval_data(ev)->n;
  s.p = moe_model_size(moe_eval_model(ev));
  s.ends = moe_alloc(options->starts, sizeof *s.ends);
  s.f = moe_alloc(2 * rows, sizeof *s.f);
  s.g = s.f + rows;
  starts_prepare(&starts, ev, ranges, options);
  run_starts(&s, &starts);
  sort_ends(s.ends, options->starts);
  if (isfinite(s.ends[0].descent.objective)) {
    size_t finite = polish_best(&s);
    count_ends(&s, finite, result);
    keep_minima(&s, finite, result);
    result->starts = options->starts;
    result->objective_truth = truth_objective(ev, &starts, options);
    result->evaluations = s.evaluations + starts.evaluations;
  } else {
    status = moe_fail(e, MOE_EDATA,
                      "none of %zu starts has a finite objective: the data "
                      "or the box are out of scale",
                      options->starts);
  }
  for (size_t i = 0; i < options->starts; i++) moe_free(s.ends[i].theta);
  starts_free(&starts);
  moe_free(s.ends);
  moe_free(s.f);
  return status;
}

void moe_search_free(struct moe_search_result *result) {
  for (size_t i = 0; i < result->count; i++) moe_free(result->minimum[i].theta);
  moe_free(result->minimum);
  *result = (struct moe_search_result){0};
}
