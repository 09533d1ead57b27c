/*
 * child.c - a program that lives on and answers line by line: a peer that is timed.
 *
 *   engine.child({program, argument...})  -> child, or nil, message if it cannot be started
 *   child:ask(line, seconds)  -> the next line that it prints, without its end;
 *                                or nil, "late" (no line in that time), "ended", or "long" (more
 *                                than a megabyte without an end)
 *   child:stop()              -> exit code, standard error (its first megabyte)
 *
 * The line goes to its standard input with a newline at its end; with nil it is only waited for.
 * Writing, reading and listening to standard error take place together, so no side waits for the
 * other for ever. The child runs on the first CPU that we may use, as one thread of bench_team.c
 * does, and in a process group of its own, so that stopping it stops what it started. It is
 * stopped at the latest when it is collected or closed, and killed when we are.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"
#include "canon.h"
#include "engine.h"
#include "program.h"

#define CHILD_TYPE "moerates.child"
#define KEEP ((size_t)1 << 20)
/* Seconds that one which has closed its outputs is given to end by itself. */
#define GRACE 1.0

struct child {
  pid_t pid;                   /* 0: none, or reaped */
  int in, out, err;            /* -1: closed */
  int code;                    /* how it ended */
  struct moe_text heard, said; /* standard output not yet handed on; standard error */
};

static struct child *check_child(lua_State *L) {
  return luaL_checkudata(L, 1, CHILD_TYPE);
}

static void close_one(int *fd) {
  if (*fd >= 0) close(*fd);
  *fd = -1;
}

static void child_close(struct child *c) {
  close_one(&c->in);
  close_one(&c->out);
  close_one(&c->err);
}

/* A socket in, because writing to a pipe that nobody reads ends the writer. */
static int child_start(struct child *c, struct moe_program *p) {
  int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, why = 0;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || pipe2(out, O_CLOEXEC) ||
      pipe2(err, O_CLOEXEC))
    why = errno;
  c->in = in[0];
  c->out = out[0];
  c->err = err[0];
  if (!why) {
    p->in = in[1];
    p->out = out[1];
    p->err = err[1];
    pid_t pid = moe_program_start(p, &why);
    c->pid = pid > 0 ? pid : 0;
  }
  close_one(&in[1]);
  close_one(&out[1]);
  close_one(&err[1]);
  return why;
}

/* -------------------------------------------------------------------------------- asking */

/* Writes what goes without waiting. Returns how much; all of it if nobody reads any more. */
static size_t child_write(const struct child *c, const char *text, size_t length) {
  ssize_t n = send(c->in, text, length, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (n >= 0) return (size_t)n;
  return errno == EAGAIN || errno == EINTR ? 0 : length;
}

static void child_read(int *fd, struct moe_text *text) {
  char buffer[4096];
  ssize_t n = read(*fd, buffer, sizeof buffer);
  if (n > 0 && text->length < KEEP) moe_text_add(text, buffer, (size_t)n);
  if (n == 0 || (n < 0 && errno != EINTR)) close_one(fd);
}

/* Waits until something can be written or read; 0 when the time is over. */
static int child_wait(const struct child *c, int writes, double deadline,
                      struct pollfd set[3]) {
  double rest = deadline - moe_bench_clock();
  if (rest <= 0) return 0;
  set[0] = (struct pollfd){.fd = writes ? c->in : -1, .events = POLLOUT};
  set[1] = (struct pollfd){.fd = c->out, .events = POLLIN};
  set[2] = (struct pollfd){.fd = c->err, .events = POLLIN};
  return poll(set, 3, (int)ceil(1e3 * fmin(rest, 1e6))) >= 0 || errno == EINTR;
}

/* NULL once a line has been heard, else what is wrong. */
static const char *child_exchange(struct child *c, const char *text, size_t length,
                                  double deadline) {
  struct pollfd set[3];
  while (!memchr(c->heard.text ? c->heard.text : "", '\n', c->heard.length)) {
    if (c->out < 0 && c->err < 0) return "ended";
    if (c->heard.length >= KEEP) return "long";
    memset(set, 0, sizeof set);
    if (!child_wait(c, length > 0, deadline, set)) return "late";
    if (set[0].revents) {
      size_t n = child_write(c, text, length);
      text += n;
      length -= n;
    }
    if (set[1].revents) child_read(&c->out, &c->heard);
    if (set[2].revents) child_read(&c->err, &c->said);
  }
  return NULL;
}

static int child_ask(lua_State *L) {
  struct child *c = check_child(L);
  double seconds = luaL_checknumber(L, 3);
  luaL_argcheck(L, c->pid, 1, "the child has been stopped");
  if (!lua_isnil(L, 2)) {
    luaL_checkstring(L, 2);
    lua_pushvalue(L, 2);
    lua_pushliteral(L, "\n");
    lua_concat(L, 2);
    lua_replace(L, 2);
  }
  size_t length;
  const char *text = luaL_optlstring(L, 2, "", &length);
  const char *wrong = child_exchange(c, text, length, moe_bench_clock() + seconds);
  if (wrong) {
    lua_pushnil(L);
    lua_pushstring(L, wrong);
    return 2;
  }
  size_t line = (size_t)((char *)memchr(c->heard.text, '\n', c->heard.length) - c->heard.text);
  lua_pushlstring(L, c->heard.text, line);
  c->heard.length -= line + 1;
  memmove(c->heard.text, c->heard.text + line + 1, c->heard.length);
  return 1;
}

/* ------------------------------------------------------------------------------- stopping */

/* Gives one that has closed its outputs the time to end by itself; it is not reaped. */
static void child_rest(const struct child *c) {
  double deadline = moe_bench_clock() + GRACE;
  siginfo_t info = {0};
  while (!waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOWAIT | WNOHANG) && !info.si_pid &&
         moe_bench_clock() < deadline)
    poll(NULL, 0, 5);
}

/* The group is killed while its leader, running or not, still keeps the number taken. */
static void child_end(struct child *c) {
  if (!c->pid) return;
  if (c->out < 0 && c->err < 0) child_rest(c);
  kill(-c->pid, SIGKILL);
  c->code = moe_program_wait(c->pid);
  c->pid = 0;
  child_close(c);
}

static int child_stop(lua_State *L) {
  struct child *c = check_child(L);
  child_end(c);
  lua_pushinteger(L, c->code);
  lua_pushlstring(L, c->said.text ? c->said.text : "", c->said.length);
  return 2;
}

static int child_gc(lua_State *L) {
  struct child *c = check_child(L);
  child_end(c);
  child_close(c);
  moe_free(c->heard.text);
  moe_free(c->said.text);
  c->heard = c->said = (struct moe_text){0};
  return 0;
}

static int engine_child(lua_State *L) {
  static const luaL_Reg methods[] = {{"ask", child_ask}, {"stop", child_stop}, {NULL, NULL}};
  struct moe_program p = {.bound = 1};
  lua_settop(L, 1);
  p.argv = moe_program_arguments(L, 1, "engine.child");
  struct child *c = moe_lua_object(L, sizeof *c, CHILD_TYPE, methods, child_gc);
  *c = (struct child){.in = -1, .out = -1, .err = -1};
  int why = child_start(c, &p);
  if (!why) return 1;
  lua_pushnil(L);
  moe_program_push_failure(L, &p, why);
  return 2;
}

int moe_lua_open_child(lua_State *L) {
  lua_pushcfunction(L, engine_child);
  lua_setfield(L, -2, "child");
  return 1;
}
