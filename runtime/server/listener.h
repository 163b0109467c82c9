// The server's own listening sockets: libwebsockets cannot stop listening, and each worker has one of its own
// per address, so that the kernel spreads connections over them. Unix sockets, and those that systemd has
// bound, are one socket for all workers.
#pragma once

#include <tl/expected.hpp>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

struct addrinfo;

namespace wharf::server {

// One listening address, bound for all workers. Closes what was not taken, and removes its unix socket.
class Listener {
 public:
  // Every address that cannot be bound is in the answer. `workers` sockets per address.
  static tl::expected<std::vector<std::unique_ptr<Listener>>, config::Problems> bind_all(
      const std::vector<config::ListenAddress>& addresses, unsigned workers);

  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // What a client would type: "http://127.0.0.1:8000/", "unix:/run/wharf.sock".
  const std::string& url() const { return url_; }
  const config::ListenAddress& address() const { return address_; }
  // The descriptors for one worker, which owns them from here on.
  std::vector<int> take(unsigned worker);

 private:
  explicit Listener(config::ListenAddress address) : address_(std::move(address)) {}

  // Null, and one problem more, when it cannot be.
  static std::vector<std::unique_ptr<Listener>> take_passed(const config::ListenAddress& address,
                                                            unsigned workers, config::Problems& problems);
  static std::unique_ptr<Listener> bind_path(const config::ListenAddress& address, unsigned workers,
                                             config::Problems& problems);
  static std::unique_ptr<Listener> bind_port(const config::ListenAddress& address, const addrinfo& resolved,
                                             unsigned workers, config::Problems& problems);

  // For each worker that has none yet, a descriptor of the same socket.
  void share(int fd, unsigned workers);

  config::ListenAddress address_;
  std::string url_;
  std::string unix_path_;                      // of ours, to be removed
  std::vector<std::vector<int>> descriptors_;  // by worker
};

}  // namespace wharf::server
