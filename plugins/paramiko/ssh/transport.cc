#include "transport.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "host_key.h"
#include "names.h"

namespace wharf_paramiko::ssh {

namespace {

// Neither SHA-1 nor the slow group18. What this libssh2 does not know is left out.
constexpr const char* sound_kex =
    "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256,ecdh-sha2-nistp384,ecdh-sha2-nistp521,"
    "diffie-hellman-group-exchange-sha256,diffie-hellman-group16-sha512,diffie-hellman-group14-sha256";
constexpr const char* sound_ciphers =
    "aes256-gcm@openssh.com,chacha20-poly1305@openssh.com,aes128-ctr,aes256-ctr,aes192-ctr";
constexpr const char* sound_macs =
    "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

constexpr int most_tries = 1000;  // each of them takes something off the socket, and there is no more

bool intersect(std::string_view ours, std::string_view theirs) {
  const std::vector<std::string_view> one = split_names(ours);
  const std::vector<std::string_view> other = split_names(theirs);
  return std::any_of(one.begin(), one.end(), [&](std::string_view name) {
    return std::find(other.begin(), other.end(), name) != other.end();
  });
}

}  // namespace

// What libssh2 calls. The abstract pointer of its session is the Transport.
struct Callbacks {
  static Transport& of(void** abstract) { return *static_cast<Transport*>(*abstract); }

  static void* allocate(size_t size, void** abstract) { return of(abstract).allocator_.allocate(size); }
  static void* resize(void* block, size_t size, void** abstract) {
    return of(abstract).allocator_.resize(block, size);
  }
  static void release(void* block, void** abstract) { of(abstract).allocator_.free(block); }

  static ssize_t send(libssh2_socket_t fd, const void* buffer, size_t size, int, void** abstract) {
    Transport& self = of(abstract);
    if (fd != self.socket_.fd()) return send_to_agent(self, fd, buffer, size);
    self.socket_.send({static_cast<const char*>(buffer), size});
    return static_cast<ssize_t>(size);
  }

  static ssize_t receive(libssh2_socket_t fd, void* buffer, size_t size, int, void** abstract) {
    Transport& self = of(abstract);
    if (fd != self.socket_.fd()) return receive_from_agent(self, fd, buffer, size);
    if (self.offer_.endless()) return -EAGAIN;
    const ssize_t received = self.socket_.receive(buffer, size);
    if (received > 0) self.offer_.feed({static_cast<const char*>(buffer), static_cast<size_t>(received)});
    // Once libssh2 hears of the end, it gives nothing out that came before. So it hears of it last.
    if (received <= 0 && !self.closing_) return -EAGAIN;
    return received;
  }

