/* SPDX-License-Identifier: MIT */
/*
 * wharf/consumer.h - the C ABI between the wharf runtime and a consumer plugin.
 *
 * A plugin is one shared object with one consumer: the code behind a route. It exports ONE symbol, the
 * constant `wharf_consumer_entry`, and needs this header and nothing else. `plugins/hello` is the smallest
 * complete example; `wharf/consumer.hpp` is an optional C++ layer; `wharf/ext/` holds the optional powers.
 *
 * Threads. Every function carries a tag:
 *   [worker]      called on, or to be called from, the worker thread that owns the connection
 *   [any-thread]  may be called from every thread, the plugin's own included
 *   [pool]        runs on a thread of the shared pool (wharf/ext/pool.h)
 * A consumer has one instance per route and worker, and callbacks of one instance never overlap, so plugin
 * code needs no locks of its own.
 *
 * Memory. Whoever allocates frees. What is handed to a function is borrowed and ends when the function
 * returns; the receiver copies what it keeps. Text is UTF-8, lengths are bytes.
 *
 * Order. Host functions copy, queue and return. None of them runs a callback of a plugin before it returns,
 * and none of them blocks. WHARF_OK means "queued, in order", never "delivered".
 *
 * States of one connection:
 *   connect -> WHARF_ACCEPT   -> (receive | event | drain)* -> disconnect, exactly once
 *           -> WHARF_PENDING  -> accept()  -> as above
 *                             -> reject(), or the peer leaves -> disconnect, exactly once
 *           -> WHARF_REJECT   -> no further callback for that connection
 *
 * Growth. A plugin runs on every host of its major. Tables grow at the tail only; the host's `size` says how
 * far it goes, and WHARF_HAS asks. Optional powers are extensions with a versioned id, whose meaning never
 * changes once released.
 */
#ifndef WHARF_CONSUMER_H
#define WHARF_CONSUMER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define WHARF_MAGIC 0x46524857u /* the bytes 'W' 'H' 'R' 'F' in a little-endian file */
#define WHARF_ABI_MAJOR 1u
#define WHARF_ABI_MINOR 1u

#if defined(__GNUC__) || defined(__clang__)
#define WHARF_EXPORT __attribute__((visibility("default")))
#else
#define WHARF_EXPORT
#endif

/* Whether `table` (a wharf_host, wharf_consumer, wharf_scope, wharf_event or wharf_job) is large enough to
 * hold `member`, and the member is set. For members newer than the minor a plugin must run on. */
#define WHARF_HAS(table, member)                                                                     \
  ((table)->size >=                                                                                  \
       (uint32_t)((const char*)&(table)->member - (const char*)(table)) + sizeof((table)->member) && \
   (table)->member != NULL)

/* A connection, as a number. It may be kept, logged or sent elsewhere: once the connection has ended, it
 * names nobody, and every call answers WHARF_GONE. 0 is never a connection. */
typedef uint64_t wharf_connection;

/* Bytes that belong to somebody else. `data` may be NULL when `size` is 0. Every wharf_bytes inside a
 * wharf_scope or from a wharf_event is followed by a zero byte that `size` does not count. */
typedef struct wharf_bytes {
  const char* data;
  size_t size;
} wharf_bytes;

typedef enum wharf_kind {
  WHARF_TEXT = 0, /* valid UTF-8: the runtime has checked what came in, and checks what goes out */
  WHARF_BINARY = 1,
  WHARF_KIND_32_BITS = 0x7fffffff
} wharf_kind;

typedef enum wharf_result {
  WHARF_OK = 0,          /* queued in order; says nothing about delivery */
  WHARF_GONE = 1,        /* the connection or the instance has ended */
  WHARF_FULL = 2,        /* a bound is reached; nothing was queued; `drain` tells when to go on */
  WHARF_DENIED = 3,      /* the wrong thread, or not permitted by the configuration */
  WHARF_INVALID = 4,     /* an argument that can never be right; the log says which */
  WHARF_UNAVAILABLE = 5, /* the channel layer cannot take it now; try again later */
  WHARF_RESULT_32_BITS = 0x7fffffff
} wharf_result;

