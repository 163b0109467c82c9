#include "server/proxy_reader.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <utility>

#include "server/proxy_header.h"

namespace wharf::server {

namespace {

constexpr uint64_t complaint_milliseconds = 60'000;

Peer named_by(ProxyHeader header, Peer proxy) {
  switch (header.whom) {
    case ProxyHeader::For::Client:
      return {std::move(header.address), header.port, false, Peer::Source::Proxy};
    case ProxyHeader::For::Proxy:
      break;
    case ProxyHeader::For::Nobody:
      proxy.source = Peer::Source::Nameless;
      break;
  }
  return proxy;
}

}  // namespace

// One socket. Its poll handle is closed before the socket goes on, or is closed.
class ProxyReader::Reading {
 public:
  Reading(ProxyReader& reader, uint64_t number, int fd, Peer peer, Next next)
      : reader_(reader), number_(number), fd_(fd), peer_(std::move(peer)), next_(std::move(next)) {
    uv_poll_init_socket(reader_.loop_, &poll_, fd_);
    poll_.data = this;
    uv_poll_start(&poll_, UV_READABLE,
                  [](uv_poll_t* poll, int, int) { static_cast<Reading*>(poll->data)->on_readable(); });
  }

  void on_deadline() { refuse("its PROXY header did not come in time"); }

  void leave() {
    if (left_) return;
    left_ = true;
    uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
      Reading& self = *static_cast<Reading*>(handle->data);
      if (self.complete_) {
        self.next_(self.fd_, std::move(self.peer_));
      } else {
        close(self.fd_);
      }
      self.reader_.readings_.erase(self.number_);
    });
  }

 private:
  void on_readable() {
    std::array<char, 4096> buffer;
    const ssize_t count = recv(fd_, buffer.data(), buffer.size(), MSG_PEEK);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) {
      // Who only looks whether somebody listens says nothing.
      return bytes_.empty() ? leave() : refuse("it ended within its PROXY header");
    }
    const size_t taken = bytes_.size();
    bytes_.append(buffer.data(), static_cast<size_t>(count));
    Result<std::optional<ProxyHeader>> header = read_proxy_header(bytes_);
    if (!header) return refuse(header.error().text);
    const size_t ours = (*header ? (*header)->size : bytes_.size()) - taken;
    if (recv(fd_, buffer.data(), ours, 0) != static_cast<ssize_t>(ours)) return leave();
    if (!*header) return;
    peer_ = named_by(std::move(**header), std::move(peer_));
    complete_ = true;
    leave();
  }

  void refuse(std::string_view why) {
    if (left_) return;
    reader_.complain(peer_, why);
    leave();
  }

  ProxyReader& reader_;
  uint64_t number_;
  int fd_;
  Peer peer_;
  Next next_;
  uv_poll_t poll_;
  std::string bytes_;  // of the header, taken from the socket
  bool complete_ = false;
  bool left_ = false;
};

ProxyReader::ProxyReader(uv_loop_t* loop, telemetry::Log& log, const std::shared_ptr<const Serving>& serving)
    : loop_(loop), log_(log), serving_(serving), deadlines_(loop, [this](uint64_t number) {
        auto found = readings_.find(number);
        if (found != readings_.end()) found->second->on_deadline();
      }) {}

ProxyReader::~ProxyReader() = default;

void ProxyReader::enter(int fd, Peer peer, uint64_t deadline, Next next) {
  if (!serving_->trusted_proxies.trusts(peer.address)) {
    complain(peer,
             "it is no trusted proxy: name it in trusted_proxies, or let it connect to another listener");
    close(fd);
    return;
  }
  const uint64_t number = next_number_++;
  deadlines_.add(deadline, number);
  readings_.emplace(number, std::make_unique<Reading>(*this, number, fd, std::move(peer), std::move(next)));
  if (shut_) readings_.at(number)->leave();
}

void ProxyReader::shut() {
  shut_ = true;
  for (auto& [number, reading] : readings_) reading->leave();
}

void ProxyReader::complain(const Peer& peer, std::string_view why) {
  const uint64_t now = deadlines_.now();
  if (now < next_complaint_) {
    ++untold_;
    return;
  }
  next_complaint_ = now + complaint_milliseconds;
  const std::string others =
      untold_ == 0 ? "" : fmt::format("; and {} others since the last such line", untold_);
  untold_ = 0;
  log_.warn("a connection from {} to a listener with proxy_protocol is closed: {}{}", peer.name(), why,
            others);
}

}  // namespace wharf::server
