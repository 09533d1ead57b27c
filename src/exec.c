/*
 * exec.c - running another program (gnuplot, pandoc) to its end.
 *
 *   engine.exec({program, argument...}, {cwd=, stdout=file}) -> exit code, stderr, stdout
 *
 * What the program prints is collected (the first megabyte of it), standard output goes to a file
 * if one is named, standard input is empty. A program that is not there gives 127 and says what to
 * do; one that a signal ended gives 128 + the signal's number, as shells have it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "canon.h"
#include "engine.h"
#include "program.h"

#define KEEP ((size_t)1 << 20)

/* Reads both pipes until both are closed at the other end. */
static void drain(int out, int err, struct moe_text *out_text, struct moe_text *err_text) {
  struct pollfd set[2] = {{.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
  struct moe_text *text[2] = {out_text, err_text};
  char buffer[4096];
  while (set[0].fd >= 0 || set[1].fd >= 0) {
    if (poll(set, 2, -1) < 0 && errno != EINTR) return;
    for (int i = 0; i < 2; i++) {
      if (set[i].fd < 0 || !set[i].revents) continue;
      ssize_t n = read(set[i].fd, buffer, sizeof buffer);
      if (n > 0 && text[i]->length < KEEP) moe_text_add(text[i], buffer, (size_t)n);
      if (n == 0 || (n < 0 && errno != EINTR)) set[i].fd = -1;
    }
  }
}

static void close_all(const int *all, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (all[i] >= 0) close(all[i]);
}

/* theirs: what the program gets as 0, 1 and 2; ours: where what it prints arrives. Returns 0, or
 * errno; what could not be opened is -1. */
static int open_streams(const char *out_path, int theirs[3], int ours[2]) {
  int out[2] = {-1, -1}, err[2] = {-1, -1}, null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  int why = null < 0 || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC) ? errno : 0;
  if (out_path && !why) {
    close(out[1]);
    out[1] = open(out_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (out[1] < 0) why = errno;
  }
  theirs[0] = null;
  theirs[1] = out[1];
  theirs[2] = err[1];
  ours[0] = out[0];
  ours[1] = err[0];
  return why;
}

/* Returns the exit code, or -1 with *why = errno if the program could not be started. */
static int run_program(struct moe_program *p, const char *out_path, struct moe_text *out,
                       struct moe_text *err, int *why) {
  int theirs[3], ours[2], code = -1;
  pid_t pid = -1;
  *why = open_streams(out_path, theirs, ours);
  if (!*why) {
    p->in = theirs[0];
    p->out = theirs[1];
    p->err = theirs[2];
    pid = moe_program_start(p, why);
  }
  close_all(theirs, 3);
  if (pid > 0) {
    drain(ours[0], ours[1], out, err);
    code = moe_program_wait(pid);
  }
  close_all(ours, 2);
  return code;
}

static int engine_exec(lua_State *L) {
  static const char *const keys[] = {"cwd", "stdout", NULL};
  struct moe_program p = {0};
  struct moe_text out = {0}, err = {0};
  const char *out_path = NULL;
  int why;
  lua_settop(L, 2);
  p.argv = moe_program_arguments(L, 1, "engine.exec");
  if (!lua_isnil(L, 2)) {
    struct moe_part options = moe_part_open(L, 2, "engine.exec");
    moe_part_keys(&options, keys);
    if (lua_getfield(L, 2, "cwd") != LUA_TNIL) p.cwd = luaL_checkstring(L, -1);
    if (lua_getfield(L, 2, "stdout") != LUA_TNIL) out_path = luaL_checkstring(L, -1);
  }
  int code = run_program(&p, out_path, &out, &err, &why);
  lua_pushinteger(L, code < 0 ? 127 : code);
  if (code < 0)
    moe_program_push_failure(L, &p, why);
  else
    lua_pushlstring(L, err.text ? err.text : "", err.length);
  lua_pushlstring(L, out.text ? out.text : "", out.length);
  moe_free(out.text);
  moe_free(err.text);
  return 3;
}

int moe_lua_open_exec(lua_State *L) {
  lua_pushcfunction(L, engine_exec);
  lua_setfield(L, -2, "exec");
  return 1;
}
