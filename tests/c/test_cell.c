/*
 * test_cell.c - cells: keys, seeds, files that survive everything, the pool, golden digests.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <lualib.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canon.h"
#include "engine.h"

/* ---------------------------------------------------------------------------- fixture */

#define TABLE "moerates-test-cell.csv"

struct fixture {
  lua_State *L;
  char dir[64];
};

static void remove_tree(const char *path) {
  char command[192];
  snprintf(command, sizeof command, "chmod -R u+rwx '%s' && rm -rf '%s'", path, path);
  assert_int_equal(system(command), 0); /* NOLINT: a test's own temporary directory */
}

static int setup(void **state) {
  struct fixture *f = calloc(1, sizeof *f);
  f->L = luaL_newstate();
  luaL_openlibs(f->L);
  strcpy(f->dir, "/tmp/moerates-cell-XXXXXX");
  assert_non_null(mkdtemp(f->dir));
  *state = f;
  return 0;
}

static int teardown(void **state) {
  struct fixture *f = *state;
  remove_tree(f->dir);
  unlink(TABLE);
  lua_close(f->L);
  free(f);
  return 0;
}

/* A small softmax case; `changes` are Lua statements about `c`. The case lives in the Lua state. */
static struct moe_case *make_case(lua_State *L, const char *changes) {
  static const char base[] =
      "local c = {experiment='demo', name='t-a', noise_sd=0.1,\n"
      " truth={gate='softmax', expert='tanh', d=1, atoms={\n"
      "  {beta1={2}, beta0=0.5, a={3}, b=1}, {beta1={0}, beta0=0, a={-3}, b=1.5}}},\n"
      " fit={gate='softmax', expert='tanh', k=3},\n"
      " theta={beta1={-8,8}, beta0={-3,3}, a={-8,8}, b={-6,6}},\n"
      " design={kind='telescope', lower=-3, upper=3, points=64},\n"
      " estimator={kind='lse', starts=2, near_starts=1}, n=1e6, block=1, replicates=2}\n";
  lua_pushfstring(L, "%s %s return c", base, changes);
  assert_int_equal(luaL_loadstring(L, lua_tostring(L, -1)), LUA_OK);
  lua_call(L, 0, 1);
  return moe_lua_case(L, -1);
}

static int protected_case(lua_State *L) {
  make_case(L, lua_tostring(L, 1));
  return 1;
}

/* The message with which a changed case is refused, or "". */
static const char *refusal(lua_State *L, const char *changes) {
  lua_settop(L, 0);
  lua_pushcfunction(L, protected_case);
  lua_pushstring(L, changes);
  return lua_pcall(L, 1, 1, 0) ? lua_tostring(L, -1) : "";
}

static char *path_of(const struct fixture *f, const struct moe_case *c) {
  static char path[128];
  char key[33];
  moe_case_key(c, key);
  snprintf(path, sizeof path, "%s/%s.tsv", f->dir, key);
  return path;
}

static size_t entries(const char *dir, const char *ending) {
  size_t count = 0;
  struct dirent *entry;
  DIR *d = opendir(dir);
  assert_non_null(d);
  while ((entry = readdir(d))) {
    size_t n = strlen(entry->d_name), m = strlen(ending);
    count += n > m && !strcmp(entry->d_name + n - m, ending);
  }
  closedir(d);
  return count;
}

/* ------------------------------------------------------------------------ descriptions */

