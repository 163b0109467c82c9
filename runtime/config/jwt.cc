#include "config/jwt.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "config/jwt_keys.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/secret.h"
#include "config/section.h"
#include "config/suggest.h"

namespace wharf::config {

namespace {

constexpr const char* key_forms =
    "write one of `secret: {env: NAME}`, `public_key: {file: PATH}` and `jwks: {file: PATH}`";

void add_bad_key(const Node& node, std::string_view key, const Error& error, Findings& findings) {
  findings.add(node.place, fmt::format("{} cannot be used", quote(key)), error.text);
}

// The one of three that says what signatures are checked with.
void take_keys(Section& section, const Node& node, const std::filesystem::path& base, JwtAuth& jwt,
               Findings& findings) {
  const Node* secret = section.take("secret");
  const Node* public_key = section.take("public_key");
  const Node* jwks = section.take("jwks");
  if (section.is_map() && (secret != nullptr) + (public_key != nullptr) + (jwks != nullptr) != 1) {
    findings.add(node.place, "`jwt` needs one kind of key", key_forms);
    return;
  }
  if (secret != nullptr) {
    const std::optional<std::string> text = read_secret(*secret, "secret", base, findings);
    if (!text) return;
    Result<JwtKey> key = key_of_secret(*text);
    if (!key) return add_bad_key(*secret, "secret", key.error(), findings);
    jwt.keys.push_back(std::move(*key));
  }
  if (public_key != nullptr) {
    const std::optional<std::string> text = read_secret(*public_key, "public_key", base, findings);
    if (!text) return;
    Result<JwtKey> key = key_of_pem(*text);
    if (!key) return add_bad_key(*public_key, "public_key", key.error(), findings);
    jwt.keys.push_back(std::move(*key));
  }
  if (jwks != nullptr) {
    const std::optional<std::string> text = read_secret(*jwks, "jwks", base, findings);
    if (!text) return;
    Result<std::vector<JwtKey>> keys = keys_of_jwks(*text);
    if (!keys) return add_bad_key(*jwks, "jwks", keys.error(), findings);
    jwt.keys = std::move(*keys);
  }
}

// What a key of its kind can check is narrowed to what the operator wants.
void take_algorithms(Section& section, JwtAuth& jwt, Findings& findings) {
  const Node* node = section.take("algorithms");
  if (node == nullptr) return;
  std::vector<std::string> wanted;
  for (const PlacedText& entry : read_texts(*node, "algorithms", findings)) {
    const std::vector<std::string>& known = jwt_algorithms();
    if (entry.text == "none") {
      findings.add(entry.place, "`none` is no algorithm: anybody could be anybody", "remove it");
    } else if (std::find(known.begin(), known.end(), entry.text) == known.end()) {
      findings.add(entry.place, fmt::format("{} is no algorithm that is known here", quote(entry.text)),
                   suggest(entry.text, known));
    } else {
      wanted.push_back(entry.text);
    }
  }
  if (wanted.empty() || jwt.keys.empty()) return;
  for (JwtKey& key : jwt.keys) {
    std::erase_if(key.algorithms, [&wanted](const std::string& algorithm) {
      return std::find(wanted.begin(), wanted.end(), algorithm) == wanted.end();
    });
  }
  std::erase_if(jwt.keys, [](const JwtKey& key) { return key.algorithms.empty(); });
  if (jwt.keys.empty()) {
    findings.add(node->place, "`algorithms` has none that a key of this kind is for",
                 "RS and PS are for RSA keys, ES for those of a curve, HS for secrets of at least 32, 48 and "
                 "64 bytes");
  }
}

constexpr const char* source_forms =
    "write `authorization`, {cookie: NAME}, {query: NAME} or {subprotocol: PREFIX}";

std::optional<JwtSource> read_source(const Node& node, Findings& findings) {
  if (node.kind == Node::Kind::Scalar && node.text == "authorization") return JwtSource{};
  if (node.kind != Node::Kind::Map || node.entries.size() != 1) {
    findings.add(node.place, fmt::format("an entry of `from` is {}", describe(node)), source_forms);
    return std::nullopt;
  }
  Section section(node, "an entry of `from`", findings);
  std::optional<JwtSource> source;
  const std::pair<const char*, JwtSource::Kind> kinds[] = {{"cookie", JwtSource::Kind::Cookie},
                                                           {"query", JwtSource::Kind::Query},
                                                           {"subprotocol", JwtSource::Kind::Subprotocol}};
  for (const auto& [key, kind] : kinds) {
    const Node* name = section.take(key);
    if (name == nullptr) continue;
    if (std::optional<std::string> text = read_text(*name, key, findings)) source = {kind, std::move(*text)};
  }
  section.refuse("authorization", "`authorization` has no settings", "write `- authorization`");
  section.finish();
  return source;
}

void take_sources(Section& section, JwtAuth& jwt, Findings& findings) {
  const Node* node = section.take("from");
  if (node == nullptr) return;
  jwt.sources.clear();
  if (node->kind != Node::Kind::List) {
    if (std::optional<JwtSource> source = read_source(*node, findings))
      jwt.sources.push_back(std::move(*source));
    return;
  }
  if (node->items.empty()) findings.add(node->place, "`from` is an empty list", source_forms);
  for (const std::shared_ptr<const Node>& item : node->items) {
    if (std::optional<JwtSource> source = read_source(*item, findings))
      jwt.sources.push_back(std::move(*source));
  }
}

void take_text(Section& section, const char* key, std::string& text, Findings& findings) {
  if (const Node* node = section.take(key)) text = read_text(*node, key, findings).value_or(text);
}

}  // namespace

void read_jwt(const Node& node, const std::filesystem::path& base, JwtAuth& jwt, Findings& findings) {
  Section section(node, "`jwt`", findings);
  take_keys(section, node, base, jwt, findings);
  take_algorithms(section, jwt, findings);
  take_sources(section, jwt, findings);
  take_text(section, "issuer", jwt.issuer, findings);
  take_text(section, "audience", jwt.audience, findings);
  take_text(section, "username", jwt.username, findings);
  if (const Node* leeway = section.take("leeway")) {
    constexpr Range<Duration> range = {Duration(1), Duration(std::chrono::minutes(10))};
    jwt.leeway = read_duration(*leeway, "leeway", range, true, findings).value_or(jwt.leeway);
  }
  if (const Node* endless = section.take("without_expiry")) {
    jwt.endless = read_choice(*endless, "without_expiry", {"refuse", "allow"}, findings).value_or(0) == 1;
  }
  section.finish();
}

}  // namespace wharf::config
