/* SPDX-License-Identifier: MIT */
/* Refuses its config, and points at the key. */
#include <wharf/consumer.h>
static void* refuse(const wharf_host* host) {
  static const char why[] = "must be the name of a room";
  host->fail(host, "/room", (wharf_bytes){why, sizeof why - 1});
  return NULL;
}
#define CREATE refuse
#include "plain.h"
