// The header of the PROXY protocol, by which a proxy that passes bytes on says for whom it has connected.
// Both versions, by HAProxy's proxy-protocol.txt: a line of text, or a binary block.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "telemetry/error.h"

namespace wharf::server {

struct ProxyHeader {
  enum class For : uint8_t {
    Client,  // somebody at `address` and `port`
    Proxy,   // itself: a health check
    Nobody,  // somebody without an address of IP, or whom it cannot name
  };

  size_t size = 0;  // bytes of the header; what follows is the connection's own
  For whom = For::Nobody;
  std::string address;
  uint16_t port = 0;
};

// [any-thread] Of a connection that begins with `bytes`. Nothing: the header goes on behind them, and all of
// them are its. The error says what is wrong with it, for the log.
//
// A line has at most 107 bytes, a block 4096. What a block has behind its addresses is passed over.
Result<std::optional<ProxyHeader>> read_proxy_header(std::string_view bytes);

}  // namespace wharf::server