static void descriptions_are_checked(void **state) {
  static const char *const table[][2] = {
      {"c.titel = 'x'", "unknown key 'titel': did you mean '"},
      {"c.fit.gaet = 'x'", "fit: unknown key 'gaet': did you mean 'gate'?"},
      {"c.fit.gate = 'softmx'", "did you mean 'softmax'?"},
      {"c.fit.expert = 'tan'", "did you mean 'tanh'?"},
      {"c.fit.k = 0", "fit.k: expected a number from 1 to"},
      {"c.fit.k = 2.5", "fit.k: expected an integer, got 2.5"},
      {"c.fit = nil", "fit: missing"},
      {"c.fit = 3", "fit: expected a table, got number"},
      {"c.truth.atoms[2].a = {1, 2}", "truth.atoms[2].a: expected a list of 1 number, got 2"},
      {"c.truth.atoms[2].a = 1", "truth.atoms[2].a: expected a list of 1 number, got number"},
      {"c.truth.atoms[2].b = nil", "truth.atoms[2].b: missing"},
      {"c.truth.atoms[1].beta1 = {0/0}", "truth.atoms[1].beta1[1]: not a number (NaN)"},
      {"c.truth.atoms[1].beta1 = {1/0}",
       "truth.atoms[1].beta1: entry 1 is not a finite number"},
      {"c.truth.atoms = {}", "k = 0"},
      {"c.truth.expert = 'runge'", "truth: 'runge' is a curve and has no atoms to start near"},
      {"c.truth.expert = 'rung' c.estimator.near_starts = 0", "unknown expert 'rung'"},
      {"c.fit.expert = 'runge'", "fit: unknown expert 'runge'"},
      {"c.theta.a = {1, -1}", "theta.a: the lower bound 1 exceeds the upper bound -1"},
      {"c.theta.c = {1, 2}", "theta: unknown key 'c'"},
      {"c.design.kind = 'telescop'", "design.kind: unknown design 'telescop': did you mean"},
      {"c.design.lower = 4", "design: lower (4) must be below upper (3)"},
      {"c.design.points = 1", "design.points: expected a number from 2"},
      {"c.design.balanced = 1", "design.balanced: expected true or false, got number"},
      {"c.design.sd = 1", "design: unknown key 'sd'"},
      {"c.n = 0", "n: expected a number from 1 to inf, got 0"},
      {"c.n = 1e15", "n: expected an integer from 1 to 1e14, or inf"},
      {"c.n = 10.5", "n: expected an integer from 1 to 1e14, or inf"},
      {"c.n = 'many'", "n: expected a number, got string"},
      {"c.n = 32 c.design.balanced = true", "n: a balanced telescope needs n >= points (64)"},
      {"c.n = 1/0", "replicates: the population has one"},
      {"c.n = 1/0 c.replicates = 1 c.design = {kind='uniform', lower=0, upper=1}",
       "n: inf (the population) needs a telescope design"},
      {"c.n = 1e13 c.design = {kind='uniform', lower=0, upper=1}", "raw samples are too many"},
      {"c.replicates = 11", "replicates: expected a number from 1 to 10, got 11"},
      {"c.block = 0", "block: expected a number from 1"},
      {"c.noise_sd = 0", "noise_sd: expected a number from"},
      {"c.name = 'Upper'", "name: 'Upper' is no name"},
      {"c.experiment = '../x'", "experiment: '../x' is no name"},
      {"c.name = '-x'", "name: '-x' is no name"},
      {"c.estimator.kind = 'ols'",
       "estimator.kind: unknown estimator 'ols': did you mean 'lse'?"},
      {"c.estimator.starts = nil", "estimator.starts: missing"},
      {"c.fit.k = 1", "fit.k: starting near the truth needs k >= 2, got 1"},
      {"c.estimator = {kind='sgd', epochs=1, batch=1, rate=.1, radius=.1}",
       "estimator: sgd needs raw samples"},
      {"c.estimator = {kind='path', points={{index=1, atoms={}}}} c.n = nil",
       "estimator.points[1].atoms: expected fit.k = 3 atoms, got 0"},
      {"c.estimator = {kind='path', points={{index=1, atoms=c.truth.atoms}}} c.fit.k = 2",
       "n: a path has none"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    const char *message = refusal(f->L, table[i][0]);
    if (!strstr(message, table[i][1]))
      fail_msg("%s\n  gave: %s\n  not:  %s", table[i][0], message, table[i][1]);
    assert_null(strchr(message, '\n'));
  }
  assert_string_equal(refusal(f->L, ""), "");
}

static int same_key(lua_State *L, const char *a, const char *b) {
  char key_a[33], key_b[33];
  moe_case_key(make_case(L, a), key_a);
  moe_case_key(make_case(L, b), key_b);
  return !strcmp(key_a, key_b);
}

static void keys_follow_the_meaning(void **state) {
  lua_State *L = ((struct fixture *)*state)->L;
  assert_true(same_key(L, "", "c.n = 1000000"));
  assert_true(same_key(L, "", "c.design.balanced = false"));
  assert_true(same_key(L, "", "c.truth.atoms[2].beta0 = -0.0"));
  assert_true(same_key(L, "", "c.estimator.keep = 1"));
  assert_false(same_key(L, "", "c.n = 1000001"));
  assert_false(same_key(L, "", "c.block = 2"));
  assert_false(same_key(L, "", "c.replicates = 1"));
  assert_false(same_key(L, "", "c.theta.a = {-8, 8.000000000000002}"));
  assert_false(same_key(L, "", "c.name = 't-b'"));
  assert_false(same_key(L, "", "c.fit.gate = 'sigmoid'"));
}

/* The data depend on where they come from; the starts also on what is fitted. */
static void seeds_follow_the_axes(void **state) {
  lua_State *L = ((struct fixture *)*state)->L;
  struct moe_case *a = make_case(L, "");
  struct moe_case *gate = make_case(L, "c.fit.gate = 'sigmoid' c.name = 'other'");
  struct moe_case *more = make_case(L, "c.estimator.starts = 20 c.block = 2");
  struct moe_case *n = make_case(L, "c.n = 1e7");
  struct moe_case *experiment = make_case(L, "c.experiment = 'other'");
  assert_true(moe_case_data_key(a, 1) == moe_case_data_key(gate, 1));
  assert_true(moe_case_data_key(a, 1) == moe_case_data_key(more, 1));
  assert_true(moe_case_data_key(a, 1) != moe_case_data_key(a, 2));
  assert_true(moe_case_data_key(a, 1) != moe_case_data_key(n, 1));
  assert_true(moe_case_data_key(a, 1) != moe_case_data_key(experiment, 1));
  assert_true(moe_case_start_key(a, "full", 1) == moe_case_start_key(more, "full", 1));
  assert_true(moe_case_start_key(a, "full", 1) != moe_case_start_key(gate, "full", 1));
  assert_true(moe_case_start_key(a, "full", 1) != moe_case_start_key(a, "near", 1));
  assert_true(moe_case_start_key(a, "full", 1) != moe_case_data_key(a, 1));
}

/* ------------------------------------------------------------------------------ files */

/* A cell with awkward numbers, without computing anything. */
static void fake_cell(const struct moe_case *c, struct moe_cell *cell) {
  static const double awkward[] = {0.1, -1e-300,  1e300,     5e-324,
                                   NAN, INFINITY, -INFINITY, 1. / 3};
  memset(cell, 0, sizeof *cell);
  cell->rows = 3;
  cell->columns = MOE_CELL_FIXED + moe_model_size(&c->fit);
  cell->value = moe_alloc(cell->rows * cell->columns, sizeof *cell->value);
  for (size_t i = 0; i < cell->rows * cell->columns; i++)
    cell->value[i] = moe_cell_word(i % cell->columns, 0) ? (double)(i % 3) : awkward[i % 8];
  strcpy(cell->evaluator, "fake");
}

static void round_trip(void **state) {
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "");
  struct moe_cell cell;
  struct moe_cell_file file;
  struct moe_error e;
  char key[33];
  fake_cell(c, &cell);
  assert_int_equal(moe_cell_write(f->dir, c, &cell, &e), MOE_OK);
  assert_int_equal(moe_cell_read(path_of(f, c), &file, &e), MOE_OK);
  moe_case_key(c, key);
  assert_string_equal(file.key, key);
  assert_string_equal(file.description, c->description);
  assert_string_equal(file.evaluator, "fake");
  assert_int_equal(file.cell.rows, cell.rows);
  assert_int_equal(file.cell.columns, cell.columns);
  for (size_t i = 0; i < cell.rows * cell.columns; i++) {
    double a = cell.value[i], b = file.cell.value[i];
    assert_true(isnan(a) ? isnan(b) : a == b);
  }
  moe_cell_file_free(&file);
  moe_cell_free(&cell);
  assert_int_equal(entries(f->dir, ".tmp"), 0);
}

