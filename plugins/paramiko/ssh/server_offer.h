// What the server offers, read from its first packet on the way to libssh2, which does not tell. It is the
// difference between "handshake failed" and an explanation.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace wharf_paramiko::ssh {

class ServerOffer {
 public:
  // The bytes of the server in their order. Once it has read the offer, or given up, it costs nothing.
  void feed(std::string_view bytes);

  bool known() const { return state_ == State::Done; }
  // So much came without a version that none is waited for. RFC 4253 4.2 allows lines before it and sets no
  // bound, and libssh2 reads them byte by byte in one call, for as long as they come.
  bool endless() const { return state_ == State::Endless; }
  // Comma-separated; empty unless known(). Cipher and MAC are those towards us.
  const std::string& kex() const { return kex_; }
  const std::string& host_keys() const { return host_keys_; }
  const std::string& ciphers() const { return ciphers_; }
  const std::string& macs() const { return macs_; }

 private:
  enum class State { Banner, Packet, Done, GivenUp, Endless };
  bool reading() const { return state_ == State::Banner || state_ == State::Packet; }
  void read_banner(size_t fresh);
  void read_packet();

  State state_ = State::Banner;
  size_t before_ = 0;  // bytes of whole lines before the version
  std::string seen_;
  std::string kex_, host_keys_, ciphers_, macs_;
};

}  // namespace wharf_paramiko::ssh
