/*
 * exec.c - running another program (gnuplot, pandoc) without a shell.
 *
 *   engine.exec({program, argument...}, {cwd=, stdout=file}) -> exit code, stderr, stdout
 *
 * Arguments go to execvp as they are, so no file name or label can be read as a command. What
 * the program prints is collected (the first megabyte of it), standard output goes to a file if
 * one is named, standard input is empty. A program that is not there gives 127 and says what to
 * do; one that a signal ended gives 128 + the signal's number, as shells have it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "canon.h"
#include "engine.h"

#define KEEP ((size_t)1 << 20)

struct pipes {
  int out[2], err[2],
      failure[2]; /* failure carries errno if exec fails, and closes if it works */
};

struct child {
  char *const *argv; /* execvp does not write to it, but wants it so */
  const char *cwd, *out_path;
};

static void close_all(struct pipes *p) {
  int *all = p->out;
  for (int i = 0; i < 6; i++)
    if (all[i] >= 0) close(all[i]);
}

static int open_pipes(struct pipes *p) {
  *p = (struct pipes){{-1, -1}, {-1, -1}, {-1, -1}};
  if (!pipe2(p->out, O_CLOEXEC) && !pipe2(p->err, O_CLOEXEC) && !pipe2(p->failure, O_CLOEXEC))
    return 1;
  close_all(p);
  return 0;
}

/* In the child: never returns. Only calls that are safe after fork. */
static _Noreturn void become(const struct child *c, const struct pipes *p) {
  int out = p->out[1], in = open("/dev/null", O_RDONLY);
  if (c->out_path) out = open(c->out_path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
  if (out >= 0 && in >= 0 && dup2(in, 0) >= 0 && dup2(out, 1) >= 0 && dup2(p->err[1], 2) >= 0 &&
      (!c->cwd || !chdir(c->cwd)))
    execvp(c->argv[0], c->argv);
  int why = errno;
  ssize_t written = write(p->failure[1], &why, sizeof why);
  (void)written;
  _exit(127);
}

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

static int wait_for(pid_t pid) {
  int status;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR) return 127;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* Returns the exit code, or -1 with *why = errno if the program could not be started. */
static int run_program(const struct child *c, struct moe_text *out, struct moe_text *err,
                       int *why) {
  struct pipes p;
  *why = 0;
  fflush(NULL);
  if (!open_pipes(&p)) {
    *why = errno;
    return -1;
  }
  pid_t pid = fork();
  if (pid == 0) become(c, &p);
  if (pid < 0) {
    *why = errno;
    close_all(&p);
    return -1;
  }
  close(p.out[1]);
  close(p.err[1]);
  close(p.failure[1]);
  drain(p.out[0], p.err[0], out, err);
  ssize_t n = read(p.failure[0], why, sizeof *why);
  close(p.out[0]);
  close(p.err[0]);
  close(p.failure[0]);
  int code = wait_for(pid);
  return n == (ssize_t)sizeof *why ? -1 : code;
}

static void push_failure(lua_State *L, const struct child *c, int why) {
  const char *program = c->argv[0];
  if (why == ENOENT && c->cwd && access(c->cwd, X_OK))
    lua_pushfstring(L, "%s: cannot run in %s: %s", program, c->cwd, strerror(errno));
  else if (why == ENOENT && strchr(program, '/'))
    lua_pushfstring(L, "%s not found", program);
  else if (why == ENOENT)
    lua_pushfstring(L, "%s not found: run `make deps`", program);
  else
    lua_pushfstring(L, "%s: cannot be run: %s", program, strerror(why));
}

static int engine_exec(lua_State *L) {
  static const char *const keys[] = {"cwd", "stdout", NULL};
  struct child c = {0};
  struct moe_text out = {0}, err = {0};
  int why;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 2);
  size_t count = (size_t)lua_rawlen(L, 1);
  if (count == 0)
    return luaL_error(L, "engine.exec: the list of a program and its arguments is empty");
  if (!lua_isnil(L, 2)) {
    struct moe_part options = moe_part_open(L, 2, "engine.exec");
    moe_part_keys(&options, keys);
    if (lua_getfield(L, 2, "cwd") != LUA_TNIL) c.cwd = luaL_checkstring(L, -1);
    if (lua_getfield(L, 2, "stdout") != LUA_TNIL) c.out_path = luaL_checkstring(L, -1);
  }
  char **argv = lua_newuserdatauv(L, (count + 1) * sizeof(char *), 0);
  luaL_checkstack(L, (int)count + 8, "arguments");
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    argv[i] = (char *)luaL_checkstring(
        L, -1); /* stays on the stack: a number became a string there */
  }
  argv[count] = NULL;
  c.argv = argv;
  int code = run_program(&c, &out, &err, &why);
  lua_pushinteger(L, code < 0 ? 127 : code);
  if (code < 0)
    push_failure(L, &c, why);
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
