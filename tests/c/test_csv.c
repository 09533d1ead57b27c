/*
 * test_csv.c - what a CSV file may look like, and what is said of one that cannot be used.
 *
 * Two tables: files that are read (and the numbers in them), files that are refused (and the
 * line that says why). Every refusal names path:line.
 */
#include "csv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define BYTES(s) s, sizeof s - 1

static enum moe_status parse(const char *bytes, size_t size, struct moe_csv *csv,
                             struct moe_error *e) {
  char *text = moe_realloc(NULL, size + 1, 1);
  memcpy(text, bytes, size);
  enum moe_status status = moe_csv_parse("t.csv", text, size, csv, e);
  moe_free(text);
  return status;
}

/* Every one of these is the table a = 1, 2.5; b = -3, 4e2. */
static const struct {
  const char *what, *bytes;
  size_t size;
} same[] = {
    {"plain", BYTES("a,b\n1,-3\n2.5,4e2\n")},
    {"byte order mark", BYTES("\xef\xbb\xbf"
                              "a,b\n1,-3\n2.5,4e2\n")},
    {"CRLF", BYTES("a,b\r\n1,-3\r\n2.5,4e2\r\n")},
    {"CR alone", BYTES("a,b\r1,-3\r2.5,4e2\r")},
    {"semicolons", BYTES("a;b\n1;-3\n2.5;4e2\n")},
    {"tabs", BYTES("a\tb\n1\t-3\n2.5\t4e2\n")},
    {"blanks around tabs", BYTES("a \t b\n 1\t-3 \n2.5\t 4e2\n")},
    {"no final line break", BYTES("a,b\n1,-3\n2.5,4e2")},
    {"trailing blanks", BYTES("a,b  \n1 , -3\t\n  2.5,4e2 \n")},
    {"blank lines at the end", BYTES("a,b\n1,-3\n2.5,4e2\n\n  \n\n")},
    {"blanks as the last line", BYTES("a,b\n1,-3\n2.5,4e2\n   ")},
    {"blank lines before the header", BYTES("\n \na,b\n1,-3\n2.5,4e2\n")},
    {"quotes", BYTES("\"a\",\"b\"\n\"1\",-3\n2.5,\"4e2\"\n")},
    {"blanks around quotes", BYTES("\"a\" , \"b\" \n \"1\" ,-3\n2.5, \"4e2\"\n")},
    {"signs and bare points", BYTES("a,b\n+1.,-3.0\n.25e+1,0400E0\n")},
};

static void test_same(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
    struct moe_csv csv;
    struct moe_error e = {{0}};
    print_message("  %s\n", same[i].what);
    assert_int_equal(parse(same[i].bytes, same[i].size, &csv, &e), MOE_OK);
    assert_int_equal(csv.rows, 2);
    assert_int_equal(csv.columns, 2);
    assert_string_equal(csv.name[0], "a");
    assert_string_equal(csv.name[1], "b");
    for (size_t c = 0; c < 2; c++) assert_int_equal(moe_csv_numeric(&csv, c, &e), MOE_OK);
    assert_true(csv.value[0][0] == 1 && csv.value[0][1] == 2.5);
    assert_true(csv.value[1][0] == -3 && csv.value[1][1] == 400);
    moe_csv_free(&csv);
  }
}

