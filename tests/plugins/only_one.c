/* SPDX-License-Identifier: MIT */
/* Agrees to one instance in a process, as if it held a lock: a trial is good, and a second worker is not. */
#include <wharf/consumer.h>

#include <stdatomic.h>

static atomic_flag taken = ATOMIC_FLAG_INIT;

static void* take(const wharf_host* host) {
  static const char why[] = "another instance has the lock";
  if (!atomic_flag_test_and_set(&taken)) return (void*)host;
  host->fail(host, "", (wharf_bytes){why, sizeof why - 1});
  return NULL;
}

static void give_back(void* instance) {
  (void)instance;
  atomic_flag_clear(&taken);
}
#define CREATE take
#define DESTROY give_back
#include "plain.h"
