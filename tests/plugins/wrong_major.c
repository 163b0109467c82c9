/* SPDX-License-Identifier: MIT */
/* Built for an ABI that is not this one. */
#define MAJOR (WHARF_ABI_MAJOR + 1u)
#include "plain.h"