typedef enum wharf_decision {
  WHARF_ACCEPT = 0,
  WHARF_REJECT = 1,  /* HTTP 403, or what host->reject() said during this connect */
  WHARF_PENDING = 2, /* accept() or reject() will follow; the handshake deadline goes on */
  WHARF_DECISION_32_BITS = 0x7fffffff
} wharf_decision;

typedef enum wharf_level {
  WHARF_DEBUG = 0,
  WHARF_INFO = 1,
  WHARF_WARNING = 2,
  WHARF_ERROR = 3,
  WHARF_LEVEL_32_BITS = 0x7fffffff
} wharf_level;

typedef struct wharf_header {
  wharf_bytes name; /* lower case */
  wharf_bytes value;
} wharf_header;

/* One part of the path that the route's pattern captured. */
typedef struct wharf_capture {
  wharf_bytes name; /* empty for a positional group; the positions then are the order */
  wharf_bytes text;
} wharf_capture;

typedef struct wharf_user {
  wharf_bytes id;       /* empty for an anonymous visitor */
  wharf_bytes username; /* empty for an anonymous visitor */
  uint32_t is_authenticated;
  uint32_t reserved;
} wharf_user;

/* What the handshake said, as an ASGI scope does. Valid during `connect` only. */
typedef struct wharf_scope {
  uint32_t size;               /* of this struct, in bytes */
  uint32_t secure;             /* 1 when the client came over TLS */
  wharf_bytes path;            /* decoded, with its leading slash; bytes that are no UTF-8 became U+FFFD */
  wharf_bytes raw_path;        /* as it came, without the query */
  wharf_bytes query_string;    /* as it came, without the `?` */
  const wharf_header* headers; /* in the order of the request, repeats kept */
  size_t header_count;
  wharf_bytes subprotocol;    /* the negotiated one, or empty */
  wharf_bytes client_address; /* "127.0.0.1", "::1", or empty for a unix socket */
  uint32_t client_port;
  uint32_t reserved;
  wharf_user user;
  const wharf_capture* captures;
  size_t capture_count;
  wharf_bytes route; /* the route's `url:` or `path:` text */
  /* Since 1.1. On a host of 1.0, `size` ends before them: WHARF_HAS(scope, auth_method.data). */
  /* Which method of `auth:` named the user: "header", "jwt", "django", "forward"; or "anonymous". More may
     come: take one that you do not know for a login like any other. */
  wharf_bytes auth_method;
  wharf_bytes scheme; /* "ws", or "wss" when `secure` is 1 */
} wharf_scope;

/* An event from the channel layer: a map with text keys, of which "type" is one. Valid during `event` only.
 */
typedef struct wharf_event wharf_event;
struct wharf_event {
  uint32_t size;
  uint32_t reserved;
  wharf_bytes type;    /* as sent, for example "user.message" */
  wharf_bytes msgpack; /* the whole map, type included, as MessagePack */
  /* [worker] The value under `key` when it is a string (or a byte string). Otherwise data is NULL. */
  wharf_bytes (*text)(const wharf_event* event, const char* key);
  wharf_bytes (*bytes)(const wharf_event* event, const char* key);
  /* [worker] 1 when the map has `key`, whatever its value. */
  uint32_t (*has)(const wharf_event* event, const char* key);
};

/* One entry of an event to be sent. */
typedef struct wharf_field {
  wharf_bytes key;
  wharf_bytes value;
  wharf_kind kind; /* WHARF_TEXT becomes a MessagePack str, WHARF_BINARY a bin */
  uint32_t reserved;
} wharf_field;

/*
 * What the runtime offers one instance. The table lives as long as the instance; the first argument of each
 * function is the table itself. All are [any-thread] unless marked.
 */
typedef struct wharf_host wharf_host;
struct wharf_host {
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t reserved;
  const char* name;    /* "wharf" */
  const char* version; /* of the runtime */
  wharf_bytes config;  /* the route's `config:` as JSON text; "{}" when the route has none; zero-terminated */

