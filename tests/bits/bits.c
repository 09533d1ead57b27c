/*
 * bits.c - digests of what reaches a cell or a certificate: vector math, random numbers, designs,
 * evaluators, linear algebra, descents, searches, SGD, families of derivatives.
 *
 * The same source is built for this machine and for aarch64; `make test-aarch64` runs both, here at
 * every instruction set, and compares the lines. Nothing but the engine and the C library, so that
 * it links statically. The plain evaluator sums in long double, whose format differs between
 * machines: it is compared with the tiles within a tolerance, not by its bits.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "expert.h"
#include "family.h"
#include "fit.h"
#include "gate.h"
#include "linalg.h"
#include "vmath.h"

#define TOLERANCE 1e-11 /* of the largest entry */

static uint64_t digest;

static void begin(void) {
  digest = 14695981039346656037u;
}

/* FNV-1a over the numbers' bits, the lowest byte first; every NaN counts as one. */
static void add(const double *x, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint64_t bits;
    memcpy(&bits, x + i, sizeof bits);
    if (isnan(x[i])) bits = 0x7ff8000000000000u;
    for (int byte = 0; byte < 8; byte++)
      digest = (digest ^ (bits >> 8 * byte & 255)) * 1099511628211u;
  }
}

static void end(const char *what) {
  printf("%016" PRIx64 " %s\n", digest, what);
}

static void math_bits(void) {
  static const struct {
    const char *name;
    double (*f)(double);
  } functions[] = {{"exp", moe_exp},        {"expm1", moe_expm1},     {"log", moe_log},
                   {"log1p", moe_log1p},    {"sigmoid", moe_sigmoid}, {"tanh", moe_tanh},
                   {"pdf", moe_normal_pdf}, {"cdf", moe_normal_cdf}};
  static const double special[] = {0, -0.0, INFINITY, -INFINITY, NAN, 1e-320, -1e-320, 1e308};
  for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
    begin();
    for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
      double y = functions[f].f(special[i]);
      add(&y, 1);
    }
    for (int i = -40000; i <= 40000; i++) {
      double x = i * (1 / 53.0), y = functions[f].f(x);
      add(&y, 1);
      y = functions[f].f(x * 1e-3);
      add(&y, 1);
    }
    end(functions[f].name);
  }
}

static void random_bits(void) {
  double x[1000];
  begin();
  moe_rng_uniforms(1, 2, 3, 999, x);
  add(x, 999);
  end("uniforms");
  begin();
  moe_rng_normals(1, 2, 3, 999, x);
  add(x, 999);
  end("normals");
  begin();
  struct moe_rng rng = moe_rng_make(4, 5);
  moe_rng_multinomial(&rng, 1e9, 999, x);
  add(x, 999);
  end("multinomial");
}

static void linalg_bits(void) {
  for (size_t n = 1; n <= 61; n += n < 19 ? 3 : 42) {
    double *a = moe_alloc(3 * n * n + n + moe_eigen_room(n), sizeof *a), *v = a + n * n,
           *l = v + n * n;
    double *w = l + n * n, *work = w + n;
    struct moe_rng rng = moe_rng_make(6, n);
    for (size_t i = 0; i < n; i++)
      for (size_t j = 0; j <= i; j++) {
        a[i * n + j] = a[j * n + i] = moe_rng_normal(&rng);
        l[i * n + j] = l[j * n + i] = a[i * n + j] + (i == j ? 2.0 * (double)n : 0);
      }
    begin();
    moe_eigen(n, a, w, v, work);
    add(w, n);
    add(v, n * n);
    moe_cholesky(n, l);
    add(l, n * n);
    char what[32];
    snprintf(what, sizeof what, "eigen, cholesky %zu", n);
    end(what);
    moe_free(a);
  }
}

/* Whether two lists of numbers agree within the tolerance; what is not finite agrees with nothing. */
static int agree(const double *x, const double *y, size_t count) {
  double most = 1e-300, difference = 0;
  for (size_t i = 0; i < count; i++) {
    if (!isfinite(x[i]) || !isfinite(y[i])) return 0;
    most = fmax(most, fabs(y[i]));
    difference = fmax(difference, fabs(x[i] - y[i]));
  }
  return difference < TOLERANCE * most;
}

/* What an evaluator gives: by level Q, gradient and curvature; f; the correction's Q and J'c. */
enum { PARTS = 4 * 3 + 3 };

static void parts_count(size_t p, size_t n, size_t count[PARTS]) {
  for (size_t level = 0; level < 4; level++) {
    count[3 * level] = 1;
    count[3 * level + 1] = p;
    count[3 * level + 2] = p * p;
  }
  count[12] = n;
  count[13] = 1;
  count[14] = p;
}

