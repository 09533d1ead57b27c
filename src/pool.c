/*
 * pool.c - many cells on a few threads.
 *
 * Cells are independent and long, so the simplest pool is enough: each thread takes the next
 * number under a mutex, computes that cell, writes it. Which thread does which cell changes
 * nothing, because a cell is a pure function of its description. The caller's thread does no
 * arithmetic: it waits and reports.
 */
#define _GNU_SOURCE
#include "cell.h"

#include <fcntl.h>
#include <hwloc.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "canon.h"

struct pool {
  struct moe_case *const *cases;
  const char *const *dirs;
  size_t count, threads;
  hwloc_topology_t topology; /* NULL: threads are not bound */
  struct moe_error *errors;
  pthread_mutex_t lock; /* guards what follows */
  pthread_cond_t changed;
  size_t next, running;
  struct moe_pool_progress progress;
  int stop;
};

struct worker {
  struct pool *pool;
  size_t number;
  pthread_t thread;
};

static double seconds_now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* One write of one line: appends of several processes do not mix. A log that cannot be written
 * is no reason to lose a cell. */
static void log_time(const struct pool *p, size_t i, double seconds,
                     const struct moe_cell *cell) {
  char key[33];
  struct moe_text path = {0}, line = {0};
  moe_case_key(p->cases[i], key);
  moe_text_printf(&path, "%s/times.log", p->dirs[i]);
  moe_text_printf(&line, "%s\t%.3f\t%zu\t", key, seconds, p->threads);
  for (size_t k = 0; k < MOE_START_KINDS; k++)
    moe_text_printf(&line, "%s%s=%zu/%zu", k ? " " : "", moe_start_names[k], cell->hits[k],
                    cell->tried[k]);
  moe_text_add(&line, "\n", 1);
  int fd = open(path.text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (fd >= 0) {
    ssize_t written = write(fd, line.text, line.length);
    (void)written;
    close(fd);
  }
  moe_free(path.text);
  moe_free(line.text);
}

static enum moe_status do_cell(const struct pool *p, size_t i, struct moe_error *e) {
  struct moe_cell cell;
  double start = seconds_now();
  enum moe_status status = moe_cell_compute(p->cases[i], 0, &cell, e);
  if (!status) status = moe_cell_write(p->dirs[i], p->cases[i], &cell, e);
  if (!status) log_time(p, i, seconds_now() - start, &cell);
  moe_cell_free(&cell);
  return status;
}

/* Returns 0 when there is nothing left. */
static int take_next(struct pool *p, size_t *i) {
  pthread_mutex_lock(&p->lock);
  int more = !p->stop && p->next < p->count;
  if (more) *i = p->next++;
  pthread_mutex_unlock(&p->lock);
  return more;
}

static void give_back(struct pool *p, enum moe_status status, const struct moe_error *e) {
  pthread_mutex_lock(&p->lock);
  if (status) {
    if (p->progress.failed < MOE_POOL_ERRORS) p->errors[p->progress.failed] = *e;
    p->progress.failed++;
    if (status == MOE_EIO) p->stop = 1;
  } else {
    p->progress.done++;
  }
  pthread_cond_signal(&p->changed);
  pthread_mutex_unlock(&p->lock);
}

/* Thread t on the t-th part of the machine, so that caches stay warm. */
static void bind_thread(const struct pool *p, size_t number) {
  hwloc_obj_t pu =
      p->topology ? hwloc_get_obj_by_type(p->topology, HWLOC_OBJ_PU, (unsigned)number) : NULL;
  if (pu) hwloc_set_cpubind(p->topology, pu->cpuset, HWLOC_CPUBIND_THREAD);
}

static void *work(void *arg) {
  struct worker *w = arg;
  struct pool *p = w->pool;
  struct moe_error e;
  size_t i;
  bind_thread(p, w->number);
  while (take_next(p, &i)) give_back(p, do_cell(p, i, &e), &e);
  pthread_mutex_lock(&p->lock);
  p->running--;
  pthread_cond_signal(&p->changed);
  pthread_mutex_unlock(&p->lock);
  return NULL;
}

/* Threads are bound only when there is one for each processor that we may use: with fewer, a
 * second process (another shard, say) would bind its threads to the same processors. */
static hwloc_topology_t topology_for(size_t threads) {
  hwloc_topology_t t;
  if (threads < 2 || hwloc_topology_init(&t)) return NULL;
  if (!hwloc_topology_load(t) && hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU) == (int)threads) {
    hwloc_cpuset_t allowed = hwloc_bitmap_alloc();
    int whole = !hwloc_get_cpubind(t, allowed, HWLOC_CPUBIND_PROCESS) &&
                hwloc_bitmap_weight(allowed) == (int)threads;
    hwloc_bitmap_free(allowed);
    if (whole) return t;
  }
  hwloc_topology_destroy(t);
  return NULL;
}

/* Waits for the threads; about 4 times a second, with the lock released, it reports. */
static void watch(struct pool *p, double start,
                  int (*progress)(const struct moe_pool_progress *, void *), void *arg) {
  pthread_mutex_lock(&p->lock);
  while (p->running) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += 250000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (p->running && !pthread_cond_timedwait(&p->changed, &p->lock, &until)) continue;
    struct moe_pool_progress now = p->progress;
    pthread_mutex_unlock(&p->lock);
    now.seconds = seconds_now() - start;
    int stop = progress && progress(&now, arg);
    pthread_mutex_lock(&p->lock);
    if (stop) p->stop = 1;
  }
  pthread_mutex_unlock(&p->lock);
}

static size_t start_workers(struct pool *p, struct worker *workers) {
  size_t started = 0;
  for (; started < p->threads; started++) {
    struct worker *w = &workers[started];
    *w = (struct worker){.pool = p, .number = started};
    pthread_mutex_lock(&p->lock);
    p->running++;
    pthread_mutex_unlock(&p->lock);
    if (pthread_create(&w->thread, NULL, work, w)) {
      pthread_mutex_lock(&p->lock);
      p->running--;
      pthread_mutex_unlock(&p->lock);
      break;
    }
  }
  return started;
}

struct moe_pool_progress moe_pool_run(struct moe_case *const *cases, const char *const *dirs,
                                      size_t count, size_t threads,
                                      int (*progress)(const struct moe_pool_progress *, void *),
                                      void *arg, struct moe_error errors[MOE_POOL_ERRORS]) {
  if (threads > count) threads = count;
  struct pool p = {.cases = cases, .dirs = dirs, .count = count, .threads = threads};
  struct worker *workers = moe_alloc(threads + 1, sizeof *workers);
  pthread_condattr_t attributes;
  double start = seconds_now();
  p.errors = errors;
  p.progress.total = count;
  p.topology = topology_for(threads);
  pthread_mutex_init(&p.lock, NULL);
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(&p.changed, &attributes);
  size_t started = start_workers(&p, workers);
  if (started == 0 && count) { /* no thread to be had: do it here, silently */
    struct worker self = {.pool = &p};
    p.running = 1;
    work(&self);
  }
  watch(&p, start, progress, arg);
  for (size_t i = 0; i < started; i++) pthread_join(workers[i].thread, NULL);
  pthread_cond_destroy(&p.changed);
  pthread_condattr_destroy(&attributes);
  pthread_mutex_destroy(&p.lock);
  if (p.topology) hwloc_topology_destroy(p.topology);
  moe_free(workers);
  p.progress.seconds = seconds_now() - start;
  return p.progress;
}
