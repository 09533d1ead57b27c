/*
 * test_machine.c - the machine's id on recordings (tests/machines/README.md): what leaves it alone
 * and what changes it.
 */
#include "machine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct sample {
  const char *name, *architecture, *cpu, *features;
  int packages, cores, threads;
} samples[] = {
    {"intel-desktop", "x86_64", "Intel(R) Core(TM) i7-9700 CPU @ 3.00GHz", "fma avx avx2", 1, 8,
     8},
    {"intel-server", "x86_64", "Intel(R) Xeon(R) Gold 5222 CPU @ 3.80GHz",
     "fma avx avx2 avx512f avx512dq avx512bw avx512vl", 2, 8, 16},
    {"amd-zen4", "x86_64", "AMD Ryzen 5 7600 6-Core Processor",
     "fma avx avx2 avx512f avx512dq avx512bw avx512vl", 1, 6, 12},
    {"arm-server", "aarch64", "ARM 16 x 0x41/0xd40", "asimd sve", 1, 16, 16},
    {"arm-board", "aarch64", "ARM 4 x 0x41/0xd03, 2 x 0x41/0xd08", "asimd", 1, 6, 6},
};
enum { SAMPLES = sizeof samples / sizeof *samples, ROOM = 1 << 16 };
enum { DESKTOP, SERVER, ZEN4, ARM_SERVER, ARM_BOARD };

struct recording {
  char xml[ROOM], cpuinfo[ROOM];
  const char *architecture;
};

static void read_file(const char *name, const char *suffix, char *text) {
  char path[128];
  snprintf(path, sizeof path, "tests/machines/%s.%s", name, suffix);
  FILE *file = fopen(path, "r");
  if (!file) fail_msg("%s: cannot be read; tests run in the root of the tree", path);
  size_t n = fread(text, 1, ROOM - 1, file);
  fclose(file);
  assert_in_range(n, 1, ROOM - 2);
  text[n] = '\0';
}

static void recording_read(struct recording *r, int number) {
  read_file(samples[number].name, "xml", r->xml);
  read_file(samples[number].name, "cpuinfo", r->cpuinfo);
  r->architecture = samples[number].architecture;
}

static struct moe_machine machine_of(const struct recording *r) {
  struct moe_machine machine;
  struct moe_error e;
  assert_int_equal(moe_machine_read(&machine, r->xml, r->cpuinfo, r->architecture, &e), MOE_OK);
  return machine;
}

/* Every `from` becomes `to`; at least one must be there. */
static void replace(char *text, const char *from, const char *to) {
  char *copy = strdup(text), *end = text;
  const char *rest = copy, *found;
  assert_non_null(copy);
  assert_non_null(strstr(copy, from));
  for (; (found = strstr(rest, from)); rest = found + strlen(from))
    end += sprintf(end, "%.*s%s", (int)(found - rest), rest, to);
  memcpy(end, rest, strlen(rest) + 1);
  free(copy);
  assert_true(strlen(text) < ROOM);
}

/* The numbers after every `key : ` become others. */
static void scramble(char *text, const char *key) {
  int count = 0;
  for (char *p = text; (p = strstr(p, key)); count++) {
    p = strchr(p, ':');
    for (; *p && *p != '\n'; p++)
      if (*p >= '0' && *p <= '9') *p = (char)('0' + ('9' - *p + count + 1) % 10);
  }
  assert_true(count > 0);
}

/* The processors' blocks in reverse. */
static void reverse_blocks(char *text) {
  char *copy = strdup(text), *block[64];
  size_t count = 0, used = 0;
  assert_non_null(copy);
  for (char *p = copy; p && count < 64; count++) {
    block[count] = p;
    if ((p = strstr(p, "\n\n"))) *p = '\0', p += 2;
  }
  assert_true(count >= 2);
  while (count--) used += (size_t)sprintf(text + used, "%s\n\n", block[count]);
  free(copy);
}

/* ---------------------------------------------------------------------------------- tests */

