/*
 * starts_gauss.c - where local fits of Gaussian mixtures begin, if not from other fits.
 *
 * A density that is far from all rows learns nothing, so atoms are not drawn in the box but made
 * from rows: those nearest to one of a few rows drawn as seeds, in (x, y) or in x alone, are taken for
 * an atom's; its line is that of least squares, its variance what remains. Half of the partitions
 * then let every row choose the line that explains it best, a few times (classification EM: Celeux
 * and Govaert 1992). The gate is that of linear discriminant analysis: normal covariates of one
 * variance in every part have logits that are linear.
 */
#include <math.h>
#include <string.h>

#include "expert.h"
#include "linalg.h"
#include "starts.h"
#include "vmath.h"

enum { CHOICES = 4 }; /* times that rows choose */
#define RIDGE 1e-9    /* of the squares of a column */

/* The rows in `parts` parts, and what is known of each. */
struct partition {
  const struct moe_starts *s;
  const struct moe_data *data;
  size_t parts, D;
  size_t *part;                                     /* of every row */
  double *sd;                                       /* of x and y */
  double *mean, *line, mass[MOE_MAX_ATOMS + 1];     /* D numbers per part; mean of x, then y */
  double within[MOE_MAX_ATOMS + 1], *spread, *gram; /* variance; pooled, of x; D x D */
};

static double row_weight(const struct moe_data *data, size_t i) {
  return *moe_data_at(data, i, data->d + 1);
}

/* Weighted means and standard deviations of x and y. */
static void column_spreads(struct partition *p) {
  for (size_t c = 0; c < p->D; c++) {
    double total = 0, sum = 0, square = 0;
    for (size_t i = 0; i < p->data->n; i++) {
      total += row_weight(p->data, i);
      sum += row_weight(p->data, i) * *moe_data_at(p->data, i, c);
    }
    for (size_t i = 0; i < p->data->n; i++) {
      double above = *moe_data_at(p->data, i, c) - sum / total;
      square += row_weight(p->data, i) * above * above;
    }
    p->sd[c] = square > 0 ? sqrt(square / total) : 1;
  }
}

static struct partition partition_make(const struct moe_starts *s, size_t parts) {
  struct partition p = {.s = s, .data = moe_eval_data(s->ev), .parts = parts};
  p.D = s->model.d + 1;
  p.part = moe_alloc(p.data->n, sizeof *p.part);
  p.sd = moe_alloc(2 * p.D + 2 * parts * p.D + p.D * p.D, sizeof *p.sd);
  p.spread = p.sd + p.D;
  p.mean = p.spread + p.D;
  p.line = p.mean + parts * p.D;
  p.gram = p.line + parts * p.D;
  column_spreads(&p);
  return p;
}

static void partition_free(struct partition *p) {
  moe_free(p->part);
  moe_free(p->sd);
}

/* Every row to the nearest of as many rows drawn as there are parts, in the first `columns` of x, y. */
static void part_by_seeds(struct partition *p, struct moe_rng *rng, size_t columns) {
  size_t seed[MOE_MAX_ATOMS + 1];
  for (size_t j = 0; j < p->parts; j++) seed[j] = moe_rng_below(rng, p->data->n);
  for (size_t i = 0; i < p->data->n; i++) {
    double least = INFINITY;
    for (size_t j = 0; j < p->parts; j++) {
      double square = 0;
      for (size_t c = 0; c < columns; c++) {
        double gap = *moe_data_at(p->data, i, c) - *moe_data_at(p->data, seed[j], c);
        square += gap / p->sd[c] * gap / p->sd[c];
      }
      if (!(square < least)) continue;
      least = square;
      p->part[i] = j;
    }
  }
}

static double line_residual(const struct partition *p, size_t j, size_t i) {
  const double *line = p->line + j * p->D;
  double r = *moe_data_at(p->data, i, p->D - 1) - line[p->D - 1];
  for (size_t c = 0; c + 1 < p->D; c++) r -= line[c] * *moe_data_at(p->data, i, c);
  return r;
}

static void part_means(struct partition *p, size_t j) {
  double *mean = p->mean + j * p->D;
  p->mass[j] = 0;
  memset(mean, 0, p->D * sizeof *mean);
  for (size_t i = 0; i < p->data->n; i++) {
    if (p->part[i] != j) continue;
    p->mass[j] += row_weight(p->data, i);
    for (size_t c = 0; c < p->D; c++)
      mean[c] += row_weight(p->data, i) * *moe_data_at(p->data, i, c);
  }
  for (size_t c = 0; c < p->D && p->mass[j] > 0; c++) mean[c] /= p->mass[j];
}

