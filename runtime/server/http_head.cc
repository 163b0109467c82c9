#include "server/http_head.h"

#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include <algorithm>
#include <limits>

namespace wharf::server {

namespace {

namespace http = boost::beast::http;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

tl::unexpected<HttpRefusal> refusal(unsigned status, std::string why) {
  return tl::make_unexpected(HttpRefusal{status, std::move(why), {}});
}

// origin-form and absolute-form (RFC 9112 section 3.2); "" for every other.
std::string_view origin_form(std::string_view target) {
  if (target.starts_with('/')) return target;
  size_t scheme = target.find("://");
  if (scheme == std::string_view::npos) return {};
  size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? std::string_view("/") : target.substr(path);
}

// Beast's parser with our own container behind it: Beast's keeps repeated fields together, a scope keeps the
// order of the request.
class HeadParser : public http::basic_parser<true> {
 public:
  HeadParser() {
    header_limit(std::numeric_limits<uint32_t>::max());  // the gate has bounded it already
    skip(true);
  }

  HttpHead head;
  std::string target;
  int version = 0;

 private:
  using Text = boost::beast::string_view;
  using Error = boost::beast::error_code;

  void on_request_impl(http::verb, Text method, Text request_target, int http_version, Error&) override {
    head.method.assign(method.data(), method.size());
    target.assign(request_target.data(), request_target.size());
    version = http_version;
  }
  void on_field_impl(http::field, Text name, Text value, Error&) override {
    HeaderField field{std::string(name.data(), name.size()), std::string(value.data(), value.size())};
    std::transform(field.name.begin(), field.name.end(), field.name.begin(), lower);
    head.fields.push_back(std::move(field));
  }
  void on_response_impl(int, Text, int, Error&) override {}
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<uint64_t>&, Error&) override {}
  size_t on_body_impl(Text, Error&) override { return 0; }
  void on_chunk_header_impl(uint64_t, Text, Error&) override {}
  size_t on_chunk_body_impl(uint64_t, Text, Error&) override { return 0; }
  void on_finish_impl(Error&) override {}
};

}  // namespace

bool has_control_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    unsigned char byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
  });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view HttpHead::first(std::string_view name) const {
  for (const HeaderField& field : fields) {
    if (field.name == name) return field.value;
  }
  return {};
}

size_t HttpHead::count(std::string_view name) const {
  return static_cast<size_t>(std::count_if(fields.begin(), fields.end(),
                                           [&](const HeaderField& field) { return field.name == name; }));
}

std::vector<std::string_view> HttpHead::list(std::string_view name) const {
  std::vector<std::string_view> tokens;
  for (const HeaderField& field : fields) {
    if (field.name != name) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      size_t comma = std::min(rest.find(','), rest.size());
      std::string_view token = trim(rest.substr(0, comma));
      if (!token.empty()) tokens.push_back(token);
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return tokens;
}

size_t find_head_end(std::string_view bytes, size_t from) {
  constexpr std::string_view empty_line = "\r\n\r\n";
  size_t found = bytes.find(empty_line, from >= 3 ? from - 3 : 0);
  return found == std::string_view::npos ? 0 : found + empty_line.size();
}

tl::expected<HttpHead, HttpRefusal> read_http_head(std::string_view head) {
  HeadParser parser;
  boost::beast::error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  if (error || !parser.is_header_done()) return refusal(400, "The request is not HTTP/1.1.");
  // A folded line is legal to refuse, and nobody honest sends one (RFC 9112 section 5.2).
  if (head.find("\r\n ") != std::string_view::npos || head.find("\r\n\t") != std::string_view::npos) {
    return refusal(400, "A header is folded over two lines.");
  }
  if (parser.version != 11 && parser.version != 10) return refusal(505, "Speak HTTP/1.1.");
  HttpHead out = std::move(parser.head);
  out.http_1_1 = parser.version == 11;
  for (const HeaderField& field : out.fields) {
    if (has_control_byte(field.value)) return refusal(400, "A header value has a control byte.");
  }

  std::string_view target = parser.target;
  if (has_control_byte(target) || target.find('#') != std::string_view::npos) {
    return refusal(400, "The request target is not a path.");
  }
  target = origin_form(target);
  if (target.empty()) return refusal(400, "The request target is not a path.");
  size_t question = std::min(target.find('?'), target.size());
  out.raw_path = std::string(target.substr(0, question));
  if (question < target.size()) out.query = std::string(target.substr(question + 1));

  if (out.count("host") != 1 && (out.http_1_1 || out.count("host") > 1)) {
    return refusal(400, "A request has one Host header.");
  }
  if (out.count("transfer-encoding") > 0 ||
      (out.count("content-length") > 0 && out.first("content-length") != "0")) {
    return refusal(413, "No request here has a body.");
  }
  return out;
}

}  // namespace wharf::server
