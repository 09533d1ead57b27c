/*
 * sandbox.c - running a stranger's experiment script.
 *
 *   engine.sandbox(path, {options=, seconds=10, bytes=256 MB, lua_dir=})
 *     -> what the script returned, as plain data; or nil, message
 *
 * The script runs in a Lua state of its own:
 *   - text chunks only, an allow-list of functions (sandbox_lib.c);
 *   - all its memory comes from an allocator with a cap; the collector is stopped, so that
 *     collections, weak tables and finalizers cannot make two runs differ, and at the end the
 *     memory is dropped without closing the state, so that no finalizer runs at all;
 *   - a thread watches the clock. Hooks that count instructions would not do: they never fire
 *     inside a C function such as string.find, and pcall swallows the error they raise. At the
 *     deadline the thread prints the line that runs and ends the process;
 *   - a hook notes each line of the script, for that message only;
 *   - the result is copied out as plain data (sandbox_copy.c).
 */
#define _GNU_SOURCE
#include "sandbox.h"

#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"

#define FILE_LIMIT ((size_t)1 << 20)
#define MESSAGE_LIMIT 600

/* ------------------------------------------------------------------------------- memory */

struct block {
  struct block *previous, *next;
};

static void block_link(struct moe_sandbox *s, struct block *b) {
  b->previous = NULL;
  b->next = s->blocks;
  if (s->blocks) s->blocks->previous = b;
  s->blocks = b;
}

static void block_unlink(struct moe_sandbox *s, struct block *b) {
  if (b->previous)
    b->previous->next = b->next;
  else
    s->blocks = b->next;
  if (b->next) b->next->previous = b->previous;
}

static void *sandbox_alloc(void *arg, void *old, size_t old_size, size_t size) {
  struct moe_sandbox *s = arg;
  struct block *b = old ? (struct block *)old - 1 : NULL;
  if (!old) old_size = 0;
  if (size == 0) {
    if (b) block_unlink(s, b);
    free(b);
    s->used -= old_size;
    return NULL;
  }
  if (size > old_size && size - old_size > s->limit - s->used) return NULL;
  if (b) block_unlink(s, b);
  struct block *moved = realloc(b, sizeof *b + size);
  if (moved) s->used += size - old_size;
  if (moved || b) block_link(s, moved ? moved : b);
  if (!moved) return size <= old_size ? old : NULL; /* shrinking must not fail */
  return moved + 1;
}

static void drop_memory(struct moe_sandbox *s) {
  while (s->blocks) {
    struct block *next = s->blocks->next;
    free(s->blocks);
    s->blocks = next;
  }
}

/* ------------------------------------------------------------------------------- watchdog */

struct watchdog {
  struct moe_sandbox *sandbox;
  double seconds;
  pthread_t thread;
  pthread_mutex_t lock;
  pthread_cond_t done;
  int finished;
};

static void place_text(struct moe_sandbox *s, char *text, size_t room) {
  uint64_t place = s->place;
  if (place)
    snprintf(text, room, "%s:%u", s->file[place >> 32] + 1, (unsigned)place);
  else
    snprintf(text, room, "%s", s->path);
}

static void *watch(void *arg) {
  struct watchdog *w = arg;
  struct timespec deadline;
  clock_gettime(CLOCK_MONOTONIC, &deadline);
  double whole = floor(w->seconds);
  deadline.tv_sec += (time_t)whole;
  deadline.tv_nsec += (long)((w->seconds - whole) * 1e9);
  deadline.tv_sec += deadline.tv_nsec / 1000000000;
  deadline.tv_nsec %= 1000000000;
  pthread_mutex_lock(&w->lock);
  int late = 0;
  while (!w->finished && !late)
    late = pthread_cond_timedwait(&w->done, &w->lock, &deadline) != 0;
  if (!w->finished) {
    char place[512], line[700];
    place_text(w->sandbox, place, sizeof place);
    int n = snprintf(line, sizeof line,
                     "moerates: %s: still running after %g s: a script only describes an "
                     "experiment, it must end soon\n",
                     place, w->seconds);
    if (write(STDERR_FILENO, line, (size_t)n) < 0) _exit(2);
    _exit(2);
  }
  pthread_mutex_unlock(&w->lock);
  return NULL;
}

