/*
 * sample.c - reading the table, splitting it, and the rows that a fit has not seen.
 */
#include "sample.h"

#include <string.h>

#include "canon.h"
#include "cell.h"

#define LARGEST ((size_t)1 << 28) /* bytes of a file */

void moe_source_free(struct moe_source *source) {
  for (size_t s = 0; s < source->d; s++) moe_free(source->x[s]);
  moe_free(source->x);
  moe_free(source->y);
  moe_free(source->file);
  *source = (struct moe_source){0};
}

static enum moe_status find_column(const struct moe_csv *csv, const char *name,
                                   const double **values, struct moe_error *e) {
  for (size_t c = 0; c < csv->columns; c++) {
    if (strcmp(csv->name[c], name) != 0) continue;
    *values = csv->value[c];
    return moe_csv_numeric(csv, c, e);
  }
  return moe_fail(e, MOE_EDATA, "%s: there is no column '%.60s'", csv->path, name);
}

static enum moe_status read_table(const struct moe_source *source, struct moe_csv *csv,
                                  struct moe_error *e) {
  char *bytes, hex[65];
  size_t length;
  enum moe_status status = moe_file_read(source->file, LARGEST, &bytes, &length, e);
  if (status != MOE_OK) return status;
  moe_sha256_hex(bytes, length, hex);
  if (strcmp(hex, source->digest) != 0)
    status =
        moe_fail(e, MOE_EDATA, "%s: its digest is %.12s..., the cell was planned for %.12s...",
                 source->file, hex, source->digest);
  else
    status = moe_csv_parse(source->file, bytes, length, csv, e);
  moe_free(bytes);
  return status;
}

enum moe_status moe_sample_read(const struct moe_source *source, struct moe_sample *sample,
                                struct moe_error *e) {
  *sample = (struct moe_sample){.source = source};
  enum moe_status status = read_table(source, &sample->csv, e);
  if (status != MOE_OK) return status;
  size_t rows = sample->csv.rows;
  const double **x = moe_alloc(source->d, sizeof *x);
  sample->weight = moe_alloc(rows, sizeof *sample->weight);
  sample->order = moe_alloc(rows, sizeof *sample->order);
  sample->data =
      (struct moe_regress_data){.rows = rows, .d = source->d, .x = x, .weight = sample->weight};
  status = find_column(&sample->csv, source->y, &sample->data.y, e);
  for (size_t s = 0; s < source->d && status == MOE_OK; s++)
    status = find_column(&sample->csv, source->x[s], x + s, e);
  if (status != MOE_OK) moe_sample_free(sample);
  return status;
}

void moe_sample_free(struct moe_sample *sample) {
  moe_csv_free(&sample->csv);
  moe_free(sample->data.x);
  moe_free(sample->weight);
  moe_free(sample->order);
  *sample = (struct moe_sample){0};
}

static enum moe_status check_varies(const struct moe_sample *sample, const double *column,
                                    const char *name, struct moe_error *e) {
  const double *first = NULL;
  for (size_t i = 0; i < sample->data.rows; i++) {
    if (!(sample->weight[i] > 0)) continue;
    if (first && column[i] != *first) return MOE_OK;
    first = column + i;
  }
  return moe_fail(
      e, MOE_EDATA,
      "%s: column '%.60s' is constant in the rows that a fold trains on; leave it out, or "
      "take fewer folds or more rows",
      sample->csv.path, name);
}

enum moe_status moe_sample_split(struct moe_sample *sample, size_t n, size_t folds, size_t fold,
                                 uint64_t key, struct moe_error *e) {
  size_t rows = sample->data.rows;
  if (n > rows)
    return moe_fail(e, MOE_EUSAGE, "%s: n = %zu rows are asked for, the table has %zu",
                    sample->csv.path, n, rows);
  struct moe_rng rng = moe_rng_make(key, 0);
  for (size_t i = 0; i < rows; i++) sample->order[i] = i;
  for (size_t i = 0; i + 1 < rows; i++) {
    size_t j = i + moe_rng_below(&rng, rows - i), t = sample->order[i];
    sample->order[i] = sample->order[j];
    sample->order[j] = t;
  }
  sample->n = n;
  sample->folds = folds;
  sample->fold = fold;
  for (size_t i = 0; i < rows; i++)
    sample->weight[sample->order[i]] = i < n && i % folds != fold;
  enum moe_status status = check_varies(sample, sample->data.y, sample->source->y, e);
  for (size_t s = 0; s < sample->data.d && status == MOE_OK; s++)
    status = check_varies(sample, sample->data.x[s], sample->source->x[s], e);
  return status;
}

struct moe_data *moe_sample_held_out(const struct moe_sample *sample) {
  size_t d = sample->data.d,
         count = (sample->n - sample->fold + sample->folds - 1) / sample->folds;
  struct moe_data *out = moe_data_alloc(count, d);
  double offset, scale;
  moe_regress_units(&sample->data, &offset, &scale);
  for (size_t i = 0; i < count; i++) {
    size_t row = sample->order[sample->fold + i * sample->folds];
    for (size_t s = 0; s < d; s++) *moe_data_at(out, i, s) = sample->data.x[s][row];
    *moe_data_at(out, i, d) = (sample->data.y[row] - offset) / scale;
    *moe_data_at(out, i, d + 1) = 1 / (double)count;
  }
  moe_data_pad(out);
  return out;
}
