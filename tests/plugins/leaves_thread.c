/* SPDX-License-Identifier: MIT */
/* Its create begins a thread that its destroy does not wait for. */
#include <wharf/consumer.h>

#include <pthread.h>
#include <unistd.h>

static void* wait_for_ever(void* nothing) {
  for (;;) pause();
  return nothing;
}

static void* begin(const wharf_host* host) {
  pthread_t thread;
  return pthread_create(&thread, NULL, wait_for_ever, NULL) == 0 ? (void*)host : NULL;
}

#define CREATE begin
#include "plain.h"