struct damage {
  const char *what, *message;
  void (*apply)(char *path, char *bytes, size_t length);
};

static void put(const char *path, const char *bytes, size_t length) {
  FILE *file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

static void damage_empty(char *path, char *bytes, size_t length) {
  (void)length;
  put(path, bytes, 0);
}
static void damage_cut(char *path, char *bytes, size_t length) {
  put(path, bytes, length / 2);
}
static void damage_last_byte(char *path, char *bytes, size_t length) {
  put(path, bytes, length - 1);
}
static void damage_longer(char *path, char *bytes, size_t length) {
  struct moe_text longer = {0};
  moe_text_add(&longer, bytes, length);
  moe_text_add(&longer, "x\n", 2);
  put(path, longer.text, longer.length);
  moe_free(longer.text);
}
static void damage_nul(char *path, char *bytes, size_t length) {
  bytes[length / 2] = '\0';
  put(path, bytes, length);
}
static void damage_name(char *path, char *bytes, size_t length) {
  put(path, bytes, length);
  char *name = strrchr(path, '/') + 1;
  char old[128];
  snprintf(old, sizeof old, "%s", path);
  name[0] = name[0] == 'a' ? 'b' : 'a';
  assert_int_equal(rename(old, path), 0);
}
static void damage_directory(char *path, char *bytes, size_t length) {
  (void)bytes;
  (void)length;
  unlink(path);
  assert_int_equal(mkdir(path, 0777), 0);
}
/* Another n in the description, the checksum made right again. */
static void damage_description(char *path, char *bytes, size_t length) {
  char hex[65];
  char *n = strstr(bytes, "n=1000000"), *end = strstr(bytes, "# end: ");
  n[2] = '2';
  moe_sha256_hex(bytes, (size_t)(end - bytes), hex);
  memcpy(end + strlen("# end: 3 "), hex, 64);
  put(path, bytes, length);
}
static void damage_rows(char *path, char *bytes, size_t length) {
  char *end = strstr(bytes, "# end: 3");
  end[7] = '4';
  put(path, bytes, length);
}
static void damage_missing(char *path, char *bytes, size_t length) {
  (void)bytes;
  (void)length;
  unlink(path);
}

static void damaged_cells_are_refused(void **state) {
  static const struct damage table[] = {
      {"empty", "checksum", damage_empty},
      {"cut in half", "checksum", damage_cut},
      {"without its last byte", "checksum", damage_last_byte},
      {"with a line more", "checksum", damage_longer},
      {"with a NUL byte", "checksum", damage_nul},
      {"under another name", "misplaced", damage_name},
      {"a directory", "directory", damage_directory},
      {"of another description", "key is not that of its description", damage_description},
      {"of more rows than there are", "rows", damage_rows},
      {"missing", "No such file", damage_missing},
  };
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "");
  struct moe_cell cell;
  fake_cell(c, &cell);
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct moe_error e = {""};
    struct moe_cell_file file;
    char path[128], *bytes;
    size_t length;
    snprintf(path, sizeof path, "%s", path_of(f, c));
    assert_int_equal(moe_cell_write(f->dir, c, &cell, &e), MOE_OK);
    assert_int_equal(moe_file_read(path, 1 << 20, &bytes, &length, &e), MOE_OK);
    table[i].apply(path, bytes, length);
    if (!moe_cell_read(path, &file, &e)) fail_msg("a cell %s was accepted", table[i].what);
    if (!strstr(e.text, path) || !strstr(e.text, table[i].message))
      fail_msg("a cell %s: %s", table[i].what, e.text);
    moe_free(bytes);
    if (rmdir(path)) unlink(path);
  }
  moe_cell_free(&cell);
}

