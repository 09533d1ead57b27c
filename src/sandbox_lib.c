/*
 * sandbox_lib.c - what a script can call.
 *
 * An allow-list of Lua's own functions, and replacements for those through which a run could
 * depend on anything but the script: addresses (tostring, %p), the order of a hash table
 * (pairs, next), the clock in the pivot of an unlucky sort, libm's last bit. There is no io,
 * os, debug, package, load, random or collectgarbage.
 */
#define _GNU_SOURCE
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "sandbox.h"
#include "vmath.h"

#define PRINT_LIMIT 65536

/* ------------------------------------------------------------------------------- errors */

/* "path:line: " of the innermost frame of the user's own files. */
static void push_place(lua_State *L) {
  struct moe_sandbox *s = moe_sandbox_of(L);
  lua_Debug ar;
  for (int level = 0; lua_getstack(L, level, &ar); level++) {
    lua_getinfo(L, "Sl", &ar);
    for (size_t i = 0; i < s->files; i++)
      if (s->own[i] && ar.currentline > 0 && !strcmp(ar.source, s->file[i])) {
        lua_pushfstring(L, "%s:%d: ", s->file[i] + 1, ar.currentline);
        return;
      }
  }
  lua_pushliteral(L, "");
}

int moe_sandbox_error(lua_State *L, const char *format, ...) {
  char message[400];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof message, format, arguments);
  va_end(arguments);
  push_place(L);
  lua_pushstring(L, message);
  lua_concat(L, 2);
  return lua_error(L);
}

/* ------------------------------------------------------------------- text without addresses */

const char *moe_sandbox_text(lua_State *L, int index) {
  index = lua_absindex(L, index);
  int type = lua_type(L, index);
  if (type == LUA_TNIL || type == LUA_TBOOLEAN || type == LUA_TNUMBER || type == LUA_TSTRING)
    return luaL_tolstring(L, index, NULL);
  if (luaL_getmetafield(L, index, "__tostring") != LUA_TNIL) {
    lua_pushvalue(L, index);
    lua_call(L, 1, 1);
    if (lua_type(L, -1) != LUA_TSTRING)
      moe_sandbox_error(L, "'__tostring' must return a string");
    return lua_tostring(L, -1);
  }
  return lua_pushstring(L, lua_typename(L, type));
}

static int lib_tostring(lua_State *L) {
  luaL_checkany(L, 1);
  moe_sandbox_text(L, 1);
  return 1;
}

/* string.format with every table, function or thread replaced by its text first. */
static int lib_format(lua_State *L) {
  const char *format = luaL_checkstring(L, 1);
  for (const char *p = format; (p = strchr(p, '%')); p++) {
    if (p[1] == '%') {
      p++;
      continue;
    }
    size_t flags = strspn(p + 1, "-+ #0123456789.");
    if (p[1 + flags] == 'p')
      return moe_sandbox_error(L, "string.format: '%%p' is not available");
  }
  for (int i = 2; i <= lua_gettop(L); i++) {
    int type = lua_type(L, i);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TTHREAD ||
        type == LUA_TUSERDATA) {
      moe_sandbox_text(L, i);
      lua_replace(L, i);
    }
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_insert(L, 1);
  lua_call(L, lua_gettop(L) - 1, 1);
  return 1;
}

/* To standard error, so that --json stays JSON; no control characters, not for ever. */
static int lib_print(lua_State *L) {
  struct moe_sandbox *s = moe_sandbox_of(L);
  int count = lua_gettop(L);
  luaL_Buffer b;
  lua_newtable(L);
  for (int i = 1; i <= count; i++) {
    moe_sandbox_text(L, i);
    lua_rawseti(L, count + 1, i);
  }
  luaL_buffinit(L, &b);
  for (int i = 1; i <= count; i++) {
    if (i > 1) luaL_addchar(&b, '\t');
    lua_rawgeti(L, count + 1, i);
    luaL_addvalue(&b);
  }
  luaL_addchar(&b, '\n');
  luaL_pushresult(&b);
  size_t length;
  char *copy = lua_newuserdatauv(L, lua_rawlen(L, -1) + 1, 0);
  memcpy(copy, lua_tolstring(L, -2, &length), lua_rawlen(L, -2));
  s->printed += length;
  if (s->printed > PRINT_LIMIT) return moe_sandbox_error(L, "print: more than 64 KB of output");
  for (size_t i = 0; i < length; i++)
    if (((unsigned char)copy[i] < 32 && copy[i] != '\n' && copy[i] != '\t') || copy[i] == 127)
      copy[i] = '?';
  fwrite(copy, 1, length, stderr);
  return 0;
}