static int watchdog_start(struct watchdog *w) {
  pthread_condattr_t attributes;
  pthread_mutex_init(&w->lock, NULL);
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&w->done, &attributes);
  pthread_condattr_destroy(&attributes);
  return pthread_create(&w->thread, NULL, watch, w) == 0;
}

static void watchdog_stop(struct watchdog *w) {
  pthread_mutex_lock(&w->lock);
  w->finished = 1;
  pthread_cond_signal(&w->done);
  pthread_mutex_unlock(&w->lock);
  pthread_join(w->thread, NULL);
  pthread_cond_destroy(&w->done);
  pthread_mutex_destroy(&w->lock);
}

static void note_line(lua_State *L, lua_Debug *ar) {
  struct moe_sandbox *s = moe_sandbox_of(L);
  lua_getinfo(L, "S", ar);
  for (size_t i = 0; i < s->files; i++)
    if (s->own[i] && !strcmp(ar->source, s->file[i])) {
      s->place = (uint64_t)i << 32 | (uint32_t)ar->currentline;
      return;
    }
}

/* -------------------------------------------------------------------------------- running */

/* Reads a text chunk and pushes it. A '#!' line and a byte order mark are passed over. */
void moe_sandbox_load(lua_State *L, const char *path, const char *shown, int own) {
  struct moe_sandbox *s = moe_sandbox_of(L);
  struct moe_error e;
  char *text;
  size_t length;
  if (s->files == MOE_SANDBOX_FILES)
    moe_sandbox_error(L, "more than %d files", MOE_SANDBOX_FILES);
  if (moe_file_read(path, FILE_LIMIT, &text, &length, &e)) {
    lua_pushstring(L, e.text);
    lua_error(L);
  }
  struct moe_text name = {0};
  moe_text_printf(&name, "@%s", shown);
  s->own[s->files] = own;
  s->file[s->files++] = name.text;
  size_t skip = length >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
  if (text[skip] == '#') skip += strcspn(text + skip, "\n");
  int status = luaL_loadbufferx(L, text + skip, length - skip, name.text, "t");
  moe_free(text);
  if (status) lua_error(L);
  if (own) return;
  lua_getfield(L, LUA_REGISTRYINDEX, "moerates.globals");
  lua_setupvalue(L, -2, 1); /* the chunk's _ENV */
}

/* What runs inside pcall: takes the place of encoded output as a light userdata. */
static int run_script(lua_State *L) {
  struct moe_text *out = lua_touserdata(L, 1);
  struct moe_sandbox *s = moe_sandbox_of(L);
  struct moe_error e;
  lua_settop(L, 0);
  moe_sandbox_open(L);
  moe_sandbox_load(L, s->path, s->path, 1);
  lua_sethook(L, note_line, LUA_MASKLINE, 0);
  lua_call(L, 0, 1);
  if (!moe_plain_encode(L, -1, out, &e)) return 0;
  lua_pushfstring(L, "%s: %s", s->path, e.text);
  return lua_error(L);
}

/* The text of an error value, in a protected call since __tostring is the script's. */
static int error_text(lua_State *L) {
  lua_settop(L, 1);
  if (lua_type(L, 1) == LUA_TTABLE && !luaL_getmetafield(L, 1, "__tostring")) {
    lua_pushliteral(L, "message");
    if (lua_rawget(L, 1) == LUA_TSTRING) return 1;
    moe_sandbox_error(L, "the script failed with a table as its error");
  }
  lua_settop(L, 1);
  moe_sandbox_text(L, 1);
  return 1;
}

/* Whether the message says where: at the script's name, or as path:line: . */
static int has_place(const struct moe_sandbox *s, const char *message) {
  if (!strncmp(message, s->path, strlen(s->path))) return 1;
  for (const char *p = message; (p = strchr(p, ':')); p++) {
    size_t digits = strspn(p + 1, "0123456789");
    if (digits && p[1 + digits] == ':') return 1;
  }
  return 0;
}

/* One line, without control characters, not too long, with the place in front. */
static void clean_message(struct moe_sandbox *s, const char *message, char *line, size_t room) {
  size_t used = 0;
  if (!has_place(s, message)) {
    char place[256];
    place_text(s, place, sizeof place);
    used = (size_t)snprintf(line, room, "%s: ", place);
  }
  for (; *message && used + 4 < room; message++) {
    unsigned char c = (unsigned char)*message;
    line[used++] = c == '\n' || c == '\t' ? ' ' : c < 32 || c == 127 ? '?' : *message;
  }
  line[used] = '\0';
  if (*message) memcpy(line + used, "...", 4);
}

