/* SPDX-License-Identifier: MIT */
/* Refuses, and does not say why. */
#include <wharf/consumer.h>
static void* refuse(const wharf_host* host) {
  (void)host;
  return NULL;
}
#define CREATE refuse
#include "plain.h"
