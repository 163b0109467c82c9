/* SPDX-License-Identifier: MIT */
/* Built for 1.1, and at home on 1.0: accepts who came by TLS, or has logged in by a token; where the host
 * does not say how, whoever has logged in. */
#include <wharf/consumer.h>

#include <string.h>

static wharf_decision judge(void* instance, wharf_connection connection, const wharf_scope* scope,
                            void** state) {
  (void)instance, (void)connection, (void)state;
  if (!WHARF_HAS(scope, auth_method.data)) return scope->user.is_authenticated ? WHARF_ACCEPT : WHARF_REJECT;
  const int welcome = strcmp(scope->auth_method.data, "jwt") == 0 || strcmp(scope->scheme.data, "wss") == 0;
  return welcome ? WHARF_ACCEPT : WHARF_REJECT;
}
#define CONNECT judge
#include "plain.h"