/* Everything an evaluator gives at theta, part after part. */
static void evaluate(const struct moe_model *m, const struct moe_data *data,
                     enum moe_evaluator which, const double *theta, double *out) {
  size_t p = moe_model_size(m);
  struct moe_eval *ev = moe_eval_alloc(m, data, which);
  for (enum moe_level level = MOE_OBJECTIVE; level <= MOE_HESSIAN; level++) {
    *out = moe_eval_at(ev, theta, level, out + 1, out + 1 + p);
    out += 1 + p + p * p;
  }
  moe_eval_values(ev, theta, out);
  out += data->n;
  *out = moe_eval_correction(ev, theta, theta, out + 1);
  moe_eval_free(ev);
}

static int eval_bits(const struct moe_gate *gate, const struct moe_expert *expert, size_t d,
                     size_t k, size_t n) {
  struct moe_model m;
  if (moe_model_make(&m, gate->name, expert->name, d, k, NULL)) return 1;
  size_t p = moe_model_size(&m), room = 4 * (1 + p + p * p) + n + 1 + p, count[PARTS];
  double *theta = moe_alloc(p + 2 * room, sizeof *theta), *tile = theta + p;
  double *plain = tile + room;
  struct moe_data *data = moe_data_alloc(n, d);
  struct moe_rng rng = moe_rng_make(7, d * 100 + k);
  for (size_t i = 0; i < n; i++)
    for (size_t s = 0; s < d + 2; s++)
      *moe_data_at(data, i, s) = s <= d ? moe_rng_normal(&rng) : i % 7 == 3 ? 0 : 1;
  moe_data_pad(data);
  for (size_t i = 0; i < p; i++) theta[i] = moe_rng_normal(&rng) / sqrt((double)d);
  begin();
  evaluate(&m, data, MOE_TILED, theta, tile);
  evaluate(&m, data, MOE_PLAIN, theta, plain);
  add(tile, room);
  parts_count(p, n, count);
  int same = 1;
  for (size_t part = 0, at = 0; part < PARTS; at += count[part++])
    same &= agree(tile + at, plain + at, count[part]);
  char what[128];
  snprintf(what, sizeof what, "%s %s d=%zu k=%zu n=%zu%s", gate->name, expert->name, d, k, n,
           same ? "" : ": NOT AS THE PLAIN EVALUATOR");
  end(what);
  moe_data_free(data);
  moe_free(theta);
  return !same;
}

static int evals_bits(void) {
  static const size_t shapes[][3] = {
      {1, 1, 1}, {1, 3, 77}, {1, 2, 1100}, {3, 2, 100}, {8, 4, 257}};
  int failed = 0;
  for (size_t g = 0; moe_gate_row_at(g); g++)
    for (size_t x = 0; moe_expert_row_at(x); x++)
      for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        failed += eval_bits(moe_gate_row_at(g), moe_expert_row_at(x), shapes[s][0],
                            shapes[s][1], shapes[s][2]);
  return failed;
}

/* Returns 1 if something could not be computed, so that there is nothing to compare. */
static int fit_bits(const char *gate, const char *expert) {
  static const double truth_theta[] = {2, .5, 0, 0, 3, 1, -3, 1.5};
  static const struct moe_ranges ranges = {
      .beta1 = {-8, 8}, .beta0 = {-3, 3}, .a = {-8, 8}, .b = {-6, 6}};
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 64};
  struct moe_model truth, m;
  struct moe_data *data;
  struct moe_search_result found;
  struct moe_search_options options = {
      .starts = 48, .truth = &truth, .truth_theta = truth_theta, .key = 9, .keep = 8};
  moe_model_make(&truth, gate, expert, 1, 2, NULL);
  moe_model_make(&m, gate, expert, 1, 3, NULL);
  if (moe_design_draw(&design, &truth, truth_theta, .01, 1e7, 8, &data, NULL)) return 1;
  struct moe_eval *ev = moe_eval_alloc(&m, data, MOE_AUTO);
  begin();
  int failed = moe_search(ev, &ranges, &options, &found, NULL) != MOE_OK;
  for (size_t i = 0; i < found.count; i++) {
    add(found.minimum[i].theta, moe_model_size(&m));
    add(&found.minimum[i].descent.objective, 1);
  }
  moe_search_free(&found);
  double theta[12] = {1, -1, 0, .5, 2, 2, -3, 1, 2, 1, 5, -2};
  struct moe_sgd_options sgd = {.epochs = 2, .batch = 4, .rate = .01, .key = 10};
  moe_sgd(&m, data, &sgd, theta);
  add(theta, 12);
  char what[64];
  snprintf(what, sizeof what, "search and sgd, %s %s", gate, expert);
  end(what);
  moe_eval_free(ev);
  moe_data_free(data);
  return failed;
}

