#include "consumer/own_credentials.h"

#include <algorithm>
#include <utility>

namespace wharf_paramiko {

namespace {

Secret copy_of(const std::optional<Secret>& secret) { return secret ? Secret(secret->view()) : Secret(); }

}  // namespace

OwnCredentials::OwnCredentials(const terminal::RouteConfig::Auth& auth) {
  if (auth.key) left_.push_back({"publickey", ssh::PublicKey{copy_of(auth.key), copy_of(auth.passphrase)}});
  if (!auth.agent_socket.empty()) left_.push_back({"agent", ssh::Agent{}});
  if (auth.password) left_.push_back({"password", ssh::Password{copy_of(auth.password)}});
}

OwnCredentials::OwnCredentials(const terminal::RouteConfig::Jump& jump) {
  if (jump.key) left_.push_back({"publickey", ssh::PublicKey{copy_of(jump.key), copy_of(jump.passphrase)}});
  if (jump.password) left_.push_back({"password", ssh::Password{copy_of(jump.password)}});
}

std::optional<ssh::Credential> OwnCredentials::next(const ssh::AuthRequest& request) {
  const auto found = std::find_if(left_.begin(), left_.end(), [&request](const Own& own) {
    return std::find(request.methods.begin(), request.methods.end(), own.method) != request.methods.end();
  });
  if (found == left_.end()) return std::nullopt;
  ssh::Credential credential = std::move(found->credential);
  left_.erase(found);
  return credential;
}

}  // namespace wharf_paramiko
