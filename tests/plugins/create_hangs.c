/* SPDX-License-Identifier: MIT */
/* Never returns from create. */
#include <wharf/consumer.h>

#include <unistd.h>
static void* hang(const wharf_host* host) {
  for (;;) pause();
  return (void*)host;
}
#define CREATE hang
#include "plain.h"
