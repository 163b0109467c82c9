/* SPDX-License-Identifier: MIT */
/*
 * Answers every text with ANSWER, which the build defines: a consumer whose code is changed by copying one
 * build of it over another.
 */
#include <wharf/consumer.h>

#include <string.h>

static void* create(const wharf_host* host) { return (void*)host; }

static void receive(void* instance, wharf_connection connection, void* state, wharf_kind kind,
                    wharf_bytes message) {
  const wharf_host* host = instance;
  (void)state, (void)kind, (void)message;
  host->send(host, connection, WHARF_TEXT, (wharf_bytes){ANSWER, strlen(ANSWER)});
}

const wharf_consumer wharf_consumer_entry = {
    WHARF_ENTRY, .name = "answer", .version = ANSWER, .create = create, .receive = receive,
};
