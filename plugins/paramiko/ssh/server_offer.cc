#include "server_offer.h"

#include <array>
#include <cstdint>
#include <optional>

#include "wire.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr size_t most = 64 << 10;  // of lines before the banner, and of the packet (RFC 4253: 35000)
constexpr uint8_t message_kexinit = 20;

}  // namespace

void ServerOffer::feed(std::string_view bytes) {
  if (state_ == State::Done || state_ == State::GivenUp) return;
  seen_ += bytes;
  if (state_ == State::Banner) read_banner();
  if (state_ == State::Packet) read_packet();
  if (seen_.size() > most) state_ = State::GivenUp;
  if (state_ == State::Done || state_ == State::GivenUp) std::string().swap(seen_);
}

void ServerOffer::read_banner() {
  for (size_t end = seen_.find('\n'); end != std::string::npos; end = seen_.find('\n')) {
    const bool banner = seen_.starts_with("SSH-");
    seen_.erase(0, end + 1);
    if (!banner) continue;
    state_ = State::Packet;
    return;
  }
}

void ServerOffer::read_packet() {
  Wire wire(seen_);
  const std::optional<std::string_view> packet = wire.string();
  if (!packet) {
    if (seen_.size() >= 4 && Wire(seen_).number().value_or(0) > most) state_ = State::GivenUp;
    return;
  }
  state_ = State::GivenUp;
  Wire payload(*packet);
  payload.byte();  // the length of the padding
  if (payload.byte() != message_kexinit || !payload.bytes(16)) return;
  std::array<std::string_view, 6> lists;
  for (std::string_view& list : lists) {
    const std::optional<std::string_view> read = payload.string();
    if (!read) return;
    list = *read;
  }
  kex_ = lists[0];
  host_keys_ = lists[1];
  ciphers_ = lists[3];
  macs_ = lists[5];
  state_ = State::Done;
}

}  // namespace wharf_paramiko::ssh
