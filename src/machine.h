/*
 * machine.h - which machine this is: what stays the same from boot to boot, and its short hash.
 *
 * Timings are of a machine, so files of timings carry its id. It hashes
 *
 *   architecture; CPU model; packages; cores; threads; kinds of caches; instruction sets
 *
 * and nothing that a reboot changes: no frequency, no bogomips, no host name, no serial number, no
 * order in which processors came up. Two machines of one make have one id, as they should.
 */
#ifndef MOE_MACHINE_H
#define MOE_MACHINE_H

#include "moe.h"

#define MOE_MACHINE_CACHES 16

struct moe_cache {
  unsigned level;
  unsigned long long bytes;
  int shared_by; /* hardware threads */
};

struct moe_machine {
  char id[9]; /* 8 hex digits */
  char architecture[32], cpu[160], features[160];
  int packages, cores, threads;
  /* The kinds of data and unified caches: innermost first, of one level the largest first. */
  size_t cache_count;
  struct moe_cache caches[MOE_MACHINE_CACHES];
};

/* The machine of a recording: a topology as hwloc exports it in XML, what /proc/cpuinfo says, and
 * `uname -m`. NULL stands for this machine's. MOE_EUSAGE: the XML is none. */
enum moe_status moe_machine_read(struct moe_machine *machine, const char *xml,
                                 const char *cpuinfo, const char *architecture,
                                 struct moe_error *e);

#endif
