#include "server/origin_check.h"

#include <algorithm>

#include "config/host_port.h"
#include "config/origin.h"

namespace wharf::server {

namespace {

bool is_below(std::string_view host, std::string_view domain) {
  return host.size() > domain.size() && host.ends_with(domain) &&
         host[host.size() - domain.size() - 1] == '.';
}

bool matches(const config::AllowedOrigin& allowed, const config::Origin& origin) {
  if (!allowed.scheme.empty() &&
      (allowed.scheme != origin.scheme || allowed.port != origin.effective_port())) {
    return false;
  }
  return origin.host == allowed.host || (allowed.subdomains && is_below(origin.host, allowed.host));
}

// The page came from where its socket goes. Whether that is by TLS the server may not know, since a proxy can
// end it: then the page's scheme is as good as the other. The Host header's port is compared, and if it has
// none, the one that the page's scheme means.
bool is_same_origin(const config::Origin& origin, std::string_view host_header, std::optional<bool> secure) {
  if (origin.scheme != "http" && origin.scheme != "https") return false;
  if (secure && *secure != (origin.scheme == "https")) return false;
  const Result<config::HostPort> host = config::parse_host_port(host_header, 0);
  if (!host || host->host.empty()) return false;
  return equal_ignoring_case(host->host, origin.host) &&
         origin.effective_port() ==
             host->port.value_or(config::Origin{origin.scheme, {}, {}}.effective_port());
}

HttpRefusal refusal(unsigned status, std::string why) { return {status, std::move(why), {}}; }

}  // namespace

std::optional<HttpRefusal> judge_origin(const config::Origins& allowed, const HttpHead& head,
                                        bool named_by_cookie, std::optional<bool> secure) {
  const size_t count = head.count("origin");
  if (count > 1) return refusal(400, "A request has at most one Origin header.");
  if (count == 0) {
    if (allowed.any || (allowed.programs && !named_by_cookie)) return std::nullopt;
    return refusal(403, named_by_cookie && allowed.programs
                            ? "A login by cookie needs the Origin header of the page that it is for."
                            : "This address is for pages, and a page's browser sends an Origin header.");
  }
  const Result<config::Origin> origin = config::parse_origin(head.first("origin"));
  if (!origin) return refusal(400, origin.error().text);
  if (allowed.any || (allowed.same_origin && is_same_origin(*origin, head.first("host"), secure)) ||
      std::any_of(allowed.hosts.begin(), allowed.hosts.end(),
                  [&origin](const config::AllowedOrigin& each) { return matches(each, *origin); })) {
    return std::nullopt;
  }
  return refusal(403, "Pages of this origin may not connect here.");
}

}  // namespace wharf::server
