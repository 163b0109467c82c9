/* SPDX-License-Identifier: MIT */
/* Built for a later minor, with a larger table: allowed. */
#define MINOR (WHARF_ABI_MINOR + 7u)
#define NAME "newer_minor"
#include "plain.h"