static void explain(lua_State *L, struct moe_sandbox *s, int status, char *line, size_t room) {
  char place[512], message[640];
  if (status != LUA_ERRMEM) {
    lua_pushcfunction(L, error_text);
    lua_insert(L, -2);
    status = lua_pcall(L, 1, 1, 0);
  }
  const char *text = lua_tostring(L, -1);
  if (status == LUA_ERRMEM || !text || !strcmp(text, "not enough memory")) {
    place_text(s, place, sizeof place);
    snprintf(message, sizeof message, "%s: the script needs more than %zu MB", place,
             s->limit >> 20);
    text = message;
  }
  clean_message(s, text, line, room);
}

/* Runs the script; on success `out` holds its result, otherwise `line` says why not. */
static int run(struct moe_sandbox *s, double seconds, struct moe_text *out, char *line,
               size_t room) {
  struct watchdog w = {.sandbox = s, .seconds = seconds};
  lua_State *L = lua_newstate(sandbox_alloc, s);
  if (!L || !watchdog_start(&w)) {
    snprintf(line, room, "%s: no memory or thread to run it", s->path);
    return 0;
  }
  *(struct moe_sandbox **)lua_getextraspace(L) = s;
  lua_gc(L, LUA_GCSTOP);
  lua_pushcfunction(L, run_script);
  lua_pushlightuserdata(L, out);
  int status = lua_pcall(L, 1, 0, 0);
  if (status) explain(L, s, status, line, room);
  watchdog_stop(&w);
  return status == LUA_OK;
}

static char *directory_of(const char *path) {
  char *real = realpath(path, NULL), *slash;
  if (!real) return NULL;
  slash = strrchr(real, '/');
  slash[slash == real] = '\0';
  return real;
}

static void sandbox_free(struct moe_sandbox *s) {
  drop_memory(s);
  for (size_t i = 0; i < s->files; i++) moe_free(s->file[i]);
  free(s->directory);
}

static int fail_with(lua_State *L, const char *message) {
  lua_pushnil(L);
  lua_pushstring(L, message);
  return 2;
}

/* Pushes the encoded table under options.options as a string (empty if there is none). */
static const char *push_options(lua_State *L, int index, size_t *length) {
  struct moe_text t = {0};
  struct moe_error e;
  if (lua_getfield(L, index, "options") != LUA_TNIL) {
    if (moe_plain_encode(L, -1, &t, &e)) {
      moe_free(t.text);
      moe_lua_raise(L, &e);
    }
  }
  lua_pushlstring(L, t.text ? t.text : "", t.length);
  moe_free(t.text);
  return lua_tolstring(L, -1, length);
}

static int engine_sandbox(lua_State *L) {
  static const char *const keys[] = {"bytes", "lua_dir", "options", "seconds", NULL};
  char line[MESSAGE_LIMIT];
  struct moe_sandbox s = {.path = luaL_checkstring(L, 1)};
  struct moe_text out = {0};
  lua_settop(L, 2);
  struct moe_part options = moe_part_open(L, 2, "engine.sandbox");
  moe_part_keys(&options, keys);
  double seconds = moe_part_number(&options, "seconds", 0.01, 3600, 10);
  s.limit = moe_part_integer(&options, "bytes", 1 << 20, 0x1p40, 256 << 20);
  s.lua_dir = moe_part_string(&options, "lua_dir");
  s.options = push_options(L, 2, &s.option_bytes);
  if (!(s.directory = directory_of(s.path))) {
    snprintf(line, sizeof line, "%s: no such file", s.path);
    return fail_with(L, line);
  }
  int ok = run(&s, seconds, &out, line, sizeof line);
  if (ok) {
    lua_pushlstring(L, out.text, out.length); /* owned by Lua: decoding may raise */
    moe_free(out.text);
    sandbox_free(&s);
    moe_plain_decode(L, lua_tostring(L, -1));
    return 1;
  }
  moe_free(out.text);
  sandbox_free(&s);
  return fail_with(L, line);
}

int moe_lua_open_sandbox(lua_State *L) {
  lua_pushcfunction(L, engine_sandbox);
  lua_setfield(L, -2, "sandbox");
  return 1;
}
