/*
 * cell.h - the unit of work: one case x one n x one block of replicates, and its file.
 *
 * A case is described by plain data (a Lua table); its canonical description is the text with
 * sorted keys and numbers as %.17g, written here and nowhere else. The cell's key is the first 32
 * hex digits of the SHA-256 of description + numerical versions; its file is <key>.tsv:
 *
 *   # moerates: cell 1
 *   # key: <key>
 *   # case: <canonical description>
 *   # versions: data=1 objective=1 search=1
 *   # evaluator: tile:avx2                      (not part of what must be equal across machines)
 *   <column names, tab separated>
 *   <one line per row, %.17g>
 *   # end: <rows> <SHA-256 of every byte before this line>
 *
 * Rows: one per replicate and kept minimum. Columns: replicate, search (full | near | sgd | path), rank (1..),
 * rows (data rows after dropping empty support points), objective, objective_truth, decrease, gradient,
 * curvature, active, iterations, evaluations, stationary, starts, agree, singletons, found, kind, dead, floating,
 * duplicate, proportional, then theta_1 .. theta_p. Seconds go to cells/<experiment>/times.log,
 * one line per cell (key, seconds, threads, start kinds: tried and hits), never into the cell.
 */
#ifndef MOE_CELL_H
#define MOE_CELL_H

#include "fit.h"

/* Raised by hand when a layer's numbers change; golden digests in the tests guard them. */
#define MOE_VERSION_DATA 1
#define MOE_VERSION_OBJECTIVE 1
#define MOE_VERSION_SEARCH 1
#define MOE_BLOCK 10 /* replicates in a cell */

enum moe_estimator { MOE_LSE, MOE_SGD, MOE_PATH };

/* A case at one n and one block, ready to compute. Owns its arrays. */
struct moe_case {
  char *description; /* canonical, of the whole cell */
  char *data_axes;   /* canonical description of (experiment, truth, noise, design, n): every estimator
                        sees the same data; replicate r uses moe_key_hash(data_axes + "#" + r) */
  char *experiment;
  struct moe_model truth, fit;
  double *truth_theta;
  double noise_var;
  struct moe_design design;
  double n; /* INFINITY: the population */
  size_t block, replicates; /* replicates (block-1)*MOE_BLOCK + 1 .. + replicates */
  struct moe_ranges ranges;
  enum moe_estimator estimator;
  size_t starts, keep, near_starts;  /* lse */
  struct moe_sgd_options sgd; /* sgd */
  double radius;              /* sgd: start radius */
  double *path_theta;         /* path: the estimate is given */
};

/* Rows of numbers as the file has them. Text columns (search, kind) are indices here. */
struct moe_cell {
  size_t rows, columns; /* columns = MOE_CELL_FIXED + p */
  double *value;        /* rows x columns */
  size_t tried[MOE_START_KINDS], hits[MOE_START_KINDS]; /* for the log */
  char evaluator[32];
};
extern const char *const moe_cell_columns[]; /* names of the fixed columns, NULL-terminated */
#define MOE_CELL_FIXED 22

void moe_case_free(struct moe_case *c);
void moe_case_key(const struct moe_case *c, char key[33]);

/* Computes every replicate of the block, or only `replicate` if it is not 0 (replay). */
enum moe_status moe_cell_compute(const struct moe_case *c, size_t replicate,
                                 struct moe_cell *cell, struct moe_error *e);
void moe_cell_free(struct moe_cell *cell);

/* Writes <dir>/<key>.tsv: temporary name, fsync, rename, fsync of the directory. */
enum moe_status moe_cell_write(const char *dir, const struct moe_case *c,
                               const struct moe_cell *cell, struct moe_error *e);

/* Runs cases on `threads` threads in the given order (longest first is the caller's business).
 * Each finished cell is written at once. `progress` is called on the caller's thread about 4 times
 * a second. Returns the number of cells that failed; the first 8 messages are in errors. */
struct moe_pool_progress {
  size_t done, failed, total;
  double seconds;
};
size_t moe_pool_run(struct moe_case **cases, size_t count, size_t threads, const char *dir,
                    void (*progress)(const struct moe_pool_progress *, void *), void *arg,
                    struct moe_error errors[8]);

#endif
