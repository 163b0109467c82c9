// One WebSocket connection, by a socket that never blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "frames.h"

namespace load {

// Where the server is, and what is asked of it.
struct Target {
  std::uint16_t port;  // on 127.0.0.1
  std::string path;
  std::string headers = {};  // more lines of the request, each with its CRLF
};

class Link {
 public:
  Link() = default;  // not connected
  // Begins to connect.
  explicit Link(const Target& target);
  Link(Link&& other) noexcept;
  Link& operator=(Link&& other) noexcept;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  [[nodiscard]] int fd() const { return fd_; }

  // Sends the request of the handshake.
  void request(const Target& target) const;
  // Takes a part of the answer. Returns true when it is whole; throws Failure when it is another than 101, or
  // when something follows it.
  bool answered(std::string_view bytes);

  // What has come, in a buffer of the caller's: empty if there is nothing. Throws Failure when the socket
  // ended.
  [[nodiscard]] std::string_view receive(char* buffer, std::size_t size) const;
  // The same, for when the end is expected: false at the end.
  [[nodiscard]] bool receive_or_end(char* buffer, std::size_t size, std::string_view& bytes) const;

  // The first message that is said.
  void begin_at(const Frames& frames, std::size_t first) {
    next_ = first % frames.count() * frames.sent_size();
  }
  // Says `count` more messages, as many at once as the socket takes.
  void say(const Frames& frames, std::size_t count);
  // Goes on where the socket was full.
  void go_on(const Frames& frames);
  [[nodiscard]] bool blocked() const { return pending_ != 0; }

  // Begins the closing handshake.
  void say_close() const;

 private:
  int fd_ = -1;
  std::string head_;         // of the answer, until it is whole
  std::size_t next_ = 0;     // byte of the messages that is sent next
  std::size_t pending_ = 0;  // bytes that are said and not sent
};

}  // namespace load