/* A Gaussian mixture with a shared atom, an activation and a temperature, from counts of intervals. */
static int routed_bits(void) {
  static const struct moe_ranges ranges = {.beta1 = {-8, 8},
                                           .beta0 = {-3, 3},
                                           .a = {-8, 8},
                                           .b = {-6, 6},
                                           .variance = {.01, 10},
                                           .temperature = {.25, 4},
                                           .shared_a = {-8, 8},
                                           .shared_b = {-6, 6}};
  static const double theta[] = {0, 0, 2, .5, -1, 0, 2, 1, 3, 1, -3, 1.5, .3, -1, -1, -1.5};
  struct moe_design design = {.kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 16};
  struct moe_search_options options = {.starts = 6, .key = 9, .keep = 2, .truth_theta = theta};
  struct moe_search_result found;
  struct moe_model truth, m;
  struct moe_data *data;
  moe_model_make(&truth, "softmax", "linear", 1, 3, NULL);
  truth.shared = 1;
  truth.shared_expert = moe_expert_find("relu");
  truth.activation = moe_expert_find("tanh");
  truth.outside = truth.tempered = 1;
  if (moe_model_check_router(&truth, NULL) || moe_model_make_gaussian(&truth, NULL)) return 1;
  m = truth;
  m.k = 4;
  options.truth = &truth;
  if (moe_design_draw(&design, &truth, theta, 1, 1e6, 8, &data, NULL)) return 1;
  struct moe_eval *ev = moe_eval_alloc(&m, data, MOE_AUTO);
  begin();
  int failed = moe_search(ev, &ranges, &options, &found, NULL) != MOE_OK;
  for (size_t i = 0; i < found.count; i++) {
    add(found.minimum[i].theta, moe_model_size(&m));
    add(&found.minimum[i].descent.objective, 1);
  }
  moe_search_free(&found);
  end("search, shared atoms behind a tempered activation");
  moe_eval_free(ev);
  moe_data_free(data);
  return failed;
}

/* Raw rows and the gradient solver: p = 264. */
static int wide_bits(void) {
  static const struct moe_ranges ranges = {
      .beta1 = {-3, 3}, .beta0 = {-3, 3}, .a = {-3, 3}, .b = {-3, 3}};
  struct moe_design design = {.kind = MOE_UNIFORM, .lower = -1, .upper = 1};
  struct moe_model m;
  struct moe_data *data;
  struct moe_box box;
  double theta[264];
  struct moe_rng rng = moe_rng_make(11, 1);
  moe_model_make(&m, "sigmoid", "tanh", 32, 4, NULL);
  for (size_t i = 0; i < 264; i++) theta[i] = 0.4 * moe_rng_normal(&rng);
  if (moe_design_draw(&design, &m, theta, .01, 1500, 12, &data, NULL)) return 1;
  for (size_t i = 0; i < 264; i++) theta[i] += 0.1 * moe_rng_normal(&rng);
  struct moe_eval *ev = moe_eval_alloc(&m, data, MOE_TILED);
  moe_box_make(&box, &m, &ranges, m.k);
  struct moe_descent descent =
      moe_descend(ev, &box, &(struct moe_descent_options){.max_iterations = 60}, theta);
  begin();
  add(theta, 264);
  add(&descent.objective, 1);
  end("descent, p = 264");
  moe_box_free(&box);
  moe_eval_free(ev);
  moe_data_free(data);
  return !isfinite(descent.objective);
}

/* Every expert's derivatives at two atoms: values, singular values, relations. */
static void family_bits(void) {
  static const double theta[8] = {0, -2.11, 0.54, 0.14, 2.92, 1.08, 1.08, -1.53};
  const struct moe_design line = {.kind = MOE_TELESCOPE, .lower = -3, .upper = 3, .points = 64};
  struct moe_term term[12] = {{.atom = 0}};
  for (size_t j = 0; j < 10; j++) {
    term[j].atom = j / 5;
    if (j % 5) term[j].order[j % 5 - 1] = 1 + j % 2;
  }
  for (size_t i = 0; moe_expert_row_at(i); i++) {
    struct moe_family family = {.theta = theta, .centred = 1};
    struct moe_functions f;
    struct moe_relations r;
    double singular[10];
    if (moe_model_make(&family.model, "softmax", moe_expert_row_at(i)->name, 1, 2, NULL))
      return;
    struct moe_data *support = moe_design_support(&line, 0, &family.model, theta);
    family.support = support;
    if (moe_functions_make(&family, term, 10, &f, NULL)) return;
    moe_functions_singular(&f, singular);
    moe_functions_relate(&f, NULL, 1, NULL, &r);
    begin();
    add((const double *)f.value, 2 * f.rows * f.count);
    add(singular, 10);
    add((const double *)r.coefficient, 200);
    end(moe_expert_row_at(i)->name);
    moe_relations_free(&r);
    moe_functions_free(&f);
    moe_data_free(support);
  }
}

int main(void) {
  struct moe_error e;
  if (moe_isa_check(&e)) {
    fprintf(stderr, "%s\n", e.text);
    return 2;
  }
  math_bits();
  random_bits();
  linalg_bits();
  int failed = evals_bits();
  failed += fit_bits("softmax", "tanh");
  failed += fit_bits("sigmoid", "gelu");
  failed += fit_bits("sigmoid", "relu");
  failed += wide_bits();
  failed += routed_bits();
  family_bits();
  return failed > 0;
}
