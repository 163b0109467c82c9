/* SPDX-License-Identifier: MIT */
/* Says that its table ends before the mandatory members do. */
#define SIZE 64
#include "plain.h"
