/*
 * test_sample.c - tables split for cross-validation: each row held out once a repetition, units from
 * the training rows alone, files that are not what they were.
 */
#include "sample.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "canon.h"

enum { ROWS = 23 };
static char path[] = "/tmp/moerates-sample-XXXXXX";

/* y = row number squared, a = row number, b = 7 - 2 row number; a column of words, a constant. */
static int setup(void **state) {
  (void)state;
  int file = mkstemp(path);
  FILE *out = fdopen(file, "w");
  assert_non_null(out);
  fprintf(out, "y,a,b,word,flat\n");
  for (int i = 0; i < ROWS; i++) fprintf(out, "%d,%d,%d,w,4\n", i * i, i, 7 - 2 * i);
  return fclose(out);
}

static int teardown(void **state) {
  (void)state;
  return unlink(path);
}

static struct moe_source source_of(const char *y, const char *first, const char *second) {
  struct moe_source s = {.file = moe_strdup(path), .y = moe_strdup(y), .d = 2};
  char bytes[4096];
  FILE *in = fopen(path, "rb");
  assert_non_null(in);
  moe_sha256_hex(bytes, fread(bytes, 1, sizeof bytes, in), s.digest);
  fclose(in);
  s.x = moe_alloc(2, sizeof *s.x);
  s.x[0] = moe_strdup(first);
  s.x[1] = moe_strdup(second);
  return s;
}

static void each_row_is_held_out_once(void **state) {
  (void)state;
  struct moe_source source = source_of("y", "a", "b");
  struct moe_sample sample;
  size_t first_order[ROWS];
  assert_int_equal(moe_sample_read(&source, &sample, NULL), MOE_OK);
  for (size_t n = 20; n <= ROWS; n += 3) {
    size_t held[ROWS] = {0}, seen[ROWS] = {0}, inside = 0;
    for (size_t fold = 0; fold < 5; fold++) {
      assert_int_equal(moe_sample_split(&sample, n, 5, fold, 42, NULL), MOE_OK);
      struct moe_data *out = moe_sample_held_out(&sample);
      double weights = 0;
      assert_true(out->n == n / 5 || out->n == n / 5 + 1);
      for (size_t i = 0; i < out->n; i++) {
        size_t row = (size_t)*moe_data_at(out, i, 0);
        held[row]++;
        weights += *moe_data_at(out, i, 3);
        assert_true(*moe_data_at(out, i, 1) == 7 - 2 * (double)row);
        assert_true(sample.weight[row] == 0);
      }
      assert_true(fabs(weights - 1) < 1e-12);
      for (size_t row = 0; row < ROWS; row++) seen[row] += sample.weight[row] == 1;
      moe_data_free(out);
    }
    for (size_t row = 0; row < ROWS; row++) {
      assert_true(held[row] <= 1 && seen[row] == 4 * held[row]);
      inside += held[row];
    }
    assert_int_equal(inside, n);
  }
  memcpy(first_order, sample.order, sizeof first_order);
  assert_int_equal(moe_sample_split(&sample, ROWS, 5, 0, 42, NULL), MOE_OK);
  assert_memory_equal(first_order, sample.order, sizeof first_order);
  assert_int_equal(moe_sample_split(&sample, ROWS, 5, 0, 43, NULL), MOE_OK);
  assert_memory_not_equal(first_order, sample.order, sizeof first_order);
  moe_sample_free(&sample);
  moe_source_free(&source);
}

/* y held out = (row^2 - mean) / sd of the training rows, worked out here once more. */
static void units_are_those_of_the_training_rows(void **state) {
  (void)state;
  struct moe_source source = source_of("y", "a", "b");
  struct moe_sample sample;
  assert_int_equal(moe_sample_read(&source, &sample, NULL), MOE_OK);
  assert_int_equal(moe_sample_split(&sample, ROWS, 4, 1, 7, NULL), MOE_OK);
  long double sum = 0, square = 0, count = 0;
  for (size_t row = 0; row < ROWS; row++) {
    long double y = (long double)(row * row) * sample.weight[row];
    sum += y;
    square += y * y;
    count += sample.weight[row];
  }
  long double mean = sum / count, sd = sqrtl(square / count - mean * mean);
  double offset, scale;
  moe_regress_units(&sample.data, &offset, &scale);
  assert_true(fabsl(offset - mean) < 1e-12L * mean && fabsl(scale - sd) < 1e-12L * sd);
  struct moe_data *out = moe_sample_held_out(&sample);
  for (size_t i = 0; i < out->n; i++) {
    double a = *moe_data_at(out, i, 0);
    assert_true(fabsl(*moe_data_at(out, i, 2) - (a * a - mean) / sd) < 1e-12L);
  }
  moe_data_free(out);
  moe_sample_free(&sample);
  moe_source_free(&source);
}

static void refuses(const char *y, const char *x, const char *message) {
  struct moe_source source = source_of(y, x, "b");
  struct moe_sample sample;
  struct moe_error e = {""};
  assert_int_equal(moe_sample_read(&source, &sample, &e), MOE_EDATA);
  if (!strstr(e.text, message)) fail_msg("%s: expected %s", e.text, message);
  moe_source_free(&source);
}

static void what_is_wrong_is_said(void **state) {
  (void)state;
  struct moe_sample sample;
  struct moe_error e;
  refuses("z", "a", "there is no column 'z'");
  refuses("y", "word", "'word'");
  struct moe_source source = source_of("y", "a", "b");
  source.digest[3] = source.digest[3] == '0' ? '1' : '0';
  assert_int_equal(moe_sample_read(&source, &sample, &e), MOE_EDATA);
  assert_non_null(strstr(e.text, "its digest is"));
  moe_source_free(&source);
  source = source_of("y", "a", "b");
  assert_int_equal(moe_sample_read(&source, &sample, &e), MOE_OK);
  assert_int_equal(moe_sample_split(&sample, ROWS + 1, 5, 0, 1, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "n = 24 rows are asked for, the table has 23"));
  moe_sample_free(&sample);
  moe_source_free(&source);
  source = source_of("y", "flat", "b");
  assert_int_equal(moe_sample_read(&source, &sample, &e), MOE_OK);
  assert_int_equal(moe_sample_split(&sample, ROWS, 5, 0, 1, &e), MOE_EDATA);
  assert_non_null(
      strstr(e.text, "column 'flat' is constant in the rows that a fold trains on"));
  moe_sample_free(&sample);
  source.file[5] = '!';
  assert_int_equal(moe_sample_read(&source, &sample, &e), MOE_EIO);
  moe_source_free(&source);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_row_is_held_out_once),
      cmocka_unit_test(units_are_those_of_the_training_rows),
      cmocka_unit_test(what_is_wrong_is_said),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
