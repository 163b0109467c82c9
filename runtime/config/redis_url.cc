#include "config/redis_url.h"

#include <fmt/format.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "config/host_port.h"
#include "config/quote.h"
#include "config/suggest.h"

namespace wharf::config {

namespace {

constexpr std::string_view examples = "redis://127.0.0.1:6379/0 or unix:///run/redis.sock?db=0";

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

Result<void> check_scheme(std::string_view text) {
  size_t end = text.find("://");
  if (end == std::string_view::npos) return failure(fmt::format("write {}", examples));
  std::string_view scheme = text.substr(0, end);
  if (scheme == "redis" || scheme == "unix") return {};
  if (scheme == "rediss") {
    return failure(
        "this build speaks no TLS to Redis: put a TLS tunnel such as stunnel beside this server, or use a "
        "unix "
        "socket");
  }
  if (scheme.starts_with("redis+") || scheme.starts_with("redis-")) {
    bool socket = scheme.ends_with("socket") || scheme.ends_with("unix");
    if (socket) return failure("a unix socket is written unix:///run/redis.sock?db=0");
    return failure(fmt::format("write {}, or a map with `sentinels` and `master_name`", examples));
  }
  return failure(fmt::format("its scheme is unknown: {}", suggest(scheme, {"redis", "unix"})));
}

// "%41" is "A".
Result<std::string> decode(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    unsigned char byte = 0;
    const char* digits = text.data() + i + 1;
    bool whole = i + 2 < text.size();
    if (!whole || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
      return failure("a `%` begins an escape of two hexadecimal digits: write the character itself as %25");
    }
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

Result<unsigned> parse_database(std::string_view text) {
  unsigned number = 0;
  const char* end = text.data() + text.size();
  std::from_chars_result read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end || number > redis_databases.highest) {
    return failure(fmt::format("the database is a number from {} to {}, as in redis://127.0.0.1:6379/1",
                               redis_databases.lowest, redis_databases.highest));
  }
  return number;
}

Result<std::optional<unsigned>> parse_query(std::string_view query) {
  std::optional<unsigned> database;
  while (!query.empty()) {
    size_t end = std::min(query.find('&'), query.size());
    std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    std::string_view name = pair.substr(0, pair.find('='));
    if (name != "db") {
      return failure(fmt::format("{} means nothing in this URL, only `db` does: remove it", quote(name)));
    }
    if (database) return failure("`db` stands twice: keep one");
    Result<unsigned> number = parse_database(pair.substr(std::min(name.size() + 1, pair.size())));
    if (!number) return tl::make_unexpected(number.error());
    database = *number;
  }
  return database;
}

// The part before the `@`.
Result<void> parse_user(std::string_view text, RedisHost& host) {
  size_t colon = text.find(':');
  Result<std::string> username = decode(text.substr(0, colon));
  if (!username) return tl::make_unexpected(username.error());
  if (std::any_of(username->begin(), username->end(), is_control)) {
    return failure("its user name holds a control character: remove it");
  }
  host.username = *username;
  if (colon == std::string_view::npos) {
    if (text.empty()) return failure("nothing stands before the `@`: write :password@, or remove it");
    return {};
  }
  Result<std::string> password = decode(text.substr(colon + 1));
  if (!password) return tl::make_unexpected(password.error());
  if (password->empty())
    return failure("its password is empty: write it, or remove the colon before the `@`");
  host.password = *password;
  return {};
}

Result<void> parse_server(std::string_view text, RedisEndpoint& server) {
  Result<std::string> decoded = decode(text);
  if (!decoded) return tl::make_unexpected(decoded.error());
  Result<HostPort> parsed = parse_host_port(*decoded, 1);
  if (!parsed) return tl::make_unexpected(parsed.error());
  if (parsed->host.empty()) return failure("the host is missing, as in redis://127.0.0.1:6379/0");
  server.host = std::move(parsed->host);
  server.port = parsed->port.value_or(server.port);
  return {};
}

Result<void> parse_socket(std::string_view text, RedisEndpoint& server) {
  Result<std::string> path = decode(text);
  if (!path) return tl::make_unexpected(path.error());
  if (path->size() < 2) return failure("the path of the socket is missing, as in unix:///run/redis.sock");
  if (std::any_of(path->begin(), path->end(), is_control)) {
    return failure("its path holds a control character: remove it");
  }
  if (path->size() >= sizeof(sockaddr_un::sun_path)) {
    return failure(
        fmt::format("the path of a socket has at most {} bytes", sizeof(sockaddr_un::sun_path) - 1));
  }
  server.path = std::move(*path);
  return {};
}

// What follows the scheme, cut where RFC 3986 cuts it.
struct Parts {
  std::optional<std::string_view> user;
  std::string_view authority;  // without the user
  std::string_view path;
  std::string_view query;
};

Result<Parts> split(std::string_view text, bool is_socket) {
  Parts parts;
  size_t end = std::min(text.find_first_of("/?#"), text.size());
  parts.authority = text.substr(0, end);
  std::string_view rest = text.substr(end);
  if (!is_socket && rest.find('@') != std::string_view::npos) {
    return failure("write `/`, `?` and `#` in a user name or a password as %2F, %3F and %23");
  }
  if (rest.find('#') != std::string_view::npos) {
    return failure("a fragment, what follows the `#`, means nothing in this URL: remove it");
  }
  size_t question = std::min(rest.find('?'), rest.size());
  parts.path = rest.substr(0, question);
  parts.query = rest.substr(std::min(question + 1, rest.size()));
  size_t at = parts.authority.rfind('@');
  if (at != std::string_view::npos) {
    parts.user = parts.authority.substr(0, at);
    parts.authority.remove_prefix(at + 1);
  }
  return parts;
}

Result<std::optional<unsigned>> parse_address(const Parts& parts, bool is_socket, RedisEndpoint& server) {
  std::optional<unsigned> database;
  if (is_socket) {
    if (!parts.authority.empty()) {
      return failure("a socket has no host: write three slashes, as in unix:///run/redis.sock");
    }
    if (Result<void> good = parse_socket(parts.path, server); !good) return tl::make_unexpected(good.error());
    return database;
  }
  if (Result<void> good = parse_server(parts.authority, server); !good)
    return tl::make_unexpected(good.error());
  if (parts.path.size() < 2) return database;
  Result<unsigned> number = parse_database(parts.path.substr(1));
  if (!number) return tl::make_unexpected(number.error());
  database = *number;
  return database;
}

std::string describe(const RedisHost& host) {
  if (!host.server.path.empty()) return fmt::format("unix://{}?db={}", host.server.path, host.database);
  return fmt::format("redis://{}/{}", HostPort{host.server.host, host.server.port}.text(), host.database);
}

}  // namespace

Result<RedisHost> parse_redis_url(std::string_view text) {
  if (Result<void> good = check_scheme(text); !good) return tl::make_unexpected(good.error());
  bool is_socket = text.starts_with("unix:");
  Result<Parts> parts = split(text.substr(text.find("://") + 3), is_socket);
  if (!parts) return tl::make_unexpected(parts.error());
  RedisHost host;
  if (parts->user) {
    if (Result<void> good = parse_user(*parts->user, host); !good) return tl::make_unexpected(good.error());
  }
  Result<std::optional<unsigned>> in_path = parse_address(*parts, is_socket, host.server);
  if (!in_path) return tl::make_unexpected(in_path.error());
  Result<std::optional<unsigned>> in_query = parse_query(parts->query);
  if (!in_query) return tl::make_unexpected(in_query.error());
  if (*in_path && *in_query)
    return failure("the database stands in the path and in `db`: keep one of the two");
  host.database = in_path->value_or(in_query->value_or(0));
  host.text = describe(host);
  return host;
}

std::string without_password(std::string_view text) {
  std::string out;
  size_t scheme = text.find("://");
  auto is_letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '+' || c == '-';
  };
  if (scheme != std::string_view::npos &&
      std::all_of(text.begin(), text.begin() + static_cast<ptrdiff_t>(scheme), is_letter)) {
    out = text.substr(0, scheme + 3);
    text.remove_prefix(scheme + 3);
  }
  // A password may hold any character here, escaped or not, and a query may hold one too.
  size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    out += "…";
    text.remove_prefix(at);
  }
  size_t tail = text.find_first_of("?#");
  out += text.substr(0, tail);
  if (tail != std::string_view::npos) out += text.substr(tail, 1), out += "…";
  return out;
}

}  // namespace wharf::config
