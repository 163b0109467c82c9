#include "config/forward.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sys/un.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

#include "config/file_text.h"
#include "config/header_name.h"
#include "config/inquiry.h"
#include "config/quote.h"
#include "config/scalar.h"
#include "config/section.h"
#include "config/units.h"

namespace wharf::config {

namespace {

constexpr const char* url_example = "write it like https://site.internal/wharf/who";
constexpr size_t largest_file = 1 << 20;  // of certificates; the system's own are a fifth of it

using Url = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part_of(const Url& url, CURLUPart part) {
  char* text = nullptr;
  if (curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
  std::string copy = text;
  curl_free(text);
  return copy;
}

// No message shows the URL: it may hold a password, or a key in its query.
void take_url(Section& section, const Node& node, ForwardAuth& forward, Findings& findings) {
  const Node* value = section.take("url");
  if (value == nullptr) {
    if (section.is_map()) findings.add(node.place, "`forward` has no `url`", url_example);
    return;
  }
  const std::optional<std::string> text = read_text(*value, "url", findings);
  if (!text) return;
  const Url url(curl_url(), curl_url_cleanup);
  const CURLUcode code = curl_url_set(url.get(), CURLUPART_URL, text->c_str(), CURLU_DISALLOW_USER);
  const std::string scheme = part_of(url, CURLUPART_SCHEME);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    findings.add(value->place, "`url` has a user or a password in it",
                 "leave it out, and let the address be one that others cannot reach");
  } else if (code != CURLUE_OK) {
    findings.add(value->place, fmt::format("`url` is no URL: {}", curl_url_strerror(code)), url_example);
  } else if (scheme != "http" && scheme != "https") {
    findings.add(value->place, fmt::format("`url` is of the scheme {}", quote(scheme)),
                 "forward speaks http and https");
  } else {
    curl_url_set(url.get(), CURLUPART_FRAGMENT, nullptr, 0);
    forward.url = part_of(url, CURLUPART_URL);
    curl_url_set(url.get(), CURLUPART_QUERY, nullptr, 0);
    forward.text = part_of(url, CURLUPART_URL);
  }
}

void take_unix(Section& section, const std::filesystem::path& base, ForwardAuth& forward,
               Findings& findings) {
  const Node* node = section.take("unix");
  if (node == nullptr) return;
  const std::optional<std::string> path = read_text(*node, "unix", findings);
  if (!path) return;
  std::string whole = (base / *path).lexically_normal();
  if (whole.size() >= sizeof(sockaddr_un::sun_path)) {
    findings.add(node->place, fmt::format("`unix` is too long: {}", quote(whole)),
                 fmt::format("the path of a socket has at most {} bytes", sizeof(sockaddr_un::sun_path) - 1));
    return;
  }
  forward.unix_socket = std::move(whole);
}

bool has_certificate(const std::string& pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> bio(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free);
  return certificate != nullptr;
}

void take_ca(Section& section, const std::filesystem::path& base, ForwardAuth& forward, Findings& findings) {
  const Node* node = section.take("ca");
  if (node == nullptr) return;
  if (!forward.url.empty() && !forward.url.starts_with("https:")) {
    findings.add(node->place, "`ca` belongs to an https URL", "remove it, or ask by https");
    return;
  }
  const std::optional<std::string> path = read_text(*node, "ca", findings);
  if (!path) return;
  const std::filesystem::path file = (base / *path).lexically_normal();
  tl::expected<std::string, Unreadable> pem = read_file(file, largest_file);
  if (!pem) {
    findings.add(node->place,
                 fmt::format("`ca` cannot be read from {}: {}", quote(file.string(), 200), pem.error().what),
                 pem.error().remedy);
  } else if (!has_certificate(*pem)) {
    findings.add(node->place, fmt::format("`ca` has no certificate: {}", quote(file.string(), 200)),
                 "name a file in PEM, whose first line is -----BEGIN CERTIFICATE-----");
  } else {
    forward.ca = std::move(*pem);
  }
}

// Why a header of the visitor's must not go along; empty when it may.
std::string why_not(std::string_view name) {
  // RFC 9110 section 7.6.1, and what belongs to a body that does not go along.
  constexpr std::string_view of_the_connection[] = {
      "connection",          "content-length",   "expect", "host",    "keep-alive",
      "proxy-authorization", "proxy-connection", "te",     "trailer", "upgrade",
      "transfer-encoding"};
  if (std::find(std::begin(of_the_connection), std::end(of_the_connection), name) !=
      std::end(of_the_connection)) {
    return "it is about the visitor's own connection";
  }
  if (name.starts_with("x-forwarded-")) return "it is wharf that says where a visitor came from";
  if (name == "sec-websocket-key") return "it differs each time, so that no answer could be remembered";
  return {};
}

void take_headers(Section& section, ForwardAuth& forward, Findings& findings) {
  const Node* node = section.take("headers");
  if (node == nullptr) return;
  forward.headers.clear();
  for (const PlacedText& entry : read_texts(*node, "headers", findings)) {
    std::optional<std::string> name = parse_header_name(entry.text);
    if (!name) {
      findings.add(entry.place, fmt::format("{} is no name of an HTTP header", quote(entry.text)),
                   "write it like X-Session");
    } else if (std::string why = why_not(*name); !why.empty()) {
      findings.add(entry.place, fmt::format("{} cannot go along: {}", quote(entry.text), why), "remove it");
    } else if (std::find(forward.headers.begin(), forward.headers.end(), *name) == forward.headers.end()) {
      forward.headers.push_back(std::move(*name));
    }
  }
}

std::optional<std::string> read_pointer(const Node& node, Findings& findings) {
  std::optional<std::string> text = read_text(node, "json", findings);
  if (!text) return std::nullopt;
  if (!text->starts_with('/')) return (nlohmann::json::json_pointer() / *text).to_string();
  try {
    return nlohmann::json::json_pointer(*text).to_string();
  } catch (const nlohmann::json::exception&) {
    findings.add(node.place, fmt::format("{} is no JSON pointer", quote(*text)),
                 "write a key, such as username, or /user/name for one inside another");
    return std::nullopt;
  }
}

std::optional<ForwardSource> take_source(Section& outer, const std::string& key, Findings& findings) {
  const Node* node = outer.take(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind != Node::Kind::Map || node->entries.size() != 1) {
    findings.add(node->place, fmt::format("{} does not say where it is in the answer", quote(key)),
                 "write {header: NAME} or {json: KEY}");
    return std::nullopt;
  }
  Section section(*node, quote(key), findings);
  const Node* header = section.take("header");
  const Node* json = section.take("json");
  section.finish();
  if (header != nullptr) {
    if (std::optional<std::string> name = read_header_name(*header, "header", findings)) {
      return ForwardSource{ForwardSource::Kind::Header, std::move(*name)};
    }
  }
  if (json != nullptr) {
    if (std::optional<std::string> pointer = read_pointer(*json, findings)) {
      return ForwardSource{ForwardSource::Kind::Json, std::move(*pointer)};
    }
  }
  return std::nullopt;
}

}  // namespace

void read_forward(const Node& node, const std::filesystem::path& base, ForwardAuth& forward,
                  Findings& findings) {
  Section section(node, "`forward`", findings);
  take_url(section, node, forward, findings);
  take_unix(section, base, forward, findings);
  take_ca(section, base, forward, findings);
  if (const Node* method = section.take("method")) {
    const std::optional<size_t> choice = read_choice(*method, "method", {"GET", "POST"}, findings);
    if (choice) forward.method = static_cast<ForwardAuth::Method>(*choice);
  }
  take_headers(section, forward, findings);
  forward.username = take_source(section, "username", findings).value_or(forward.username);
  forward.id = take_source(section, "id", findings);
  take_inquiry_limits(section, forward.limits, findings);
  section.finish();
}

}  // namespace wharf::config
