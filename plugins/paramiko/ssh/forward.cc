#include "forward.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <utility>

namespace wharf_paramiko::ssh {

namespace {

constexpr const char* ours = "127.0.0.1";  // where the far end shall believe that the connection comes from

}  // namespace

Forward::Forward(Transport& transport, Loop& loop, std::string host, uint16_t port, int near_end,
                 std::function<void(Error)> refused, std::function<void()> wake)
    : transport_(transport),
      loop_(loop),
      host_(std::move(host)),
      port_(port),
      refused_(std::move(refused)),
      near_(near_end),
      watch_(loop.watch(near_end, 0, [wake = std::move(wake)](unsigned) { wake(); })) {}

Forward::~Forward() {
  if (channel_ != nullptr) libssh2_channel_free(channel_);
}

Result<bool> Forward::open() {
  channel_ = libssh2_channel_direct_tcpip_ex(transport_.raw(), host_.c_str(), port_, ours, 22);
  if (channel_ != nullptr) return true;
  const int code = libssh2_session_last_errno(transport_.raw());
  if (code == LIBSSH2_ERROR_EAGAIN) return true;
  Error why = transport_.error(code, "connecting onwards");
  if (code == LIBSSH2_ERROR_CHANNEL_FAILURE) {
    why = {Code::Refused,
           fmt::format("{} cannot connect to {}:{}: does it run there, and is forwarding allowed on {}?",
                       transport_.name(), host_, port_, transport_.name()),
           true};
    const std::function<void(Error)> refused = refused_;
    refused(std::move(why));
    return false;
  }
  return tl::make_unexpected(std::move(why));
}

Result<bool> Forward::pump() {
  if (channel_ == nullptr) {
    Result<bool> going = open();
    if (!going || !*going || channel_ == nullptr) return going;
  }
  for (Result<bool> (Forward::*way)() : {&Forward::to_far, &Forward::to_near}) {
    Result<bool> going = (this->*way)();
    if (!going || !*going) return going;
  }
  arm();
  return true;
}

Result<bool> Forward::to_near() {
  near_.flush();
  std::array<char, 65536> buffer;
  while (near_.pending() == 0 && near_.error() == 0) {
    const ssize_t size = libssh2_channel_read(channel_, buffer.data(), buffer.size());
    if (size > 0) {
      near_.send({buffer.data(), static_cast<size_t>(size)});
      continue;
    }
    if (size < 0 && size != LIBSSH2_ERROR_EAGAIN) {
      return tl::make_unexpected(transport_.error(static_cast<int>(size), "reading what was forwarded"));
    }
    return libssh2_channel_eof(channel_) != 1;
  }
  return near_.error() == 0;
}

Result<bool> Forward::to_far() {
  std::array<char, 32768> buffer;
  for (;;) {
    while (!to_far_.empty() && transport_.socket().pending() < Socket::enough) {
      const std::string_view bytes = to_far_.view();
      const ssize_t written = libssh2_channel_write(channel_, bytes.data(), bytes.size());
      if (written == 0 || written == LIBSSH2_ERROR_EAGAIN) return true;
      if (written < 0) {
        return tl::make_unexpected(transport_.error(static_cast<int>(written), "forwarding"));
      }
      to_far_.pop(static_cast<size_t>(written));
    }
    if (!to_far_.empty()) return true;
    if (near_ended_) return false;
    const ssize_t size = near_.receive(buffer.data(), buffer.size());
    if (size == -EAGAIN) return true;
    near_ended_ = size <= 0;
    if (size > 0) to_far_.append({buffer.data(), static_cast<size_t>(size)});
  }
}

void Forward::arm() {
  const unsigned read = to_far_.empty() && !near_ended_ ? Loop::Read : 0u;
  loop_.modify(*watch_, read | (near_.pending() > 0 ? Loop::Write : 0u));
}

}  // namespace wharf_paramiko::ssh
