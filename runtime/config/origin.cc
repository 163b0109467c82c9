#include "config/origin.h"

#include <fmt/format.h>

#include <algorithm>

#include "config/host_port.h"
#include "config/quote.h"
#include "config/scalar.h"

namespace wharf::config {

namespace {

constexpr std::string_view after_scheme = "://";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_scheme(std::string_view text) {
  const auto is_good = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  };
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' && std::all_of(text.begin(), text.end(), is_good);
}

// "https://.example.test:8000", "example.test", ".example.test".
Result<AllowedOrigin> parse_allowed(std::string_view text) {
  AllowedOrigin allowed;
  std::string_view place = text;
  if (size_t end = text.find(after_scheme); end != std::string_view::npos) {
    allowed.scheme = lower(text.substr(0, end));
    if (!is_scheme(allowed.scheme)) return failure("begin it with a scheme, such as https://");
    place = text.substr(end + after_scheme.size());
  }
  if (place.starts_with("*."))
    return failure(fmt::format("write {} for a name and all below it", place.substr(1)));
  if (place.find('/') != std::string_view::npos) {
    return failure("leave the path out: an origin is a scheme, a host and a port");
  }
  allowed.subdomains = place.starts_with('.');
  if (allowed.subdomains) place.remove_prefix(1);
  Result<HostPort> parsed = parse_host_port(place, 1);
  if (!parsed) return tl::make_unexpected(parsed.error());
  if (parsed->host.empty()) return failure("write https://example.test, example.test or .example.test");
  if (parsed->port && allowed.scheme.empty()) {
    return failure(
        fmt::format("a port needs its scheme: write http://{}, or the name alone for every port", place));
  }
  allowed.host = lower(parsed->host);
  allowed.port = parsed->port ? *parsed->port : Origin{allowed.scheme, {}, {}}.effective_port();
  return allowed;
}

}  // namespace

uint16_t Origin::effective_port() const {
  if (port) return *port;
  if (scheme == "http" || scheme == "ws") return 80;
  return scheme == "https" || scheme == "wss" ? 443 : 0;
}

Result<Origin> parse_origin(std::string_view text) {
  if (text == "null") return Origin{};
  size_t end = text.find(after_scheme);
  Origin origin;
  if (end != std::string_view::npos) origin.scheme = lower(text.substr(0, end));
  if (!is_scheme(origin.scheme)) return failure("The Origin header is not an origin.");
  std::string_view authority = text.substr(end + after_scheme.size());
  authority = authority.substr(0, authority.find_first_of("/?#\\"));
  if (size_t user = authority.rfind('@'); user != std::string_view::npos) authority.remove_prefix(user + 1);
  Result<HostPort> parsed = parse_host_port(authority, 0);
  if (!parsed) return failure("The Origin header is not an origin.");
  origin.host = lower(parsed->host);
  origin.port = parsed->port;
  return origin;
}

void read_origins(const Node& node, Origins& origins, Findings& findings) {
  origins = {false, false, false, {}};
  for (const PlacedText& entry : read_texts(node, "origins", findings)) {
    if (entry.text == "same-origin") {
      origins.same_origin = true;
    } else if (entry.text == "programs") {
      origins.programs = true;
    } else if (entry.text == "*") {
      origins.any = true;
    } else if (Result<AllowedOrigin> allowed = parse_allowed(entry.text); allowed) {
      origins.hosts.push_back(std::move(*allowed));
    } else {
      findings.add(entry.place, fmt::format("{} is no origin", quote(entry.text)), allowed.error().text);
    }
  }
}

}  // namespace wharf::config
