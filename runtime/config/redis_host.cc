#include "config/redis_host.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "config/host_port.h"
#include "config/quote.h"
#include "config/redis_url.h"
#include "config/scalar.h"
#include "config/secret.h"
#include "config/section.h"

namespace wharf::config {

namespace {

constexpr uint16_t sentinel_port = 26379;
constexpr const char* example_url = "redis://127.0.0.1:6379/0";

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

std::string text_of(const RedisEndpoint& endpoint) { return HostPort{endpoint.host, endpoint.port}.text(); }

// The one host that a node of `hosts` describes.
class HostReader {
 public:
  HostReader(const Node& node, const std::filesystem::path& base, Findings& findings)
      : node_(node), base_(base), findings_(findings), section_(node, "a host of `hosts`", findings) {}

  // Nothing when its address is wrong.
  std::optional<RedisHost> read() {
    const Node* url = section_.take("url");
    const Node* sentinels = section_.take("sentinels");
    std::optional<RedisHost> host;
    if (url != nullptr) {
      host = read_redis_url(*url, findings_);
    } else if (sentinels == nullptr) {
      findings_.add(node_.place, "this host has no `url`", fmt::format("add `url: {}`", example_url));
    }
    if (sentinels != nullptr) {
      host = read_sentinels(*sentinels);
    } else {
      refuse_keys_of_sentinels();
    }
    if (url != nullptr && sentinels != nullptr) {
      findings_.add(section_.place_of("url"), "a host has either `url` or `sentinels`",
                    "remove one of the two");
    }
    RedisHost nowhere;  // the credentials are checked anyway
    read_credentials(host ? *host : nowhere);
    section_.refuse("address", "`address` is called `url` here", fmt::format("write url: {}", example_url));
    for (const char* key : {"host", "port"}) {
      section_.refuse(key, fmt::format("{} belongs into the `url`", quote(key)),
                      fmt::format("write url: {}", example_url));
    }
    section_.finish();
    return host;
  }

 private:
  void refuse_keys_of_sentinels() {
    section_.refuse("database", "`database` belongs to `sentinels`",
                    "a URL ends with its database, as in redis://127.0.0.1:6379/1");
    for (const char* key : {"master_name", "sentinel_password"}) {
      section_.refuse(key, fmt::format("{} belongs to `sentinels`", quote(key)),
                      "add `sentinels`, or remove it");
    }
  }

  RedisHost read_sentinels(const Node& sentinels) {
    RedisHost host;
    read_endpoints(sentinels, host.sentinels);
    if (const Node* name = section_.take("master_name")) {
      host.master_name = read_text(*name, "master_name", findings_).value_or("");
    } else {
      findings_.add(node_.place, "`sentinels` without a `master_name`",
                    "add the name that the Sentinels know the master by: master_name: mymaster");
    }
    if (const Node* database = section_.take("database")) {
      host.database = static_cast<unsigned>(
          read_number(*database, "database", redis_databases, findings_).value_or(host.database));
    }
    if (const Node* password = section_.take("sentinel_password")) {
      host.sentinel_password =
          read_secret(*password, "sentinel_password", base_, findings_).value_or(std::string());
    }
    std::string addresses;
    for (const RedisEndpoint& sentinel : host.sentinels) {
      addresses += fmt::format("{}{}", addresses.empty() ? "" : ", ", text_of(sentinel));
    }
    host.text = fmt::format("{}/{} of the Sentinels {}", host.master_name, host.database, addresses);
    return host;
  }

  void read_endpoints(const Node& node, std::vector<RedisEndpoint>& endpoints) {
    std::map<std::string, int> lines;
    for (const PlacedText& entry : read_texts(node, "sentinels", findings_)) {
      Result<HostPort> parsed = parse_host_port(entry.text, 1);
      if (parsed && parsed->host.empty()) parsed = failure("the host is missing, as in 127.0.0.1:26379");
      if (!parsed) {
        findings_.add(entry.place,
                      fmt::format("{} is no address of a Sentinel", quote(without_password(entry.text))),
                      parsed.error().text);
        continue;
      }
      RedisEndpoint endpoint{std::move(parsed->host), parsed->port.value_or(sentinel_port), ""};
      auto [seen, is_new] = lines.emplace(lower(text_of(endpoint)), entry.place.line);
      if (!is_new) {
        findings_.add(
            entry.place,
            fmt::format("duplicate Sentinel {}, first written in line {}", quote(entry.text), seen->second),
            "keep one of the two");
        continue;
      }
      endpoints.push_back(std::move(endpoint));
    }
  }

