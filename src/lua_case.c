/*
 * lua_case.c - cells for Lua: check a description, compute, run many, read one back.
 *
 *   engine.case(cell)            -> {key, description, rows, cost, columns} or nil, message
 *   engine.run(cells, options)   -> {done, failed, errors}
 *   engine.compute(cell, r)      -> rows of replicate r (all for r = 0)
 *   engine.read_cell(path)       -> {key, description, versions, evaluator, columns, rows}
 *                                   or nil, message, "missing" | "corrupt"
 *   engine.canonical(t), engine.parse(text), engine.sha256(text), engine.write_atomic(path,
 * text)
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "canon.h"
#include "engine.h"
#include "gate.h"
#include "vmath.h"

#define CASE_TYPE "moerates.case"

/* ------------------------------------------------------------------ from a table to a case */

static void check_name(const struct moe_part *part, const char *key) {
  const char *name = moe_part_string(part, key);
  size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
  if (n == 0 || n > 64 || name[n] || name[0] == '-')
    moe_part_fail(part, key,
                  "'%.70s' is no name: a-z, 0-9 and '-', at most 64, no '-' in front", name);
}

static void read_range(const struct moe_part *theta, const char *key, double range[2]) {
  moe_part_numbers(theta, key, 2, range);
  if (range[0] > range[1])
    moe_part_fail(theta, key, "the lower bound %g exceeds the upper bound %g", range[0],
                  range[1]);
  if (fabs(range[0]) > 1e6 || fabs(range[1]) > 1e6)
    moe_part_fail(theta, key, "bounds beyond 1e6 are not bounds");
}

static void optional_range(const struct moe_part *theta, const char *key, double range[2]) {
  int has = lua_getfield(theta->L, theta->index, key) != LUA_TNIL;
  lua_pop(theta->L, 1);
  if (has) read_range(theta, key, range);
}

void moe_lua_ranges(const struct moe_part *whole, struct moe_ranges *out) {
  static const char *const keys[] = {"a",        "b",           "beta0",    "beta1", "shared_a",
                                     "shared_b", "temperature", "variance", NULL};
  struct moe_part theta = moe_part_field(whole, "theta");
  moe_part_keys(&theta, keys);
  optional_range(&theta, "variance", out->variance);
  optional_range(&theta, "temperature", out->temperature);
  read_range(&theta, "beta1", out->beta1);
  read_range(&theta, "beta0", out->beta0);
  read_range(&theta, "a", out->a);
  read_range(&theta, "b", out->b);
  memcpy(out->shared_a, out->a, sizeof out->a);
  memcpy(out->shared_b, out->b, sizeof out->b);
  optional_range(&theta, "shared_a", out->shared_a);
  optional_range(&theta, "shared_b", out->shared_b);
  lua_pop(whole->L, 1);
}

static void read_lse(const struct moe_part *estimator, struct moe_case *c) {
  static const char *const keys[] = {"keep",        "kind",   "larger_starts",
                                     "near_starts", "starts", NULL};
  moe_part_keys(estimator, keys);
  c->starts = moe_part_integer(estimator, "starts", 0, 1e6, NAN);
  c->near_starts = moe_part_integer(estimator, "near_starts", 0, 1e6, 0);
  if (c->starts + c->near_starts == 0)
    moe_part_fail(estimator, "starts",
                  "0 is for searches from near the truth alone: near_starts is 0 too");
  c->larger_starts = moe_part_integer(estimator, "larger_starts", 0, 1e6, 0);
  c->keep = moe_part_integer(estimator, "keep", 1, 1000, 1);
}

static void read_em(const struct moe_part *estimator, struct moe_case *c) {
  static const char *const keys[] = {"iterations", "kind",      "radius",
                                     "starts",     "tolerance", NULL};
  moe_part_keys(estimator, keys);
  c->em.iterations = moe_part_integer(estimator, "iterations", 1, 1e9, NAN);
  c->em.tolerance = moe_part_number(estimator, "tolerance", 0, 1, NAN);
  c->radius = moe_part_number(estimator, "radius", 0, 1e6, NAN);
  c->starts = moe_part_integer(estimator, "starts", 1, 1e6, 1);
}

