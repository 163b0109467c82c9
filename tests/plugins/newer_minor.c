/* SPDX-License-Identifier: MIT */
/* Built for a later minor, with a larger table: allowed. */
#define MINOR (WHARF_ABI_MINOR + 7u)
#include "plain.h"
