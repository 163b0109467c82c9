// Compares what one connection hears with what it has to hear, byte by byte.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "frames.h"
#include "stamp.h"

namespace load {

class Checker {
 public:
  // Expects the answers from message `first` on.
  explicit Checker(std::size_t first) : first_(first), joined_(true) {}
  // Takes what comes first for the beginning: somebody who joins a group while others talk.
  Checker() = default;

  // Returns how many answers are complete by these bytes. Throws Failure at a wrong one: lost, doubled, out
  // of order, or garbled.
  std::size_t take(const Frames& frames, Stamps& stamps, std::string_view bytes);

  [[nodiscard]] bool joined() const { return joined_; }
  // The message of the first answer, from 0 to the number of messages.
  [[nodiscard]] std::size_t first() const { return first_; }
  [[nodiscard]] bool between_answers() const { return at_ == 0 && early_.empty(); }

 private:
  std::size_t compare(const Frames& frames, Stamps& stamps, std::string_view bytes);

  std::size_t first_ = 0;
  std::size_t answer_ = 0;  // complete ones
  std::size_t at_ = 0;      // bytes of the next one
  bool joined_ = false;
  std::string early_;  // bytes before the number in the first one is whole
};

}  // namespace load
