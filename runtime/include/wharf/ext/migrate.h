/* SPDX-License-Identifier: MIT */
/*
 * wharf/ext/migrate.h - "wharf.migrate/1": living connections go over to new code.
 *
 * An extension of the *plugin*: its `extension(WHARF_MIGRATE)` answers with this table. When the consumer of
 * a route is replaced, by another file or another config, and the old and the new one both offer it, the
 * runtime hands over every open connection: the old instance says in bytes what it knows of it, the new one
 * makes its own state of them. The socket, its groups and what waits to be sent to it do not notice.
 *
 * A connection of which either of the two says no stays with the old instance, as it would without this.
 *
 * The bytes go from one version of a plugin to another: begin them with something that says which they are.
 */
#ifndef WHARF_EXT_MIGRATE_H
#define WHARF_EXT_MIGRATE_H

#include "../consumer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WHARF_MIGRATE "wharf.migrate/1"

typedef struct wharf_migrate {
  uint32_t size;
  uint32_t reserved;
  /* [worker] Of the old instance: calls `sink(context, bytes)` once, within this call, and answers WHARF_OK.
   * Anything else: the connection stays. It may stay after a WHARF_OK, too, so nothing is given up here. */
  wharf_result (*export_state)(void* instance, wharf_connection connection, void* state,
                               void (*sink)(void* context, wharf_bytes bytes), void* context);
  /* [worker] Of the new instance: makes `*state` of the bytes. After WHARF_OK all callbacks of the connection
   * are this instance's, `disconnect` included; there is no `connect`. Anything else: the connection stays
   * with the old one. */
  wharf_result (*import_state)(void* instance, wharf_connection connection, wharf_bytes bytes, void** state);
  /* [worker] Of the old instance, after the new one has taken over: frees `state`. No `disconnect` follows.
   */
  void (*release)(void* instance, wharf_connection connection, void* state);
} wharf_migrate;

#ifdef __cplusplus
}
#endif

#endif /* WHARF_EXT_MIGRATE_H */
