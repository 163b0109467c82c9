/* SPDX-License-Identifier: MIT */
/* Some other table under the name of ours. */
#define MAGIC 0x12345678u
#include "plain.h"
