/*
 * cell.h - the unit of work: one case x one n x one block of replicates, and its file.
 *
 * A case is described by plain data (a Lua table); its canonical description is the text with
 * sorted keys and numbers as %.17g, written here and nowhere else. The cell's key is the first
 * 32 hex digits of the SHA-256 of description + numerical versions; its file is <key>.tsv:
 *
 *   # moerates: cell 1
 *   # key: <key>
 *   # case: <canonical description>
 *   # versions: data=1 objective=1 search=1      (of the layers this estimator depends on)
 *   # evaluator: tile:avx2                      (not part of what must be equal across
 * machines) <column names, tab separated> <one line per row, %.17g> # end: <rows> <SHA-256 of
 * every byte before this line>
 *
 * Rows: one per replicate and kept minimum. Columns: replicate, search (full | near | larger |
 * sgd | path | em), rank (1..), rows (data rows after dropping empty support points), objective,
 * objective_truth, decrease, gradient, curvature, active, iterations, evaluations, stationary,
 * starts, agree, singletons, found, kind, dead, floating, duplicate, proportional, then theta_1
 * .. theta_p. What an estimator has no notion of is nan (the curvature of an SGD estimate); on
 * a path, replicate is the point's index and the objective is half the squared L2(mu) distance
 * of the regression functions; a temperature's logarithm follows the rows of theta;
 * Gaussian mixtures have -log-likelihood as objective and end theta with the logarithms of
 * their variances; in cross-validation the objective is in nats at the noise variance that the fit
 * shows on its training rows, and theta is in the units of the covariates and of standardised
 * y. Seconds go to <dir>/times.log, one line per cell (key, seconds, threads, start kinds:
 * tried and hits), never into the cell.
 */
#ifndef MOE_CELL_H
#define MOE_CELL_H

#include "fit.h"
#include "sample.h"

/* Raised by hand when a layer's numbers change; golden digests in the tests guard them. */
#define MOE_VERSION_DATA 1
#define MOE_VERSION_OBJECTIVE 1
#define MOE_VERSION_SEARCH 2
#define MOE_VERSION_SGD 1
#define MOE_VERSION_REGRESS 1
#define MOE_VERSION_LIKELIHOOD 1 /* in place of the objective's; its draws and starts too */
#define MOE_VERSION_EM 2
#define MOE_BLOCK 10 /* replicates in a cell */

enum moe_estimator { MOE_LSE, MOE_SGD, MOE_PATH, MOE_CROSS_VALIDATION, MOE_MLE, MOE_EM };

/* A case at one n and one block, ready to compute. Owns its arrays. */
struct moe_case {
  char *description; /* canonical, of the whole cell */
  char *data_axes;   /* canonical description of (experiment, truth, noise, design, n), or of
                        (experiment, data, n) for real data: every estimator sees the same
                        data; replicate (real data: repetition) r uses
                        moe_key_hash(data_axes + "#" + r) */
  char *experiment;
  struct moe_model truth, fit;
  double *truth_theta;
  double noise_var;
  struct moe_design design;
  struct moe_source source; /* real data: then there is no truth, noise or design */
  double n;                 /* INFINITY: the population; real data: rows of the table */
  size_t block, replicates; /* replicates (block-1)*MOE_BLOCK + 1 .. + replicates */
  struct moe_ranges ranges;
  enum moe_estimator estimator;
  size_t starts, keep, near_starts; /* lse, mle; starts: em too */
  size_t larger_starts;             /* lse, mle: of the search that checks the first; 0: none */
  struct moe_sgd_options sgd;       /* sgd */
  struct moe_em_options em;         /* em */
  double radius;                    /* sgd, em: start radius */
  size_t path_count;                /* path: the estimates are given, */
  double *path_index, *path_theta;  /* one index and one row of p numbers each */
  size_t folds; /* cross-validation: replicates are folds (sample.h), with `starts` */
};

/* Rows of numbers as the file has them. Text columns (search, kind) are indices here. */
struct moe_cell {
  size_t rows, columns;                                 /* columns = MOE_CELL_FIXED + p */
  double *value;                                        /* rows x columns */
  size_t tried[MOE_START_KINDS], hits[MOE_START_KINDS]; /* for the log */
  char evaluator[32];
};
extern const char *const moe_cell_columns[]; /* names of the fixed columns, NULL-terminated */
#define MOE_CELL_FIXED 22

