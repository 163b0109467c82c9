#include "server/listener.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "server/systemd.h"

namespace wharf::server {

namespace {

constexpr int backlog = 4096;

struct Bound {
  int fd = -1;
  int error = 0;
};

Bound give_up(int fd) {
  Bound failed{-1, errno};
  close(fd);
  return failed;
}

Bound bind_tcp(const sockaddr* address, socklen_t size, bool shared) {
  int fd = socket(address->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return {-1, errno};
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (shared) setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (address->sa_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (bind(fd, address, size) != 0 || listen(fd, backlog) != 0) return give_up(fd);
  return {fd, 0};
}

Bound bind_unix(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return {-1, ENAMETOOLONG};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const sockaddr* generic = reinterpret_cast<const sockaddr*>(&address);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return {-1, errno};
  // A socket file that nobody answers on was left by a server that was killed.
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode)) {
    if (connect(fd, generic, sizeof address) != 0 && errno == ECONNREFUSED) unlink(path.c_str());
    close(fd);
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return {-1, errno};
  }
  if (bind(fd, generic, sizeof address) != 0 || listen(fd, backlog) != 0) return give_up(fd);
  return {fd, 0};
}

std::string url_of(const sockaddr* address, socklen_t size, bool secure) {
  char host[NI_MAXHOST];
  char port[NI_MAXSERV];
  getnameinfo(address, size, host, sizeof host, port, sizeof port, NI_NUMERICHOST | NI_NUMERICSERV);
  bool v6 = address->sa_family == AF_INET6;
  return fmt::format("{}://{}{}{}:{}/", secure ? "https" : "http", v6 ? "[" : "", host, v6 ? "]" : "", port);
}

config::Problem cannot_listen(const config::ListenAddress& address, int error) {
  std::string remedy;
  if (error == EADDRINUSE) remedy = "stop what listens there, or choose another address";
  if (error == EACCES) remedy = "ports below 1024 and directories of others need more rights; choose another";
  if (error == EADDRNOTAVAIL) remedy = "this machine has no such address; `ip address` lists them";
  return {address.where, fmt::format("cannot listen on {}: {}", address.text, std::strerror(error)), remedy};
}

}  // namespace

Listener::~Listener() {
  for (const std::vector<int>& worker : descriptors_) {
    for (int fd : worker) close(fd);
  }
  if (!unix_path_.empty()) unlink(unix_path_.c_str());
}

std::vector<int> Listener::take(unsigned worker) { return std::exchange(descriptors_[worker], {}); }

// Sockets that somebody else has bound are shared as they are.
std::vector<std::unique_ptr<Listener>> Listener::take_passed(const config::ListenAddress& address,
                                                             unsigned workers, config::Problems& problems) {
  std::vector<std::unique_ptr<Listener>> listeners;
  Result<std::vector<PassedSocket>> passed = passed_sockets();
  if (!passed) {
    problems.push_back(
        {address.where, fmt::format("cannot listen on {}: {}", address.text, passed.error().text), {}});
    return listeners;
  }
  for (const PassedSocket& socket : *passed) {
    if (!address.name.empty() && socket.name != address.name) continue;
    sockaddr_storage actual{};
    socklen_t size = sizeof actual;
    sockaddr* generic = reinterpret_cast<sockaddr*>(&actual);
    getsockname(socket.fd, generic, &size);
    std::unique_ptr<Listener> listener(new Listener(address));
    listener->url_ = actual.ss_family == AF_UNIX
                         ? fmt::format("unix:{}", reinterpret_cast<const sockaddr_un*>(generic)->sun_path)
                         : url_of(generic, size, address.tls != nullptr);
    fcntl(socket.fd, F_SETFL, fcntl(socket.fd, F_GETFL) | O_NONBLOCK);
    listener->share(socket.fd, workers);
    listeners.push_back(std::move(listener));
  }
  if (listeners.empty()) {
    problems.push_back(
        {address.where, fmt::format("cannot listen on {}: systemd has passed no such socket", address.text),
         "start it by its .socket unit, whose FileDescriptorName= is the name behind `systemd:`"});
  }
  return listeners;
}

void Listener::share(int fd, unsigned workers) {
  while (descriptors_.size() < workers) descriptors_.push_back({fcntl(fd, F_DUPFD_CLOEXEC, 0)});
}

std::unique_ptr<Listener> Listener::bind_path(const config::ListenAddress& address, unsigned workers,
                                              config::Problems& problems) {
  Bound bound = bind_unix(address.path);
  if (bound.fd < 0) {
    problems.push_back(cannot_listen(address, bound.error));
    return nullptr;
  }
  std::unique_ptr<Listener> listener(new Listener(address));
  listener->url_ = address.text;
  listener->unix_path_ = address.path;
  listener->descriptors_.push_back({bound.fd});
  listener->share(bound.fd, workers);
  return listener;
}

std::unique_ptr<Listener> Listener::bind_port(const config::ListenAddress& address, const addrinfo& resolved,
                                              unsigned workers, config::Problems& problems) {
  // Our sockets share the port with each other, and the kernel would let them share it with a second server
  // as well. One that does not share finds out whether somebody is there; it also gets the port when the
  // kernel may choose one.
  Bound probe = bind_tcp(resolved.ai_addr, resolved.ai_addrlen, false);
  if (probe.fd < 0) {
    problems.push_back(cannot_listen(address, probe.error));
    return nullptr;
  }
  sockaddr_storage actual{};
  socklen_t size = sizeof actual;
  sockaddr* generic = reinterpret_cast<sockaddr*>(&actual);
  getsockname(probe.fd, generic, &size);
  close(probe.fd);
  std::unique_ptr<Listener> listener(new Listener(address));
  listener->url_ = url_of(generic, size, address.tls != nullptr);
  while (listener->descriptors_.size() < workers) {
    Bound bound = bind_tcp(generic, size, true);
    if (bound.fd < 0) {
      problems.push_back(cannot_listen(address, bound.error));
      return nullptr;
    }
    listener->descriptors_.push_back({bound.fd});
  }
  return listener;
}

tl::expected<std::vector<std::unique_ptr<Listener>>, config::Problems> Listener::bind_all(
    const std::vector<config::ListenAddress>& addresses, unsigned workers) {
  std::vector<std::unique_ptr<Listener>> listeners;
  config::Problems problems;
  for (const config::ListenAddress& address : addresses) {
    if (address.kind == config::ListenAddress::Kind::Unix) {
      listeners.push_back(bind_path(address, workers, problems));
      continue;
    }
    if (address.kind == config::ListenAddress::Kind::Systemd) {
      for (auto& passed : take_passed(address, workers, problems)) listeners.push_back(std::move(passed));
      continue;
    }
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    addrinfo* found = nullptr;
    std::string port = std::to_string(address.port);
    int error =
        getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(), port.c_str(), &hints, &found);
    if (error != 0) {
      problems.push_back({address.where,
                          fmt::format("cannot listen on {}: {}", address.text, gai_strerror(error)),
                          "write an address of this machine, or a name that resolves to one"});
      continue;
    }
    for (addrinfo* each = found; each != nullptr && problems.empty(); each = each->ai_next) {
      listeners.push_back(bind_port(address, *each, workers, problems));
    }
    freeaddrinfo(found);
  }
  if (!problems.empty()) return tl::make_unexpected(std::move(problems));
  return listeners;
}

}  // namespace wharf::server
