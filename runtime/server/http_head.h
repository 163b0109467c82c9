// The head of an HTTP/1 request, read by Boost.Beast's parser and then judged more strictly than a parser has
// to: what a stranger sends is refused here, or is plain text from here on (RFC 9112).
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace wharf::server {

struct HeaderField {
  std::string name;  // lower case
  std::string value;
};

struct HttpHead {
  std::string method;
  std::string raw_path;  // as it came: starts with '/', without query
  std::string query;     // without the '?'
  bool http_1_1 = true;
  std::vector<HeaderField> fields;  // in the order of the request, repeats kept

  // The value of the first field of that name, or empty.
  std::string_view first(std::string_view name) const;
  size_t count(std::string_view name) const;
  // The tokens of a comma-separated list, over all fields of that name, trimmed, empty ones left out.
  std::vector<std::string_view> list(std::string_view name) const;
};

// A refusal as an HTTP response tells it.
struct HttpRefusal {
  unsigned status = 400;
  std::string why;      // the body, one line
  std::string headers;  // further header lines, each with its CRLF
};

// The length of the head at the start of `bytes`, its empty line included; 0 while it is not complete. The
// search begins at `from`, so that a slow sender does not cost a quadratic scan.
size_t find_head_end(std::string_view bytes, size_t from);

// `head` is one complete head.
tl::expected<HttpHead, HttpRefusal> read_http_head(std::string_view head);

// Tabs are none.
bool has_control_byte(std::string_view text);

// Without the blanks and tabs around it.
std::string_view trim(std::string_view text);

bool equal_ignoring_case(std::string_view a, std::string_view b);

}  // namespace wharf::server
