// What a route has to log in with: each thing is offered once, and before anybody is asked.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "ssh/credential.h"
#include "ssh/events.h"
#include "terminal/config.h"

namespace wharf_paramiko {

// [worker]
class OwnCredentials {
 public:
  explicit OwnCredentials(const terminal::RouteConfig::Auth& auth);
  explicit OwnCredentials(const terminal::RouteConfig::Jump& jump);

  // The next one that the server takes; nothing when it takes none of those that are left.
  std::optional<ssh::Credential> next(const ssh::AuthRequest& request);

 private:
  struct Own {
    std::string_view method;
    ssh::Credential credential;
  };
  std::vector<Own> left_;  // in the order of their turn
};

}  // namespace wharf_paramiko