/* Any single flipped bit is found. */
static void flipped_bits_are_found(void **state) {
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "");
  struct moe_cell cell;
  struct moe_error e;
  char path[128], *bytes;
  size_t length;
  fake_cell(c, &cell);
  snprintf(path, sizeof path, "%s", path_of(f, c));
  assert_int_equal(moe_cell_write(f->dir, c, &cell, &e), MOE_OK);
  assert_int_equal(moe_file_read(path, 1 << 20, &bytes, &length, &e), MOE_OK);
  for (size_t bit = 0; bit < 8 * length; bit += 37) {
    struct moe_cell_file file;
    bytes[bit / 8] ^= (char)(1 << bit % 8);
    put(path, bytes, length);
    if (!moe_cell_read(path, &file, &e)) fail_msg("the flip of bit %zu went unseen", bit);
    bytes[bit / 8] ^= (char)(1 << bit % 8);
  }
  moe_free(bytes);
  moe_cell_free(&cell);
}

static void full_disk(void **state) {
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "");
  struct moe_cell cell;
  struct moe_error e = {""};
  struct rlimit old, small = {.rlim_cur = 100};
  fake_cell(c, &cell);
  getrlimit(RLIMIT_FSIZE, &old);
  small.rlim_max = old.rlim_max;
  signal(SIGXFSZ, SIG_IGN);
  setrlimit(RLIMIT_FSIZE, &small);
  enum moe_status status = moe_cell_write(f->dir, c, &cell, &e);
  setrlimit(RLIMIT_FSIZE, &old);
  signal(SIGXFSZ, SIG_DFL);
  assert_int_equal(status, MOE_EIO);
  assert_non_null(strstr(e.text, "cannot write: File too large"));
  assert_int_equal(entries(f->dir, ".tmp") + entries(f->dir, ".tsv"), 0);
  moe_cell_free(&cell);
}

