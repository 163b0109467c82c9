/* SPDX-License-Identifier: MIT */
/*
 * The consumer that every plugin here would be, were it not for the one thing that its file redefines before
 * it includes this: it accepts, and does nothing. The build defines NAME.
 */
#ifndef PLAIN_H
#define PLAIN_H

#include <wharf/consumer.h>

#ifndef MAGIC
#define MAGIC WHARF_MAGIC
#endif
#ifndef MAJOR
#define MAJOR WHARF_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR WHARF_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(wharf_consumer)
#endif
#ifndef SUBPROTOCOLS
#define SUBPROTOCOLS NULL
#endif
#ifndef CREATE
#define CREATE plain_create
static void* plain_create(const wharf_host* host) { return (void*)host; }
#endif
#ifndef DESTROY
#define DESTROY plain_destroy
static void plain_destroy(void* instance) { (void)instance; }
#endif
#ifndef CONNECT
#define CONNECT plain_connect
static wharf_decision plain_connect(void* instance, wharf_connection connection, const wharf_scope* scope,
                                    void** state) {
  (void)instance, (void)connection, (void)scope, (void)state;
  return WHARF_ACCEPT;
}
#endif
#ifndef RECEIVE
#define RECEIVE NULL
#endif
#ifndef DISCONNECT
#define DISCONNECT plain_disconnect
static void plain_disconnect(void* instance, wharf_connection connection, void* state, uint32_t code,
                             wharf_bytes reason) {
  (void)instance, (void)connection, (void)state, (void)code, (void)reason;
}
#endif

const wharf_consumer wharf_consumer_entry = {
    .magic = MAGIC,
    .abi_major = MAJOR,
    .abi_minor = MINOR,
    .size = (uint32_t)(SIZE),
    .name = NAME,
    .version = "1.0.0",
    .summary = "a plugin for tests",
    .subprotocols = SUBPROTOCOLS,
    .create = CREATE,
    .destroy = DESTROY,
    .connect = CONNECT,
    .receive = RECEIVE,
    .disconnect = DISCONNECT,
};

#endif /* PLAIN_H */
