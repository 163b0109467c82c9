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
#include "telemetry/log.h"

namespace wharf::auth {

namespace inquiry {
struct Method;
}

// What a method asked about a visitor, kept to ask again whether the login still holds.
struct Proof {
  std::string method;
  std::string question;              // all that the answer depends on
  std::chrono::milliseconds period;  // between two times of asking; more than 0
};

struct Identity {
  std::string id;
  std::string username;
  std::string method;  // which method said so: "anonymous", "header", "jwt", "django", "forward"
  bool is_authenticated = false;
  bool unavailable = false;  // it could not be found out: the visitor is to be refused
  unsigned refused = 0;      // somebody who was asked refuses the visitor, with 401 or 403; 0: nobody does
  // A browser sends cookies for every page that asks it to connect, whoever wrote that page.
  bool by_cookie = false;
  // Why a login that was tried did not count, for who tried it; empty for none.
  std::string rejected = {};
  // When it stops being true: the connection is closed then.
  std::optional<std::chrono::system_clock::time_point> expiry = {};
  // It may stop being true at any time; how to find out.
  std::optional<Proof> proof = {};
};

// What a method may look at.
struct Handshake {
  std::string_view client_address;  // "unix" for a unix socket
  // The value of a header (lower-case name), or empty. Of repeats the first.
  std::function<std::string_view(std::string_view)> header;
  std::string_view query = {};  // as it came, without the '?'
  std::string_view path = {};   // as it came
  bool secure = false;          // whether the client came over TLS
  // Who sent the headers: a proxy's, where client_address is that of whom it speaks for. "unix" as well;
  // empty when nobody knows.
  std::string_view peer_address = {};
};

// What the workers of a server ask together, and what lives as long as their threads do: connections to
// whoever is asked, and who is known from there.
class Shared {
 public:
  // [loader] For the methods of `auth:`, in their order.
  Shared(const std::vector<config::AuthMethod>& methods, const std::shared_ptr<telemetry::Log>& log);
  // [loader] Waits, for a bounded time, until nobody is being asked any more.
  ~Shared();
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  // [any-thread] The method at that place; null when it asks nobody.
  std::shared_ptr<const inquiry::Method> asking(size_t method) const { return asking_[method]; }

 private:
  std::vector<std::shared_ptr<const inquiry::Method>> asking_;
};

// [any-thread] Runs a task on the worker, later. False, and it is not run: the worker has ended.
using Post = std::function<bool(std::function<void()>)>;

// [worker] One per worker. `answer` may come before identify() returns, or later on the same worker. It does
// not come once the authenticator has ended.
class Authenticator {
 public:
  using Answer = std::function<void(Identity)>;

  virtual ~Authenticator() = default;
  virtual void identify(const Handshake& handshake, Answer answer) = 0;
  // Who it is by now, by the methods of that name; anonymous for nobody. The proof may be of an authenticator
  // that was replaced. While it cannot be found out the answer is `unavailable`, whatever a visitor would be
  // taken for.
  virtual void renew(const Proof& proof, Answer answer) = 0;
};

// The methods of `auth:` in their order; anonymous when none knows the visitor.
// `post` is called while the authenticator lives.
std::unique_ptr<Authenticator> make_authenticator(const std::vector<config::AuthMethod>& methods,
                                                  const Shared& shared, Post post);

}  // namespace wharf::auth
