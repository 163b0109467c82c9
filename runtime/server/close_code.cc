#include "server/close_code.h"

#include "server/utf8.h"

namespace wharf::server {

std::string close_payload(uint16_t code, std::string_view reason) {
  if (code == close_code::none_given) return {};
  std::string payload;
  payload += static_cast<char>(code >> 8);
  payload += static_cast<char>(code & 0xff);
  payload += reason;
  return payload;
}

PeerClose read_close_payload(std::string_view payload) {
  PeerClose close;
  if (payload.empty()) return close;
  if (payload.size() == 1) {
    close.valid = false;
    return close;
  }
  close.status.code =
      static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 | static_cast<uint8_t>(payload[1]));
  close.status.reason = std::string(payload.substr(2));
  close.valid = may_be_sent(close.status.code) && is_utf8(close.status.reason);
  return close;
}

}  // namespace wharf::server