static void read_sgd(const struct moe_part *estimator, struct moe_case *c) {
  static const char *const keys[] = {"batch", "epochs", "kind", "radius", "rate", NULL};
  moe_part_keys(estimator, keys);
  c->sgd.epochs = moe_part_integer(estimator, "epochs", 1, 1e6, NAN);
  c->sgd.batch = moe_part_integer(estimator, "batch", 1, 0x1p31, NAN);
  c->sgd.rate = moe_part_number(estimator, "rate", 1e-12, 1e12, NAN);
  c->radius = moe_part_number(estimator, "radius", 0, 1e6, NAN);
}

static void read_path(const struct moe_part *estimator, struct moe_case *c) {
  static const char *const keys[] = {"kind", "points", NULL};
  static const char *const point_keys[] = {"atoms", "index", "temperature", NULL};
  lua_State *L = estimator->L;
  moe_part_keys(estimator, keys);
  struct moe_part points = moe_part_field(estimator, "points");
  size_t p = moe_model_size(&c->fit), count = (size_t)lua_rawlen(L, -1);
  if (count < 1 || count > 100000)
    moe_part_fail(&points, "", "expected 1 to 100000 points, got %zu", count);
  c->path_count = count;
  c->path_index = moe_alloc(count, sizeof(double));
  c->path_theta = moe_alloc(count * p, sizeof(double));
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, points.index, (lua_Integer)i + 1);
    struct moe_part point = moe_part_open(L, -1, "%s[%zu]", points.where, i + 1);
    moe_part_keys(&point, point_keys);
    c->path_index[i] = moe_part_number(&point, "index", -1e15, 1e15, NAN);
    struct moe_part atoms = moe_part_field(&point, "atoms");
    if (lua_rawlen(L, atoms.index) != c->fit.k)
      moe_part_fail(&atoms, "", "expected fit.k = %zu atoms, got %llu", c->fit.k,
                    (unsigned long long)lua_rawlen(L, atoms.index));
    moe_lua_atoms(L, atoms.index, atoms.where, &c->fit, c->path_theta + i * p);
    if (c->fit.tempered)
      c->path_theta[i * p + 2 * c->fit.k * (c->fit.d + 1)] =
          moe_log(moe_part_number(&point, "temperature", 1e-9, 1e9, NAN));
    else if (lua_getfield(L, point.index, "temperature") != LUA_TNIL)
      moe_part_fail(&point, "temperature", "the fit has none");
    lua_settop(L, atoms.index);
    lua_pop(L, 2);
  }
  lua_pop(L, 1);
}

static void read_cross_validation(const struct moe_part *estimator, struct moe_case *c) {
  static const char *const keys[] = {"anchored", "box", "folds", "kind", "starts", NULL};
  moe_part_keys(estimator, keys);
  c->starts = moe_part_integer(estimator, "starts", 1, 1e6, NAN);
  c->folds = moe_part_integer(estimator, "folds", 2, 1000, NAN);
  c->fit.anchored = moe_part_boolean(estimator, "anchored", 0);
  double box = moe_part_number(estimator, "box", 1e-6, 1e6, NAN);
  c->ranges = (struct moe_ranges){
      .beta1 = {-box, box}, .beta0 = {-box, box}, .a = {-box, box}, .b = {-box, box}};
}

static void read_estimator(const struct moe_part *cell, struct moe_case *c) {
  static const char *const kinds[] = {"lse", "sgd", "path", "cross-validation",
                                      "mle", "em",  NULL};
  static const enum moe_estimator estimators[] = {
      MOE_LSE, MOE_SGD, MOE_PATH, MOE_CROSS_VALIDATION, MOE_MLE, MOE_EM};
  static void (*const read[])(const struct moe_part *, struct moe_case *) = {
      read_lse, read_sgd, read_path, read_cross_validation, read_lse, read_em};
  struct moe_part estimator = moe_part_field(cell, "estimator");
  const char *kind = moe_part_string(&estimator, "kind");
  size_t i = 0;
  while (kinds[i] && strcmp(kinds[i], kind) != 0) i++;
  if (!kinds[i])
    moe_part_fail(&estimator, "kind", "unknown estimator '%.60s': did you mean '%s'?", kind,
                  moe_nearest(kind, kinds));
  c->estimator = estimators[i];
  if ((c->estimator == MOE_CROSS_VALIDATION) != (c->source.file != NULL))
    moe_part_fail(&estimator, "kind",
                  "cross-validation goes with real data, and nothing else does");
  read[i](&estimator, c);
  lua_pop(cell->L, 1);
}

