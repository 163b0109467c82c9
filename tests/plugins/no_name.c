/* SPDX-License-Identifier: MIT */
/* A table without a name. */
#define NAME NULL
#include "plain.h"
