/* SPDX-License-Identifier: MIT */
/* Takes the process with it. */
#include <wharf/consumer.h>

#include <stdlib.h>
static void* leave(const wharf_host* host) {
  (void)host;
  exit(7);
}
#define CREATE leave
#include "plain.h"
