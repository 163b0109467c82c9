/* SPDX-License-Identifier: MIT */
/* A table without the one mandatory callback. */
#define CREATE NULL
#include "plain.h"