/* Frees what c owns, not c itself. */
void moe_case_free(struct moe_case *c);
/* What the fields must satisfy together (n and the design, block, starts); the reader in
 * lua_case.c has checked each by itself. MOE_EUSAGE with one line. */
enum moe_status moe_case_check(const struct moe_case *c, struct moe_error *e);
/* The versions of the layers the case depends on, as in the cell's header. */
void moe_case_versions(const struct moe_case *c, char text[96]);
void moe_case_key(const struct moe_case *c, char key[33]);
/* The key for a description and versions read from a file. */
void moe_cell_key(const char *description, const char *versions, char key[33]);
/* Data rows per replicate, and core-seconds for the whole cell as a rough guess: for sorting
 * and for the dry run, never for results. */
double moe_case_rows(const struct moe_case *c);
double moe_case_cost(const struct moe_case *c);
/* Random streams: of the data of replicate r (the same for every gate and estimator) and of the
 * search (or descent) called `what` on it. */
uint64_t moe_case_data_key(const struct moe_case *c, size_t r);
uint64_t moe_case_start_key(const struct moe_case *c, const char *what, size_t r);

/* Splits the sample read from c->source for a replicate of a case of cross-validation. */
enum moe_status moe_case_split(const struct moe_case *c, struct moe_sample *sample,
                               size_t replicate, struct moe_error *e);

/* Computes every replicate of the block, or only `replicate` if it is not 0 (replay). */
enum moe_status moe_cell_compute(const struct moe_case *c, size_t replicate,
                                 struct moe_cell *cell, struct moe_error *e);
void moe_cell_free(struct moe_cell *cell);
/* The text of column j of a row: search and kind are words, the rest numbers (NULL). */
const char *moe_cell_word(size_t column, double value);
/* Whether the column holds counts and indices rather than measured numbers. */
int moe_cell_counts(size_t column);

/* Writes <dir>/<key>.tsv: temporary name, fsync, rename, fsync of the directory. */
enum moe_status moe_cell_write(const char *dir, const struct moe_case *c,
                               const struct moe_cell *cell, struct moe_error *e);

/* A cell file as read back: checked, but nothing recomputed. */
struct moe_cell_file {
  char *text; /* the bytes; the pointers below point into it */
  char key[33];
  const char *description, *versions, *evaluator;
  struct moe_cell cell; /* without evaluator, tried and hits */
};
/* MOE_EIO if it cannot be read (errno says why), MOE_ECHECK if it does not check: form, row
 * count, checksum, key equal to its file's name and to the hash of its description and
 * versions. */
enum moe_status moe_cell_read(const char *path, struct moe_cell_file *file,
                              struct moe_error *e);
void moe_cell_file_free(struct moe_cell_file *file);

/* Puts `length` bytes at `path` so that a reader sees the old file or the new one, never half
 * of one, and a power cut leaves one of them. MOE_EIO with the system's reason. */
enum moe_status moe_file_write(const char *path, const char *bytes, size_t length,
                               struct moe_error *e);
/* The whole file in memory, NUL-terminated (moe_free it); only regular files up to `limit`
 * bytes. */
enum moe_status moe_file_read(const char *path, size_t limit, char **bytes, size_t *length,
                              struct moe_error *e);
/* Makes `path` and the directories above it. */
enum moe_status moe_directory_make(const char *path, struct moe_error *e);
/* Removes what writers of this machine that no longer run left in `dir`. */
void moe_directory_sweep(const char *dir);

/* Runs cases on `threads` threads in the given order (longest first is the caller's business).
 * Cell i is written to dirs[i] as soon as it is finished. `progress` is called on the caller's
 * thread about 4 times a second and at the end; a result other than 0 stops the run after the
 * cells in flight. So does a file that cannot be written: the next would not fare better.
 * Returns done and failed; the first MOE_POOL_ERRORS messages are in errors. */
#define MOE_POOL_ERRORS 8
struct moe_pool_progress {
  size_t done, failed, total;
  double seconds;
};
struct moe_pool_progress moe_pool_run(struct moe_case *const *cases, const char *const *dirs,
                                      size_t count, size_t threads,
                                      int (*progress)(const struct moe_pool_progress *, void *),
                                      void *arg, struct moe_error errors[MOE_POOL_ERRORS]);

#endif