static void no_permission(void **state) {
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "");
  struct moe_cell cell;
  struct moe_error e = {""};
  char below[96];
  fake_cell(c, &cell);
  snprintf(below, sizeof below, "%s/sub/sub", f->dir);
  assert_int_equal(chmod(f->dir, 0555), 0);
  int root = geteuid() == 0;
  if (root) assert_int_equal(seteuid(65534), 0);
  enum moe_status written = moe_cell_write(f->dir, c, &cell, &e);
  enum moe_status made = moe_directory_make(below, NULL);
  if (root) assert_int_equal(seteuid(0), 0);
  assert_int_equal(written, MOE_EIO);
  assert_int_equal(made, MOE_EIO);
  assert_non_null(strstr(e.text, "Permission denied"));
  assert_non_null(strstr(e.text, f->dir));
  moe_cell_free(&cell);
}

static void directories(void **state) {
  struct fixture *f = *state;
  struct moe_error e = {""};
  char path[128];
  snprintf(path, sizeof path, "%s/a/b//c", f->dir);
  assert_int_equal(moe_directory_make(path, &e), MOE_OK);
  assert_int_equal(moe_directory_make(path, &e), MOE_OK);
  snprintf(path, sizeof path, "%s/file", f->dir);
  put(path, "x", 1);
  assert_int_equal(moe_directory_make(path, &e), MOE_EIO);
  assert_non_null(strstr(e.text, "not a directory"));
}

/* A writer that died left a file; one that lives, one of another machine and a cell stay. */
static void sweeps_what_the_dead_left(void **state) {
  struct fixture *f = *state;
  char host[256] = "", hex[65], path[256];
  pid_t pid = fork();
  if (pid == 0) _exit(0);
  waitpid(pid, NULL, 0);
  gethostname(host, sizeof host - 1);
  moe_sha256_hex(host, strlen(host), hex);
  snprintf(path, sizeof path, "%s/k.tsv.%.8s-%ld-0.tmp", f->dir, hex, (long)pid);
  put(path, "half", 4);
  snprintf(path, sizeof path, "%s/k.tsv.%.8s-%ld-0.tmp", f->dir, hex, (long)getppid());
  put(path, "half", 4);
  snprintf(path, sizeof path, "%s/k.tsv.00000000-%ld-0.tmp", f->dir, (long)pid);
  put(path, "half", 4);
  snprintf(path, sizeof path, "%s/k.tsv", f->dir);
  put(path, "whole", 5);
  moe_directory_sweep(f->dir);
  assert_int_equal(entries(f->dir, ".tmp"), 2);
  assert_int_equal(entries(f->dir, ".tsv"), 1);
}

/* ------------------------------------------------------------------------------- pool */

#define POOL_CELLS 6

static void pool_cases(lua_State *L, struct moe_case **cases) {
  char change[128];
  for (int i = 0; i < POOL_CELLS; i++) {
    snprintf(change, sizeof change, "c.n = %d c.replicates = 1 c.design.points = 16",
             1000 * (i + 1));
    cases[i] = make_case(L, change);
  }
}

static int count_calls(const struct moe_pool_progress *p, void *arg) {
  assert_int_equal(p->total, POOL_CELLS);
  ++*(size_t *)arg;
  return 0;
}

/* All cells of a directory, as one hash over the files in the order of the cases. */
static void digest_cells(struct fixture *f, struct moe_case **cases, char hex[65]) {
  struct moe_text all = {0};
  struct moe_error e;
  for (size_t i = 0; i < POOL_CELLS; i++) {
    char *bytes;
    size_t length;
    assert_int_equal(moe_file_read(path_of(f, cases[i]), 1 << 20, &bytes, &length, &e), MOE_OK);
    moe_text_add(&all, bytes, length);
    moe_free(bytes);
  }
  moe_sha256_hex(all.text, all.length, hex);
  moe_free(all.text);
}