/* Files that cannot be used, column 0 being the one that is wanted. */
static const struct {
  const char *what, *bytes;
  size_t size;
  const char *says;
} refused[] = {
    {"nothing", BYTES(""), "t.csv:1: the file is empty"},
    {"blank lines only", BYTES("\n \n\n"), "t.csv:1: the file is empty"},
    {"header only", BYTES("a,b\n"), "t.csv:1: a header but no rows"},
    {"header only, no line break", BYTES("a,b"), "t.csv:1: a header but no rows"},
    {"short row", BYTES("a,b\n1,2\n3\n"), "t.csv:3: 1 field where the header names 2 columns"},
    {"long row", BYTES("a,b\n1,2,3\n"), "t.csv:2: 3 fields where the header names 2 columns"},
    {"comma for point", BYTES("a,b\n1,5,2\n"), "t.csv:2: 3 fields"},
    {"trailing comma", BYTES("a,b\n1,2,\n"), "t.csv:2: 3 fields"},
    {"blank line inside", BYTES("a,b\n1,2\n\n3,4\n"), "t.csv:3: a blank line among the rows"},
    {"same name twice", BYTES("a,b,a\n1,2,3\n"),
     "t.csv:1: columns 1 and 3 are both called 'a'"},
    {"a column without name", BYTES("a,,b\n1,2,3\n"), "t.csv:1: column 2 has no name"},
    {"a quoted empty name", BYTES("a,\"\"\n1,2\n"), "t.csv:1: column 2 has no name"},
    {"open quote", BYTES("a,b\n1,2\n\"3,4\n5,6\n"), "t.csv:3: a quote opens here"},
    {"open quote in the header", BYTES("\"a,b\n1,2\n"), "t.csv:1: a quote opens here"},
    {"text after a quote", BYTES("a,b\n\"1\"2,3\n"), "t.csv:2: text after a closing quote"},
    {"NUL", BYTES("a,b\n1,2\n3,\0004\n"), "t.csv:3: a NUL byte"},
    {"binary",
     BYTES("\x7f"
           "ELF\x02\x01"),
     "t.csv:1: a control byte (0x7f)"},
    {"escape sequence", BYTES("a,b\n1,\x1b[2J\n"), "t.csv:2: a control byte (0x1b)"},
    {"UTF-16",
     BYTES("\xff\xfe"
           "a\0,\0"),
     "t.csv:1: the file is UTF-16"},
    {"text", BYTES("a\n1\nten\n"),
     "t.csv:3: column 'a': 'ten' is not a usable number: a number"},
    {"text with a number in front", BYTES("a\n1\n2kg\n"), "t.csv:3: column 'a': '2kg'"},
    {"empty field", BYTES("a,b\n1,2\n,4\n"),
     "t.csv:3: column 'a': '' is not a usable number: the field is empty"},
    {"NA", BYTES("a\n1\nNA\n"), "t.csv:3: column 'a': 'NA' is not a usable number: missing"},
    {"nan", BYTES("a\nnan\n"), "missing values are not supported"},
    {"inf", BYTES("a\n1\n-inf\n"),
     "t.csv:3: column 'a': '-inf' is not a usable number: only finite"},
    {"infinity", BYTES("a\nInfinity\n"), "only finite numbers"},
    {"too large for a double", BYTES("a\n1\n1e400\n"),
     "t.csv:3: column 'a': '1e400' is not a usable number: it is too large"},
    {"too large for a fit", BYTES("a\n1\n-1e31\n"),
     "t.csv:3: column 'a': -1e+31 is too large to fit"},
    {"hexadecimal", BYTES("a\n0x10\n"), "'0x10' is not a usable number: hexadecimal"},
    {"hexadecimal, negative", BYTES("a\n-0X1p3\n"), "hexadecimal"},
    {"decimal comma", BYTES("a;b\n1;2\n1,5;2\n"),
     "t.csv:3: column 'a': '1,5' is not a usable number: decimal commas"},
    {"thousands", BYTES("a;b\n1,000.5;2\n"), "'1,000.5' is not a usable number"},
    {"half an exponent", BYTES("a\n1e\n"), "'1e' is not a usable number"},
    {"a sign alone", BYTES("a\n+\n"), "'+' is not a usable number"},
    {"a long field is shortened",
     BYTES("a\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"),
     "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...'"},
    {"the line behind a quoted line break", BYTES("a,b\n1,\"x\ny\"\nbad,z\n"),
     "t.csv:4: column 'a': 'bad'"},
};

static void test_refused(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    struct moe_csv csv;
    struct moe_error e = {{0}};
    enum moe_status status = parse(refused[i].bytes, refused[i].size, &csv, &e);
    if (status == MOE_OK) {
      status = moe_csv_numeric(&csv, 0, &e);
      moe_csv_free(&csv);
    }
    print_message("  %s: %s\n", refused[i].what, e.text);
    assert_int_equal(status, MOE_EDATA);
    assert_non_null(strstr(e.text, refused[i].says));
    assert_null(strchr(e.text, '\n'));
  }
}

/* Text is an error only in a column that is used. */
static void test_text_column(void **state) {
  (void)state;
  struct moe_csv csv;
  struct moe_error e;
  static const char bytes[] = "who,x\n\"Smith, \"\"J\"\"\nline two\",1\n,2\n";
  assert_int_equal(parse(BYTES(bytes), &csv, &e), MOE_OK);
  assert_int_equal(csv.rows, 2);
  assert_null(csv.value[0]);
  assert_int_equal(csv.bad_line[0], 2);
  assert_string_equal(csv.bad_text[0], "Smith, \"J\" line two");
  assert_int_equal(csv.line[1], 4);
  assert_int_equal(moe_csv_numeric(&csv, 1, &e), MOE_OK);
  assert_true(csv.value[1][0] == 1 && csv.value[1][1] == 2);
  moe_csv_free(&csv);
}