/* ------------------------------------------------------------------------ order of tables */

/* Numbers first, then strings, then booleans; anything else has no order that is the same on
 * every run, and is refused. */
static int key_rank(lua_State *L, int index) {
  switch (lua_type(L, index)) {
  case LUA_TNUMBER:
    return 0;
  case LUA_TSTRING:
    return 1;
  case LUA_TBOOLEAN:
    return 2;
  default:
    return moe_sandbox_error(L, "a table with a %s as a key has no fixed order",
                             luaL_typename(L, index));
  }
}

static int key_less(lua_State *L, int a, int b) {
  int rank_a = key_rank(L, a), rank_b = key_rank(L, b);
  if (rank_a != rank_b) return rank_a < rank_b;
  if (rank_a == 2) return lua_toboolean(L, a) < lua_toboolean(L, b);
  return lua_compare(L, a, b, LUA_OPLT);
}

/* next(t, key): the smallest key above `key`. A loop with it is quadratic; pairs is not. */
static int lib_next(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  lua_pushnil(L); /* 3: the best so far */
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    int key = lua_gettop(L) - 1;
    if (!lua_isnil(L, 2) && !key_less(L, 2, key)) continue;
    if (!lua_isnil(L, 3) && !key_less(L, key, 3)) continue;
    lua_pushvalue(L, key);
    lua_replace(L, 3);
  }
  if (lua_isnil(L, 3)) return 1;
  lua_pushvalue(L, 3);
  lua_rawget(L, 1);
  return 2;
}

/* Merge sort of list[from..to) (1-based) at stack index `list` through `spare`: stable, so the
 * result is fixed even where the order does not decide. less(L, list, i, j) compares entries.
 */
typedef int less_function(lua_State *L, int i, int j);

static int keys_in_order(lua_State *L, int i, int j) {
  return key_less(L, i, j);
}

static int values_in_order(lua_State *L, int i, int j) {
  if (lua_isnoneornil(L, 2)) return lua_compare(L, i, j, LUA_OPLT);
  i = lua_absindex(L, i);
  j = lua_absindex(L, j);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, i);
  lua_pushvalue(L, j);
  lua_call(L, 2, 1);
  int less = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return less;
}

static void merge(lua_State *L, int list, int spare, lua_Integer from, lua_Integer middle,
                  lua_Integer to, less_function *less) {
  lua_Integer i = from, j = middle, out = from;
  while (i < middle && j < to) {
    lua_rawgeti(L, list, i);
    lua_rawgeti(L, list, j);
    int right = less(L, lua_gettop(L), lua_gettop(L) - 1);
    lua_pop(L, right ? 0 : 1);
    lua_rawseti(L, spare, out++);
    if (right) lua_pop(L, 1);
    if (right)
      j++;
    else
      i++;
  }
  for (; i < middle; i++, out++) {
    lua_rawgeti(L, list, i);
    lua_rawseti(L, spare, out);
  }
  for (; j < to; j++, out++) {
    lua_rawgeti(L, list, j);
    lua_rawseti(L, spare, out);
  }
}

/* Bottom-up; leaves the sorted entries in the table at `list`. */
static void merge_sort(lua_State *L, int list, lua_Integer count, less_function *less) {
  lua_newtable(L);
  int spare = lua_gettop(L);
  luaL_checkstack(L, 10, "sort");
  for (lua_Integer width = 1; width < count; width *= 2) {
    for (lua_Integer from = 1; from <= count; from += 2 * width) {
      lua_Integer middle = from + width > count + 1 ? count + 1 : from + width;
      lua_Integer to = from + 2 * width > count + 1 ? count + 1 : from + 2 * width;
      merge(L, list, spare, from, middle, to, less);
    }
    for (lua_Integer i = 1; i <= count; i++) {
      lua_rawgeti(L, spare, i);
      lua_rawseti(L, list, i);
    }
  }
  lua_pop(L, 1);
}

