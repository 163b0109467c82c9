/* SPDX-License-Identifier: MIT */
#include "lender.h"

#include <stdlib.h>

static void* lender_create(const wharf_host* host) {
  struct lender* lender = calloc(1, sizeof *lender);
  if (lender != NULL) lender->host = host;
  return lender;
}

static void lender_destroy(void* instance) {
  struct lender* lender = instance;
  if (lender->on_destroy != NULL) lender->on_destroy(lender->host, lender->context);
  free(lender);
}

static wharf_decision lender_connect(void* instance, wharf_connection connection, const wharf_scope* scope,
                                     void** state) {
  (void)connection, (void)scope;
  *state = instance;
  return WHARF_ACCEPT;
}

static void crash_on_receive(void* instance, wharf_connection connection, void* state, wharf_kind kind,
                             wharf_bytes message) {
  (void)instance, (void)connection, (void)state, (void)kind, (void)message;
  abort();
}

#define CREATE lender_create
#define DESTROY lender_destroy
#define CONNECT lender_connect
#define RECEIVE crash_on_receive
#include "plain.h"
