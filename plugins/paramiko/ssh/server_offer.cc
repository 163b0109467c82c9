#include "server_offer.h"

#include <array>
#include <cstdint>
#include <optional>

#include "wire.h"

namespace wharf_paramiko::ssh {

namespace {

constexpr size_t most_lines = 128 << 10;  // bytes up to the version
constexpr size_t most_packet = 64 << 10;  // RFC 4253: 35000
constexpr uint8_t message_kexinit = 20;

}  // namespace

void ServerOffer::feed(std::string_view bytes) {
  if (!reading()) return;
  const size_t fresh = seen_.size();
  seen_ += bytes;
  if (state_ == State::Banner) read_banner(fresh);
  if (state_ == State::Packet) read_packet();
  if (state_ == State::Packet && seen_.size() > most_packet) state_ = State::GivenUp;
  if (state_ == State::Banner && before_ + seen_.size() > most_lines) state_ = State::Endless;
  if (!reading()) std::string().swap(seen_);
}

// `fresh`: from where on nobody has looked for the end of a line.
void ServerOffer::read_banner(size_t fresh) {
  for (size_t end = seen_.find('\n', fresh); end != std::string::npos; end = seen_.find('\n')) {
    const bool banner = seen_.starts_with("SSH-");
    seen_.erase(0, end + 1);
    if (!banner) {
      before_ += end + 1;
      continue;
    }
    state_ = State::Packet;
    return;
  }
}

void ServerOffer::read_packet() {
  Wire wire(seen_);
  const std::optional<std::string_view> packet = wire.string();
  if (!packet) {
    if (seen_.size() >= 4 && Wire(seen_).number().value_or(0) > most_packet) state_ = State::GivenUp;
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
