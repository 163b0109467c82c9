// What the method `forward` of `auth:` says: whom to ask over HTTP, what with, and where the answer has the
// user.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/inquiry_limits.h"

namespace wharf::config {

// Where in an answer a text is.
struct ForwardSource {
  enum class Kind { Header, Json };
  Kind kind = Kind::Header;
  std::string name;  // of the header, in lower case; or a JSON pointer (RFC 6901)
  bool operator==(const ForwardSource&) const = default;
};

struct ForwardAuth {
  enum class Method { Get, Post };
  std::string url;   // http or https, without a user or a password
  std::string text;  // the same for messages, without its query
  std::string
      unix_socket;  // the absolute path of the one to connect to, instead of the URL's host; empty: none
  std::string ca;   // certificates in PEM, whose word alone is believed; empty: those of the system
  Method method = Method::Get;
  // Which of the visitor's headers go along, in lower case.
  std::vector<std::string> headers = {"cookie", "authorization", "user-agent", "accept-language", "origin"};
  ForwardSource username = {ForwardSource::Kind::Header, "x-remote-user"};
  std::optional<ForwardSource> id;  // nothing: the user name
  InquiryLimits limits{.connections = 8};
  bool operator==(const ForwardAuth&) const = default;
};

}  // namespace wharf::config
