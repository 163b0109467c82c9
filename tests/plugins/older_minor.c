/* SPDX-License-Identifier: MIT */
/* Built when the ABI was 1.0. */
#define MINOR 0u
#include "plain.h"