static int lib_sort(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  if (!lua_isnoneornil(L, 2)) luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  merge_sort(L, 1, (lua_Integer)lua_rawlen(L, 1), values_in_order);
  return 0;
}

/* Upvalues: the sorted keys, the position. Entries that have become nil meanwhile are passed.
 */
static int pairs_step(lua_State *L) {
  lua_Integer i = lua_tointeger(L, lua_upvalueindex(2));
  lua_settop(L, 1);
  while (lua_rawgeti(L, lua_upvalueindex(1), ++i) != LUA_TNIL) {
    lua_pushvalue(L, 2);
    if (lua_rawget(L, 1) != LUA_TNIL) {
      lua_pushinteger(L, i);
      lua_replace(L, lua_upvalueindex(2));
      return 2;
    }
    lua_settop(L, 1);
  }
  lua_pushnil(L);
  return 1;
}

static int lib_pairs(lua_State *L) {
  luaL_checkany(L, 1);
  if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
    lua_pushvalue(L, 1);
    lua_call(L, 1, 3);
    return 3;
  }
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_newtable(L);
  lua_Integer count = 0;
  for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
    key_rank(L, -2);
    lua_pushvalue(L, -2);
    lua_rawseti(L, 2, ++count);
  }
  merge_sort(L, 2, count, keys_in_order);
  lua_pushinteger(L, 0);
  lua_pushcclosure(L, pairs_step, 2);
  lua_pushvalue(L, 1);
  lua_pushnil(L);
  return 3;
}

/* ------------------------------------------------------------------------------- mathematics
 */

static int lib_exp(lua_State *L) {
  lua_pushnumber(L, moe_exp(luaL_checknumber(L, 1)));
  return 1;
}

/* log(x, base): exact where x is a small whole power of the base, as users expect of base 10.
 */
static int lib_log(lua_State *L) {
  double x = luaL_checknumber(L, 1), value = moe_log(x);
  if (!lua_isnoneornil(L, 2)) {
    double base = luaL_checknumber(L, 2), power = 1;
    value /= moe_log(base);
    double whole = nearbyint(value);
    if (fabs(whole) <= 64) {
      for (int i = 0; i < (int)fabs(whole); i++) power *= base;
      if ((whole >= 0 ? power : 1 / power) == x) value = whole;
    }
  }
  lua_pushnumber(L, value);
  return 1;
}

static void sine_cosine(double x, double *sine, double *cosine) {
  const double pi = 3.14159265358979323846;
  double turns = x / pi;
  moe_sincospi(turns - 2 * nearbyint(turns / 2), sine, cosine);
}

static int lib_sin(lua_State *L) {
  double sine, cosine;
  sine_cosine(luaL_checknumber(L, 1), &sine, &cosine);
  lua_pushnumber(L, sine);
  return 1;
}

static int lib_cos(lua_State *L) {
  double sine, cosine;
  sine_cosine(luaL_checknumber(L, 1), &sine, &cosine);
  lua_pushnumber(L, cosine);
  return 1;
}

static int lib_tanh(lua_State *L) {
  lua_pushnumber(L, moe_tanh(luaL_checknumber(L, 1)));
  return 1;
}

/* -------------------------------------------------------------------------------- modules */

static int pure_gates(lua_State *L) {
  moe_lua_push_gates(L);
  return 1;
}

static int pure_experts(lua_State *L) {
  moe_lua_push_experts(L);
  return 1;
}

static int pure_curves(lua_State *L) {
  moe_lua_push_curves(L);
  return 1;
}

static int pure_measures(lua_State *L) {
  moe_lua_push_measures(L);
  return 1;
}

