/* SPDX-License-Identifier: MIT */
/* Says that its table is larger than it is. */
#define SIZE (sizeof(wharf_consumer) + 64)
#include "plain.h"
