/* SPDX-License-Identifier: MIT */
/* Follows a null pointer in create. */
#include <wharf/consumer.h>
/* A sanitizer that looks for it in advance would have the first word. */
__attribute__((no_sanitize("undefined"))) static void* crash(const wharf_host* host) {
  volatile int* nowhere = 0;
  *nowhere = 1;
  return (void*)host;
}
#define CREATE crash
#include "plain.h"
