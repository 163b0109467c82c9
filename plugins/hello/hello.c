/* SPDX-License-Identifier: MIT */
#include <wharf/consumer.h>

#include <stdio.h>

/* This consumer keeps nothing, so the host itself serves as its instance. */
static void* create(const wharf_host* host) { return (void*)host; }

static void greet(void* instance, wharf_connection connection, void* state, wharf_kind kind,
                  wharf_bytes name) {
  const wharf_host* host = instance;
  char text[256];
  int length = snprintf(text, sizeof text, "Hello, %.*s!", (int)name.size, name.data);
  if (kind != WHARF_TEXT || length >= (int)sizeof text) return; /* that is no name */
  host->send(host, connection, WHARF_TEXT, (wharf_bytes){text, (size_t)length});
  (void)state;
}

const wharf_consumer wharf_consumer_entry = {
    WHARF_ENTRY,      .name = "hello",  .version = "1.0.0", .summary = "answers each name with a greeting",
    .create = create, .receive = greet,
};
