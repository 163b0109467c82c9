/* SPDX-License-Identifier: MIT */
/* A table without the mandatory callbacks. */
#define CREATE NULL
#define DESTROY NULL
#define CONNECT NULL
#define DISCONNECT NULL
#include "plain.h"
