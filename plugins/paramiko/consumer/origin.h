// Whether a page may open a terminal: what keeps another site from using the login of a visitor of its own.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wharf_paramiko {

// [any-thread] `origin` is the Origin header, empty for a client that is no browser; `host` the Host header.
// `allowed` holds "same", "any", or origins as browsers write them. RFC 6454, RFC 6455 section 10.2.
bool origin_allowed(const std::vector<std::string>& allowed, std::string_view origin, std::string_view host);

}  // namespace wharf_paramiko
