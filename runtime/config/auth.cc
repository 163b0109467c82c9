#include "config/auth.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/django.h"
#include "config/jwt.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/suggest.h"

namespace wharf::config {

namespace {

bool is_token_character(char c) {
  bool alphanumeric = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// The spelling the kernel gives a client's address: "0:0::1" is "::1". Trust is a comparison of texts.
std::optional<std::string> canonical_address(const std::string& text) {
  unsigned char bytes[sizeof(in6_addr)];
  char out[INET6_ADDRSTRLEN];
  for (int family : {AF_INET, AF_INET6}) {
    if (inet_pton(family, text.c_str(), bytes) == 1) return inet_ntop(family, bytes, out, sizeof out);
  }
  return text == "unix" ? std::optional(text) : std::nullopt;
}

void read_header_name(const Node& node, AuthMethod& method, Findings& findings) {
  std::optional<std::string> name = read_text(node, "name", findings);
  if (!name) return;
  if (!std::all_of(name->begin(), name->end(), is_token_character)) {
    findings.add(node.place, fmt::format("{} is no name of an HTTP header", quote(*name)),
                 "write it like X-Remote-User");
    return;
  }
  std::transform(name->begin(), name->end(), name->begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  method.header = *name;
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
  if (name != nullptr) read_header_name(*name, method, findings);
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

void read_method(const Node& node, const std::filesystem::path& base, AuthMethod& method,
                 Findings& findings) {
  const std::vector<std::string> names = {"anonymous", "header", "jwt", "django"};
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
  if (*name == "header") {
    findings.add(node.place, "`header` needs settings",
                 "write {header: {name: X-Remote-User, trust: [127.0.0.1]}}");
    return;
  }
  if (*name == "jwt") {
    findings.add(node.place, "`jwt` needs settings", "write {jwt: {secret: {env: JWT_SECRET}}}");
    return;
  }
  if (*name == "django") {
    findings.add(node.place, "`django` needs settings",
                 "write {django: {secret_key: {file: PATH}, database: {engine: sqlite3, name: PATH}}}");
    return;
  }
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