  void read_credentials(RedisHost& host) {
    const Node* username = section_.take("username");
    const Node* password = section_.take("password");
    if (username != nullptr) {
      refuse_twice("username", host.username);
      host.username = read_text(*username, "username", findings_).value_or("");
    }
    if (password != nullptr) {
      refuse_twice("password", host.password);
      host.password = read_secret(*password, "password", base_, findings_).value_or(std::string());
    } else if (!host.username.empty() && host.password.empty()) {
      findings_.add(username != nullptr ? section_.place_of("username") : node_.place,
                    "a user name without a password", "add `password`, or remove the user name");
    }
  }

  void refuse_twice(const char* key, const std::string& of_url) {
    if (of_url.empty()) return;
    findings_.add(section_.place_of(key), fmt::format("{} stands in the URL too", quote(key)),
                  "keep one of the two");
  }

  const Node& node_;
  const std::filesystem::path& base_;
  Findings& findings_;
  Section section_;
};

std::optional<RedisHost> read_plain_url(const Node& node, Findings& findings) {
  std::optional<RedisHost> host = read_redis_url(node, findings);
  if (host && !host->username.empty() && host->password.empty()) {
    findings.add(node.place, "a user name without a password",
                 "write user:password@, or a map with `url` and `password`");
  }
  return host;
}

std::optional<RedisHost> read_host(const Node& node, const std::filesystem::path& base, Findings& findings) {
  if (node.kind == Node::Kind::Scalar) return read_plain_url(node, findings);
  if (node.kind == Node::Kind::Map) return HostReader(node, base, findings).read();
  findings.add(node.place, fmt::format("a host of `hosts` is {}", describe(node)),
               fmt::format("write a URL such as {}, or a map", example_url));
  return std::nullopt;
}

// Two hosts with the same key are one database.
std::string key_of(const RedisHost& host) {
  if (host.sentinels.empty()) {
    return host.server.path.empty() ? lower(host.text) : host.text;
  }
  std::vector<std::string> addresses;
  addresses.reserve(host.sentinels.size());
  for (const RedisEndpoint& sentinel : host.sentinels) addresses.push_back(lower(text_of(sentinel)));
  std::sort(addresses.begin(), addresses.end());
  return fmt::format("{}/{} {}", host.master_name, host.database, fmt::join(addresses, " "));
}

}  // namespace

std::optional<RedisHost> read_redis_url(const Node& node, Findings& findings) {
  // Not read_text(): its messages show the text.
  Result<RedisHost> host = failure(fmt::format("write a URL such as {}", example_url));
  if (node.kind == Node::Kind::Scalar) host = parse_redis_url(node.text);
  if (!host) {
    std::string what = node.kind == Node::Kind::Scalar ? quote(without_password(node.text)) : describe(node);
    findings.add(node.place, fmt::format("{} is no URL of a Redis", what), host.error().text);
    return std::nullopt;
  }
  host->where = findings.at(node.place);
  return std::move(*host);
}

void read_redis_hosts(const Node& node, const std::filesystem::path& base, std::vector<RedisHost>& hosts,
                      Findings& findings) {
  std::vector<const Node*> nodes;
  if (node.kind == Node::Kind::List) {
    for (const std::shared_ptr<const Node>& item : node.items) nodes.push_back(item.get());
    if (nodes.empty()) {
      findings.add(node.place, "`hosts` is an empty list", "write one host, or remove the key");
    }
  } else {
    nodes.push_back(&node);
  }
  std::map<std::string, int> lines;
  for (const Node* item : nodes) {
    std::optional<RedisHost> host = read_host(*item, base, findings);
    if (!host) continue;
    host->where = findings.at(item->place);
    auto [seen, is_new] = lines.emplace(key_of(*host), item->place.line);
    if (!is_new) {
      findings.add(
          item->place,
          fmt::format("duplicate host {}, first written in line {}", quote(host->text), seen->second),
          "keep one of the two: names are spread over the hosts");
      continue;
    }
    hosts.push_back(std::move(*host));
  }
}

}  // namespace wharf::config