static void pool_gives_the_same_bytes(void **state) {
  struct fixture *f = *state;
  struct moe_case *cases[POOL_CELLS];
  struct moe_error errors[MOE_POOL_ERRORS];
  const char *dirs[POOL_CELLS];
  char first[65], other[65];
  pool_cases(f->L, cases);
  for (size_t i = 0; i < POOL_CELLS; i++) dirs[i] = f->dir;
  for (size_t threads = 1; threads <= 5; threads += 2) {
    size_t calls = 0;
    struct moe_pool_progress p =
        moe_pool_run(cases, dirs, POOL_CELLS, threads, count_calls, &calls, errors);
    assert_int_equal(p.done, POOL_CELLS);
    assert_int_equal(p.failed, 0);
    assert_true(calls >= 1);
    digest_cells(f, cases, threads == 1 ? first : other);
    if (threads > 1) assert_string_equal(first, other);
  }
  assert_int_equal(entries(f->dir, ".log"), 1);
}

static void pool_counts_failures(void **state) {
  struct fixture *f = *state;
  struct moe_case *cases[POOL_CELLS];
  struct moe_error errors[MOE_POOL_ERRORS];
  const char *dirs[POOL_CELLS];
  pool_cases(f->L, cases);
  for (size_t i = 0; i < POOL_CELLS; i++) dirs[i] = i == 0 ? "/nonexistent" : f->dir;
  struct moe_pool_progress p = moe_pool_run(cases, dirs, POOL_CELLS, 1, NULL, NULL, errors);
  assert_int_equal(p.failed, 1);
  assert_int_equal(p.done, 0); /* a disk that fails once is not tried again */
  assert_non_null(strstr(errors[0].text, "/nonexistent"));
}

static int stop_at_once(const struct moe_pool_progress *p, void *arg) {
  (void)p;
  (void)arg;
  return 1;
}

static void pool_of_nothing(void **state) {
  struct moe_error errors[MOE_POOL_ERRORS];
  (void)state;
  struct moe_pool_progress p = moe_pool_run(NULL, NULL, 0, 4, stop_at_once, NULL, errors);
  assert_int_equal(p.done + p.failed, 0);
}

/* ---------------------------------------------------------------------------- replay */

static void one_replicate_alone_is_the_same(void **state) {
  struct fixture *f = *state;
  struct moe_case *c = make_case(f->L, "c.block = 3 c.replicates = 3");
  struct moe_cell all, one;
  struct moe_error e = {""};
  assert_int_equal(moe_cell_compute(c, 0, &all, &e), MOE_OK);
  assert_int_equal(moe_cell_compute(c, 22, &one, &e), MOE_OK);
  assert_int_equal(all.rows, 6); /* full and near, of 21, 22, 23 */
  assert_int_equal(one.rows, 2);
  assert_memory_equal(one.value, all.value + 2 * all.columns, 2 * all.columns * sizeof(double));
  moe_cell_free(&all);
  moe_cell_free(&one);
  assert_int_equal(moe_cell_compute(c, 24, &one, &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "it has 21 to 23"));
  moe_cell_free(&one);
}

static void every_estimator_computes(void **state) {
  static const struct {
    const char *changes;
    size_t rows;
  } table[] = {
      {"c.n = 1/0 c.replicates = 1 c.estimator = {kind='lse', starts=4, keep=3}", 1},
      {"c.design = {kind='normal', mean=0, sd=1} c.n = 200", 4},
      {"c.design = {kind='uniform', lower=-1, upper=1} c.n = 200\n"
       "c.estimator = {kind='sgd', epochs=2, batch=5, rate=.1, radius=.1}",
       2},
      {"c.n = nil c.fit.k = 2 c.replicates = 1\n"
       "c.estimator = {kind='path', points={{index=1, atoms=c.truth.atoms},\n"
       " {index=2.5, atoms=c.truth.atoms}}}",
       2},
      {"c.fit.k = 1 c.estimator.near_starts = 0", 2},
      {"c.fit.gate = 'sigmoid' c.fit.expert = 'relu'", 4},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    struct moe_case *c = make_case(f->L, table[i].changes);
    struct moe_cell cell;
    struct moe_cell_file file;
    struct moe_error e = {""};
    if (moe_cell_compute(c, 0, &cell, &e)) fail_msg("%s: %s", table[i].changes, e.text);
    assert_true(cell.rows >= table[i].rows);
    assert_int_equal(moe_cell_write(f->dir, c, &cell, &e), MOE_OK);
    assert_int_equal(moe_cell_read(path_of(f, c), &file, &e), MOE_OK);
    assert_memory_equal(file.cell.value + MOE_CELL_FIXED, cell.value + MOE_CELL_FIXED,
                        sizeof(double));
    moe_cell_file_free(&file);
    moe_cell_free(&cell);
  }
}

