/* SPDX-License-Identifier: MIT */
#include <wharf/consumer.h>

#include <stdio.h>
#include <stdlib.h>

/* This consumer keeps nothing, so the host itself serves as its instance. */
static void* create(const wharf_host* host) { return (void*)host; }
static void destroy(void* instance) { (void)instance; }

static wharf_decision welcome(void* instance, wharf_connection connection, const wharf_scope* scope,
                              void** state) {
  (void)instance, (void)connection, (void)scope, (void)state;
  return WHARF_ACCEPT;
}

static void greet(void* instance, wharf_connection connection, void* state, wharf_kind kind,
                  wharf_bytes message) {
  const wharf_host* host = instance;
  size_t capacity = message.size + sizeof "Hello, !";
  char* text = kind == WHARF_TEXT ? malloc(capacity) : NULL;
  (void)state;
  if (text == NULL) return;
  int length = snprintf(text, capacity, "Hello, %.*s!", (int)message.size, message.data);
  host->send(host, connection, WHARF_TEXT, (wharf_bytes){text, (size_t)length});
  free(text);
}

static void farewell(void* instance, wharf_connection connection, void* state, uint32_t code,
                     wharf_bytes reason) {
  (void)instance, (void)connection, (void)state, (void)code, (void)reason;
}

const wharf_consumer wharf_consumer_entry = {
    .magic = WHARF_MAGIC,
    .abi_major = WHARF_ABI_MAJOR,
    .abi_minor = WHARF_ABI_MINOR,
    .size = sizeof(wharf_consumer),
    .name = "hello",
    .version = "1.0.0",
    .summary = "answers each text with a greeting",
    .create = create,
    .destroy = destroy,
    .connect = welcome,
    .receive = greet,
    .disconnect = farewell,
};
