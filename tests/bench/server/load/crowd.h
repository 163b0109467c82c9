// Many connections to one server, all of them open.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <vector>

#include "frames.h"
#include "link.h"
#include "poll.h"

namespace load {

class Crowd {
 public:
  // Returns when `count` handshakes are over.
  Crowd(const Target& target, std::size_t count);

  [[nodiscard]] std::size_t size() const { return links_.size(); }
  [[nodiscard]] Link& link(std::size_t number) { return links_[number]; }
  [[nodiscard]] Poll& poll() { return poll_; }

  // Says more messages by one of them; what its socket does not take follows by `hear`.
  void say(const Frames& frames, std::size_t number, std::size_t count);

  using Heard = std::function<void(std::size_t number, std::string_view bytes)>;
  // Waits until something comes, or, if `milliseconds` is not negative, for so long. False if nothing came.
  bool hear(const Frames& frames, const Heard& heard, int milliseconds = -1);

  // Closes every connection, and makes sure that each said all it had to say: nothing but a Close frame may
  // come.
  void close();

 private:
  std::vector<Link> links_;
  Poll poll_;
  std::vector<char> buffer_;
};

}  // namespace load