/* What printf wrote with 17 digits comes back bit by bit. */
static void test_round_trip(void **state) {
  (void)state;
  static const double value[] = {0.1,
                                 -1.0 / 3,
                                 5e-324,
                                 2.2250738585072014e-308,
                                 9007199254740993.0,
                                 1e22,
                                 123456789.123456789,
                                 -0.0};
  for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
    char text[64];
    struct moe_csv csv;
    struct moe_error e;
    int size = snprintf(text, sizeof text, "a\n%.17g\n", value[i]);
    assert_int_equal(parse(text, (size_t)size, &csv, &e), MOE_OK);
    assert_memory_equal(csv.value[0], &value[i], sizeof *value);
    moe_csv_free(&csv);
  }
}

/* A random walk through hostile bytes: any answer but a crash or an endless loop will do. */
static void test_noise(void **state) {
  (void)state;
  static const char alphabet[] = "aab1123,,;\t\"\"\"\r\n\n .e-x";
  uint64_t seed = 1;
  size_t readable = 0;
  for (int trial = 0; trial < 20000; trial++) {
    char text[64];
    size_t size = 0;
    for (size_t i = 0; i < 40; i++) {
      seed = seed * 6364136223846793005u + 1442695040888963407u;
      text[size++] = alphabet[(seed >> 33) % (sizeof alphabet - 1)];
    }
    struct moe_csv csv;
    struct moe_error e = {{0}};
    if (parse(text, size, &csv, &e) == MOE_OK) {
      readable++;
      moe_csv_free(&csv);
    } else {
      assert_non_null(strstr(e.text, "t.csv:"));
    }
  }
  assert_true(readable > 0);
}

static void test_million_rows(void **state) {
  (void)state;
  size_t rows = 1000000, size = 0;
  char *text = moe_realloc(NULL, rows * 48 + 64, 1);
  size += (size_t)sprintf(text, "x,y,z\n");
  for (size_t i = 0; i < rows; i++)
    size += (size_t)sprintf(text + size, "%zu,%.17g,%.6f\n", i, 1.0 / (double)(i + 1), 0.5);
  struct moe_csv csv;
  struct moe_error e;
  clock_t start = clock();
  assert_int_equal(moe_csv_parse("t.csv", text, size, &csv, &e), MOE_OK);
  double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
  print_message("  10^6 rows in %.2f s\n", seconds);
  assert_true(seconds < 10);
  assert_int_equal(csv.rows, rows);
  assert_true(csv.value[1][rows - 1] == 1.0 / (double)rows);
  moe_csv_free(&csv);
  moe_free(text);
}

static void test_files(void **state) {
  (void)state;
  struct moe_csv csv;
  struct moe_error e;
  assert_int_equal(moe_csv_read("/nonexistent/t.csv", &csv, &e), MOE_EIO);
  assert_non_null(strstr(e.text, "/nonexistent/t.csv: cannot be read: No such file"));
  assert_int_equal(moe_csv_read("/tmp", &csv, &e), MOE_EIO);
  assert_non_null(strstr(e.text, "/tmp: is a directory"));
  assert_int_equal(moe_csv_read("/dev/zero", &csv, &e), MOE_EDATA);
  assert_non_null(strstr(e.text, "/dev/zero:1: a NUL byte"));
  assert_int_equal(moe_csv_read("/dev/null", &csv, &e), MOE_EDATA);
  assert_non_null(strstr(e.text, "the file is empty"));
  char path[] = "/tmp/moerates-test-XXXXXX";
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, "a\n1\n", 4), 4);
  close(file);
  assert_int_equal(moe_csv_read(path, &csv, &e), MOE_OK);
  assert_true(csv.value[0][0] == 1);
  moe_csv_free(&csv);
  chmod(path, 0);
  if (geteuid() != 0) {
    assert_int_equal(moe_csv_read(path, &csv, &e), MOE_EIO);
    assert_non_null(strstr(e.text, "Permission denied"));
  }
  unlink(path);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_same),        cmocka_unit_test(test_refused),
      cmocka_unit_test(test_text_column), cmocka_unit_test(test_round_trip),
      cmocka_unit_test(test_noise),       cmocka_unit_test(test_million_rows),
      cmocka_unit_test(test_files),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