static void recordings_are_read(void **state) {
  (void)state;
  for (int i = 0; i < SAMPLES; i++) {
    struct recording r;
    recording_read(&r, i);
    struct moe_machine m = machine_of(&r);
    assert_string_equal(m.cpu, samples[i].cpu);
    assert_string_equal(m.features, samples[i].features);
    assert_string_equal(m.architecture, samples[i].architecture);
    assert_int_equal(m.packages, samples[i].packages);
    assert_int_equal(m.cores, samples[i].cores);
    assert_int_equal(m.threads, samples[i].threads);
    assert_int_equal(strlen(m.id), 8);
    assert_int_equal(strspn(m.id, "0123456789abcdef"), 8);
  }
}

static void caches_come_by_kind(void **state) {
  (void)state;
  static const struct moe_cache server[] = {{1, 32768, 2}, {2, 1048576, 2}, {3, 17301504, 8}};
  static const struct moe_cache board[] = {{1, 32768, 1}, {2, 1048576, 2}, {2, 524288, 4}};
  static const struct {
    int sample;
    const struct moe_cache *caches;
  } expected[] = {{SERVER, server}, {ARM_BOARD, board}};
  for (int i = 0; i < 2; i++) {
    struct recording r;
    recording_read(&r, expected[i].sample);
    struct moe_machine m = machine_of(&r);
    assert_int_equal(m.cache_count, 3);
    for (int j = 0; j < 3; j++) {
      assert_int_equal(m.caches[j].level, expected[i].caches[j].level);
      assert_int_equal(m.caches[j].bytes, expected[i].caches[j].bytes);
      assert_int_equal(m.caches[j].shared_by, expected[i].caches[j].shared_by);
    }
  }
}

static void ids_differ(void **state) {
  (void)state;
  char id[SAMPLES][9];
  for (int i = 0; i < SAMPLES; i++) {
    struct recording r;
    recording_read(&r, i);
    memcpy(id[i], machine_of(&r).id, sizeof id[i]);
    for (int j = 0; j < i; j++) assert_string_not_equal(id[i], id[j]);
  }
}

static void a_reboot_leaves_the_id(void **state) {
  (void)state;
  for (int i = 0; i < SAMPLES; i++) {
    struct recording before, after;
    recording_read(&before, i);
    recording_read(&after, i);
    int arm = i >= ARM_SERVER;
    replace(after.xml, "\"buildhost\"", "\"localhost.localdomain\"");
    replace(after.xml, "\"6.1.0-18\"", "\"6.12.9\"");
    replace(after.xml, "local_memory=\"1073741824\"", "local_memory=\"2147483648\"");
    scramble(after.cpuinfo, arm ? "BogoMIPS" : "bogomips");
    if (!arm) scramble(after.cpuinfo, "cpu MHz");
    if (!arm) scramble(after.cpuinfo, "microcode");
    reverse_blocks(after.cpuinfo);
    assert_string_equal(machine_of(&before).id, machine_of(&after).id);
  }
}

static void so_does_the_cluster_that_comes_first(void **state) {
  (void)state;
  struct recording before, after;
  recording_read(&before, ARM_BOARD);
  recording_read(&after, ARM_BOARD);
  reverse_blocks(after.cpuinfo);
  read_file("arm-board-late", "xml", after.xml);
  assert_string_equal(machine_of(&before).id, machine_of(&after).id);
}

