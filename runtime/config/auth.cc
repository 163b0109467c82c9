#include "config/auth.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/django.h"
#include "config/forward.h"
#include "config/header_name.h"
#include "config/jwt.h"
#include "config/network.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/suggest.h"

namespace wharf::config {

namespace {

// The spelling that a peer's address has: "0:0::1" is "::1". Trust is a comparison of texts.
std::optional<std::string> canonical_address(const std::string& text) {
  if (const std::optional<IpAddress> address = parse_ip(text)) return address->text();
  return text == "unix" ? std::optional(text) : std::nullopt;
}

void read_trust(const Node& node, AuthMethod& method, Findings& findings) {
  for (const PlacedText& entry : read_texts(node, "trust", findings)) {
    std::optional<std::string> address = canonical_address(entry.text);
    if (!address) {
      findings.add(entry.place, fmt::format("{} is no address to trust", quote(entry.text)),
                   "write single addresses such as 127.0.0.1 or ::1, or `unix` for unix sockets");
      continue;
    }
    method.trust.push_back(*address);
  }
}

void read_header(const Node& node, AuthMethod& method, Findings& findings) {
  method.kind = AuthMethod::Kind::Header;
  Section section(node, "`header`", findings);
  const Node* name = section.take("name");
  const Node* trust = section.take("trust");
  if (name != nullptr) method.header = read_header_name(*name, "name", findings).value_or("");
  if (trust != nullptr) read_trust(*trust, method, findings);
  if (section.is_map() && name == nullptr) {
    findings.add(node.place, "`header` has no `name`", "add the header's name: name: X-Remote-User");
  }
  if (section.is_map() && trust == nullptr) {
    findings.add(node.place, "`header` has no `trust`",
                 "anybody can send a header: add the addresses of your proxy: trust: [127.0.0.1]");
  }
  section.finish();
}

struct NeedsSettings {
  std::string name;
  std::string example;
};

const std::vector<NeedsSettings> needing_settings = {
    {"header", "{name: X-Remote-User, trust: [127.0.0.1]}"},
    {"jwt", "{secret: {env: JWT_SECRET}}"},
    {"django", "{secret_key: {file: PATH}, database: {engine: sqlite3, name: PATH}}"},
    {"forward", "{url: https://site.internal/wharf/who}"},
};

void read_method(const Node& node, const std::filesystem::path& base, AuthMethod& method,
                 Findings& findings) {
  if (node.kind == Node::Kind::Map) {
    Section section(node, "a method of `auth`", findings);
    if (const Node* header = section.take("header")) read_header(*header, method, findings);
    if (const Node* settings = section.take("jwt")) {
      auto jwt = std::make_shared<JwtAuth>();
      read_jwt(*settings, base, *jwt, findings);
      method.kind = AuthMethod::Kind::Jwt;
      method.jwt = std::move(jwt);
    }
    if (const Node* settings = section.take("django")) {
      auto django = std::make_shared<DjangoAuth>();
      read_django(*settings, base, *django, findings);
      method.kind = AuthMethod::Kind::Django;
      method.django = std::move(django);
    }
    if (const Node* settings = section.take("forward")) {
      auto forward = std::make_shared<ForwardAuth>();
      read_forward(*settings, base, *forward, findings);
      method.kind = AuthMethod::Kind::Forward;
      method.forward = std::move(forward);
    }
    section.refuse("anonymous", "`anonymous` has no settings", "write `- anonymous`");
    section.finish();
    if (node.entries.size() > 1) {
      findings.add(node.place, "one entry of `auth` holds several methods",
                   "begin each with a `-` of its own");
    }
    return;
  }
  std::optional<std::string> name = read_text(node, "auth", findings);
  if (!name || *name == "anonymous") return;
  const auto found = std::find_if(needing_settings.begin(), needing_settings.end(),
                                  [&name](const NeedsSettings& one) { return one.name == *name; });
  if (found != needing_settings.end()) {
    findings.add(node.place, fmt::format("{} needs settings", quote(*name)),
                 fmt::format("write {{{}: {}}}", found->name, found->example));
    return;
  }
  std::vector<std::string> names = {"anonymous"};
  for (const NeedsSettings& one : needing_settings) names.push_back(one.name);
  findings.add(node.place, fmt::format("unknown method {} in `auth`", quote(*name)), suggest(*name, names));
}

}  // namespace

void read_auth(const Node& node, const std::filesystem::path& base, std::vector<AuthMethod>& methods,
               Findings& findings) {
  if (node.kind != Node::Kind::List || node.items.empty()) {
    std::string what = node.kind == Node::Kind::List ? "an empty list" : describe(node);
    findings.add(node.place, fmt::format("`auth` is {}", what), "write a list, such as [anonymous]");
    return;
  }
  methods.clear();
  bool anonymous_before = false;
  for (const std::shared_ptr<const Node>& item : node.items) {
    if (anonymous_before) {
      findings.add(item->place, "this method is never asked: `anonymous` before it takes everybody",
                   "put `anonymous` last");
    }
    AuthMethod method;
    method.where = findings.at(item->place);
    read_method(*item, base, method, findings);
    anonymous_before = anonymous_before || (item->kind == Node::Kind::Scalar && item->text == "anonymous");
    methods.push_back(std::move(method));
  }
}

}  // namespace wharf::config