/* moerates.pure: functions of their arguments alone, and the options of the command line. */
static int open_pure(lua_State *L) {
  static const luaL_Reg functions[] = {{"uniform", moe_lua_uniform},
                                       {"normal", moe_lua_normal},
                                       {"expert_value", moe_lua_expert_value},
                                       {"gates", pure_gates},
                                       {"experts", pure_experts},
                                       {"curves", pure_curves},
                                       {"measures", pure_measures},
                                       {NULL, NULL}};
  struct moe_sandbox *s = moe_sandbox_of(L);
  luaL_newlib(L, functions);
  if (s->option_bytes)
    moe_plain_decode(L, s->options);
  else
    lua_newtable(L);
  lua_setfield(L, -2, "options");
  return 1;
}

/* The library's modules that a script may see: those that need nothing but moerates.pure. */
static const char *const library[] = {"moerates",
                                      "moerates.dsl",
                                      "moerates.dsl_check",
                                      "moerates.dsl_experiment",
                                      "moerates.dsl_timing",
                                      "moerates.dsl_certificates",
                                      "moerates.dsl_mixture",
                                      "moerates.fault",
                                      "moerates.nearest",
                                      "moerates.select",
                                      NULL};

static int in_library(const char *name) {
  for (size_t i = 0; library[i]; i++)
    if (!strcmp(library[i], name)) return 1;
  return 0;
}

/* Letters, digits, _ and -, with single dots between: a name can neither be absolute nor climb.
 */
static int is_module_name(const char *name) {
  size_t part = 0;
  for (; *name; name++) {
    int word =
        strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *name) != 0;
    if (!word && (*name != '.' || part == 0)) return 0;
    part = word ? part + 1 : 0;
  }
  return part > 0;
}

/* Pushes DIR/a/b.lua for a.b. */
static const char *push_file_name(lua_State *L, const char *dir, const char *name) {
  luaL_gsub(L, name, ".", "/");
  lua_pushfstring(L, "%s/%s.lua", dir, lua_tostring(L, -1));
  lua_remove(L, -2);
  return lua_tostring(L, -1);
}

static void load_own(lua_State *L, const char *name) {
  struct moe_sandbox *s = moe_sandbox_of(L);
  if (!is_module_name(name) || !strncmp(name, "moerates.", 9))
    moe_sandbox_error(
        L,
        "module '%.60s' cannot be required: a script sees 'moerates' and the files "
        "beside it",
        name);
  const char *path = push_file_name(L, s->directory, name);
  char *real = realpath(path, NULL);
  size_t n = strlen(s->directory);
  int inside = real && !strncmp(real, s->directory, n) && (real[n] == '/' || n == 1);
  free(real);
  if (!real) moe_sandbox_error(L, "module '%s' not found: there is no %s", name, path);
  if (!inside) moe_sandbox_error(L, "module '%s' leads out of the script's directory", name);
  const char *slash = strrchr(s->path, '/');
  lua_pushlstring(L, s->path, slash ? (size_t)(slash - s->path) : 0);
  const char *shown;
  if (slash)
    shown = push_file_name(L, lua_tostring(L, -1), name);
  else
    shown = push_file_name(L, ".", name) + 2;
  moe_sandbox_load(L, path, shown, 1);
}

static int lib_require(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  lua_settop(L, 1);
  lua_getfield(L, LUA_REGISTRYINDEX, "moerates.loaded");
  if (lua_getfield(L, 2, name) != LUA_TNIL) {
    if (lua_islightuserdata(L, 3))
      return moe_sandbox_error(L, "module '%s' requires itself", name);
    return 1;
  }
  lua_pushlightuserdata(L, L);
  lua_setfield(L, 2, name);
  if (!strcmp(name, "moerates.pure"))
    lua_pushcfunction(L, open_pure);
  else if (in_library(name)) {
    const char *path = push_file_name(L, moe_sandbox_of(L)->lua_dir, name);
    moe_sandbox_load(L, path, path, 0);
  } else {
    load_own(L, name);
  }
  lua_pushvalue(L, 1);
  lua_call(L, 1, 1);
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
  }
  lua_pushvalue(L, -1);
  lua_setfield(L, 2, name);
  return 1;
}

/* ----------------------------------------------------------------------------- allow-lists */

static const char *const base_names[] = {
    "_VERSION", "assert", "error",  "getmetatable", "ipairs",   "pcall", "rawequal", "rawget",
    "rawlen",   "rawset", "select", "setmetatable", "tonumber", "type",  "xpcall",   NULL};
