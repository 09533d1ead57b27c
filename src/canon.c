/*
 * canon.c - see canon.h. A small writer and a recursive-descent reader of the same form.
 */
#define _GNU_SOURCE
#include "canon.h"

#include <locale.h>
#include <math.h>
#include <sha2.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lauxlib.h>

#define DEPTH_LIMIT 32

void moe_text_add(struct moe_text *t, const char *bytes, size_t length) {
  if (t->length + length + 1 > t->room) {
    t->room = 2 * (t->length + length + 1);
    t->text = moe_realloc(t->text, t->room, 1);
  }
  memcpy(t->text + t->length, bytes, length);
  t->length += length;
  t->text[t->length] = '\0';
}

void moe_text_printf(struct moe_text *t, const char *format, ...) {
  char line[512];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line, format, arguments);
  va_end(arguments);
  if ((size_t)length < sizeof line) {
    moe_text_add(t, line, (size_t)length);
    return;
  }
  char *longer = moe_alloc((size_t)length + 1, 1);
  va_start(arguments, format);
  vsnprintf(longer, (size_t)length + 1, format, arguments);
  va_end(arguments);
  moe_text_add(t, longer, (size_t)length);
  moe_free(longer);
}

/* main.c never calls setlocale, so that printf and strtod stay in the C locale; a host that
 * embeds the library might, hence the comma is put right here. */
void moe_text_number(struct moe_text *t, double x) {
  char number[40];
  if (isnan(x)) {
    moe_text_add(t, "nan", 3);
    return;
  }
  int length = snprintf(number, sizeof number, "%.17g", x == 0 ? 0.0 : x);
  char *comma = strchr(number, ',');
  if (comma) *comma = '.';
  moe_text_add(t, number, (size_t)length);
}

double moe_number_read(const char *text, char **end) {
  static locale_t c_locale;
  if (!c_locale) c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  return strtod_l(text, end, c_locale);
}

void moe_sha256_hex(const void *bytes, size_t length, char hex[65]) {
  uint8_t digest[SHA256_DIGEST_LENGTH];
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, bytes, length);
  SHA256Final(digest, &context);
  for (size_t i = 0; i < sizeof digest; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

/* Levenshtein distance with one row; names longer than the row are as far as can be. */
static size_t edit_distance(const char *a, const char *b) {
  enum { LIMIT = 80 };
  size_t row[LIMIT + 1], m = strlen(a), n = strlen(b);
  if (m > LIMIT || n > LIMIT) return (size_t)-1;
  for (size_t j = 0; j <= n; j++) row[j] = j;
  for (size_t i = 1; i <= m; i++) {
    size_t diagonal = row[0];
    row[0] = i;
    for (size_t j = 1; j <= n; j++) {
      size_t best = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      if (row[j] + 1 < best) best = row[j] + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      row[j] = best;
    }
  }
  return row[n];
}

const char *moe_nearest(const char *name, const char *const *list) {
  const char *best = list[0];
  for (size_t i = 1; list[i]; i++)
    if (edit_distance(name, list[i]) < edit_distance(name, best)) best = list[i];
  return best;
}

/* ------------------------------------------------------------------------------ writing */

struct writer {
  lua_State *L;
  struct moe_text *out;
  struct moe_error *e;
  const void *open[DEPTH_LIMIT]; /* the tables being written: meeting one again is a cycle */
  size_t depth;
  char path[256]; /* of the field being written, for messages */
};

static enum moe_status write_value(struct writer *w, int index);

static int is_word(const char *s) {
  if (*s >= '0' && *s <= '9') return 0;
  for (; *s; s++)
    if (!((*s >= 'a' && *s <= 'z') || (*s >= 'A' && *s <= 'Z') || (*s >= '0' && *s <= '9') ||
          *s == '_'))
      return 0;
  return 1;
}

static void write_string(struct moe_text *out, const char *s, size_t length) {
  moe_text_add(out, "\"", 1);
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)s[i];
    if (c == '"' || c == '\\')
      moe_text_printf(out, "\\%c", c);
    else if (c < 32 || c == 127)
      moe_text_printf(out, "\\%03d", c);
    else
      moe_text_add(out, (const char *)&c, 1);
  }
  moe_text_add(out, "\"", 1);
}

