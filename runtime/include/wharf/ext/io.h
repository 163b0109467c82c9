/* SPDX-License-Identifier: MIT */
/*
 * wharf/ext/io.h - "wharf.io/1": file descriptors, timers and reading pauses on the worker's own loop.
 *
 *   const wharf_io *io = host->extension(host, WHARF_IO);   (NULL when the host has none)
 *
 * All functions and callbacks are [worker]; from another thread they answer WHARF_DENIED. Watches and timers
 * that are left over when `destroy` returns are cancelled by the runtime. Times are milliseconds.
 */
#ifndef WHARF_EXT_IO_H
#define WHARF_EXT_IO_H

#include "../consumer.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WHARF_IO "wharf.io/1"

#define WHARF_IO_READ 1u
#define WHARF_IO_WRITE 2u
#define WHARF_IO_ERROR 4u /* reported only: the descriptor has an error or has hung up */

/* A watch or a timer, as a number; 0 is none. It is used up by cancel(), and by a timer that fires once. */
typedef uint64_t wharf_io_token;

typedef struct wharf_io {
  uint32_t size;
  uint32_t reserved;
  /* Level-triggered: called again in each turn of the loop while the condition lasts. The descriptor stays
   * the plugin's, must be non-blocking, and must be cancelled before it is closed. 0 when refused. */
  wharf_io_token (*watch)(const wharf_host* host, int fd, uint32_t mask,
                          void (*ready)(void* instance, void* context, int fd, uint32_t mask), void* context);
  /* A mask of 0 keeps the watch and reports nothing. */
  wharf_result (*modify)(const wharf_host* host, wharf_io_token watch, uint32_t mask);
  /* First after `first_ms`, then every `every_ms`; 0 for once. 0 when refused. */
  wharf_io_token (*timer)(const wharf_host* host, uint64_t first_ms, uint64_t every_ms,
                          void (*fired)(void* instance, void* context), void* context);
  /* No callback of this token runs after it returns. A token that is used up: WHARF_GONE. */
  wharf_result (*cancel)(const wharf_host* host, wharf_io_token token);
  /* 1 stops reading from the peer of the connection (its messages then wait in the kernel), 0 goes on. A
   * message that is already in memory may still be delivered. */
  wharf_result (*pause)(const wharf_host* host, wharf_connection connection, uint32_t paused);
} wharf_io;

#ifdef __cplusplus
}
#endif

#endif /* WHARF_EXT_IO_H */
