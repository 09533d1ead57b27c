/*
 * machine_id.c - from hwloc's topology and /proc/cpuinfo to a machine's description and id.
 *
 * hwloc knows the CPU's name where the kernel does. ARM's kernels give numbers instead, one block
 * per processor and not always the same ones (big.LITTLE); they are listed sorted, with how many
 * there are of each, since which comes first depends on the boot.
 */
#include "machine.h"

#include <hwloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "canon.h"

/* Instruction sets that decide which code runs, or how wide a vector is. */
static const char *const feature_names[] = {"fma",      "avx",      "avx2",     "avx512f",
                                            "avx512dq", "avx512bw", "avx512vl", "asimd",
                                            "sve",      "sve2"};
enum { FEATURES = sizeof feature_names / sizeof *feature_names, KINDS = 16 };

/* Without blanks at the ends and runs of them. */
static void squeeze(char *text) {
  char *to = text;
  for (char *from = text; *from; from++)
    if (*from != ' ' || (to > text && to[-1] != ' ')) *to++ = *from;
  if (to > text && to[-1] == ' ') to--;
  *to = '\0';
}

/* ------------------------------------------------------------------------------ cpuinfo */

/* If the line is `key : value`, the value up to the end of the line. */
static const char *value_of(const char *line, const char *key, int *length) {
  size_t n = strlen(key);
  if (strncmp(line, key, n) != 0) return NULL;
  line += n + strspn(line + n, " \t");
  if (*line != ':') return NULL;
  line += 1 + strspn(line + 1, " \t");
  *length = (int)strcspn(line, "\n");
  return line;
}

static const char *next_line(const char *line) {
  line += strcspn(line, "\n");
  return *line ? line + 1 : line;
}

static int has_word(const char *text, int length, const char *word) {
  int n = (int)strlen(word);
  for (int i = 0; i + n <= length; i++)
    if ((i == 0 || text[i - 1] == ' ') && !strncmp(text + i, word, (size_t)n) &&
        (i + n == length || text[i + n] == ' '))
      return 1;
  return 0;
}

/* Those of our list that the first processor has, in the order of the list. */
static void read_features(struct moe_machine *machine, const char *cpuinfo) {
  for (const char *line = cpuinfo; *line; line = next_line(line)) {
    int length;
    const char *words = value_of(line, "flags", &length);
    if (!words) words = value_of(line, "Features", &length);
    for (int i = 0; words && i < FEATURES; i++)
      if (has_word(words, length, feature_names[i])) {
        size_t used = strlen(machine->features), room = sizeof machine->features - used;
        snprintf(machine->features + used, room, "%s%s", used ? " " : "", feature_names[i]);
      }
    if (words) return;
  }
}

/* A kind of ARM core, and how many there are. */
struct kind {
  char name[32];
  int count;
};

static int by_name(const void *a, const void *b) {
  return strcmp(((const struct kind *)a)->name, ((const struct kind *)b)->name);
}

static void count_kind(struct kind *kinds, size_t *count, const char *name) {
  for (size_t i = 0; i < *count; i++)
    if (!strcmp(kinds[i].name, name)) {
      kinds[i].count++;
      return;
    }
  if (*count == KINDS) return;
  snprintf(kinds[*count].name, sizeof kinds->name, "%s", name);
  kinds[(*count)++].count = 1;
}

/* "4 x 0x41/0xd03, 2 x 0x41/0xd08": implementer and part. 0 if cpuinfo has none. */
static int read_parts(const char *cpuinfo, char *text, size_t room) {
  struct kind kinds[KINDS];
  char implementer[16] = "", name[32];
  size_t count = 0, used = 0;
  for (const char *line = cpuinfo; *line; line = next_line(line)) {
    int length;
    const char *value = value_of(line, "CPU implementer", &length);
    if (value) snprintf(implementer, sizeof implementer, "%.*s", length, value);
    if (!(value = value_of(line, "CPU part", &length))) continue;
    snprintf(name, sizeof name, "%s/%.*s", implementer, length < 12 ? length : 12, value);
    count_kind(kinds, &count, name);
  }
  qsort(kinds, count, sizeof *kinds, by_name);
  for (size_t i = 0; i < count && used < room; i++)
    used += (size_t)snprintf(text + used, room - used, "%s%d x %s", i ? ", " : "",
                             kinds[i].count, kinds[i].name);
  return count > 0;
}

/* ------------------------------------------------------------------------------- topology */

/* hwloc's name. Where there is none, or cpuinfo knows the parts as well, those: "ARMv7 Processor
 * rev 4 (v7l)" says little. */
