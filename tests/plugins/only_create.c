/* SPDX-License-Identifier: MIT */
/* As little as a consumer can be: it accepts everybody and never says a word. */
#define DESTROY NULL
#define CONNECT NULL
#define DISCONNECT NULL
#include "plain.h"
