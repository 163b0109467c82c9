/* SPDX-License-Identifier: MIT */
/* Never comes to the end of being loaded. */
#include <unistd.h>
__attribute__((constructor)) static void hang(void) {
  for (;;) pause();
}
#include "plain.h"
