#include "link.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

#include "failure.h"

namespace load {
namespace {

// The pair of RFC 6455, section 1.3.
constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr std::string_view accept_key = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
// A Close frame with 1000, masked with zeros.
constexpr std::string_view close_frame{"\x88\x82\0\0\0\0\x03\xe8", 8};

void send_whole(int fd, std::string_view bytes) {
  const ssize_t sent = send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(bytes.size()))
    throw std::system_error(errno, std::generic_category(), "send");
}

}  // namespace

Link::Link(const Target& target)
    : fd_(check(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), "socket")) {
  const int on = 1;
  check(setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on), "TCP_NODELAY");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(target.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0 && errno != EINPROGRESS)
    throw std::system_error(errno, std::generic_category(), "connect");
}

Link::Link(Link&& other) noexcept { *this = std::move(other); }

Link& Link::operator=(Link&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(head_, other.head_);
  std::swap(next_, other.next_);
  std::swap(pending_, other.pending_);
  return *this;
}

Link::~Link() {
  if (fd_ >= 0) close(fd_);
}

void Link::request(const Target& target) const {
  send_whole(fd_, "GET " + target.path + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(target.port) +
                      "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " +
                      std::string(key) + "\r\nSec-WebSocket-Version: 13\r\n" + target.headers + "\r\n");
}

bool Link::answered(std::string_view bytes) {
  head_ += bytes;
  const std::size_t end = head_.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  if (!head_.starts_with("HTTP/1.1 101 ") || head_.find(accept_key) == std::string::npos)
    throw Failure("the handshake was answered with " + head_.substr(0, head_.find('\r')));
  if (end + 4 != head_.size()) throw Failure("something follows the answer to the handshake");
  head_ = {};
  return true;
}

std::string_view Link::receive(char* buffer, std::size_t size) const {
  std::string_view bytes;
  if (!receive_or_end(buffer, size, bytes)) throw Failure("the server has ended a connection");
  return bytes;
}

bool Link::receive_or_end(char* buffer, std::size_t size, std::string_view& bytes) const {
  const ssize_t count = recv(fd_, buffer, size, 0);
  if (count < 0 && errno != EAGAIN) throw std::system_error(errno, std::generic_category(), "recv");
  bytes = {buffer, count < 0 ? 0 : static_cast<std::size_t>(count)};
  return count != 0;
}

void Link::say(const Frames& frames, std::size_t count) {
  const bool waits = blocked();
  pending_ += count * frames.sent_size();
  if (!waits) go_on(frames);
}

void Link::go_on(const Frames& frames) {
  while (pending_ != 0) {
    const std::size_t begin = next_ % frames.sent().size();
    const std::string_view piece = frames.sent().substr(begin, pending_);
    const ssize_t sent = send(fd_, piece.data(), piece.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) return;
    if (sent < 0) throw std::system_error(errno, std::generic_category(), "send");
    next_ = begin + static_cast<std::size_t>(sent);
    pending_ -= static_cast<std::size_t>(sent);
  }
}

void Link::say_close() const { send_whole(fd_, close_frame); }

}  // namespace load
