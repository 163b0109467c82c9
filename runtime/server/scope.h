// What the handshake said, built once, in the shape that a consumer reads.
#pragma once

#include <wharf/consumer.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/authenticator.h"
#include "routing/table.h"
#include "server/http_head.h"

namespace wharf::server {

// The path as the scope has it: percent-decoded once, what is no UTF-8 replaced by U+FFFD.
std::string decode_path(std::string_view raw_path);

// Who speaks on the socket.
struct Peer {
  enum class Source : uint8_t {
    Socket,    // the peer of the socket
    Proxy,     // whom a PROXY header names: that peer passes on his bytes
    Nameless,  // somebody whom a PROXY header does not name. The address is the proxy's, and no trust goes
               // with it
  };

  std::string address;  // empty for a unix socket
  uint16_t port = 0;
  bool secure = false;  // it came by TLS
  Source source = Source::Socket;

  // As the log names it.
  std::string_view name() const { return address.empty() ? "unix" : std::string_view(address); }
};

// Whom the connection is for: the peer, or somebody behind it if that is a trusted proxy.
struct Client {
  std::string address;  // empty for a unix socket
  uint16_t port = 0;    // 0 when nobody says
  // Whether it came by TLS; nothing when nobody says.
  std::optional<bool> secure;

  // Whether it is the peer of the socket that libwebsockets gets, as far as the kernel knows: with TLS that
  // is one end of a socket pair.
  bool is_at_socket(const Peer& peer) const {
    return peer.source == Peer::Source::Socket && !peer.secure && address == peer.address &&
           port == peer.port;
  }
  // As the log names it, without the port and with it.
  std::string_view name() const { return address.empty() ? "unix" : std::string_view(address); }
  std::string text() const;
};

// Owns the texts that the view borrows. Not copyable: the view points into it.
class Scope {
 public:
  Scope(HttpHead head, std::string path, Client client);
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

  const HttpHead& head() const { return head_; }
  const std::string& path() const { return path_; }
  const Client& client() const { return client_; }

  void set_match(routing::Match match, std::string route_text, std::string subprotocol);
  void set_identity(auth::Identity identity) { identity_ = std::move(identity); }

  // Valid until the scope changes or ends.
  wharf_scope view();

 private:
  HttpHead head_;
  std::string path_;
  Client client_;
  routing::Match match_;
  std::string route_;
  std::string subprotocol_;
  auth::Identity identity_;
  std::vector<wharf_header> headers_;
  std::vector<wharf_capture> captures_;
};

}  // namespace wharf::server