static const char *const math_names[] = {
    "abs",        "ceil", "floor", "fmod", "huge",      "max",  "maxinteger", "min",
    "mininteger", "modf", "pi",    "sqrt", "tointeger", "type", "ult",        NULL};
static const char *const string_names[] = {
    "byte", "char",     "find", "gmatch",  "gsub", "len",    "lower", "match",
    "pack", "packsize", "rep",  "reverse", "sub",  "unpack", "upper", NULL};
static const char *const table_names[] = {"concat", "insert", "move", "pack",
                                          "remove", "unpack", NULL};
static const char *const utf8_names[] = {"char", "charpattern", "codepoint", "codes",
                                         "len",  "offset",      NULL};
static const char *const coroutine_names[] = {
    "close", "create", "isyieldable", "resume", "running", "status", "wrap", "yield", NULL};

/* Sets the listed fields of the table on top of the stack in the table below it; pops the
 * first. */
static void copy_fields(lua_State *L, const char *const *names) {
  for (; *names; names++) {
    lua_getfield(L, -1, *names);
    lua_setfield(L, -3, *names);
  }
  lua_pop(L, 1);
}

/* Opens a library out of sight and pushes a table of what is allowed of it. */
static void open_library(lua_State *L, lua_CFunction open, const char *const *names) {
  lua_newtable(L);
  lua_pushcfunction(L, open);
  lua_call(L, 0, 1);
  copy_fields(L, names);
}

/* A table of the string functions; its format takes no addresses. */
static void open_string(lua_State *L) {
  open_library(L, luaopen_string, string_names);
  lua_pushcfunction(L, luaopen_string);
  lua_call(L, 0, 1);
  lua_getfield(L, -1, "format");
  lua_pushcclosure(L, lib_format, 1);
  lua_setfield(L, -3, "format");
  lua_pop(L, 1);
}

/* Strings have methods from a table that no script can reach to change it. */
static void protect_strings(lua_State *L) {
  open_string(L); /* luaopen_string sets a metatable of its own: this must come last */
  lua_pushliteral(L, "");
  lua_createtable(L, 0, 2);
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "__index");
  lua_pushboolean(L, 0);
  lua_setfield(L, -2, "__metatable");
  lua_setmetatable(L, -2);
  lua_pop(L, 2);
}

/* Pushes a table of globals with libraries of its own. */
static void push_globals(lua_State *L) {
  static const luaL_Reg globals[] = {{"next", lib_next},         {"pairs", lib_pairs},
                                     {"print", lib_print},       {"require", lib_require},
                                     {"tostring", lib_tostring}, {NULL, NULL}};
  static const luaL_Reg mathematics[] = {{"exp", lib_exp}, {"log", lib_log},   {"sin", lib_sin},
                                         {"cos", lib_cos}, {"tanh", lib_tanh}, {NULL, NULL}};
  open_library(L, luaopen_base, base_names);
  luaL_setfuncs(L, globals, 0);
  open_library(L, luaopen_math, math_names);
  luaL_setfuncs(L, mathematics, 0);
  lua_setfield(L, -2, "math");
  open_string(L);
  lua_setfield(L, -2, "string");
  open_library(L, luaopen_table, table_names);
  lua_pushcfunction(L, lib_sort);
  lua_setfield(L, -2, "sort");
  lua_setfield(L, -2, "table");
  open_library(L, luaopen_utf8, utf8_names);
  lua_setfield(L, -2, "utf8");
  open_library(L, luaopen_coroutine, coroutine_names);
  lua_setfield(L, -2, "coroutine");
  lua_pushvalue(L, -1);
  lua_setfield(L, -2, "_G");
}

void moe_sandbox_open(lua_State *L) {
  push_globals(L); /* the library's: what a script does to its own globals stays with it */
  lua_setfield(L, LUA_REGISTRYINDEX, "moerates.globals");
  push_globals(L);
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  protect_strings(L);
  lua_newtable(L);
  lua_setfield(L, LUA_REGISTRYINDEX, "moerates.loaded");
}