  // libssh2 talks to an agent by the same two callbacks. An agent may ask a person first, so this waits,
  // which is for threads other than the worker alone, and until our own socket is shut down.
  static bool wait_for_agent(const Transport& self, int fd, short events) {
    std::array<pollfd, 2> both{{{fd, events, 0}, {self.socket_.fd(), 0, 0}}};
    while (poll(both.data(), both.size(), -1) < 0) {
      if (errno != EINTR) return false;
    }
    return both[1].revents == 0;
  }
  static ssize_t send_to_agent(const Transport& self, int fd, const void* buffer, size_t size) {
    if (!wait_for_agent(self, fd, POLLOUT)) return -ECONNABORTED;
    const ssize_t sent = ::send(fd, buffer, size, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
  }
  static ssize_t receive_from_agent(const Transport& self, int fd, void* buffer, size_t size) {
    if (!wait_for_agent(self, fd, POLLIN)) return -ECONNABORTED;
    const ssize_t received = recv(fd, buffer, size, 0);
    return received < 0 ? -errno : received;
  }
};

Result<std::unique_ptr<Transport>> Transport::make(int fd, std::string name, size_t memory) {
  std::unique_ptr<Transport> transport(new Transport(fd, std::move(name), memory));
  transport->session_ =
      libssh2_session_init_ex(Callbacks::allocate, Callbacks::release, Callbacks::resize, transport.get());
  if (transport->session_ == nullptr) {
    return failure(Code::Limit,
                   fmt::format("there is no memory for a connection to {}: raise the bound for each "
                               "session",
                               transport->name_));
  }
  libssh2_session_set_blocking(transport->session_, 0);
  libssh2_session_callback_set(transport->session_, LIBSSH2_CALLBACK_SEND,
                               reinterpret_cast<void*>(&Callbacks::send));
  libssh2_session_callback_set(transport->session_, LIBSSH2_CALLBACK_RECV,
                               reinterpret_cast<void*>(&Callbacks::receive));
  return transport;
}

void Transport::close() {
  if (std::exchange(closing_, true)) return;
  libssh2_session_disconnect(session_, "closed");
  socket_.flush();
  socket_.shut_down();
}

Transport::~Transport() {
  if (session_ == nullptr) return;
  close();
  // Its channels go with it, and each has to hear that nobody will close it from the other side.
  for (int tries = 0; libssh2_session_free(session_) == LIBSSH2_ERROR_EAGAIN && tries < most_tries; ++tries) {
  }
}

std::string Transport::supported(int method, std::string_view preferences) const {
  const char** names = nullptr;
  const int count = libssh2_session_supported_algs(session_, method, &names);
  if (count <= 0) return {};
  std::vector<std::string_view> result;
  for (const std::string_view name : split_names(preferences)) {
    if (std::find(names, names + count, name) != names + count) result.push_back(name);
  }
  std::string joined = join_names(result);
  libssh2_free(session_, names);
  return joined;
}

Result<void> Transport::prefer(const Algorithms& algorithms) {
  struct Preference {
    std::string_view what;
    const std::string& wish;
    const char* sound;
    int towards_server, towards_us;
    std::string& offered;
  };
  const std::string host_keys = preferred_host_keys({}, {});
  const std::array<Preference, 4> preferences{{
      {"kex", algorithms.kex, sound_kex, LIBSSH2_METHOD_KEX, -1, kex_},
      {"hostkey", algorithms.host_key, host_keys.c_str(), LIBSSH2_METHOD_HOSTKEY, -1, host_keys_},
      {"cipher", algorithms.cipher, sound_ciphers, LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC,
       ciphers_},
      {"mac", algorithms.mac, sound_macs, LIBSSH2_METHOD_MAC_CS, LIBSSH2_METHOD_MAC_SC, macs_},
  }};
  for (const Preference& preference : preferences) {
    const char* wish = preference.wish.empty() ? preference.sound : preference.wish.c_str();
    preference.offered = supported(preference.towards_server, wish);
    // Given a name that it does not know, libssh2 1.10 moves the rest over it by memcpy().
    const char* offer = preference.offered.c_str();
    bool known = !preference.offered.empty() &&
                 libssh2_session_method_pref(session_, preference.towards_server, offer) == 0;
    if (preference.towards_us >= 0) {
      known = known && libssh2_session_method_pref(session_, preference.towards_us, offer) == 0;
    }
    if (!known) {
      return failure(Code::Internal,
                     fmt::format("none of the names in `algorithms.{}` ({}) is known to libssh2 {}: "
                                 "leave it empty",
                                 preference.what, wish, LIBSSH2_VERSION));
    }
  }
  return {};
}

Result<bool> Transport::handshake() {
  const int code = libssh2_session_handshake(session_, socket_.fd());
  if (code == LIBSSH2_ERROR_EAGAIN && !socket_.ended() && !offer_.endless()) return false;
  if (code != 0) return tl::make_unexpected(handshake_error(code));
  return true;
}

std::string_view Transport::host_key() const {
  size_t size = 0;
  int type = 0;
  const char* key = libssh2_session_hostkey(session_, &size, &type);
  return key == nullptr ? std::string_view() : std::string_view(key, size);
}

Opened Transport::agreed() const {
  const auto method = [this](int which) {
    const char* name = libssh2_session_methods(session_, which);
    return std::string(name == nullptr ? "" : name);
  };
  Opened what;
  const char* banner = libssh2_session_banner_get(session_);
  what.server = banner == nullptr ? "" : banner;
  what.kex = method(LIBSSH2_METHOD_KEX);
  what.host_key = method(LIBSSH2_METHOD_HOSTKEY);
  what.cipher = method(LIBSSH2_METHOD_CRYPT_SC);
  what.mac = method(LIBSSH2_METHOD_MAC_SC);
  what.fingerprint = fingerprint(host_key());
  return what;
}

std::optional<Error> Transport::nothing_in_common() const {
  if (!offer_.known()) return std::nullopt;
  if (!intersect(host_keys_, offer_.host_keys())) {
    const bool rsa = any_fits(offer_.host_keys(), "ssh-rsa");
    if (rsa && !has_rsa_sha2()) {
      return Error{
          Code::AlgRsa,
          fmt::format("{} has only an RSA host key, and libssh2 {} knows RSA with SHA-1 alone, which is no "
                      "longer accepted: give the host an ed25519 key (`ssh-keygen -A` there), or use libssh2 "
                      "1.11.1 or later",
                      name_, LIBSSH2_VERSION)};
    }
  }
  struct Side {
    std::string_view what;
    const std::string& ours;
    const std::string& theirs;
  };
  for (const Side& side :
       {Side{"host key", host_keys_, offer_.host_keys()}, Side{"key exchange", kex_, offer_.kex()},
        Side{"cipher", ciphers_, offer_.ciphers()}, Side{"MAC", macs_, offer_.macs()}}) {
    if (intersect(side.ours, side.theirs)) continue;
    return Error{Code::Refused,
                 fmt::format("{} and this server have no {} in common: it offers {}, we offer {}", name_,
                             side.what, side.theirs, side.ours)};
  }
  return std::nullopt;
}

Error Transport::handshake_error(int code) const {
  if (std::optional<Error> explained = nothing_in_common()) return *explained;
  if (offer_.endless()) {
    return {Code::Refused,
            fmt::format("{} talks on and on, and not of SSH: is its port that of an SSH server?", name_)};
  }
  if (code == LIBSSH2_ERROR_BANNER_RECV || (socket_.ended() && !offer_.known())) {
    return {Code::Refused,
            fmt::format("{} closed the connection before it said anything that SSH would say: is its "
                        "port that of an SSH server, and does it take connections from here?",
                        name_),
            true};
  }
  return error(code, "agreeing on keys");
}

Error Transport::error(int code, std::string_view doing) const {
  if (allocator_.exhausted()) {
    return {Code::Limit,
            fmt::format("the session with {} needs more than its bound of memory while {}: raise the "
                        "bound, or open less at a time",
                        name_, doing)};
  }
  const bool lost = socket_.ended() || code == LIBSSH2_ERROR_SOCKET_DISCONNECT ||
                    code == LIBSSH2_ERROR_SOCKET_RECV || code == LIBSSH2_ERROR_SOCKET_SEND;
  if (lost) {
    const std::string why = socket_.error() == 0 ? "it closed it" : std::strerror(socket_.error());
    return {Code::Lost, fmt::format("the connection to {} was lost while {}: {}", name_, doing, why), true};
  }
  char* message = nullptr;
  libssh2_session_last_error(session_, &message, nullptr, 0);
  return {Code::Internal, fmt::format("{} with {} failed: {} ({})", doing, name_,
                                      message == nullptr ? "libssh2 says no more" : message, code)};
}

}  // namespace wharf_paramiko::ssh
