/* SPDX-License-Identifier: MIT */
/* A table without a name. */
#undef NAME
#define NAME NULL
#include "plain.h"