static char *canonical(lua_State *L, int index) {
  struct moe_text t = {0};
  struct moe_error e;
  if (moe_canon_write(L, index, &t, &e)) {
    moe_free(t.text);
    moe_lua_raise(L, &e);
  }
  return t.text;
}

/* The part of the description that says where the data come from. */
static char *data_axes(lua_State *L, int cell) {
  static const char *const keys[] = {"experiment", "truth", "noise_sd", "design",
                                     "data",       "n",     NULL};
  lua_createtable(L, 0, 6);
  for (size_t i = 0; keys[i]; i++) {
    lua_getfield(L, cell, keys[i]);
    lua_setfield(L, -2, keys[i]);
  }
  char *text = canonical(L, -1);
  lua_pop(L, 1);
  return text;
}

/* Where simulated data come from. */
static void read_simulation(const struct moe_part *cell, struct moe_case *c) {
  lua_State *L = cell->L;
  struct moe_part part = moe_part_field(cell, "truth");
  double *theta = moe_lua_truth(&part, &c->truth);
  c->truth_theta = moe_alloc(moe_model_size(&c->truth), sizeof *theta);
  memcpy(c->truth_theta, theta, moe_model_size(&c->truth) * sizeof *theta);
  part = moe_part_field(cell, "fit");
  moe_lua_fit_model(&part, c->truth.d, c->truth.gaussian, &c->fit);
  part = moe_part_field(cell, "design");
  moe_lua_design(&part, &c->design);
  lua_pop(L, 4);
  c->noise_var = 1;
  if (!c->truth.gaussian) {
    double sd = moe_part_number(cell, "noise_sd", 1e-9, 1e9, NAN);
    c->noise_var = sd * sd;
  } else if (lua_getfield(L, cell->index, "noise_sd") != LUA_TNIL) {
    moe_part_fail(cell, "noise_sd", "the atoms of the truth have variances already");
  }
}

/* A file's name cannot climb or be absolute: words with slashes between, then .csv. */
static int is_table_name(const char *name) {
  const char *word = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  size_t n = strspn(name, word);
  while (n > 0 && name[n] == '/') {
    name += n + 1;
    n = strspn(name, word);
  }
  return n > 0 && strcmp(name + n, ".csv") == 0;
}

