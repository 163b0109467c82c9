// From a route's config and a visitor's wishes to what an SSH session is told.
#pragma once

#include <optional>
#include <string>

#include "ssh/settings.h"
#include "terminal/client_messages.h"
#include "terminal/config.h"

namespace wharf_paramiko {

// What the visitor may say about where to go and what to see there.
struct Wish {
  std::string host;  // "": the route's target
  uint16_t port = 0;
  std::string user;
  std::string term;
  terminal::Size size;
  std::vector<std::pair<std::string, std::string>> env;
};

// E_POLICY for a target that only the route may name. The rest of the policy is the session's to check.
ssh::Result<ssh::Settings> settings_for(const terminal::RouteConfig& config, const Wish& wish);
// The same of the jump host; nothing when there is none.
std::optional<ssh::Settings> jump_settings_for(const terminal::RouteConfig& config);

// How much input may wait while a viewer adds to it; what the queue has beyond is the owner's. As much as all
// of them may have on the way, so that nobody who keeps to the window of input finds no room.
uint64_t viewers_input(const terminal::RouteConfig& config);

ssh::Size to_ssh(const terminal::Size& size);

}  // namespace wharf_paramiko
