/*
 * sample.h - real data in place of a truth: the rows of a table, split for cross-validation.
 *
 * Replicate r = 1, 2, ... is fold (r - 1) % folds of repetition (r - 1) / folds. A repetition puts
 * the table's rows into a random order and takes the first n; of these, fold f holds the places f, f
 * + folds, f + 2 folds, ... for the test, and the rest is for training. Whatever a fit needs to know
 * of the columns (means, standard deviations) comes from the training rows.
 */
#ifndef MOE_SAMPLE_H
#define MOE_SAMPLE_H

#include "csv.h"
#include "regress.h"

/* Which columns of which file. The digest is part of what a cell is: other bytes, another cell. */
struct moe_source {
  char *file;      /* NULL: no source, but a truth */
  char digest[65]; /* SHA-256 of the file's bytes, hexadecimal */
  char *y, **x;    /* names of columns: the response, d covariates */
  size_t d;
};
void moe_source_free(struct moe_source *source);

struct moe_sample {
  const struct moe_source *source; /* borrowed */
  struct moe_csv csv;
  struct moe_regress_data data; /* x, y borrow csv's columns; weight: 1 training, 0 else */
  double *weight;
  size_t *order; /* the table's rows in the order of the repetition; n come first */
  size_t n, folds, fold;
};

/* Reads the file. MOE_EIO: the system refuses it; MOE_EDATA: other bytes than the digest's, no such
 * column, or one that is not numeric. */
enum moe_status moe_sample_read(const struct moe_source *source, struct moe_sample *sample,
                                struct moe_error *e);
void moe_sample_free(struct moe_sample *sample);

/* Splits for a replicate; `key` is the stream of its repetition. MOE_EUSAGE: fewer than n rows;
 * MOE_EDATA: a column that is constant in the training rows. */
enum moe_status moe_sample_split(struct moe_sample *sample, size_t n, size_t folds, size_t fold,
                                 uint64_t key, struct moe_error *e);

/* The rows held out, y in training standard deviations above the training mean (what a standardised
 * fit predicts), weights that sum to 1: the support on which the losses of a fit are taken. */
struct moe_data *moe_sample_held_out(const struct moe_sample *sample);

#endif