static void another_machine_has_another_id(void **state) {
  (void)state;
  static const struct {
    int sample, in_xml;
    const char *from, *to;
  } changes[] = {
      {DESKTOP, 1, "i7-9700 CPU", "i7-9700K CPU"},
      {DESKTOP, 1, "cache_size=\"12582912\"", "cache_size=\"16777216\""},
      {DESKTOP, 1, "cache_size=\"262144\"", "cache_size=\"1310720\""},
      {DESKTOP, 0, " avx2 ", " "},
      {DESKTOP, 0, " fma ", " "},
      {SERVER, 0, " avx512vl ", " "},
      {SERVER, 0, "avx512", "avx10_"},
      {ZEN4, 1, "Ryzen 5 7600", "Ryzen 5 7600X"},
      {ARM_SERVER, 0, "0xd40", "0xd4f"},
      {ARM_SERVER, 0, "0x41", "0x48"},
      {ARM_SERVER, 0, " sve ", " "},
      {ARM_SERVER, 0, " sve ", " sve sve2 "},
      {ARM_BOARD, 1, "cache_size=\"524288\"", "cache_size=\"262144\""},
  };
  for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
    struct recording before, after;
    recording_read(&before, changes[i].sample);
    recording_read(&after, changes[i].sample);
    replace(changes[i].in_xml ? after.xml : after.cpuinfo, changes[i].from, changes[i].to);
    assert_string_not_equal(machine_of(&before).id, machine_of(&after).id);
  }
}

static void another_number_of_cores_has_another_id(void **state) {
  (void)state;
  struct recording r;
  recording_read(&r, DESKTOP);
  struct moe_machine eight = machine_of(&r);
  /* The last processor is not there: its bit in every set, and its objects. */
  char *last = strstr(r.xml, "<object type=\"L2Cache\" cpuset=\"0x00000080\"");
  assert_non_null(last);
  char *rest = strstr(last, "\n      </object>\n    </object>");
  assert_non_null(rest);
  memmove(last, rest, strlen(rest) + 1);
  replace(r.xml, "cpuset=\"0x000000ff\"", "cpuset=\"0x0000007f\"");
  struct moe_machine seven = machine_of(&r);
  assert_int_equal(seven.cores, 7);
  assert_string_not_equal(eight.id, seven.id);
}

static void words_are_whole_words(void **state) {
  (void)state;
  struct recording r;
  recording_read(&r, ARM_SERVER);
  replace(r.cpuinfo, " sve ", " ");
  assert_string_equal(machine_of(&r).features, "asimd"); /* svei8mm and svebf16 are there */
}

static void a_machine_may_say_nothing(void **state) {
  (void)state;
  struct recording r;
  recording_read(&r, ARM_SERVER);
  r.cpuinfo[0] = '\0';
  struct moe_machine m = machine_of(&r);
  assert_string_equal(m.cpu, "unknown");
  assert_string_equal(m.features, "");
  recording_read(&r, ARM_SERVER);
  snprintf(r.cpuinfo, sizeof r.cpuinfo, "%s", "CPU part\n:\nFeatures\t:"); /* cut off */
  assert_string_equal(machine_of(&r).cpu, "unknown");
}

static void what_is_no_topology_is_refused(void **state) {
  (void)state;
  struct moe_machine machine;
  struct moe_error e;
  setenv("HWLOC_HIDE_ERRORS", "2", 1);
  assert_int_equal(moe_machine_read(&machine, "<html/>", "", "x86_64", &e), MOE_EUSAGE);
  assert_non_null(strstr(e.text, "topology"));
}

static void this_machine_is_always_the_same(void **state) {
  (void)state;
  struct moe_machine once, again;
  struct moe_error e;
  assert_int_equal(moe_machine_read(&once, NULL, NULL, NULL, &e), MOE_OK);
  assert_int_equal(moe_machine_read(&again, NULL, NULL, NULL, &e), MOE_OK);
  assert_string_equal(once.id, again.id);
  assert_true(once.threads >= once.cores && once.cores >= 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(recordings_are_read),
      cmocka_unit_test(caches_come_by_kind),
      cmocka_unit_test(ids_differ),
      cmocka_unit_test(a_reboot_leaves_the_id),
      cmocka_unit_test(so_does_the_cluster_that_comes_first),
      cmocka_unit_test(another_machine_has_another_id),
      cmocka_unit_test(another_number_of_cores_has_another_id),
      cmocka_unit_test(words_are_whole_words),
      cmocka_unit_test(a_machine_may_say_nothing),
      cmocka_unit_test(what_is_no_topology_is_refused),
      cmocka_unit_test(this_machine_is_always_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