static int compare_keys(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum moe_status write_list(struct writer *w, int index, lua_Unsigned length) {
  size_t end = strlen(w->path);
  enum moe_status status = MOE_OK;
  moe_text_add(w->out, "{", 1);
  for (lua_Unsigned i = 1; i <= length && !status; i++) {
    if (i > 1) moe_text_add(w->out, ",", 1);
    snprintf(w->path + end, sizeof w->path - end, "[%llu]", (unsigned long long)i);
    lua_rawgeti(w->L, index, (lua_Integer)i);
    status = write_value(w, lua_gettop(w->L));
    lua_pop(w->L, 1);
  }
  w->path[end] = '\0';
  moe_text_add(w->out, "}", 1);
  return status;
}

/* Keys are gathered as pointers into strings that the table itself keeps alive. */
static enum moe_status write_record(struct writer *w, int index, size_t count) {
  const char **key = moe_alloc(count, sizeof *key);
  size_t used = 0, end = strlen(w->path);
  enum moe_status status = MOE_OK;
  for (lua_pushnil(w->L); lua_next(w->L, index); lua_pop(w->L, 1))
    key[used++] = lua_tostring(w->L, -2);
  qsort(key, used, sizeof *key, compare_keys);
  moe_text_add(w->out, "{", 1);
  for (size_t i = 0; i < used && !status; i++) {
    if (i) moe_text_add(w->out, ",", 1);
    if (is_word(key[i]))
      moe_text_add(w->out, key[i], strlen(key[i]));
    else {
      moe_text_add(w->out, "[", 1);
      write_string(w->out, key[i], strlen(key[i]));
      moe_text_add(w->out, "]", 1);
    }
    moe_text_add(w->out, "=", 1);
    snprintf(w->path + end, sizeof w->path - end, "%s%s", end ? "." : "", key[i]);
    lua_pushstring(w->L, key[i]);
    lua_rawget(w->L, index);
    status = write_value(w, lua_gettop(w->L));
    lua_pop(w->L, 1);
  }
  w->path[end] = '\0';
  moe_text_add(w->out, "}", 1);
  moe_free(key);
  return status;
}

static enum moe_status fail_at(struct writer *w, const char *what) {
  return moe_fail(w->e, MOE_EUSAGE, "%s%s%s", w->path[0] ? w->path : "value",
                  w->path[0] ? ": " : " ", what);
}

static enum moe_status write_table(struct writer *w, int index) {
  size_t named = 0;
  lua_Unsigned length = lua_rawlen(w->L, index), listed = 0;
  const void *self = lua_topointer(w->L, index);
  for (size_t i = 0; i < w->depth; i++)
    if (w->open[i] == self) return fail_at(w, "the table contains itself");
  if (w->depth == DEPTH_LIMIT || !lua_checkstack(w->L, 8))
    return fail_at(w, "tables nested too deeply");
  for (lua_pushnil(w->L); lua_next(w->L, index); lua_pop(w->L, 1)) {
    if (lua_type(w->L, -2) == LUA_TSTRING) {
      size_t bytes;
      const char *key = lua_tolstring(w->L, -2, &bytes);
      if (strlen(key) == bytes) {
        named++;
        continue;
      }
    }
    if (lua_isinteger(w->L, -2) && lua_tointeger(w->L, -2) >= 1 &&
        (lua_Unsigned)lua_tointeger(w->L, -2) <= length)
      listed++;
    else {
      lua_pop(w->L, 2);
      return fail_at(w, "keys must be names, or the numbers 1, 2, 3, ... of a list");
    }
  }
  if (listed != length) return fail_at(w, "the list has holes");
  if (named && listed) return fail_at(w, "a table is either a list or a record, not both");
  w->open[w->depth++] = self;
  enum moe_status status = named ? write_record(w, index, named) : write_list(w, index, length);
  w->depth--;
  return status;
}

static enum moe_status write_number(struct writer *w, int index) {
  double x = lua_tonumber(w->L, index);
  if (isnan(x)) return fail_at(w, "not a number (NaN)");
  if (lua_isinteger(w->L, index)) {
    lua_Integer i = lua_tointeger(w->L, index);
    if (i > (1LL << 53) || i < -(1LL << 53))
      return fail_at(w, "an integer beyond 2^53 is not exact; write it as a float");
  }
  moe_text_number(w->out, x);
  return MOE_OK;
}

static enum moe_status write_value(struct writer *w, int index) {
  size_t length;
  const char *s;
  char what[64];
  switch (lua_type(w->L, index)) {
  case LUA_TBOOLEAN:
    s = lua_toboolean(w->L, index) ? "true" : "false";
    moe_text_add(w->out, s, strlen(s));
    return MOE_OK;
  case LUA_TNUMBER:
    return write_number(w, index);
  case LUA_TSTRING:
    s = lua_tolstring(w->L, index, &length);
    write_string(w->out, s, length);
    return MOE_OK;
  case LUA_TTABLE:
    return write_table(w, index);
  default:
    snprintf(what, sizeof what, "a %s is not plain data", luaL_typename(w->L, index));
    return fail_at(w, what);
  }
}

enum moe_status moe_canon_write(lua_State *L, int index, struct moe_text *t,
                                struct moe_error *e) {
  struct writer w = {.L = L, .out = t, .e = e};
  return write_value(&w, lua_absindex(L, index));
}

/* ------------------------------------------------------------------------------ reading */

struct reader {
  lua_State *L;
  const char *at;
  size_t depth;
};

static int read_value(struct reader *r); /* pushes one value and returns 1, or returns 0 */

static int accept(struct reader *r, char c) {
  if (*r->at != c) return 0;
  r->at++;
  return 1;
}

static int read_string(struct reader *r) {
  luaL_Buffer b;
  if (!accept(r, '"')) return 0;
  luaL_buffinit(r->L, &b);
  while (*r->at && *r->at != '"') {
    char c = *r->at++;
    if (c == '\\' && *r->at >= '0' && *r->at <= '9') {
      int code = 0;
      for (int i = 0; i < 3 && *r->at >= '0' && *r->at <= '9'; i++)
        code = 10 * code + (*r->at++ - '0');
      c = (char)code;
    } else if (c == '\\' && *r->at) {
      c = *r->at++;
    }
    luaL_addchar(&b, c);
  }
  luaL_pushresult(&b);
  if (accept(r, '"')) return 1;
  lua_pop(r->L, 1);
  return 0;
}

/* Pushes the key and passes the '=' behind it; 0 (and nothing pushed) if there is none. */
static int read_key(struct reader *r) {
  const char *start = r->at;
  if (accept(r, '[')) {
    if (read_string(r)) {
      if (accept(r, ']') && accept(r, '=')) return 1;
      lua_pop(r->L, 1);
    }
  } else {
    size_t n = strspn(r->at, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
    if (n && r->at[n] == '=') {
      lua_pushlstring(r->L, r->at, n);
      r->at += n + 1;
      return 1;
    }
  }
  r->at = start;
  return 0;
}

static int read_table(struct reader *r) {
  if (r->depth == DEPTH_LIMIT || !lua_checkstack(r->L, 8)) return 0;
  r->depth++;
  lua_newtable(r->L);
  if (!accept(r, '}')) {
    do {
      int named = read_key(r);
      if (!read_value(r)) {
        lua_pop(r->L, 1 + named);
        return 0;
      }
      if (named)
        lua_rawset(r->L, -3);
      else
        lua_rawseti(r->L, -2, (lua_Integer)lua_rawlen(r->L, -2) + 1);
    } while (accept(r, ','));
    if (!accept(r, '}')) {
      lua_pop(r->L, 1);
      return 0;
    }
  }
  r->depth--;
  return 1;
}

static int read_value(struct reader *r) {
  if (*r->at == '"') return read_string(r);
  if (accept(r, '{')) return read_table(r);
  if (!strncmp(r->at, "true", 4) || !strncmp(r->at, "false", 5)) {
    int yes = *r->at == 't';
    lua_pushboolean(r->L, yes);
    r->at += yes ? 4 : 5;
    return 1;
  }
  char *end;
  double x = moe_number_read(r->at, &end);
  if (end == r->at || isnan(x)) return 0;
  r->at = end;
  if (x == floor(x) && fabs(x) <= 0x1p53)
    lua_pushinteger(r->L, (lua_Integer)x);
  else
    lua_pushnumber(r->L, x);
  return 1;
}

enum moe_status moe_canon_read(lua_State *L, const char *text, struct moe_error *e) {
  struct reader r = {.L = L, .at = text};
  if (!read_value(&r))
    return moe_fail(e, MOE_EDATA, "not a canonical description (byte %zu)",
                    (size_t)(r.at - text));
  if (*r.at) {
    lua_pop(L, 1);
    return moe_fail(e, MOE_EDATA, "text behind the description (byte %zu)",
                    (size_t)(r.at - text));
  }
  return MOE_OK;
}
