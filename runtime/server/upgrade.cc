#include "server/upgrade.h"

#include <fmt/format.h>

#include <algorithm>

namespace wharf::server {

namespace {

bool has_token(const HttpHead& head, std::string_view header, std::string_view token) {
  std::vector<std::string_view> tokens = head.list(header);
  return std::any_of(tokens.begin(), tokens.end(),
                     [&](std::string_view each) { return equal_ignoring_case(each, token); });
}

// Base64 of 16 bytes: 22 digits, of which the last has four zero bits, and "==".
bool is_key(std::string_view key) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return key.size() == 24 && key.ends_with("==") &&
         key.substr(0, 22).find_first_not_of(digits) == std::string_view::npos &&
         digits.find(key[21]) % 16 == 0;
}

}  // namespace

bool asks_for_upgrade(const HttpHead& head) { return has_token(head, "upgrade", "websocket"); }

tl::expected<std::string, HttpRefusal> check_upgrade(const HttpHead& head) {
  auto refusal = [](unsigned status, std::string why, std::string headers = {}) {
    return tl::make_unexpected(HttpRefusal{status, std::move(why), std::move(headers)});
  };
  if (!head.http_1_1) return refusal(400, "A WebSocket handshake is HTTP/1.1.");
  if (!has_token(head, "connection", "upgrade")) {
    return refusal(400, "The Connection header does not say \"Upgrade\".");
  }
  if (head.count("sec-websocket-version") != 1 || head.first("sec-websocket-version") != "13") {
    return refusal(426, "This server speaks version 13 of the WebSocket protocol.",
                   "Sec-WebSocket-Version: 13\r\n");
  }
  if (head.count("sec-websocket-key") != 1 || !is_key(head.first("sec-websocket-key"))) {
    return refusal(400, "Sec-WebSocket-Key is not the base64 text of 16 bytes.");
  }
  return std::string(head.first("sec-websocket-key"));
}

std::string choose_subprotocol(const std::vector<std::string_view>& supported, const HttpHead& head) {
  std::vector<std::string_view> offered = head.list("sec-websocket-protocol");
  for (std::string_view candidate : supported) {
    if (std::find(offered.begin(), offered.end(), candidate) != offered.end()) return std::string(candidate);
  }
  return {};
}

std::string compose_upgrade(uint64_t number, std::string_view key) {
  return fmt::format(
      "GET /{} HTTP/1.1\r\nHost: websockets\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n\r\n",
      number, key);
}

}  // namespace wharf::server
