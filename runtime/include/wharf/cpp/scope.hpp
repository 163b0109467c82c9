// SPDX-License-Identifier: MIT
//
// Part of wharf/consumer.hpp: what the handshake said.
#ifndef WHARF_CPP_SCOPE_HPP
#define WHARF_CPP_SCOPE_HPP

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "host.hpp"

namespace wharf {

// Who the visitor is. Views end with the scope.
class User {
 public:
  explicit User(const wharf_user& user, std::string_view method = {}) : user_(&user), method_(method) {}
  bool is_authenticated() const { return user_->is_authenticated != 0; }
  std::string_view id() const { return view(user_->id); }
  std::string_view name() const { return view(user_->username); }
  std::string_view name_or(std::string_view otherwise) const { return name().empty() ? otherwise : name(); }
  // Which method of `auth:` said so: "header", "jwt", "django" …, or "anonymous". Empty on a host of ABI 1.0.
  std::string_view method() const { return method_; }

 private:
  const wharf_user* user_;
  std::string_view method_;
};

// What the handshake said. Ends when connect() returns, and so do its views.
class Scope {
 public:
  explicit Scope(const wharf_scope& scope) : scope_(&scope) {}
  std::string_view path() const { return view(scope_->path); }
  std::string_view raw_path() const { return view(scope_->raw_path); }
  std::string_view query_string() const { return view(scope_->query_string); }
  std::string_view subprotocol() const { return view(scope_->subprotocol); }
  std::string_view client_address() const { return view(scope_->client_address); }
  uint32_t client_port() const { return scope_->client_port; }
  bool secure() const { return scope_->secure != 0; }
  // "ws" or "wss".
  std::string_view scheme() const {
    if (WHARF_HAS(scope_, scheme.data)) return view(scope_->scheme);
    return secure() ? "wss" : "ws";
  }
  std::string_view route() const { return view(scope_->route); }
  User user() const {
    return User(scope_->user, WHARF_HAS(scope_, auth_method.data) ? view(scope_->auth_method) : "");
  }

  std::span<const wharf_header> headers() const { return {scope_->headers, scope_->header_count}; }
  // The first header of that name, which is lower case.
  std::optional<std::string_view> header(std::string_view name) const {
    for (const wharf_header& header : headers())
      if (view(header.name) == name) return view(header.value);
    return std::nullopt;
  }

  std::span<const wharf_capture> captures() const { return {scope_->captures, scope_->capture_count}; }
  // What the route's pattern captured under `name`. Throws when it captured no such thing.
  std::string_view capture(std::string_view name) const {
    for (const wharf_capture& capture : captures())
      if (view(capture.name) == name) return view(capture.text);
    throw std::out_of_range("the route \"" + std::string(route()) + "\" captured no \"" + std::string(name) +
                            "\": name a group of its pattern so");
  }

 private:
  const wharf_scope* scope_;
};

}  // namespace wharf

#endif  // WHARF_CPP_SCOPE_HPP
