/* SPDX-License-Identifier: MIT */
/* Only the last of the mandatory callbacks is missing. */
#define DISCONNECT NULL
#include "plain.h"
