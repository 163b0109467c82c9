/* SPDX-License-Identifier: MIT */
/* Nothing is wrong with this one. */
static const char* const subprotocols[] = {"good.v2", "good.v1", 0};
#define SUBPROTOCOLS subprotocols
#include "plain.h"