/* The truth on its own path: objective 0, distance 0. */
static void truth_lies_on_its_path(void **state) {
  struct fixture *f = *state;
  struct moe_case *c =
      make_case(f->L, "c.n = nil c.fit.k = 2 c.replicates = 1 c.estimator = "
                      "{kind='path', points={{index=7, atoms=c.truth.atoms}}}");
  struct moe_cell cell;
  struct moe_error e;
  assert_int_equal(moe_cell_compute(c, 0, &cell, &e), MOE_OK);
  assert_true(cell.value[0] == 7);
  assert_true(fabs(cell.value[4]) < 1e-30);
  moe_cell_free(&cell);
}

/* ------------------------------------------------------------------------ real data */

/* A table of 60 rows in the current folder, below which tables are looked up. */
#define REAL                                                                                   \
  "c.truth, c.noise_sd, c.design, c.theta = nil\n"                                             \
  "local lines = {'x,y'} for i = 1, 60 do\n"                                                   \
  " lines[i + 1] = i .. ',' .. (i < 30 and i * 7 or 400 - 5 * i + i * i // 13) end\n"          \
  "local file = io.open('" TABLE "', 'w')\n"                                                   \
  "file:write(table.concat(lines, '\\n') .. '\\n') file:close()\n"                             \
  "c.data = {file='" TABLE "', x={'x'}, y='y',\n"                                              \
  " digest='61f8cc93a2a6e6dd990511233fac0141174f0e2559a11eebeec0cce33433ab5c'}\n"              \
  "c.fit = {gate='sigmoid', expert='linear', k=2} c.n = 60\n"                                  \
  "c.estimator = {kind='cross-validation', folds=5, starts=8, anchored=true, box=20}\n"

static void real_data_are_checked(void **state) {
  static const char *const table[][2] = {
      {"c.truth = {}", "truth: real data have none"},
      {"c.noise_sd = 1", "noise_sd: real data have none"},
      {"c.theta = {}", "theta: real data have none"},
      {"c.data.x = {}", "data.x: expected 1 to 256 columns, got 0"},
      {"c.data.x = {1}", "data.x: expected names of columns"},
      {"c.data.y = nil", "data.y: missing"},
      {"c.data.file = '/etc/passwd.csv'", "data.file: '/etc/passwd.csv' is no name of a table"},
      {"c.data.file = 'a/../b.csv'", "data.file: 'a/../b.csv' is no name of a table"},
      {"c.data.file = 'a.txt'", "data.file: 'a.txt' is no name of a table"},
      {"c.data.digest = 'abc'", "data.digest: expected 64 hexadecimal digits"},
      {"c.estimator = {kind='lse', starts=2}", "cross-validation goes with real data"},
      {"c.estimator.folds = 1", "estimator.folds: expected a number from 2"},
      {"c.n = 9", "n: expected an integer from 2 folds = 10"},
      {"c.n = 1/0", "n: expected an integer from 2 folds = 10"},
  };
  struct fixture *f = *state;
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    char changes[2048];
    snprintf(changes, sizeof changes, "%s%s", REAL, table[i][0]);
    const char *message = refusal(f->L, changes);
    if (!strstr(message, table[i][1]))
      fail_msg("%s: expected '%s', got '%s'", table[i][0], table[i][1], message);
  }
  const char *message =
      refusal(f->L, "c.estimator = {kind='cross-validation', folds=5, starts=8, box=1}");
  assert_non_null(strstr(message, "cross-validation goes with real data"));
  struct moe_cell cell;
  struct moe_error e;
  assert_int_equal(
      moe_cell_compute(make_case(f->L, REAL "c.data.digest = ('0'):rep(64)"), 0, &cell, &e),
      MOE_EDATA);
  assert_non_null(strstr(e.text, "the cell was planned for"));
  moe_cell_free(&cell);
}

