/*
 * sandbox_copy.c - plain data out of a state that is not trusted.
 *
 * The value is written as bytes in the one state and read back in the other, so that neither
 * holds a reference into the other and an error in one leaves the other as it was. Tables are
 * read raw: no metamethod runs. A shared table is copied as often as it is met, which the
 * limits bound.
 */
#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

#include "sandbox.h"

#define DEPTH_LIMIT 32
#define VALUE_LIMIT 1000000
#define BYTE_LIMIT ((size_t)64 << 20)

struct encoder {
  lua_State *L;
  struct moe_text *out;
  struct moe_error *e;
  const void *open[DEPTH_LIMIT];
  size_t depth, values;
  char path[256];
};

static enum moe_status encode_value(struct encoder *c, int index);

static enum moe_status fail_at(struct encoder *c, const char *what) {
  return moe_fail(c->e, MOE_EUSAGE, "%s%s%s", *c->path ? c->path : "the result",
                  *c->path ? ": " : " ", what);
}

static void name_field(struct encoder *c, size_t end) {
  lua_State *L = c->L;
  int type = lua_type(L, -2);
  if (type == LUA_TSTRING)
    snprintf(c->path + end, sizeof c->path - end, "%s%.60s", end ? "." : "",
             lua_tostring(L, -2));
  else if (lua_isinteger(L, -2))
    snprintf(c->path + end, sizeof c->path - end, "[%lld]", (long long)lua_tointeger(L, -2));
  else
    snprintf(c->path + end, sizeof c->path - end, "[%s]", lua_typename(L, type));
}

static enum moe_status encode_table(struct encoder *c, int index) {
  lua_State *L = c->L;
  const void *self = lua_topointer(L, index);
  size_t end = strlen(c->path);
  enum moe_status status = MOE_OK;
  for (size_t i = 0; i < c->depth; i++)
    if (c->open[i] == self) return fail_at(c, "the table contains itself");
  if (c->depth == DEPTH_LIMIT) return fail_at(c, "tables nested too deeply");
  luaL_checkstack(L, 8, "result");
  c->open[c->depth++] = self;
  moe_text_add(c->out, "{", 1);
  lua_pushnil(L);
  while (!status && lua_next(L, index)) {
    name_field(c, end);
    int key = lua_gettop(L) - 1;
    if (lua_type(L, key) != LUA_TSTRING && lua_type(L, key) != LUA_TNUMBER)
      status = fail_at(c, "keys must be strings or numbers");
    if (!status) status = encode_value(c, key);
    if (!status) status = encode_value(c, key + 1);
    lua_settop(L, status ? key - 1 : key);
  }
  if (!status) c->path[end] = '\0';
  moe_text_add(c->out, "}", 1);
  c->depth--;
  return status;
}

static enum moe_status encode_string(struct encoder *c, int index) {
  size_t length;
  const char *s = lua_tolstring(c->L, index, &length);
  if (length > BYTE_LIMIT) return fail_at(c, "the string is too long");
  moe_text_add(c->out, "s", 1);
  moe_text_add(c->out, (const char *)&length, sizeof length);
  moe_text_add(c->out, s, length);
  return MOE_OK;
}

static enum moe_status encode_value(struct encoder *c, int index) {
  lua_State *L = c->L;
  if (++c->values > VALUE_LIMIT) return fail_at(c, "more than a million values in the result");
  if (c->out->length > BYTE_LIMIT) return fail_at(c, "more than 64 MB in the result");
  switch (lua_type(L, index)) {
  case LUA_TNIL:
    moe_text_add(c->out, "n", 1);
    return MOE_OK;
  case LUA_TBOOLEAN:
    moe_text_add(c->out, lua_toboolean(L, index) ? "t" : "f", 1);
    return MOE_OK;
  case LUA_TSTRING:
    return encode_string(c, index);
  case LUA_TTABLE:
    return encode_table(c, index);
  case LUA_TNUMBER: {
    lua_Integer i = lua_tointeger(L, index);
    lua_Number x = lua_tonumber(L, index);
    int integer = lua_isinteger(L, index);
    moe_text_add(c->out, integer ? "i" : "d", 1);
    moe_text_add(c->out, integer ? (const char *)&i : (const char *)&x, 8);
    return MOE_OK;
  }
  default: {
    char what[64];
    snprintf(what, sizeof what, "a %s cannot leave a script", luaL_typename(L, index));
    return fail_at(c, what);
  }
  }
}

enum moe_status moe_plain_encode(lua_State *L, int index, struct moe_text *t,
                                 struct moe_error *e) {
  struct encoder c = {.L = L, .out = t, .e = e};
  return encode_value(&c, lua_absindex(L, index));
}

static const char *decode_value(lua_State *L, const char *at) {
  size_t length;
  lua_Integer i;
  lua_Number x;
  luaL_checkstack(L, 8, "result");
  switch (*at++) {
  case 't':
    lua_pushboolean(L, 1);
    return at;
  case 'f':
    lua_pushboolean(L, 0);
    return at;
  case 'i':
    memcpy(&i, at, sizeof i);
    lua_pushinteger(L, i);
    return at + sizeof i;
  case 'd':
    memcpy(&x, at, sizeof x);
    lua_pushnumber(L, x);
    return at + sizeof x;
  case 's':
    memcpy(&length, at, sizeof length);
    lua_pushlstring(L, at + sizeof length, length);
    return at + sizeof length + length;
  case '{':
    lua_newtable(L);
    while (*at != '}') {
      at = decode_value(L, at);
      at = decode_value(L, at);
      lua_rawset(L, -3);
    }
    return at + 1;
  default:
    lua_pushnil(L);
    return at;
  }
}

void moe_plain_decode(lua_State *L, const char *bytes) {
  decode_value(L, bytes);
}
