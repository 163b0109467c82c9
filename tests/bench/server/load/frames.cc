#include "frames.h"

#include <array>
#include <charconv>

#include "failure.h"
#include "stamp.h"

namespace load {
namespace {

// All that is sent and compared in a run should stay in the cache of the processor.
constexpr std::size_t most_bytes = 128 << 10;
constexpr std::size_t most_messages = 512;
constexpr std::size_t least_messages = 32;

constexpr std::string_view answer_words = "收到消息：";

std::string message(std::size_t number, std::size_t size) {
  std::string text(Frames::digits, '0');
  std::size_t left = number;
  for (std::size_t at = text.size(); at > 0; left /= 10) text[--at] = static_cast<char>('0' + left % 10);
  for (std::size_t at = text.size(); at < size; ++at) text += static_cast<char>('a' + (number + at) % 26);
  return text;
}

// The first bytes of a frame with a text of this size (RFC 6455, section 5.2).
std::string head(std::size_t size, bool masked) {
  const unsigned mask_bit = masked ? 0x80 : 0;
  std::string bytes(1, '\x81');
  const auto byte = [&bytes](std::size_t value) { bytes += static_cast<char>(value & 0xff); };
  if (size < 126) {
    byte(mask_bit | size);
  } else if (size < 65536) {
    byte(mask_bit | 126);
    byte(size >> 8);
    byte(size);
  } else {
    byte(mask_bit | 127);
    for (int shift = 56; shift >= 0; shift -= 8) byte(size >> shift);
  }
  return bytes;
}

std::string client_frame(std::string_view text, std::size_t number) {
  const auto seed = static_cast<std::uint32_t>(number) * 2654435761U + 0x01020304U;
  std::array<char, 4> mask{};
  for (std::size_t at = 0; at < mask.size(); ++at) mask[at] = static_cast<char>(seed >> (8 * at) & 0xff);
  std::string frame = head(text.size(), true) + std::string(mask.data(), mask.size());
  for (std::size_t at = 0; at < text.size(); ++at) frame += static_cast<char>(text[at] ^ mask[at % 4]);
  return frame;
}

std::string server_frame(std::string_view text) { return head(text.size(), false) + std::string(text); }

std::size_t how_many(std::size_t size) {
  return std::max(least_messages, std::min(most_messages, most_bytes / size));
}

}  // namespace

Frames::Frames(std::size_t size, Answer answer)
    : count_(how_many(size)), number_at_(head(size, false).size()), stamp_at_(0) {
  if (size < digits) throw Failure("a message has to hold its number: 8 bytes at least");
  for (std::size_t number = 0; number < count_; ++number) {
    const std::string text = message(number, size);
    sent_ += client_frame(text, number);
    std::string reply = server_frame(text);
    stamp_at_ = reply.size();
    if (answer == Answer::pair) {
      const std::string second = std::string(stamp_mark) + std::string(answer_words) + text;
      stamp_at_ += head(second.size(), false).size();
      reply += server_frame(second);
    }
    answers_ += reply;
  }
}

std::size_t Frames::number_of(std::string_view answer) const {
  const std::string_view text = answer.substr(number_at_, digits);
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number >= count_)
    throw Failure("no message begins with \"" + std::string(text) + "\"");
  return number;
}

}  // namespace load
