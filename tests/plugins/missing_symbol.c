/* SPDX-License-Identifier: MIT */
/* Calls a function that no library has. */
#include <wharf/consumer.h>
void* nobody_has_this(const wharf_host* host);
#define CREATE nobody_has_this
#include "plain.h"
