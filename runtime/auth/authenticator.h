// Who is this? Asked once per handshake, after the route is known and before its consumer decides.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

namespace wharf::auth {

struct Identity {
  std::string id;
  std::string username;
  std::string method;  // which method said so: "anonymous", "header", "jwt"
  bool is_authenticated = false;
  // A browser sends cookies for every page that asks it to connect, whoever wrote that page.
  bool by_cookie = false;
  // Why a login that was tried did not count, for who tried it; empty for none.
  std::string rejected = {};
  // When it stops being true: the connection is closed then.
  std::optional<std::chrono::system_clock::time_point> expiry = {};
};

// What a method may look at.
struct Handshake {
  std::string_view client_address;
  // The value of a header (lower-case name), or empty. Of repeats the first.
  std::function<std::string_view(std::string_view)> header;
  std::string_view query = {};  // as it came, without the '?'
};

// [worker] One per worker. `answer` may come before identify() returns, or later on the same worker.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual void identify(const Handshake& handshake, std::function<void(Identity)> answer) = 0;
};

// The methods of `auth:` in their order; anonymous when none knows the visitor.
std::unique_ptr<Authenticator> make_authenticator(const std::vector<config::AuthMethod>& methods);

}  // namespace wharf::auth
