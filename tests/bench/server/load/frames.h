// The messages of a run, framed once, and the bytes that have to come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace load {

// What a server makes of a message.
enum class Answer : std::uint8_t {
  same,  // one frame, the message itself
  pair,  // the message, and then TIME收到消息：MESSAGE, as the message consumer does
};

// Messages that differ from each other, all of the same size; after the last comes the first. Connections
// begin at different messages, so that what belongs to one is wrong for another.
class Frames {
 public:
  // `size`: bytes of a message, at least `digits`. Messages are ASCII and begin with their number.
  Frames(std::size_t size, Answer answer);

  // Framed by the client, one after the other.
  [[nodiscard]] std::string_view sent() const { return sent_; }
  [[nodiscard]] std::size_t sent_size() const { return sent_.size() / count_; }

  // Framed by the server, one answer after the other. Where a time belongs stands `stamp_mark`.
  [[nodiscard]] std::string_view answers() const { return answers_; }
  [[nodiscard]] std::size_t answer_size() const { return answers_.size() / count_; }
  // Of the time within an answer; its end, if there is none.
  [[nodiscard]] std::size_t stamp_at() const { return stamp_at_; }

  [[nodiscard]] std::size_t count() const { return count_; }
  // Which message an answer belongs to. At least `number_end()` bytes of the answer are needed.
  [[nodiscard]] std::size_t number_of(std::string_view answer) const;
  [[nodiscard]] std::size_t number_end() const { return number_at_ + digits; }

  static constexpr std::size_t digits = 8;

 private:
  std::size_t count_;
  std::size_t number_at_;
  std::size_t stamp_at_;
  std::string sent_;
  std::string answers_;
};

}  // namespace load
