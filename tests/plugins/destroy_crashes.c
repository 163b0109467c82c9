/* SPDX-License-Identifier: MIT */
/* Crashes when its instance ends. */
#include <stdlib.h>
static void crash(void* instance) {
  (void)instance;
  abort();
}
#define DESTROY crash
#include "plain.h"