static void read_data(const struct moe_part *cell, struct moe_case *c) {
  static const char *const keys[] = {"digest", "file", "x", "y", NULL};
  static const char *const simulated[] = {"truth", "design", "noise_sd", "theta", NULL};
  lua_State *L = cell->L;
  for (size_t i = 0; simulated[i]; i++)
    if (lua_getfield(L, cell->index, simulated[i]) != LUA_TNIL)
      moe_part_fail(cell, simulated[i], "real data have none");
  struct moe_part data = moe_part_field(cell, "data");
  moe_part_keys(&data, keys);
  const char *file = moe_part_string(&data, "file"), *digest = moe_part_string(&data, "digest");
  if (!is_table_name(file))
    moe_part_fail(&data, "file",
                  "'%.70s' is no name of a table: words, '/' and .csv at its end", file);
  if (strlen(digest) != 64) moe_part_fail(&data, "digest", "expected 64 hexadecimal digits");
  c->source.file = moe_strdup(file);
  memcpy(c->source.digest, digest, sizeof c->source.digest);
  c->source.y = moe_strdup(moe_part_string(&data, "y"));
  struct moe_part x = moe_part_field(&data, "x");
  size_t d = (size_t)lua_rawlen(L, x.index);
  if (d < 1 || d > 256) moe_part_fail(&x, "", "expected 1 to 256 columns, got %zu", d);
  c->source.x = moe_alloc(d, sizeof *c->source.x);
  for (; c->source.d < d; c->source.d++) {
    lua_rawgeti(L, x.index, (lua_Integer)c->source.d + 1);
    if (lua_type(L, -1) != LUA_TSTRING) moe_part_fail(&x, "", "expected names of columns");
    c->source.x[c->source.d] = moe_strdup(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  struct moe_part fit = moe_part_field(cell, "fit");
  moe_lua_fit_model(&fit, d, 0, &c->fit);
}

static void read_cell(const struct moe_part *cell, struct moe_case *c) {
  static const char *const keys[] = {"block", "data",  "design", "estimator", "experiment",
                                     "fit",   "n",     "name",   "noise_sd",  "replicates",
                                     "theta", "truth", NULL};
  lua_State *L = cell->L;
  int top = lua_gettop(L);
  moe_part_keys(cell, keys);
  check_name(cell, "name");
  check_name(cell, "experiment");
  c->experiment = moe_strdup(moe_part_string(cell, "experiment"));
  if (lua_getfield(L, cell->index, "data") != LUA_TNIL)
    read_data(cell, c);
  else
    read_simulation(cell, c);
  lua_settop(L, top);
  read_estimator(cell, c);
  if (c->estimator == MOE_LSE || (c->truth.gaussian && c->estimator != MOE_PATH) ||
      lua_getfield(L, cell->index, "theta") != LUA_TNIL)
    moe_lua_ranges(cell, &c->ranges);
  c->n = NAN;
  if (c->estimator != MOE_PATH)
    c->n = moe_part_number(cell, "n", 1, INFINITY, NAN);
  else if (lua_getfield(L, cell->index, "n") != LUA_TNIL)
    moe_part_fail(cell, "n", "a path has none");
  c->block = moe_part_integer(cell, "block", 1, 1e6, 1);
  c->replicates = moe_part_integer(cell, "replicates", 1, MOE_BLOCK, 1);
}

static int case_gc(lua_State *L) {
  moe_case_free(luaL_checkudata(L, 1, CASE_TYPE));
  return 0;
}

struct moe_case *moe_lua_case(lua_State *L, int index) {
  struct moe_error e;
  index = lua_absindex(L, index);
  struct moe_case *c = moe_lua_object(L, sizeof *c, CASE_TYPE, NULL, case_gc);
  int top = lua_gettop(L);
  /* Through the canonical text and back: a copy of our own in which defaults can be filled in.
   */
  c->description = canonical(L, index);
  if (moe_canon_read(L, c->description, &e)) moe_lua_raise(L, &e);
  struct moe_part cell = moe_part_open(L, -1, "%s", "");
  int copy = cell.index;
  read_cell(&cell, c);
  moe_free(c->description);
  c->description = NULL;
  c->description = canonical(L, copy);
  c->data_axes = data_axes(L, copy);
  lua_settop(L, top);
  if (moe_case_check(c, &e)) moe_lua_raise(L, &e);
  return c;
}

/* --------------------------------------------------------------------------- engine.case */

static void push_columns(lua_State *L, size_t p) {
  char name[32];
  lua_createtable(L, (int)(MOE_CELL_FIXED + p), 0);
  for (size_t i = 0; i < MOE_CELL_FIXED + p; i++) {
    if (i < MOE_CELL_FIXED)
      lua_pushstring(L, moe_cell_columns[i]);
    else {
      snprintf(name, sizeof name, "theta_%zu", i - MOE_CELL_FIXED + 1);
      lua_pushstring(L, name);
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static int describe_case(lua_State *L) {
  char key[33];
  const struct moe_case *c = moe_lua_case(L, 1);
  moe_case_key(c, key);
  lua_createtable(L, 0, 6);
  lua_pushstring(L, key);
  lua_setfield(L, -2, "key");
  lua_pushstring(L, c->description);
  lua_setfield(L, -2, "description");
  lua_pushstring(L, c->experiment);
  lua_setfield(L, -2, "experiment");
  lua_pushnumber(L, moe_case_rows(c));
  lua_setfield(L, -2, "rows");
  lua_pushnumber(L, moe_case_cost(c));
  lua_setfield(L, -2, "cost");
  push_columns(L, moe_model_size(&c->fit));
  lua_setfield(L, -2, "columns");
  return 1;
}

static int engine_case(lua_State *L) {
  lua_settop(L, 1);
  lua_pushcfunction(L, describe_case);
  lua_insert(L, 1);
  if (!lua_pcall(L, 1, 1, 0)) return 1;
  lua_pushnil(L);
  lua_insert(L, -2);
  return 2;
}

/* -------------------------------------------------------------- rows, and engine.compute */

static void push_row(lua_State *L, const double *value, size_t columns) {
  lua_createtable(L, 0, MOE_CELL_FIXED + 1);
  for (size_t j = 0; j < MOE_CELL_FIXED; j++) {
    const char *word = moe_cell_word(j, value[j]);
    if (word)
      lua_pushstring(L, word);
    else if (moe_cell_counts(j) && value[j] == floor(value[j]))
      lua_pushinteger(L, (lua_Integer)value[j]);
    else
      lua_pushnumber(L, value[j]);
    lua_setfield(L, -2, moe_cell_columns[j]);
  }
  lua_createtable(L, (int)(columns - MOE_CELL_FIXED), 0);
  for (size_t j = MOE_CELL_FIXED; j < columns; j++) {
    lua_pushnumber(L, value[j]);
    lua_rawseti(L, -2, (lua_Integer)(j - MOE_CELL_FIXED) + 1);
  }
  lua_setfield(L, -2, "theta");
}

static void push_rows(lua_State *L, const struct moe_cell *cell) {
  lua_createtable(L, (int)cell->rows, 0);
  for (size_t i = 0; i < cell->rows; i++) {
    push_row(L, cell->value + i * cell->columns, cell->columns);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static int engine_compute(lua_State *L) {
  struct moe_cell cell = {0};
  struct moe_error e;
  double replicate = luaL_optnumber(L, 2, 0);
  const struct moe_case *c = moe_lua_case(L, 1);
  if (!(replicate >= 0 && replicate <= 1e15 && replicate == floor(replicate)))
    return luaL_error(L, "replicate: expected an integer, got %f", replicate);
  if (moe_cell_compute(c, (size_t)replicate, &cell, &e)) {
    moe_cell_free(&cell);
    return moe_lua_raise(L, &e);
  }
  push_rows(L, &cell);
  lua_pushstring(L, cell.evaluator);
  moe_cell_free(&cell);
  return 2;
}

/* ------------------------------------------------------------------------- engine.run */

struct watcher {
  lua_State *L;
  int function; /* stack index of the progress function, or 0 */
  int failed;   /* it raised an error, which is on top of the stack */
};

static int report_progress(const struct moe_pool_progress *p, void *arg) {
  struct watcher *w = arg;
  if (!w->function || w->failed) return w->failed;
  lua_pushvalue(w->L, w->function);
  lua_pushinteger(w->L, (lua_Integer)p->done);
  lua_pushinteger(w->L, (lua_Integer)p->failed);
  lua_pushinteger(w->L, (lua_Integer)p->total);
  lua_pushnumber(w->L, p->seconds);
  w->failed = lua_pcall(w->L, 4, 0, 0) != LUA_OK;
  return w->failed;
}

/* <dir>/cells/<experiment>, made and swept when it is first met. The table at `seen` keeps it.
 */
static const char *cell_directory(lua_State *L, const char *dir, const struct moe_case *c,
                                  int seen) {
  struct moe_error e;
  lua_pushfstring(L, "%s/cells/%s", dir, c->experiment);
  lua_pushvalue(L, -1);
  if (lua_rawget(L, seen) == LUA_TNIL) {
    lua_pop(L, 1);
    if (moe_directory_make(lua_tostring(L, -1), &e)) moe_lua_raise(L, &e);
    moe_directory_sweep(lua_tostring(L, -1));
    lua_pushvalue(L, -1);
    lua_pushvalue(L, -1);
    lua_rawset(L, seen);
  }
  const char *path = lua_tostring(L, -1);
  lua_settop(L, seen + 2);
  return path;
}

static int push_outcome(lua_State *L, const struct moe_pool_progress *p,
                        const struct moe_error errors[MOE_POOL_ERRORS]) {
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, (lua_Integer)p->done);
  lua_setfield(L, -2, "done");
  lua_pushinteger(L, (lua_Integer)p->failed);
  lua_setfield(L, -2, "failed");
  lua_pushnumber(L, p->seconds);
  lua_setfield(L, -2, "seconds");
  lua_newtable(L);
  for (size_t i = 0; i < p->failed && i < MOE_POOL_ERRORS; i++) {
    lua_pushstring(L, errors[i].text);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "errors");
  return 1;
}

/* engine.run(cells, {dir=, threads=, progress=}): computes every cell given and writes it to
 * <dir>/cells/<experiment>/<key>.tsv, whether one is there or not. */
static int engine_run(lua_State *L) {
  struct moe_error errors[MOE_POOL_ERRORS];
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  struct moe_part options = moe_part_open(L, 2, "engine.run");
  const char *dir = moe_part_string(&options, "dir");
  size_t threads = moe_part_integer(&options, "threads", 1, 1024, 1);
  size_t count = (size_t)lua_rawlen(L, 1);
  struct watcher w = {.L = L};
  if (lua_getfield(L, 2, "progress") != LUA_TNIL)
    w.function = lua_gettop(L);
  else
    lua_pop(L, 1);
  lua_createtable(L, (int)count, 0); /* keeps the cases */
  int kept = lua_gettop(L), seen = kept + 1;
  lua_newtable(L); /* keeps the directories */
  struct moe_case **cases = lua_newuserdatauv(L, (count + 1) * sizeof(struct moe_case *), 0);
  const char **dirs = lua_newuserdatauv(L, (count + 1) * sizeof(char *), 0);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    cases[i] = moe_lua_case(L, -1);
    lua_rawseti(L, kept, (lua_Integer)i + 1);
    dirs[i] = cell_directory(L, dir, cases[i], seen);
  }
  struct moe_pool_progress outcome =
      moe_pool_run(cases, dirs, count, threads, report_progress, &w, errors);
  if (w.failed) return lua_error(L);
  return push_outcome(L, &outcome, errors);
}

/* --------------------------------------------------------------------- files and texts */

static int read_failed(lua_State *L, const struct moe_error *e, int missing) {
  lua_pushnil(L);
  lua_pushstring(L, e->text);
  lua_pushstring(L, missing ? "missing" : "corrupt");
  return 3;
}

static int engine_read_cell(lua_State *L) {
  struct moe_cell_file file;
  struct moe_error e;
  enum moe_status status = moe_cell_read(luaL_checkstring(L, 1), &file, &e);
  if (status) return read_failed(L, &e, status == MOE_EIO && errno == ENOENT);
  lua_createtable(L, 0, 6);
  lua_pushstring(L, file.key);
  lua_setfield(L, -2, "key");
  lua_pushstring(L, file.description);
  lua_setfield(L, -2, "description");
  lua_pushstring(L, file.versions);
  lua_setfield(L, -2, "versions");
  lua_pushstring(L, file.evaluator);
  lua_setfield(L, -2, "evaluator");
  push_columns(L, file.cell.columns - MOE_CELL_FIXED);
  lua_setfield(L, -2, "columns");
  push_rows(L, &file.cell);
  lua_setfield(L, -2, "rows");
  moe_cell_file_free(&file);
  return 1;
}

static int engine_canonical(lua_State *L) {
  luaL_checkany(L, 1);
  char *text = canonical(L, 1);
  lua_pushstring(L, text);
  moe_free(text);
  return 1;
}

/* engine.parse(text): the value that a canonical text describes; nil, message if it does not.
 */
static int engine_parse(lua_State *L) {
  struct moe_error e;
  if (!moe_canon_read(L, luaL_checkstring(L, 1), &e)) return 1;
  lua_pushnil(L);
  lua_pushstring(L, e.text);
  return 2;
}

static int engine_sha256(lua_State *L) {
  size_t length;
  char hex[65];
  const char *text = luaL_checklstring(L, 1, &length);
  moe_sha256_hex(text, length, hex);
  lua_pushstring(L, hex);
  return 1;
}

static int engine_write_atomic(lua_State *L) {
  struct moe_error e;
  size_t length;
  const char *path = luaL_checkstring(L, 1), *text = luaL_checklstring(L, 2, &length);
  if (moe_file_write(path, text, length, &e)) {
    lua_pushnil(L);
    lua_pushstring(L, e.text);
    return 2;
  }
  lua_pushboolean(L, 1);
  return 1;
}

int moe_lua_open_case(lua_State *L) {
  static const luaL_Reg functions[] = {{"case", engine_case},
                                       {"compute", engine_compute},
                                       {"run", engine_run},
                                       {"read_cell", engine_read_cell},
                                       {"canonical", engine_canonical},
                                       {"parse", engine_parse},
                                       {"sha256", engine_sha256},
                                       {"write_atomic", engine_write_atomic},
                                       {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  return 1;
}