/* ------------------------------------------------------------------------ golden digests */

/* A case of more parameters than MOE_DENSE_LIMIT, as Lua statements. */
#define WIDE                                                                                   \
  "local atoms = {} for i = 1, 4 do local u, v = {}, {} for s = 1, 20 do\n"                    \
  " u[s] = ((i * 7 + s * 3) % 11 - 5) / 40 v[s] = ((i * 5 + s * 2) % 13 - 6) / 20 end\n"       \
  " atoms[i] = {beta1=u, beta0=i / 8, a=v, b=-i / 8} end\n"                                    \
  "c.truth = {gate='sigmoid', expert='relu', d=20, atoms=atoms}\n"                             \
  "c.design = {kind='uniform', lower=-1, upper=1} c.n = 400 c.replicates = 1\n"

struct golden {
  const char *what, *version, *changes, *digest;
};

/* What search and descent give on fixed cases, to the last bit, on any machine and compiler. */
static const struct golden golden[] = {
    {"search", "MOE_VERSION_SEARCH", "c.estimator.starts = 40 c.replicates = 1",
     "521ce1761d13a338"},
    {"search on raw rows", "MOE_VERSION_SEARCH",
     "c.fit = {gate='sigmoid', expert='relu', k=2} c.replicates = 1\n"
     "c.design = {kind='normal', mean=0, sd=1} c.n = 300",
     "7d2f890c2a42ba04"},
    {"search of the population", "MOE_VERSION_SEARCH",
     "c.n = 1/0 c.replicates = 1 c.fit.gate = 'sigmoid'\n"
     "c.estimator = {kind='lse', starts=6, keep=3}",
     "82638ed938e91c43"},
    {"search of many parameters", "MOE_VERSION_SEARCH",
     WIDE "c.fit = {gate='sigmoid', expert='relu', k=5}\n"
          "c.estimator = {kind='lse', starts=1, near_starts=1}",
     "0d6afca0c2980e07"},
    {"sgd", "MOE_VERSION_SGD",
     WIDE "c.fit = {gate='softmax', expert='relu', k=5}\n"
          "c.estimator = {kind='sgd', epochs=3, batch=2, rate=.1, radius=.1}",
     "47dea5f149d2a15c"},
    {"cross-validation", "MOE_VERSION_REGRESS", REAL, "ef5bd0bdcd379e76"},
};

static void cells_keep_their_bits(void **state) {
  struct fixture *f = *state;
  size_t changed = 0;
  for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
    struct moe_cell cell;
    struct moe_error e = {""};
    struct moe_text t = {0};
    char hex[65];
    if (moe_cell_compute(make_case(f->L, golden[i].changes), 0, &cell, &e))
      fail_msg("%s", e.text);
    for (size_t j = 0; j < cell.rows * cell.columns; j++) {
      moe_text_number(&t, cell.value[j]);
      moe_text_add(&t, "\n", 1);
    }
    moe_sha256_hex(t.text, t.length, hex);
    hex[16] = '\0';
    if (strcmp(hex, golden[i].digest) != 0) {
      changed++;
      print_error("%s: other bits (%s): raise %s, unless data or objective changed, and put "
                  "this digest here\n",
                  golden[i].what, hex, golden[i].version);
    }
    moe_free(t.text);
    moe_cell_free(&cell);
  }
  assert_int_equal(changed, 0);
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(descriptions_are_checked),
      TEST(keys_follow_the_meaning),
      TEST(seeds_follow_the_axes),
      TEST(round_trip),
      TEST(damaged_cells_are_refused),
      TEST(flipped_bits_are_found),
      TEST(full_disk),
      TEST(no_permission),
      TEST(directories),
      TEST(sweeps_what_the_dead_left),
      TEST(real_data_are_checked),
      TEST(pool_gives_the_same_bytes),
      TEST(pool_counts_failures),
      TEST(pool_of_nothing),
      TEST(one_replicate_alone_is_the_same),
      TEST(every_estimator_computes),
      TEST(truth_lies_on_its_path),
      TEST(cells_keep_their_bits),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
