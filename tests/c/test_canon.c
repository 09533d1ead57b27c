/*
 * test_canon.c - the canonical text: known answers, order, numbers, refusals, reading back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <lauxlib.h>
#include <lua.h>
#include <math.h>

#include "canon.h"

static int new_state(void **state) {
  *state = luaL_newstate();
  return 0;
}

static int close_state(void **state) {
  lua_close(*state);
  return 0;
}

/* Canonical text of a Lua expression, or the error's text with '!' in front. */
static void canon_of(lua_State *L, const char *expression, char *out, size_t room) {
  struct moe_text t = {0};
  struct moe_error e = {""};
  lua_settop(L, 0);
  lua_pushfstring(L, "local huge, nan = ... return %s", expression);
  assert_int_equal(luaL_loadstring(L, lua_tostring(L, -1)), LUA_OK);
  lua_pushnumber(L, HUGE_VAL);
  lua_pushnumber(L, NAN);
  lua_call(L, 2, 1);
  int top = lua_gettop(L);
  if (moe_canon_write(L, -1, &t, &e))
    snprintf(out, room, "!%s", e.text);
  else
    snprintf(out, room, "%s", t.text);
  assert_int_equal(lua_gettop(L), top);
  moe_free(t.text);
}

static void known_answers(void **state) {
  static const char *const table[][2] = {
      {"10", "10"},
      {"10.0", "10"},
      {"1e14", "100000000000000"},
      {"0.1", "0.10000000000000001"},
      {"-0.0", "0"},
      {"1e300", "1.0000000000000001e+300"},
      {"5e-324", "4.9406564584124654e-324"},
      {"huge", "inf"},
      {"-huge", "-inf"},
      {"true", "true"},
      {"{}", "{}"},
      {"{3, 2, 1}", "{3,2,1}"},
      {"{b = 1, a = 2, B = 3}", "{B=3,a=2,b=1}"},
      {"{['k-1'] = 1, ['2x'] = 2, x2 = 3}", "{[\"2x\"]=2,[\"k-1\"]=1,x2=3}"},
      {"'a\"b\\\\c\\nd'", "\"a\\\"b\\\\c\\010d\""},
      {"'caf\\xc3\\xa9'", "\"caf\xc3\xa9\""},
      {"{a = {b = {c = {}}}}", "{a={b={c={}}}}"},
      {"9007199254740992", "9007199254740992"},
      {"9007199254740993", "!value an integer beyond 2^53 is not exact; write it as a float"},
      {"nan", "!value not a number (NaN)"},
      {"{a = {1, nan}}", "!a[2]: not a number (NaN)"},
      {"{a = {f = function() end}}", "!a.f: a function is not plain data"},
      {"{1, nil, 3}", "!value the list has holes"},
      {"{1, 2, x = 3}", "!value a table is either a list or a record, not both"},
      {"{[1.5] = 1}", "!value keys must be names, or the numbers 1, 2, 3, ... of a list"},
      {"{[true] = 1}", "!value keys must be names, or the numbers 1, 2, 3, ... of a list"},
  };
  char text[512];
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    canon_of(*state, table[i][0], text, sizeof text);
    assert_string_equal(text, table[i][1]);
  }
}

static void refuses_cycles_and_depth(void **state) {
  char text[512];
  canon_of(*state, "(function() local t = {} t.a = {t} return t end)()", text, sizeof text);
  assert_string_equal(text, "!a[1]: the table contains itself");
  canon_of(*state, "(function() local t = {} for _ = 1, 99 do t = {t} end return t end)()",
           text, sizeof text);
  assert_non_null(strstr(text, "nested too deeply"));
}

/* The same fields, put in in different orders, into tables of different histories. */
static void order_does_not_matter(void **state) {
  char a[2048], b[2048];
  canon_of(*state,
           "(function() local t = {} for i = 1, 60 do t['k' .. i] = i end return t end)()", a,
           sizeof a);
  canon_of(*state,
           "(function() local t = {} for i = 99, 1, -1 do t['k' .. i] = i end "
           "for i = 61, 99 do t['k' .. i] = nil end return t end)()",
           b, sizeof b);
  assert_string_equal(a, b);
}

static void reads_back(void **state) {
  static const char *const texts[] = {
      "{a=2,b={1,2.5,\"x\\010\\\"\\\\\"},[\"k-1\"]=true,n=inf,m=-inf,z={}}",
      "0.10000000000000001", "\"\"", "{{},{},{1}}", "false"};
  lua_State *L = *state;
  struct moe_error e;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct moe_text first = {0}, second = {0};
    assert_int_equal(moe_canon_read(L, texts[i], &e), MOE_OK);
    assert_int_equal(moe_canon_write(L, -1, &first, &e), MOE_OK);
    assert_int_equal(moe_canon_read(L, first.text, &e), MOE_OK);
    assert_int_equal(moe_canon_write(L, -1, &second, &e), MOE_OK);
    assert_string_equal(first.text, second.text);
    assert_int_equal(strlen(first.text), strlen(texts[i]));
    moe_free(first.text);
    moe_free(second.text);
  }
}

static void refuses_broken_text(void **state) {
  static const char *const texts[] = {"",    "{",      "{a=}", "{a=1",      "{a=1}x", "\"open",
                                      "nan", "{1,,2}", "a=1",  "{[\"k\"]}", "{a=os}"};
  lua_State *L = *state;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    struct moe_error e = {""};
    lua_settop(L, 0);
    assert_int_equal(moe_canon_read(L, texts[i], &e), MOE_EDATA);
    assert_int_equal(lua_gettop(L), 0);
    assert_non_null(strstr(e.text, "byte"));
  }
}

/* FIPS 180-4 examples. */
static void hashes(void **state) {
  char hex[65];
  (void)state;
  moe_sha256_hex("abc", 3, hex);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  moe_sha256_hex("", 0, hex);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void names_the_nearest(void **state) {
  static const char *const list[] = {"beta0", "beta1", "a", "b", NULL};
  (void)state;
  assert_string_equal(moe_nearest("beat1", list), "beta1");
  assert_string_equal(moe_nearest("B", list), "a"); /* the first of equals */
  assert_string_equal(moe_nearest("bb", list), "b");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(known_answers, new_state, close_state),
      cmocka_unit_test_setup_teardown(refuses_cycles_and_depth, new_state, close_state),
      cmocka_unit_test_setup_teardown(order_does_not_matter, new_state, close_state),
      cmocka_unit_test_setup_teardown(reads_back, new_state, close_state),
      cmocka_unit_test_setup_teardown(refuses_broken_text, new_state, close_state),
      cmocka_unit_test(hashes),
      cmocka_unit_test(names_the_nearest),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
