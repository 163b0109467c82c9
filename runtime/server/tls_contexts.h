// What listeners with TLS offer: OpenSSL's settings, and who each of them is. A renewed certificate is
// another context for the handshakes to come; connections hold on to theirs.
#pragma once

#include <tl/expected.hpp>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"

struct ssl_ctx_st;

namespace wharf::server {

// Immutable; shared by all workers, so that a session that began on one is resumed on another.
class TlsContexts {
 public:
  // [loader] For each of `listen` that has TLS. What has not changed is taken from `before`, which may be
  // null; so is a listener that is no longer named, since it listens on until the next start.
  static tl::expected<std::shared_ptr<const TlsContexts>, config::Problem> make(
      const std::vector<config::ListenAddress>& listen, const TlsContexts* before);

  // [any-thread] By the listener's address as it is written. Borrowed: SSL_new() shares it.
  ssl_ctx_st* find(std::string_view address) const;

 private:
  struct Entry {
    std::shared_ptr<const config::TlsIdentity> identity;
    std::shared_ptr<ssl_ctx_st> context;
  };
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace wharf::server
