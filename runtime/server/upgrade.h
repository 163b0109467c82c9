// The WebSocket part of a handshake (RFC 6455 section 4.2): is this an upgrade, is it a good one, which
// subprotocol; and the request that libwebsockets gets to see in its place.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "server/http_head.h"

namespace wharf::server {

bool asks_for_upgrade(const HttpHead& head);

// The validated Sec-WebSocket-Key, or why not.
tl::expected<std::string, HttpRefusal> check_upgrade(const HttpHead& head);

// The first of `supported` that the client offered; empty when they have none in common.
std::string choose_subprotocol(const std::vector<std::string_view>& supported, const HttpHead& head);

// A handshake request of ours for an accepted connection: libwebsockets never reads a stranger's head.
// `number` comes back in the request's path.
std::string compose_upgrade(uint64_t number, std::string_view key);

}  // namespace wharf::server
