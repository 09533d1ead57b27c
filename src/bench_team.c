/*
 * bench_team.c - threads that sleep until they are told what to do.
 *
 * Each is bound to a core of its own: two threads on one core, or one that wanders, would be
 * timed for the scheduler's sake. Nobody spins: on a machine with other work a spinning thread
 * costs whole time slices. A thread notes when it starts and ends, so that waking up is not timed.
 */
#define _GNU_SOURCE
#include "bench.h"

#include <hwloc.h>
#include <pthread.h>
#include <time.h>

struct member {
  struct moe_team *team;
  size_t number;
  pthread_t thread;
  int pinned;
  double start, end; /* of the last job */
};

struct moe_team {
  size_t threads;
  struct member *members;
  hwloc_topology_t topology; /* NULL: not to be had */
  pthread_mutex_t lock;      /* guards what follows */
  pthread_cond_t told, finished;
  void (*job)(void *arg, size_t i);
  void *arg;
  size_t order, count, running, ready; /* `order` counts the jobs */
  int stop;
};

double moe_bench_clock(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Core `number`, or that processing unit where there are fewer cores. 1: bound. */
static int bind_member(const struct moe_team *team, size_t number) {
  if (!team->topology) return 0;
  unsigned cores = (unsigned)hwloc_get_nbobjs_by_type(team->topology, HWLOC_OBJ_CORE);
  hwloc_obj_type_t type = number < cores ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
  hwloc_obj_t place = hwloc_get_obj_by_type(team->topology, type, (unsigned)number);
  if (!place) return 0;
  hwloc_cpuset_t set = hwloc_bitmap_dup(place->cpuset);
  hwloc_bitmap_singlify(set);
  int bound = !hwloc_set_cpubind(team->topology, set, HWLOC_CPUBIND_THREAD);
  hwloc_bitmap_free(set);
  return bound;
}

static void *member_work(void *arg) {
  struct member *self = arg;
  struct moe_team *team = self->team;
  size_t seen = 0;
  int bound = bind_member(team, self->number);
  pthread_mutex_lock(&team->lock);
  self->pinned = bound;
  team->ready++;
  pthread_cond_signal(&team->finished);
  for (;;) {
    while (team->order == seen && !team->stop) pthread_cond_wait(&team->told, &team->lock);
    if (team->stop) break;
    seen = team->order;
    if (self->number >= team->count) continue;
    pthread_mutex_unlock(&team->lock);
    double start = moe_bench_clock();
    team->job(team->arg, self->number);
    double end = moe_bench_clock();
    pthread_mutex_lock(&team->lock);
    self->start = start;
    self->end = end;
    team->running--;
    pthread_cond_signal(&team->finished);
  }
  pthread_mutex_unlock(&team->lock);
  return NULL;
}

static hwloc_topology_t topology_load(void) {
  hwloc_topology_t t;
  if (hwloc_topology_init(&t)) return NULL;
  if (!hwloc_topology_load(t)) return t;
  hwloc_topology_destroy(t);
  return NULL;
}

struct moe_team *moe_team_start(size_t threads, struct moe_error *e) {
  struct moe_team *team = moe_alloc(1, sizeof *team);
  team->members = moe_alloc(threads, sizeof *team->members);
  team->topology = topology_load();
  pthread_mutex_init(&team->lock, NULL);
  pthread_cond_init(&team->told, NULL);
  pthread_cond_init(&team->finished, NULL);
  for (; team->threads < threads; team->threads++) {
    struct member *m = &team->members[team->threads];
    *m = (struct member){.team = team, .number = team->threads};
    if (pthread_create(&m->thread, NULL, member_work, m)) {
      moe_fail(e, MOE_EIO, "the system gave %zu of %zu threads: ask for fewer", team->threads,
               threads);
      moe_team_stop(team);
      return NULL;
    }
  }
  pthread_mutex_lock(&team->lock);
  while (team->ready < threads) pthread_cond_wait(&team->finished, &team->lock);
  pthread_mutex_unlock(&team->lock);
  return team;
}

double moe_team_run(struct moe_team *team, size_t count, void (*job)(void *arg, size_t i),
                    void *arg) {
  pthread_mutex_lock(&team->lock);
  team->job = job;
  team->arg = arg;
  team->count = team->running = count;
  team->order++;
  pthread_cond_broadcast(&team->told);
  while (team->running) pthread_cond_wait(&team->finished, &team->lock);
  double start = team->members[0].start, end = team->members[0].end;
  for (size_t i = 1; i < count; i++) {
    if (team->members[i].start < start) start = team->members[i].start;
    if (team->members[i].end > end) end = team->members[i].end;
  }
  pthread_mutex_unlock(&team->lock);
  return end - start;
}

int moe_team_pinned(const struct moe_team *team) {
  for (size_t i = 0; i < team->threads; i++)
    if (!team->members[i].pinned) return 0;
  return 1;
}

void moe_team_stop(struct moe_team *team) {
  if (!team) return;
  pthread_mutex_lock(&team->lock);
  team->stop = 1;
  pthread_cond_broadcast(&team->told);
  pthread_mutex_unlock(&team->lock);
  for (size_t i = 0; i < team->threads; i++) pthread_join(team->members[i].thread, NULL);
  pthread_cond_destroy(&team->told);
  pthread_cond_destroy(&team->finished);
  pthread_mutex_destroy(&team->lock);
  if (team->topology) hwloc_topology_destroy(team->topology);
  moe_free(team->members);
  moe_free(team);
}
