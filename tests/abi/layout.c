/* SPDX-License-Identifier: MIT */
/*
 * The layout of every public struct on a 64-bit platform, and the value of every constant, as released. A
 * line of this file is added when a member is; changing or removing one breaks every plugin there is.
 * Compiles as C11 and as C++20; what it has to say, it says at compile time.
 */
#include <wharf/ext/io.h>
#include <wharf/ext/migrate.h>
#include <wharf/ext/pool.h>

#include <assert.h>
#include <limits.h>
#include <stddef.h>

#define SIZE(type, bytes) static_assert(sizeof(type) == (bytes), "the size of " #type " has changed")
#define AT(type, member, bytes) \
  static_assert(offsetof(type, member) == (bytes), #type "." #member " is not at " #bytes)
#define VALUE(constant, number) static_assert((constant) == (number), #constant " is not " #number)

static_assert(sizeof(void*) * CHAR_BIT == 64, "this file describes 64-bit platforms");

SIZE(wharf_bytes, 16);
AT(wharf_bytes, data, 0);
AT(wharf_bytes, size, 8);

SIZE(wharf_header, 32);
AT(wharf_header, name, 0);
AT(wharf_header, value, 16);

SIZE(wharf_capture, 32);
AT(wharf_capture, name, 0);
AT(wharf_capture, text, 16);

SIZE(wharf_user, 40);
AT(wharf_user, id, 0);
AT(wharf_user, username, 16);
AT(wharf_user, is_authenticated, 32);
AT(wharf_user, reserved, 36);

SIZE(wharf_scope, 216);
AT(wharf_scope, size, 0);
AT(wharf_scope, secure, 4);
AT(wharf_scope, path, 8);
AT(wharf_scope, raw_path, 24);
AT(wharf_scope, query_string, 40);
AT(wharf_scope, headers, 56);
AT(wharf_scope, header_count, 64);
AT(wharf_scope, subprotocol, 72);
AT(wharf_scope, client_address, 88);
AT(wharf_scope, client_port, 104);
AT(wharf_scope, reserved, 108);
AT(wharf_scope, user, 112);
AT(wharf_scope, captures, 152);
AT(wharf_scope, capture_count, 160);
AT(wharf_scope, route, 168);
/* 1.0 ended here, at 184. */
AT(wharf_scope, auth_method, 184);
AT(wharf_scope, scheme, 200);

SIZE(wharf_event, 64);
AT(wharf_event, size, 0);
AT(wharf_event, reserved, 4);
AT(wharf_event, type, 8);
AT(wharf_event, msgpack, 24);
AT(wharf_event, text, 40);
AT(wharf_event, bytes, 48);
AT(wharf_event, has, 56);

SIZE(wharf_field, 40);
AT(wharf_field, key, 0);
AT(wharf_field, value, 16);
AT(wharf_field, kind, 32);
AT(wharf_field, reserved, 36);

SIZE(wharf_host, 176);
AT(wharf_host, size, 0);
AT(wharf_host, abi_major, 4);
AT(wharf_host, abi_minor, 8);
AT(wharf_host, reserved, 12);
AT(wharf_host, name, 16);
AT(wharf_host, version, 24);
AT(wharf_host, config, 32);
AT(wharf_host, accept, 48);
AT(wharf_host, reject, 56);
AT(wharf_host, send, 64);
AT(wharf_host, close, 72);
AT(wharf_host, buffered, 80);
AT(wharf_host, group_add, 88);
AT(wharf_host, group_discard, 96);
AT(wharf_host, group_send, 104);
AT(wharf_host, group_send_msgpack, 112);
AT(wharf_host, channel_send, 120);
AT(wharf_host, channel_send_msgpack, 128);
AT(wharf_host, channel_name, 136);
AT(wharf_host, post, 144);
AT(wharf_host, log, 152);
AT(wharf_host, fail, 160);
AT(wharf_host, extension, 168);

SIZE(wharf_consumer, 112);
AT(wharf_consumer, magic, 0);
AT(wharf_consumer, abi_major, 4);
AT(wharf_consumer, abi_minor, 8);
AT(wharf_consumer, size, 12);
AT(wharf_consumer, name, 16);
AT(wharf_consumer, version, 24);
AT(wharf_consumer, summary, 32);
AT(wharf_consumer, subprotocols, 40);
AT(wharf_consumer, create, 48);
AT(wharf_consumer, destroy, 56);
AT(wharf_consumer, connect, 64);
AT(wharf_consumer, receive, 72);
AT(wharf_consumer, event, 80);
AT(wharf_consumer, drain, 88);
AT(wharf_consumer, disconnect, 96);
AT(wharf_consumer, extension, 104);

SIZE(wharf_io, 48);
AT(wharf_io, size, 0);
AT(wharf_io, reserved, 4);
AT(wharf_io, watch, 8);
AT(wharf_io, modify, 16);
AT(wharf_io, timer, 24);
AT(wharf_io, cancel, 32);
AT(wharf_io, pause, 40);

SIZE(wharf_migrate, 32);
AT(wharf_migrate, size, 0);
AT(wharf_migrate, reserved, 4);
AT(wharf_migrate, export_state, 8);
AT(wharf_migrate, import_state, 16);
AT(wharf_migrate, release, 24);

SIZE(wharf_job, 40);
AT(wharf_job, size, 0);
AT(wharf_job, reserved, 4);
AT(wharf_job, context, 8);
AT(wharf_job, run, 16);
AT(wharf_job, done, 24);
AT(wharf_job, drop, 32);

SIZE(wharf_pool, 16);
AT(wharf_pool, size, 0);
AT(wharf_pool, reserved, 4);
AT(wharf_pool, submit, 8);

SIZE(wharf_kind, 4);
SIZE(wharf_result, 4);
SIZE(wharf_decision, 4);
SIZE(wharf_level, 4);
SIZE(wharf_connection, 8);
SIZE(wharf_io_token, 8);

VALUE(WHARF_MAGIC, 0x46524857u);
VALUE(WHARF_ABI_MAJOR, 1);
VALUE(WHARF_ABI_MINOR, 1);

VALUE(WHARF_TEXT, 0);
VALUE(WHARF_BINARY, 1);

VALUE(WHARF_OK, 0);
VALUE(WHARF_GONE, 1);
VALUE(WHARF_FULL, 2);
VALUE(WHARF_DENIED, 3);
VALUE(WHARF_INVALID, 4);
VALUE(WHARF_UNAVAILABLE, 5);

VALUE(WHARF_ACCEPT, 0);
VALUE(WHARF_REJECT, 1);
VALUE(WHARF_PENDING, 2);

VALUE(WHARF_DEBUG, 0);
VALUE(WHARF_INFO, 1);
VALUE(WHARF_WARNING, 2);
VALUE(WHARF_ERROR, 3);

VALUE(WHARF_IO_READ, 1);
VALUE(WHARF_IO_WRITE, 2);
VALUE(WHARF_IO_ERROR, 4);

/* The ids are released, too. */
static_assert(sizeof(WHARF_IO) == sizeof("wharf.io/1"), "the id of wharf.io/1 has changed");
static_assert(sizeof(WHARF_MIGRATE) == sizeof("wharf.migrate/1"), "the id of wharf.migrate/1 has changed");
static_assert(sizeof(WHARF_POOL) == sizeof("wharf.pool/1"), "the id of wharf.pool/1 has changed");

int main(void) { return 0; }
