/* test_moe.c - the one-line error and memory. */
#include "moe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void fail_formats_and_returns_the_status(void **state) {
  (void)state;
  struct moe_error e;
  assert_int_equal(moe_fail(&e, MOE_EDATA, "%s:%d: ragged", "a.csv", 3), MOE_EDATA);
  assert_string_equal(e.text, "a.csv:3: ragged");
  assert_int_equal(moe_fail(NULL, MOE_EIO, "%s", "nobody listens"), MOE_EIO);
  char *endless = moe_alloc(5000, 1);
  memset(endless, 'x', 4999);
  moe_fail(&e, MOE_EUSAGE, "%s", endless);
  assert_int_equal(strlen(e.text), sizeof e.text - 1);
  moe_free(endless);
}

static void memory_is_aligned_and_zeroed(void **state) {
  (void)state;
  for (size_t n = 0; n < 300; n++) {
    unsigned char *p = moe_alloc(n, 1);
    assert_int_equal((uintptr_t)p % 64, 0);
    for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
    memset(p, 0xff, n);
    moe_free(p);
  }
  char *s = moe_strdup("abc");
  s = moe_realloc(s, 1000, 1);
  assert_string_equal(s, "abc");
  moe_free(s);
  moe_free(NULL);
}

/* In a child, since the process ends. The product overflows: asking for it modulo 2^64 would
 * succeed and be far too small. */
static void running_out_of_memory_exits_with_3(void **state) {
  (void)state;
  fflush(NULL);
  pid_t child = fork();
  if (child == 0) {
    if (!freopen("/dev/null", "w", stderr)) _exit(1);
    volatile size_t count = SIZE_MAX / 8 + 2;
    void *p = moe_alloc(count, 8);
    _exit(p ? 1 : 2);
  }
  int status;
  assert_true(waitpid(child, &status, 0) == child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fail_formats_and_returns_the_status),
      cmocka_unit_test(memory_is_aligned_and_zeroed),
      cmocka_unit_test(running_out_of_memory_exits_with_3),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