static void read_cpu(struct moe_machine *machine, hwloc_topology_t t, const char *cpuinfo) {
  hwloc_obj_t package = hwloc_get_obj_by_type(t, HWLOC_OBJ_PACKAGE, 0);
  const char *known = package ? hwloc_obj_get_info_by_name(package, "CPUModel") : NULL;
  char parts[sizeof machine->cpu - 4];
  if (read_parts(cpuinfo, parts, sizeof parts))
    snprintf(machine->cpu, sizeof machine->cpu, "ARM %s", parts);
  else
    snprintf(machine->cpu, sizeof machine->cpu, "%s", known ? known : "unknown");
  squeeze(machine->cpu);
}

static int before(const struct moe_cache *a, const struct moe_cache *b) {
  if (a->level != b->level) return a->level < b->level;
  if (a->bytes != b->bytes) return a->bytes > b->bytes;
  return a->shared_by > b->shared_by;
}

/* Adds a kind of cache at its place, unless it is there. */
static void add_cache(struct moe_machine *machine, const struct moe_cache *cache) {
  size_t at = 0;
  while (at < machine->cache_count && before(&machine->caches[at], cache)) at++;
  if (at < machine->cache_count && !before(cache, &machine->caches[at])) return;
  if (machine->cache_count == MOE_MACHINE_CACHES) return;
  memmove(machine->caches + at + 1, machine->caches + at,
          (machine->cache_count - at) * sizeof *cache);
  machine->caches[at] = *cache;
  machine->cache_count++;
}

static void read_caches(struct moe_machine *machine, hwloc_topology_t t) {
  for (hwloc_obj_t pu = NULL; (pu = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_PU, pu));)
    for (hwloc_obj_t o = pu; o; o = o->parent) {
      if (!hwloc_obj_type_is_dcache(o->type)) continue;
      struct moe_cache cache = {o->attr->cache.depth, o->attr->cache.size,
                                hwloc_bitmap_weight(o->cpuset)};
      add_cache(machine, &cache);
    }
}

static enum moe_status topology_load(hwloc_topology_t *t, const char *xml,
                                     struct moe_error *e) {
  if (hwloc_topology_init(t)) return moe_fail(e, MOE_EUSAGE, "hwloc does not start");
  if (xml && hwloc_topology_set_xmlbuffer(*t, xml, (int)strlen(xml) + 1)) {
    hwloc_topology_destroy(*t);
    return moe_fail(e, MOE_EUSAGE, "hwloc cannot read this topology");
  }
  if (!hwloc_topology_load(*t)) return MOE_OK;
  hwloc_topology_destroy(*t);
  return moe_fail(e, MOE_EUSAGE, "hwloc cannot load this topology");
}

static void make_id(struct moe_machine *machine) {
  struct moe_text identity = {0};
  char hex[65];
  moe_text_printf(&identity, "%s;%s;%d;%d;%d", machine->architecture, machine->cpu,
                  machine->packages, machine->cores, machine->threads);
  for (size_t i = 0; i < machine->cache_count; i++) {
    const struct moe_cache *c = &machine->caches[i];
    moe_text_printf(&identity, ";L%u=%llu/%d", c->level, c->bytes, c->shared_by);
  }
  moe_text_printf(&identity, ";%s", machine->features);
  moe_sha256_hex(identity.text, identity.length, hex);
  moe_free(identity.text);
  snprintf(machine->id, sizeof machine->id, "%.8s", hex);
}

/* The whole file, which has no size of its own; "" if it cannot be read. */
static void read_cpuinfo(struct moe_text *text) {
  char block[4096];
  size_t n;
  FILE *file = fopen("/proc/cpuinfo", "r");
  moe_text_add(text, "", 0);
  while (file && (n = fread(block, 1, sizeof block, file))) moe_text_add(text, block, n);
  if (file) fclose(file);
}

enum moe_status moe_machine_read(struct moe_machine *machine, const char *xml,
                                 const char *cpuinfo, const char *architecture,
                                 struct moe_error *e) {
  struct utsname system;
  struct moe_text text = {0};
  hwloc_topology_t t;
  memset(machine, 0, sizeof *machine);
  enum moe_status status = topology_load(&t, xml, e);
  if (status) return status;
  if (!architecture && !uname(&system)) architecture = system.machine;
  if (!cpuinfo) read_cpuinfo(&text);
  snprintf(machine->architecture, sizeof machine->architecture, "%.31s",
           architecture ? architecture : "unknown");
  read_cpu(machine, t, cpuinfo ? cpuinfo : text.text);
  read_features(machine, cpuinfo ? cpuinfo : text.text);
  machine->packages = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PACKAGE);
  machine->cores = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_CORE);
  machine->threads = hwloc_get_nbobjs_by_type(t, HWLOC_OBJ_PU);
  read_caches(machine, t);
  make_id(machine);
  hwloc_topology_destroy(t);
  moe_free(text.text);
  return MOE_OK;
}
