// The client behind reverse proxies, by the headers X-Forwarded-For and X-Forwarded-Proto.
//
// Anybody can send them, so they mean something only from a trusted proxy, and only as far as trust goes:
// each proxy adds, at the end of X-Forwarded-For, the address that it got the request from. Read from there,
// every address of a trusted proxy leads on to the one before it, and the first that is not trusted is the
// client: what stands before that is the client's own word. So is what stands before anything that is no
// address.
//
// The Forwarded header (RFC 7239) is not read: a proxy that does not know it passes on the one its client has
// sent, and nothing in it tells.
#pragma once

#include "config/config.h"
#include "server/http_head.h"
#include "server/scope.h"

namespace wharf::server {

// [any-thread] The peer itself, when it is not trusted. Of trusted addresses alone the one farthest away;
// without a port when the header has none.
Client find_client(const config::TrustedProxies& trusted, const Peer& peer, const HttpHead& head);

}  // namespace wharf::server
