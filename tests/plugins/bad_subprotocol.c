/* SPDX-License-Identifier: MIT */
/* A subprotocol that would break the header it stands in. */
static const char* const subprotocols[] = {"chat.v1\r\nX-Evil: 1", 0};
#define SUBPROTOCOLS subprotocols
#include "plain.h"