  /* For a connection whose connect returned WHARF_PENDING. WHARF_INVALID when it is not pending. */
  wharf_result (*accept)(const wharf_host* host, wharf_connection connection);
  /* Refuses a pending connection with `http_status` (400 to 599) and `why` as the body. Called during
   * `connect`, before it returns WHARF_REJECT, it says what that refusal looks like. */
  wharf_result (*reject)(const wharf_host* host, wharf_connection connection, uint32_t http_status,
                         wharf_bytes why);

  /* Queues one message. WHARF_FULL: it does not fit the outbox of the connection (the route's
   * `limits.outbox`, bytes); nothing was queued. A consumer without `drain` is not asked to cope: the route's
   * `limits.slow_consumer` decides what becomes of such a connection. */
  wharf_result (*send)(const wharf_host* host, wharf_connection connection, wharf_kind kind,
                       wharf_bytes message);
  /* Closes after what was sent before; a pending connection is refused with 403 instead, and one that is
   * closed during its connect and then accepted gets its 101 first. `code` 1000 to 1014 except 1004 to 1006,
   * or 3000 to 4999; `reason` at most 123 bytes of UTF-8. No `receive` follows the call, one that is running
   * excepted; sends after it answer WHARF_GONE; `disconnect` still comes. */
  wharf_result (*close)(const wharf_host* host, wharf_connection connection, uint32_t code,
                        wharf_bytes reason);
  /* Bytes accepted by `send` and not yet taken by the kernel. 0 for a connection that has ended. */
  uint64_t (*buffered)(const wharf_host* host, wharf_connection connection);

  /* Membership begins with the acceptance of the connection, and ends with group_discard or disconnect,
   * whichever comes first. Group names are 1 to 4096 bytes of UTF-8. Adding twice is once. */
  wharf_result (*group_add)(const wharf_host* host, wharf_connection connection, wharf_bytes group);
  wharf_result (*group_discard)(const wharf_host* host, wharf_connection connection, wharf_bytes group);
  /* An event to every member of the group, the sender's own connections included. The events of one thread
   * to one group arrive in their order. `type` is 1 to 256 bytes. */
  wharf_result (*group_send)(const wharf_host* host, wharf_bytes group, wharf_bytes type,
                             const wharf_field* fields, size_t count);
  /* The same with a ready MessagePack map, which must have text keys and a text under "type". Inner maps have
   * keys of text or bytes, and there are no extension types: no other reader of the layer would take them. */
  wharf_result (*group_send_msgpack)(const wharf_host* host, wharf_bytes group, wharf_bytes msgpack);
  /* An event to one connection, by the name that channel_name() gave, in whatever process it lives. */
  wharf_result (*channel_send)(const wharf_host* host, wharf_bytes channel, wharf_bytes type,
                               const wharf_field* fields, size_t count);
  wharf_result (*channel_send_msgpack)(const wharf_host* host, wharf_bytes channel, wharf_bytes msgpack);
  /* Writes the channel name, zero-terminated, when `capacity` holds it; returns its length without the zero,
   * 0 for a connection that has ended. 255 bytes hold every name. */
  size_t (*channel_name)(const wharf_host* host, wharf_connection connection, char* buffer, size_t capacity);

  /* Runs `run(instance, argument)` on the worker of this instance, later, in the order of the calls;
   * what waits when the instance ends runs right before `destroy`, so no `argument` is lost. WHARF_GONE from
   * then on: it never runs, and `argument` stays the caller's. Nothing runs for a `create` that returned
   * NULL. */
  wharf_result (*post)(const wharf_host* host, void (*run)(void* instance, void* argument), void* argument);

  /* One line in the log of the runtime, which adds the plugin, the worker and the peer. `connection` 0 for
   * none. */
  void (*log)(const wharf_host* host, wharf_level level, wharf_connection connection, wharf_bytes text);