/* Slopes of least squares about the means, a ridge making them unique. */
static void part_slopes(struct partition *p, size_t j) {
  size_t d = p->D - 1;
  const double *mean = p->mean + j * p->D;
  double *line = p->line + j * p->D;
  memset(line, 0, p->D * sizeof *line);
  memset(p->gram, 0, d * d * sizeof *p->gram);
  for (size_t a = 0; a < d; a++)
    p->gram[a * d + a] = RIDGE * (1 + p->mass[j]) * p->sd[a] * p->sd[a];
  for (size_t i = 0; i < p->data->n; i++) {
    double w = row_weight(p->data, i), y = *moe_data_at(p->data, i, d) - mean[d];
    for (size_t a = 0; a < d && p->part[i] == j; a++) {
      double x = w * (*moe_data_at(p->data, i, a) - mean[a]);
      line[a] += x * y;
      for (size_t b = 0; b < d; b++)
        p->gram[a * d + b] += x * (*moe_data_at(p->data, i, b) - mean[b]);
    }
  }
  if (p->s->model.expert->intercept_only || moe_cholesky(d, p->gram))
    memset(line, 0, d * sizeof *line);
  else
    moe_cholesky_solve(d, p->gram, line);
}

/* Line and variance of a part; an empty one is given the whole response. */
static void part_fit(struct partition *p, size_t j) {
  const double *range = p->s->ranges->variance;
  double *line = p->line + j * p->D, sum = 0;
  part_means(p, j);
  part_slopes(p, j);
  line[p->D - 1] = p->mean[j * p->D + p->D - 1];
  for (size_t c = 0; c + 1 < p->D; c++) line[p->D - 1] -= line[c] * p->mean[j * p->D + c];
  for (size_t i = 0; i < p->data->n; i++) {
    double r = p->part[i] == j ? line_residual(p, j, i) : 0;
    sum += row_weight(p->data, i) * r * r;
  }
  double variance = p->mass[j] > 0 ? sum / p->mass[j] : p->sd[p->D - 1] * p->sd[p->D - 1];
  p->within[j] = fmin(fmax(variance, range[0]), range[1]);
}

/* Every row to the atom under which it is most likely. */
static void part_by_lines(struct partition *p) {
  double level[MOE_MAX_ATOMS + 1];
  for (size_t j = 0; j < p->parts; j++) level[j] = moe_log(p->within[j]);
  for (size_t i = 0; i < p->data->n; i++) {
    double least = INFINITY;
    for (size_t j = 0; j < p->parts; j++) {
      double r = line_residual(p, j, i), cost = r * r / p->within[j] + level[j];
      if (!(cost < least)) continue;
      least = cost;
      p->part[i] = j;
    }
  }
}

/* Variance of every covariate within the parts, pooled. */
static void pool_spreads(struct partition *p) {
  for (size_t c = 0; c + 1 < p->D; c++) {
    double total = 0, square = 0;
    for (size_t i = 0; i < p->data->n; i++) {
      double above = *moe_data_at(p->data, i, c) - p->mean[p->part[i] * p->D + c];
      square += row_weight(p->data, i) * above * above;
      total += row_weight(p->data, i);
    }
    p->spread[c] = fmax(square / total, 1e-3 * p->sd[c] * p->sd[c]);
  }
}

static void discriminate(const struct partition *p, size_t j, double *gate) {
  double total = 0;
  for (size_t l = 0; l < p->parts; l++) total += p->mass[l];
  gate[p->D - 1] = moe_log(fmax(p->mass[j] / total, 1e-3));
  for (size_t c = 0; c + 1 < p->D; c++) {
    double mean = p->mean[j * p->D + c];
    gate[c] = mean / p->spread[c];
    gate[p->D - 1] -= 0.5 * mean * gate[c];
  }
}

/* The line of part j to the expert of an atom, which may have an outer sign. */
static void give_line(const struct partition *p, size_t j, size_t atom, double *expert) {
  const struct moe_expert *kind = moe_model_expert(&p->s->model, atom);
  double sign = moe_expert_value(kind, 1, NULL, NULL) < 0 ? -1 : 1;
  for (size_t c = 0; c < p->D; c++) expert[c] = sign * p->line[j * p->D + c];
}

static size_t draw_columns(const struct partition *p, struct moe_rng *rng) {
  return moe_rng_uniform(rng) < 0.5 ? p->D : p->D - 1;
}

void moe_starts_partition(const struct moe_starts *s, struct moe_rng *rng, double *theta) {
  size_t k = s->model.k, D = s->model.d + 1;
  struct partition p = partition_make(s, k);
  part_by_seeds(&p, rng, draw_columns(&p, rng));
  size_t choices = moe_rng_uniform(rng) < 0.5 ? CHOICES : 0;
  for (size_t j = 0; j < k; j++) part_fit(&p, j);
  for (size_t turn = 0; turn < choices; turn++) {
    part_by_lines(&p);
    for (size_t j = 0; j < k; j++) part_fit(&p, j);
  }
  pool_spreads(&p);
  for (size_t j = 0; j < k; j++) {
    discriminate(&p, j, theta + j * D);
    give_line(&p, j, j, theta + (k + j) * D);
    theta[moe_model_size(&s->model) - k + j] = moe_log(p.within[j]);
  }
  partition_free(&p);
}

void moe_starts_local_atom(const struct moe_starts *s, struct moe_rng *rng, size_t atom,
                           double *expert, double *log_variance) {
  struct partition p = partition_make(s, s->model.k + 1);
  part_by_seeds(&p, rng, draw_columns(&p, rng));
  part_fit(&p, 0);
  give_line(&p, 0, atom, expert);
  *log_variance = moe_log(p.within[0]);
  partition_free(&p);
}
