#include "server/scope.h"

#include <utility>

#include "config/host_port.h"
#include "server/utf8.h"

namespace wharf::server {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

wharf_bytes borrow(const std::string& text) { return {text.c_str(), text.size()}; }

wharf_bytes scheme_of(bool secure) { return secure ? wharf_bytes{"wss", 3} : wharf_bytes{"ws", 2}; }

}  // namespace

std::string decode_path(std::string_view raw_path) {
  std::string bytes;
  bytes.reserve(raw_path.size());
  for (size_t i = 0; i < raw_path.size(); ++i) {
    if (raw_path[i] == '%' && i + 2 < raw_path.size()) {
      int high = hex_digit(raw_path[i + 1]);
      int low = hex_digit(raw_path[i + 2]);
      if (high >= 0 && low >= 0) {
        bytes += static_cast<char>(high << 4 | low);
        i += 2;
        continue;
      }
    }
    bytes += raw_path[i];
  }
  return replace_ill_formed(bytes);
}

std::string Client::text() const {
  return config::HostPort{std::string(name()), port == 0 ? std::nullopt : std::optional(port)}.text();
}

Scope::Scope(HttpHead head, std::string path, Client client)
    : head_(std::move(head)), path_(std::move(path)), client_(std::move(client)) {}

void Scope::set_match(routing::Match match, std::string route_text, std::string subprotocol) {
  match_ = std::move(match);
  route_ = std::move(route_text);
  subprotocol_ = std::move(subprotocol);
}

wharf_scope Scope::view() {
  headers_.clear();
  for (const HeaderField& field : head_.fields) headers_.push_back({borrow(field.name), borrow(field.value)});
  captures_.clear();
  for (const routing::Capture& capture : match_.captures) {
    captures_.push_back({borrow(capture.name), borrow(capture.text)});
  }
  wharf_scope scope{};
  scope.size = sizeof(wharf_scope);
  scope.secure = client_.secure.value_or(false) ? 1 : 0;
  scope.path = borrow(path_);
  scope.raw_path = borrow(head_.raw_path);
  scope.query_string = borrow(head_.query);
  scope.headers = headers_.data();
  scope.header_count = headers_.size();
  scope.subprotocol = borrow(subprotocol_);
  scope.client_address = borrow(client_.address);
  scope.client_port = client_.port;
  scope.user.id = borrow(identity_.id);
  scope.user.username = borrow(identity_.username);
  scope.user.is_authenticated = identity_.is_authenticated ? 1 : 0;
  scope.captures = captures_.data();
  scope.capture_count = captures_.size();
  scope.route = borrow(route_);
  scope.auth_method = borrow(identity_.method);
  scope.scheme = scheme_of(scope.secure != 0);
  return scope;
}

}  // namespace wharf::server
