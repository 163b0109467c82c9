// Close codes (RFC 6455 section 7.4, and the registry it founded), and the payload of a Close frame.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wharf::server {

namespace close_code {
inline constexpr uint16_t normal = 1000;
inline constexpr uint16_t going_away = 1001;
inline constexpr uint16_t protocol_error = 1002;
inline constexpr uint16_t none_given = 1005;  // never on the wire
inline constexpr uint16_t abnormal = 1006;    // never on the wire
inline constexpr uint16_t not_utf8 = 1007;
inline constexpr uint16_t too_big = 1009;
inline constexpr uint16_t service_restart = 1012;
inline constexpr uint16_t try_again_later = 1013;
inline constexpr uint16_t login_ended = 4401;  // the private range; after the 401 of HTTP
}  // namespace close_code

// Whether a Close frame may carry `code`.
constexpr bool may_be_sent(uint32_t code) {
  return (code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006) ||
         (code >= 3000 && code <= 4999);
}

struct CloseStatus {
  uint16_t code = close_code::none_given;
  std::string reason;
};

// The payload of a Close frame with `code` and `reason`; empty for none_given.
std::string close_payload(uint16_t code, std::string_view reason);

// What a peer's Close frame says. `valid` is false when it breaks the protocol: one byte, a code that may not
// be sent, a reason that is not UTF-8.
struct PeerClose {
  CloseStatus status;
  bool valid = true;
};
PeerClose read_close_payload(std::string_view payload);

}  // namespace wharf::server
