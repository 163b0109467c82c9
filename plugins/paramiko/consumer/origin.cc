#include "consumer/origin.h"

#include <strings.h>

#include <algorithm>

namespace wharf_paramiko {

namespace {

bool equal(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin, std::string_view host) {
  if (origin.empty()) return true;
  const size_t scheme = origin.find("://");
  const std::string_view authority = scheme == std::string_view::npos ? "" : origin.substr(scheme + 3);
  return std::any_of(allowed.begin(), allowed.end(), [&](const std::string& each) {
    if (each == "any") return true;
    if (each == "same") return !authority.empty() && equal(authority, host);
    return equal(each, origin);
  });
}

}  // namespace wharf_paramiko