  /* [worker, during create] Says why `create` is about to return NULL: the offending place of the config as a
   * JSON pointer ("/ssh/port", "" for the whole), and the reason. Printed as routes.yaml:LINE:COLUMN. */
  void (*fail)(const wharf_host* host, const char* json_pointer, wharf_bytes why);

  /* The table of an extension ("wharf.io/1"), or NULL when this host has none of that id. */
  const void* (*extension)(const wharf_host* host, const char* id);
};

/*
 * What a plugin offers. The one exported symbol, constant, its first five members plain data: the runtime
 * reads them out of the file before any code of the plugin runs.
 */
typedef struct wharf_consumer {
  uint32_t magic; /* WHARF_MAGIC */
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t size;
  const char* name; /* should be the file's name without ".so" */
  const char* version;
  const char* summary;             /* one line for `wharf plugins`, or NULL */
  const char* const* subprotocols; /* NULL-terminated, in order of preference; or NULL for none */

  /* [worker] One instance for one route on one worker. NULL refuses, after host->fail. `host` lives until
   * destroy has returned. The one callback that a consumer must have; every other may be NULL. */
  void* (*create)(const wharf_host* host);
  /* [worker] After the last disconnect. Threads that the plugin started must have ended when it returns.
   * NULL: there is nothing to free. */
  void (*destroy)(void* instance);

  /* [worker] Decides on a handshake. `state` is the consumer's own pointer for this connection, NULL at
   * first, given back in every later callback. NULL: every handshake is accepted. */
  wharf_decision (*connect)(void* instance, wharf_connection connection, const wharf_scope* scope,
                            void** state);
  /* [worker] A whole message, within the route's `limits.message`. NULL: messages are ignored. */
  void (*receive)(void* instance, wharf_connection connection, void* state, wharf_kind kind,
                  wharf_bytes message);
  /* [worker] An event from the channel layer. NULL: events are ignored. */
  void (*event)(void* instance, wharf_connection connection, void* state, const wharf_event* event);
  /* [worker] After a WHARF_FULL: the outbox is below half of its budget again. NULL: see wharf_host.send. */
  void (*drain)(void* instance, wharf_connection connection, void* state);
  /* [worker] Exactly once for each connect that did not return WHARF_REJECT; the place to free `state`.
   * `code` is the peer's close code; 1005 when it gave none, 1006 when the connection broke or never opened.
   * NULL: there is nothing to free. */
  void (*disconnect)(void* instance, wharf_connection connection, void* state, uint32_t code,
                     wharf_bytes reason);

  /* [any-thread] The plugin's table for an extension id, or NULL. May itself be NULL. */
  const void* (*extension)(const char* id);
} wharf_consumer;

/* The first four members, for an initialiser: const wharf_consumer wharf_consumer_entry = {WHARF_ENTRY, …};
 */
#define WHARF_ENTRY                                                                 \
  .magic = WHARF_MAGIC, .abi_major = WHARF_ABI_MAJOR, .abi_minor = WHARF_ABI_MINOR, \
  .size = sizeof(wharf_consumer)

extern WHARF_EXPORT const wharf_consumer wharf_consumer_entry;

#ifdef __cplusplus
}
#endif

/* The layout is the contract: 64-bit platforms. */
#if UINTPTR_MAX == 0xffffffffffffffffu
#ifdef __cplusplus
#define WHARF_ASSERT_LAYOUT(condition) static_assert(condition, #condition)
#else
#define WHARF_ASSERT_LAYOUT(condition) _Static_assert(condition, #condition)
#endif
WHARF_ASSERT_LAYOUT(sizeof(wharf_bytes) == 16);
WHARF_ASSERT_LAYOUT(sizeof(wharf_scope) == 216);
WHARF_ASSERT_LAYOUT(sizeof(wharf_event) == 64);
WHARF_ASSERT_LAYOUT(sizeof(wharf_field) == 40);
WHARF_ASSERT_LAYOUT(sizeof(wharf_host) == 176);
WHARF_ASSERT_LAYOUT(sizeof(wharf_consumer) == 112);
#undef WHARF_ASSERT_LAYOUT
#endif

#endif /* WHARF_CONSUMER_H */
